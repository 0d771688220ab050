import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors of watching together. test/e2e/errors-watching provokes each of them. */
export const WATCH_ERRORS: readonly ErrorCode[] = [
  'address_refused',
  'addresses_off',
  'not_media',
  'position_invalid',
  'watch_stale',
  'watch_unknown',
];
