import { base64url } from 'jose';
import type { Jurisdiction } from '../protocol/index.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const CODE_LETTERS = 10;
/** Bytes from here on would make the first letters of the alphabet likelier: 256 is no multiple of 26. */
const UNBIASED_BELOW = 256 - (256 % LETTERS.length);
const HOST_KEY_BYTES = 32;

/** The letters that these bytes spell, without bias; fewer than ten when too many bytes had to be passed over. */
function spell(bytes: Uint8Array): string {
  let letters = '';
  for (const byte of bytes) {
    if (byte < UNBIASED_BELOW) letters += LETTERS.charAt(byte % LETTERS.length);
    if (letters.length === CODE_LETTERS) break;
  }
  return letters;
}

/**
 * Makes a room code `abc-defg-hij` (26^10, about 47 bits) out of random bytes, with the jurisdiction in front where the
 * room is bound to one. Null when the bytes don't suffice: of 32 at least 23 would have to fall into the last 22 of
 * 256 values, which does not happen by chance.
 */
export function codeFrom(bytes: Uint8Array, jurisdiction: Jurisdiction | null): string | null {
  const letters = spell(bytes);
  if (letters.length < CODE_LETTERS) return null;
  const code = `${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7)}`;
  return jurisdiction === null ? code : `${jurisdiction}-${code}`;
}

/** Draws a code at random. */
export function drawCode(jurisdiction: Jurisdiction | null): string {
  for (;;) {
    const code = codeFrom(crypto.getRandomValues(new Uint8Array(32)), jurisdiction);
    if (code !== null) return code;
  }
}

/**
 * The code of everybody's group. It is no secret: to belong is what opens a group, and to others none is there. So it is
 * the same on every server, and outlives the server's keys; that chance draws it for a room is a one in 10^14 affair.
 */
export const EVERYBODYS_CODE = 'eve-rybo-dys';

const HOST_KEY_PREFIX = 'hk_';

/** Writes 32 secret bytes as a host key: `hk_` and 43 base64url characters. */
export const hostKeyFrom = (bytes: Uint8Array): string => `${HOST_KEY_PREFIX}${base64url.encode(bytes)}`;

/** Draws a host key at random. */
export const drawHostKey = (): string => hostKeyFrom(crypto.getRandomValues(new Uint8Array(HOST_KEY_BYTES)));

/** Whether a bearer is meant as a host key; member tokens never begin like this. */
export const looksLikeHostKey = (bearer: string): boolean => bearer.startsWith(HOST_KEY_PREFIX);

/** `prefix` and 22 base64url characters: 128 random bits. */
export const randomId = (prefix: string): string =>
  `${prefix}${base64url.encode(crypto.getRandomValues(new Uint8Array(16)))}`;
