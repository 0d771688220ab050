import { LIMITS } from '../../protocol/index.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** Letters as they lie beside each other, in the alphabet and on keyboards. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
] as const;

/** Each row in both directions, twice over: counting goes on after the end. */
const SEQUENCES = ROWS.flatMap((row) => [row, [...row].reverse().join('')].map((text) => text.repeat(2)));

/** One to four characters, over and over. */
const REPEATED = /^(.{1,4}?)\1+$/su;
/** What people put behind a word to make it a password. */
const ORNAMENT = /[\d\p{P}\p{S}]+$/u;

const isCommon = (password: string): boolean =>
  COMMON_PASSWORDS.has(password) || COMMON_PASSWORDS.has(password.replace(ORNAMENT, ''));

/**
 * Why a password is too easy to guess, for the detail of `password_weak`; null: it will do. No mix of capitals, digits
 * and signs is asked for: it makes passwords harder to remember and hardly harder to guess (NIST SP 800-63B).
 */
export function weaknessOf(password: string, userName: string): string | null {
  const plain = password.normalize('NFKC').toLowerCase();
  if (password.length < LIMITS.passwordLeast) return `shorter than ${LIMITS.passwordLeast} characters`;
  // What is left without it has to be hard to guess by itself; a short name may stand in a long password by chance.
  if (plain.replaceAll(userName.toLowerCase(), '').length < Math.min(plain.length, LIMITS.passwordLeast))
    return 'little more than the user name';
  if (REPEATED.test(plain)) return 'repeats the same characters';
  if (SEQUENCES.some((sequence) => sequence.includes(plain))) return 'a plain sequence';
  if (isCommon(plain)) return 'among the commonest';
  return null;
}
