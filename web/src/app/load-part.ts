import { ParleyError } from '../../../src/client/index.ts';

/**
 * Loads a part of the page that is not needed from the start. Without a network, or after a new version was deployed, it can't
 * be had: then it rejects as a request does that does not get through, so whoever tries those again tries this again.
 */
export const loadPart = <T>(part: () => Promise<T>): Promise<T> =>
  part().catch((error: unknown) => {
    throw error instanceof ParleyError ? error : new ParleyError('network', { detail: String(error) });
  });
