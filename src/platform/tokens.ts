import { base64url, errors, jwtVerify, SignJWT } from 'jose';
import { hmac, hmacKey } from './hash.ts';

/** Purpose of a member token: a token made for anything else opens no room. */
const MEMBER_AUDIENCE = 'member';
/** HS256 asks for a key at least as long as its digest (RFC 7518, section 3.2). Bytes. */
const LEAST_KEY_BYTES = 32;
const DEFAULT_TTL_SECONDS = 7_200;
const KEY_ID = /^[\w-]{1,32}$/;

export interface TokenSettings {
  /** `<id>:<base64url of 32 bytes or more>`, comma-separated: the first signs, all of them verify. */
  readonly PARLEY_KEYS: string;
  /** How long a member token is good for, in seconds; 7,200 where it is left out. */
  readonly TOKEN_TTL_SECONDS?: string | undefined;
}

export interface MemberToken {
  readonly token: string;
  /** ms since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** Everything that is signed with the server's keys. Times are ms since 1970-01-01 UTC. */
export interface Tokens {
  /** Says for the coming TTL that its bearer is this member of this room. */
  signMember(code: string, member: string, now: number): Promise<MemberToken>;
  /** The member, or null: not ours, changed, expired, or of another room. */
  verifyMember(token: string, code: string, now: number): Promise<string | null>;
  /** The signature of a picture's link: 43 base64url characters. */
  signLink(code: string, image: string, expiresAt: number): Promise<string>;
  /** Whether the signature is ours. Whether `expiresAt` has passed is for the caller to see. */
  verifyLink(code: string, image: string, expiresAt: number, signature: string): Promise<boolean>;
  /** 32 bytes that only this server can work out, the same ones for the same purpose and text. */
  derive(purpose: string, text: string): Promise<Uint8Array<ArrayBuffer>>;
}

interface SigningKey {
  readonly id: string;
  /** Imported when first asked for. */
  readonly key: () => Promise<CryptoKey>;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readKey(entry: string): SigningKey {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(colon, 0));
  if (!KEY_ID.test(id)) {
    throw new Error('unable to read PARLEY_KEYS; each key is "<id>:<32 random bytes, base64url>"');
  }
  let secret: Uint8Array<ArrayBuffer>;
  try {
    secret = new Uint8Array(base64url.decode(entry.slice(colon + 1)));
  } catch {
    throw new Error(`unable to read PARLEY_KEYS; key "${id}" is not base64url`);
  }
  if (secret.byteLength < LEAST_KEY_BYTES) {
    throw new Error(`unable to use PARLEY_KEYS; key "${id}" has fewer than ${LEAST_KEY_BYTES} bytes`);
  }
  return { id, key: once(() => hmacKey(secret)) };
}

function readKeys(text: string): readonly [SigningKey, ...SigningKey[]] {
  const entries = text.split(',').map((entry) => entry.trim());
  const [first, ...others] = entries.filter((entry) => entry !== '').map(readKey);
  if (first === undefined) throw new Error('unable to sign; PARLEY_KEYS is empty');
  const keys: [SigningKey, ...SigningKey[]] = [first, ...others];
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new Error('unable to use PARLEY_KEYS; two keys have the same id');
  }
  return keys;
}

function readTtl(text: string | undefined): number {
  const seconds = text === undefined || text === '' ? DEFAULT_TTL_SECONDS : Number(text);
  if (!Number.isSafeInteger(seconds) || seconds < 1) {
    throw new Error('unable to read TOKEN_TTL_SECONDS; it is a whole number of seconds from 1');
  }
  return seconds;
}

/** What a MAC is made of. A token's signing input holds no line feed, so neither can pass for the other. */
const labelled = (purpose: string, parts: readonly (string | number)[]): string =>
  ['parley', purpose, ...parts].join('\n');

/** Makes the signer; throws an error that says what to mend where a setting can't be used. */
export function createTokens(settings: TokenSettings): Tokens {
  const keys = readKeys(settings.PARLEY_KEYS);
  const ttlMs = readTtl(settings.TOKEN_TTL_SECONDS) * 1_000;
  const [signing] = keys;

  return {
    async signMember(code, member, now) {
      // Tokens count in whole seconds; what we say of the expiry is what the token says.
      const expiresAt = Math.floor((now + ttlMs) / 1_000) * 1_000;
      const token = await new SignJWT({ room: code })
        .setProtectedHeader({ alg: 'HS256', kid: signing.id })
        .setSubject(member)
        .setAudience(MEMBER_AUDIENCE)
        .setIssuedAt(Math.floor(now / 1_000))
        .setExpirationTime(expiresAt / 1_000)
        .sign(await signing.key());
      return { token, expiresAt };
    },

    async verifyMember(token, code, now) {
      try {
        const { payload } = await jwtVerify(
          token,
          ({ kid }) => {
            const found = keys.find(({ id }) => id === kid);
            if (found === undefined) throw new errors.JWKSNoMatchingKey();
            return found.key();
          },
          {
            algorithms: ['HS256'],
            audience: MEMBER_AUDIENCE,
            requiredClaims: ['sub', 'exp', 'room'],
            currentDate: new Date(now),
          },
        );
        return payload.room === code && typeof payload.sub === 'string' ? payload.sub : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },

    async signLink(code, image, expiresAt) {
      return base64url.encode(await hmac(await signing.key(), labelled('link', [code, image, expiresAt])));
    },

    async verifyLink(code, image, expiresAt, signature) {
      if (!/^[\w-]{43}$/.test(signature)) return false;
      const bytes = new Uint8Array(base64url.decode(signature));
      const text = new TextEncoder().encode(labelled('link', [code, image, expiresAt]));
      const answers = await Promise.all(
        keys.map(async ({ key }) => crypto.subtle.verify('HMAC', await key(), bytes, text)),
      );
      return answers.includes(true);
    },

    async derive(purpose, text) {
      return hmac(await signing.key(), labelled(purpose, [text]));
    },
  };
}
