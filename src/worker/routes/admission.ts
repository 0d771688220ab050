import { type Context, Hono } from 'hono';
import { sha256 } from '../../platform/hash.ts';
import type { Admission } from '../../platform/room-rpc.ts';
import {
  JoinRequestSchema,
  type JoinResponse,
  type Outcome,
  succeed,
  type TokenResponse,
} from '../../protocol/index.ts';
import { readBody } from '../body.ts';
import { memberOf, roomOf } from '../caller.ts';
import { entrantOf, isNameless, NAMELESS } from '../entrant.ts';
import { addressHash } from '../limits.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';
import { socketUrl } from '../upgrade.ts';

async function admissionOf(c: Context<AppTypes>, code: string): Promise<Outcome<Admission>> {
  const body = await readBody(c.req.raw, JoinRequestSchema, { optional: true });
  if (!body.ok) return body;
  const { name, hostKey, passcode, invite } = body.value;
  const entrant = await entrantOf(c, code);
  if (!entrant.ok) return entrant;
  if (isNameless(entrant.value, name)) return NAMELESS;
  return succeed({
    ...(name === undefined ? {} : { name }),
    ...(hostKey === undefined ? {} : { hostKeyHash: await sha256(hostKey) }),
    ...(passcode === undefined ? {} : { passcode }),
    ...(invite === undefined ? {} : { inviteHash: await sha256(invite) }),
    ...entrant.value,
    ...(await addressHash(c.req.raw.headers, code)),
  });
}

/** Coming in, staying in and going: join, renew the token, leave. */
export const admissionRoutes = new Hono<AppTypes>()
  .post('/:code/join', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const { code } = room.value;
    const admission = await admissionOf(c, code);
    if (!admission.ok) return deny(c, admission.error);
    const admitted = await room.value.once((stub) => stub.admit(admission.value));
    if (!admitted.ok) return deny(c, admitted.error);
    const { member, ticket, ticketExpiresAt } = admitted.value;
    const { tokens, clock } = c.get('services');
    const { token, expiresAt } = await tokens.signMember(code, member.id, clock.now());
    return c.json<JoinResponse>(
      {
        member,
        token,
        tokenExpiresAt: expiresAt,
        ticket,
        ticketExpiresAt,
        url: socketUrl(c.req.url, `/v1/rooms/${code}/connect`),
      },
      200,
    );
  })
  .all('/:code/join', onlyMethods('POST'))
  .post('/:code/token', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const { code } = room.value;
    const member = await memberOf(c, code);
    if (!member.ok) return deny(c, member.error);
    const present = await room.value.repeatable((stub) => stub.member(member.value));
    if (!present.ok) return deny(c, present.error);
    const { tokens, clock } = c.get('services');
    const { token, expiresAt } = await tokens.signMember(code, member.value, clock.now());
    return c.json<TokenResponse>({ token, tokenExpiresAt: expiresAt }, 200);
  })
  .all('/:code/token', onlyMethods('POST'))
  .post('/:code/leave', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const member = await memberOf(c, room.value.code);
    if (!member.ok) return deny(c, member.error);
    const left = await room.value.repeatable((stub) => stub.leave(member.value));
    return left.ok ? c.body(null, 204) : deny(c, left.error);
  })
  .all('/:code/leave', onlyMethods('POST'));
