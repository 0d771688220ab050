import { ParleyError } from './http.ts';

/** What sends and fetches bytes is loaded when it is needed; that may fail like any request. */
export const transfers = () => import('./transfers.ts').catch(notLoaded);

function notLoaded(error: unknown): never {
  throw new ParleyError('network', { detail: error instanceof Error ? error.message : undefined });
}
