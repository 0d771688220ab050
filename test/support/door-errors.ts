import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors of whoever comes, stays away too long or asks for too much at once. test/e2e/errors-door provokes each of them. */
export const DOOR_ERRORS: readonly ErrorCode[] = [
  'banned',
  'busy',
  'idempotency_mismatch',
  'invite_invalid',
  'member_gone',
  'not_open_yet',
  'passcode_required',
  'passcode_wrong',
  'room_ended',
  'room_full',
  'room_locked',
  'still_waiting',
];
