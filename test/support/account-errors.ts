import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors that only accounts bring about, or the want of them. test/e2e/errors-accounts provokes each of them. */
export const ACCOUNT_ERRORS: readonly ErrorCode[] = [
  'account_required',
  'accounts_off',
  'avatar_unknown',
  'login_required',
  'login_unknown',
  'login_wrong',
  'password_weak',
  'password_wrong',
  'registration_closed',
  'user_name_taken',
];
