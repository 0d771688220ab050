import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors of large calls and of the way into TURN. test/e2e/sfu and test/e2e/ice provoke each of them. */
export const SFU_ERRORS: readonly ErrorCode[] = [
  'sfu_failed',
  'sfu_off',
  'sfu_session_unknown',
  'turn_failed',
];
