import * as v from 'valibot';
import { LIMITS, UserNameSchema } from '../../../src/protocol/index.ts';

/** Values for the texts that speak of a limit. */
export const USER_NAME_LIMITS = { least: LIMITS.userNameLeast, most: LIMITS.userNameLength };
export const PASSWORD_LIMITS = { least: LIMITS.passwordLeast, most: LIMITS.passwordLength };

/** What is wrong with a user name to be taken, as a key of the texts; null: nothing. The rule is the server's own. */
export function checkUserName(text: string): 'account.userNameMissing' | 'account.userNameWrong' | null {
  if (text.trim() === '') return 'account.userNameMissing';
  return v.is(UserNameSchema, text) ? null : 'account.userNameWrong';
}

/** What is wrong with a password to be taken, as a key of the texts. Whether it is easy to guess the server says. */
export function checkNewPassword(text: string): 'account.passwordShort' | 'account.passwordLong' | null {
  if (text.length < LIMITS.passwordLeast) return 'account.passwordShort';
  return text.length > LIMITS.passwordLength ? 'account.passwordLong' : null;
}
