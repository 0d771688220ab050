import { hashSecret, isSecret, type ScryptCost } from '../../platform/secret-hash.ts';

/** Makes and checks hashes of passwords. Injected, so that tests can count. */
export interface Passwords {
  hash(password: string): string;
  /** Costs the same whether it is the right one or not. `stored` null: nobody's; then it never is. */
  matches(password: string, stored: string | null): boolean;
}

/**
 * One of the five costs that OWASP gives for scrypt as equally good (Password Storage Cheat Sheet): 16 MiB, so that it
 * fits into the 128 MB of a Worker beside all else; a hash at N = 2^17, p = 1 alone would fill them.
 */
const COST: ScryptCost = { N: 16_384, r: 8, p: 5 };

/** What a password is compared with where there is no account: no password has this hash. */
const NOBODYS = ['scrypt', COST.N, COST.r, COST.p, 'A'.repeat(22), 'A'.repeat(43)].join('$');

/** Takes a tenth of a second or more, in which nothing else runs in this instance. */
export const scryptPasswords: Passwords = {
  hash: (password) => hashSecret(password, COST),
  matches(password, stored) {
    const isRight = isSecret(password, stored ?? NOBODYS);
    return isRight && stored !== null;
  },
};
