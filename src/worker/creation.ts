import { codeFrom, drawCode, drawHostKey, hostKeyFrom } from '../platform/codes.ts';
import { sameDigest, sha256 } from '../platform/hash.ts';
import type { Tokens } from '../platform/tokens.ts';
import type { Jurisdiction } from '../protocol/index.ts';

/** Whether the bearer is one of the keys. Hashes are compared, all of them, so that time tells nothing. */
export async function isApiKey(bearer: string, keys: readonly string[]): Promise<boolean> {
  const [given, ...known] = await Promise.all([bearer, ...keys].map((key) => sha256(key)));
  return known.map((hash) => given !== undefined && sameDigest(given, hash)).includes(true);
}

/** Where the code and the host key of a new room come from. */
export interface Draw {
  readonly hostKey: string;
  /** Another code for each attempt, counted from 0. */
  code(attempt: number): Promise<string>;
}

/** By chance. */
export const randomDraw = (jurisdiction: Jurisdiction | null): Draw => ({
  hostKey: drawHostKey(),
  code: () => Promise.resolve(drawCode(jurisdiction)),
});

/**
 * Worked out from who asks and their Idempotency-Key with the server's secret: a repeated request comes to the same
 * room and the same host key, and nothing has to be stored for that. It holds until the signing key changes.
 */
export async function derivedDraw(
  tokens: Tokens,
  jurisdiction: Jurisdiction | null,
  caller: string,
  idempotencyKey: string,
): Promise<Draw> {
  const request = `${jurisdiction ?? ''}\n${caller}\n${idempotencyKey}`;
  return {
    hostKey: hostKeyFrom(await tokens.derive('host-key', request)),
    async code(attempt) {
      for (let spin = 0; ; spin += 1) {
        const bytes = await tokens.derive('room-code', `${attempt}.${spin}\n${request}`);
        const code = codeFrom(bytes, jurisdiction);
        if (code !== null) return code;
      }
    },
  };
}
