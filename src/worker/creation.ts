import type { Context } from 'hono';
import { codeFrom, drawCode, drawHostKey, hostKeyFrom } from '../platform/codes.ts';
import { sameDigest, sha256 } from '../platform/hash.ts';
import type { Region } from '../platform/room-address.ts';
import type { CreateRoom } from '../platform/room-rpc.ts';
import type { Tokens } from '../platform/tokens.ts';
import { fail, type Jurisdiction, type Outcome, type Room, succeed } from '../protocol/index.ts';
import { accountOf } from './accounts/bearer.ts';
import { bearerOf, roomAt } from './caller.ts';
import { addressOf } from './limits.ts';
import type { AppTypes } from './services.ts';

/** Whoever creates a room. */
export interface Creator {
  /** As one text, which tells apart whose Idempotency-Key it is: the account, the API key's hash, or the address. */
  readonly text: string;
  /** Their account; null: they have shown none. */
  readonly account: string | null;
}

/** Whether the bearer is one of the keys. Hashes are compared, all of them, so that time tells nothing. */
async function isApiKey(bearer: string, keys: readonly string[]): Promise<boolean> {
  const [given, ...known] = await Promise.all([bearer, ...keys].map((key) => sha256(key)));
  return known.map((hash) => given !== undefined && sameDigest(given, hash)).includes(true);
}

/**
 * Who creates, where they may. Holders of an API key may wherever there are any; CREATE_ACCESS says whether others with
 * an account and guests may, too.
 */
export async function creatorOf(c: Context<AppTypes>): Promise<Outcome<Creator>> {
  const { createAccess, creators } = c.get('services').settings;
  const bearer = bearerOf(c.req.raw.headers);
  if (bearer !== null && creators !== null && (await isApiKey(bearer, creators))) {
    return succeed({ text: `key ${await sha256(bearer)}`, account: null });
  }
  if (createAccess === 'api-key') return fail('create_refused');
  const known = await accountOf(c);
  if (!known.ok) return known;
  if (known.value !== null) return succeed({ text: `account ${known.value.id}`, account: known.value.id });
  if (createAccess === 'everybody') {
    return succeed({ text: `address ${addressOf(c.req.raw.headers)}`, account: null });
  }
  // Something was shown that is no key: whoever tries keys is to be counted.
  return fail(bearer !== null && creators !== null ? 'create_refused' : 'account_required');
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

/** A second collision in a row is a one in 10^10 affair even with a million rooms; many in a row are a bug. */
const DRAWS = 5;

/** Makes a room under the first of the drawn codes that is free. */
export async function createAtFreeCode(
  c: Context<AppTypes>,
  draw: Draw,
  request: Omit<CreateRoom, 'code' | 'hostKeyHash'>,
  region?: Region,
): Promise<Outcome<Room>> {
  const hostKeyHash = await sha256(draw.hostKey);
  for (let attempt = 0; attempt < DRAWS; attempt += 1) {
    const code = await draw.code(attempt);
    const room = roomAt(c.env, code, region);
    if (room === null)
      return fail('invalid', { detail: 'jurisdiction: this server can not bind a room to one' });
    const call = request.fingerprint === null ? room.once : room.repeatable;
    const created = await call((stub) => stub.createRoom({ ...request, code, hostKeyHash }));
    if (!created.ok) return created;
    if (!created.value.taken) return succeed(created.value.room);
  }
  throw new Error(`unable to create a room; ${DRAWS} codes in a row were taken`);
}
