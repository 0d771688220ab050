import type { CallSelf } from '../../../../src/client/call/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';

/**
 * What of these a stop really takes from you. Whose line was lost is named with all that a host meant, whatever they had on. `self`
 * as it was when the stop came; null: you take no part in the call.
 */
export const stoppedFor = (self: CallSelf | null, media: readonly Media[]): readonly Media[] =>
  media.filter((one) => self !== null && self[one] !== null && !(one === 'microphone' && self.muted));
