// biome-ignore lint/correctness/noNodejsModules: workerd brings it, and there is no other way to hash without waiting.
import { createHash, scryptSync } from 'node:crypto';
import { base64url } from 'jose';
import { sameDigest } from './hash.ts';

/** What a hash costs: N × r × p turns, 128 × N × r bytes. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Of a passcode. 128 × N × r bytes: 16 MiB for one hash at a time, well within an object's 128 MB. */
const COST: ScryptCost = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const FORM = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

/** Whether a text is a hash made here, and no passcode: those are at most 64 characters long. */
export const isPasscodeHash = (text: string): boolean => text.length > 64 && FORM.test(text);

function derive(secret: string, salt: Uint8Array, N: number, r: number, p: number): string {
  const hash = scryptSync(secret.normalize('NFC'), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r });
  return base64url.encode(new Uint8Array(hash));
}

/**
 * Hashes what people choose for themselves with scrypt and a salt of its own: `scrypt$N$r$p$salt$hash`. Takes 128 × N × r
 * bytes, and p times some tens of ms in which nothing else runs, so call it seldom.
 */
export function hashSecret(secret: string, { N, r, p }: ScryptCost): string {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return ['scrypt', N, r, p, base64url.encode(salt), derive(secret, salt, N, r, p)].join('$');
}

export const hashPasscode = (passcode: string): string => hashSecret(passcode, COST);

/** Whether this secret has that hash; at the cost that stands in the hash, so that old ones stay good. */
export function isSecret(secret: string, stored: string): boolean {
  const found = FORM.exec(stored);
  if (found === null) throw new Error('a secret was kept in an unknown form');
  const [, N, r, p, salt = '', hash = ''] = found;
  return sameDigest(derive(secret, base64url.decode(salt), Number(N), Number(r), Number(p)), hash);
}

/** SHA-256 as base64url, of a secret that is drawn at random and needs no more; at once, where `sha256` has to be awaited. */
export const sha256Now = (text: string): string => createHash('sha256').update(text).digest('base64url');
