import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { fail, NameSchema, type Outcome, refuseIssues, succeed } from '../../protocol/index.ts';
import { type RoomAtHand, roomOf } from '../caller.ts';
import { isNameless, NAMELESS, newcomerOf } from '../entrant.ts';
import { addressHash } from '../limits.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';
import { forwardUpgrade, readSocketOffer, type SocketEntry, upgradeRequest } from '../upgrade.ts';

/** What a join may bring, and no address: addresses are written down on the way. */
const SECRETS = ['passcode', 'invite'];

/** Neither a ticket nor a name nor an account says who comes. */
const ANONYMOUS = fail('ticket_invalid', {
  detail: 'offer it as the subprotocol parley.ticket.<ticket>, or give ?name=',
});

const QuerySchema = v.object({ name: v.optional(NameSchema) });

/** The one-step form for wscat and small devices: the same checks as a join, and no privileges but an account's. */
async function admitInOneStep(c: Context<AppTypes>, room: RoomAtHand): Promise<Outcome<SocketEntry>> {
  const parsed = v.safeParse(QuerySchema, { name: c.req.query('name') }, { abortEarly: true });
  if (!parsed.success) return { ok: false, error: refuseIssues(parsed.issues) };
  const { name } = parsed.output;
  const entrant = await newcomerOf(c);
  if (!entrant.ok) return entrant;
  if (isNameless(entrant.value, name)) return entrant.value.account === undefined ? ANONYMOUS : NAMELESS;
  const address = await addressHash(c.req.raw.headers, room.code);
  const admission = { ...(name === undefined ? {} : { name }), ...entrant.value, ...address };
  const admitted = await room.once((stub) => stub.admit(admission));
  if (!admitted.ok) return admitted;
  const { tokens, clock } = c.get('services');
  const { token } = await tokens.signMember(room.code, admitted.value.member.id, clock.now());
  return succeed({ ticket: admitted.value.ticket, token });
}

async function entryOf(
  c: Context<AppTypes>,
  room: RoomAtHand,
  ticket: string | null,
): Promise<Outcome<SocketEntry>> {
  if (ticket !== null) return succeed({ ticket });
  const secret = SECRETS.find((field) => c.req.query(field) !== undefined);
  if (secret !== undefined) {
    return fail('invalid', { detail: `${secret}: must not stand in an address; join by POST first` });
  }
  return admitInOneStep(c, room);
}

/**
 * The WebSocket. It stands outside all middleware that touches the headers of a response: those of a 101 from an
 * object can't be changed.
 */
export const connectRoutes = new Hono<AppTypes>()
  .get('/:code/connect', holdOffGuessers, async (c) => {
    const offer = await readSocketOffer(c);
    if (offer instanceof Response) return offer;
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const entry = await entryOf(c, room.value, offer.ticket);
    if (!entry.ok) return deny(c, entry.error);
    return forwardUpgrade(c, room.value.stub, upgradeRequest(c, entry.value, offer.answer));
  })
  .all('/:code/connect', onlyMethods('GET'));
