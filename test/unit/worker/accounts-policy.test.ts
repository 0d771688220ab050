import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { COMMON_PASSWORDS } from '../../../src/worker/accounts/common-passwords.ts';
import { weaknessOf } from '../../../src/worker/accounts/password-policy.ts';

describe('a password is refused', () => {
  test.each([
    ['shorter than 8 characters', 'x7#Kq!z'],
    ['little more than the user name', 'Ada.Lovelace'],
    ['little more than the user name', 'my ada.LOVELACE!'],
    ['repeats the same characters', 'aaaaaaaaaaaa'],
    ['repeats the same characters', 'Xy9!Xy9!Xy9!'],
    ['a plain sequence', '12345678'],
    ['a plain sequence', '890123456'],
    ['a plain sequence', '87654321'],
    ['a plain sequence', 'abcdefgh'],
    ['a plain sequence', 'QWERTYUIOP'],
    ['a plain sequence', 'lkjhgfdsa'],
    ['among the commonest', 'password'],
    ['among the commonest', 'PassWord'],
    ['among the commonest', 'password123!'],
    ['among the commonest', 'sunshine2026'],
    ['among the commonest', '1q2w3e4r'],
    // Other letters that look the same are no other password.
    ['among the commonest', 'ｐａｓｓｗｏｒｄ'],
  ])('as %s: %s', (reason, password) => {
    expect(weaknessOf(password, 'Ada.Lovelace')).toBe(reason);
  });
});

test.each([
  'correct horse battery staple',
  'x7#Kq!z9',
  'mein hund heißt Otto',
  'パスワードではないもの',
  '73914826',
  'sunshine over the hills',
])('a password that is none of these will do: %s', (password) => {
  expect(weaknessOf(password, 'Ada.Lovelace')).toBeNull();
});

test('what is listed as common is found: in small letters, and not longer than a password may be', () => {
  expect(COMMON_PASSWORDS.size).toBeGreaterThanOrEqual(100);
  for (const password of COMMON_PASSWORDS) {
    expect(password).toBe(password.normalize('NFKC').toLowerCase());
    expect(password.length).toBeLessThan(LIMITS.passwordLength);
  }
});

test('a short user name may stand in a long password by chance', () => {
  expect(weaknessOf('seven green bottles', 'Eve')).toBeNull();
  expect(weaknessOf('eve-eve-2026', 'Eve')).toBe('little more than the user name');
});
