// biome-ignore lint/correctness/noNodejsModules: workerd brings it, and there is no other way to hash without waiting.
import { createHash, scryptSync } from 'node:crypto';
import { base64url } from 'jose';
import { sameDigest } from './hash.ts';

/** 128 × N × r bytes: 16 MiB for one hash at a time, well within an object's 128 MB. */
const COST = { N: 16_384, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const FORM = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

/** Whether a text is a hash made here, and no passcode: those are at most 64 characters long. */
export const isPasscodeHash = (text: string): boolean => text.length > 64 && FORM.test(text);

function derive(passcode: string, salt: Uint8Array, N: number, r: number, p: number): string {
  const hash = scryptSync(passcode.normalize('NFC'), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r });
  return base64url.encode(new Uint8Array(hash));
}

/**
 * Hashes a passcode with scrypt and a salt of its own: `scrypt$N$r$p$salt$hash`. Takes some tens of ms and 16 MiB, and
 * nothing else runs meanwhile, so call it seldom.
 */
export function hashPasscode(passcode: string): string {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, base64url.encode(salt), derive(passcode, salt, N, r, p)].join('$');
}

/** Whether this passcode has that hash; at the cost that stands in the hash, so that old ones stay good. */
export function isPasscode(passcode: string, stored: string): boolean {
  const found = FORM.exec(stored);
  if (found === null) throw new Error('a passcode was kept in an unknown form');
  const [, N, r, p, salt = '', hash = ''] = found;
  return sameDigest(derive(passcode, base64url.decode(salt), Number(N), Number(r), Number(p)), hash);
}

/** SHA-256 as base64url, of a secret that is drawn at random and needs no more; at once, where `sha256` has to be awaited. */
export const sha256Now = (text: string): string => createHash('sha256').update(text).digest('base64url');
