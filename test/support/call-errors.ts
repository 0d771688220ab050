import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors of the call. test/e2e/errors-call provokes each of them. */
export const CALL_ERRORS: readonly ErrorCode[] = [
  'call_full',
  'call_moded',
  'peer_gone',
  'recording_taken',
  'signal_invalid',
];
