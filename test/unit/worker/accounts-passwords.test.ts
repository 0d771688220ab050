import { describe, expect, test, vi } from 'vitest';
import { isSecret } from '../../../src/platform/secret-hash.ts';
import { scryptPasswords } from '../../../src/worker/accounts/passwords.ts';

vi.mock(import('../../../src/platform/secret-hash.ts'), async (importOriginal) => {
  const real = await importOriginal();
  return { ...real, isSecret: vi.fn(real.isSecret) };
});

/** N, r and p that OWASP's Password Storage Cheat Sheet names for scrypt. */
const OWASP = ['131072$8$1', '65536$8$2', '32768$8$3', '16384$8$5', '8192$8$10'];
const SECRET = 'correct horse battery staple';
const stored = scryptPasswords.hash(SECRET);

describe('a password’s hash', () => {
  test('costs what OWASP recommends, and fits into a Worker beside all else', () => {
    const [, N = '', r = '', p = ''] = stored.split('$');
    expect(OWASP).toContain([N, r, p].join('$'));
    expect(128 * Number(N) * Number(r)).toBeLessThanOrEqual(16 * 1_048_576);
  });

  test('has a salt of its own', () => {
    expect(scryptPasswords.hash(SECRET)).not.toBe(stored);
  });

  test('is matched by that password alone', () => {
    expect(scryptPasswords.matches(SECRET, stored)).toBe(true);
    expect(scryptPasswords.matches(`${SECRET} `, stored)).toBe(false);
  });

  test('is compared for nobody, too, at the same cost, and nobody has it', () => {
    vi.mocked(isSecret).mockClear();
    expect(scryptPasswords.matches(SECRET, stored)).toBe(true);
    expect(scryptPasswords.matches(SECRET, null)).toBe(false);
    const costs = vi.mocked(isSecret).mock.calls.map(([, hash]) => hash.split('$').slice(0, 4));
    expect(costs).toEqual([stored.split('$').slice(0, 4), stored.split('$').slice(0, 4)]);
  });
});
