import type { Context } from 'hono';
import { looksLikeHostKey } from '../platform/codes.ts';
import { sha256 } from '../platform/hash.ts';
import { callRoom } from '../platform/retry.ts';
import { type Region, type RoomStub, roomAddress } from '../platform/room-address.ts';
import type { Caller } from '../platform/room-rpc.ts';
import { fail, normalizeCode, type Outcome, succeed } from '../protocol/index.ts';
import type { Env } from './env.ts';
import type { AppTypes } from './services.ts';

/** What stands in `Authorization: Bearer …`, or null. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** A room that may exist: its code can be one, nothing has been asked of its object yet. */
export interface RoomAtHand {
  readonly code: string;
  /** A new stub each time. */
  readonly stub: () => RoomStub;
  /** For calls that may be done twice. */
  repeatable<T>(call: (room: RoomStub) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** For calls that may not. */
  once<T>(call: (room: RoomStub) => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

/** The room with this normalized code; null where it names a jurisdiction that this platform does not have. */
export function roomAt(env: Env, code: string, region?: Region): RoomAtHand | null {
  const stub = roomAddress(env.ROOMS, code, region);
  if (stub === null) return null;
  return {
    code,
    stub,
    repeatable: (call) => callRoom(stub, call, { repeatable: true }),
    once: (call) => callRoom(stub, call, { repeatable: false }),
  };
}

/** The room that the path names. What can't be a code is refused here, before any object is woken for it. */
export function roomOf(c: Context<AppTypes>): Outcome<RoomAtHand> {
  const code = normalizeCode(c.req.param('code') ?? '');
  const room = code === null ? null : roomAt(c.env, code);
  return room === null ? fail('room_not_found') : succeed(room);
}

/** The member whose token the request bears. */
export async function memberOf(c: Context<AppTypes>, code: string): Promise<Outcome<string>> {
  const bearer = bearerOf(c.req.raw.headers);
  if (bearer === null) return fail('token_required');
  const { tokens, clock } = c.get('services');
  const member = await tokens.verifyMember(bearer, code, clock.now());
  return member === null ? fail('token_invalid') : succeed(member);
}

/** A member by token, or whoever has the host key: the room decides whether it is the right one. */
export async function callerOf(c: Context<AppTypes>, code: string): Promise<Outcome<Caller>> {
  const bearer = bearerOf(c.req.raw.headers);
  if (bearer !== null && looksLikeHostKey(bearer)) return succeed({ hostKeyHash: await sha256(bearer) });
  const member = await memberOf(c, code);
  return member.ok ? succeed({ member: member.value }) : member;
}
