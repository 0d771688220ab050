import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { problem } from '../../platform/problem.ts';
import { callRoom } from '../../platform/retry.ts';
import { UPGRADE_HEADERS } from '../../platform/room-rpc.ts';
import {
  fail,
  NameSchema,
  type Outcome,
  readOffer,
  refuse,
  refuseIssues,
  SUPPORTED_VERSIONS,
  succeed,
} from '../../protocol/index.ts';
import { type RoomAtHand, roomOf } from '../caller.ts';
import { isNameless, NAMELESS, newcomerOf } from '../entrant.ts';
import { addressHash, addressOf } from '../limits.ts';
import { isAllowedOrigin } from '../origins.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** What a join may bring, and no address: addresses are written down on the way. */
const SECRETS = ['passcode', 'invite'];
/** Where a client stands when it resumes. */
const RESUME = ['epoch', 'seq', 'private'];

/** The right to open one socket; with `token` where somebody came in by this very request. */
interface Entry {
  readonly ticket: string;
  readonly token?: string;
}

/** Neither a ticket nor a name nor an account says who comes. */
const ANONYMOUS = fail('ticket_invalid', {
  detail: 'offer it as the subprotocol parley.ticket.<ticket>, or give ?name=',
});

const QuerySchema = v.object({ name: v.optional(NameSchema) });

/** The one-step form for wscat and small devices: the same checks as a join, and no privileges but an account's. */
async function admitInOneStep(c: Context<AppTypes>, room: RoomAtHand): Promise<Outcome<Entry>> {
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
): Promise<Outcome<Entry>> {
  if (ticket !== null) return succeed({ ticket });
  const secret = SECRETS.find((field) => c.req.query(field) !== undefined);
  if (secret !== undefined) {
    return fail('invalid', { detail: `${secret}: must not stand in an address; join by POST first` });
  }
  return admitInOneStep(c, room);
}

/** The object has one way in; its name is in the stub. */
const AT_THE_OBJECT = 'http://room/connect';

/** The upgrade as the object gets it: our word alone. What it does not get it can neither believe nor leak, nor hold. */
function upgrade(c: Context<AppTypes>, { ticket, token }: Entry, subprotocol: string | null): Request {
  const headers: Record<string, string> = { upgrade: 'websocket', [UPGRADE_HEADERS.ticket]: ticket };
  if (token !== undefined) headers[UPGRADE_HEADERS.token] = token;
  if (subprotocol !== null) headers[UPGRADE_HEADERS.subprotocol] = subprotocol;
  if (c.req.query('epoch') !== undefined) {
    const position = RESUME.map((name): [string, string] => [name, c.req.query(name) ?? '']);
    headers[UPGRADE_HEADERS.position] = new URLSearchParams(position).toString();
  }
  return new Request(AT_THE_OBJECT, { headers });
}

/** Passes the upgrade on; the object's answer comes back as it is, be it 101 or a problem. */
async function forward(c: Context<AppTypes>, room: RoomAtHand, request: Request): Promise<Response> {
  // A ticket opens one socket: the request can't be repeated.
  const answer = await callRoom(room.stub, async (stub) => succeed(await stub.fetch(request)), {
    repeatable: false,
  });
  if (!answer.ok) return deny(c, answer.error);
  const { status } = answer.value;
  if (status !== 401 && status !== 404) return answer.value;
  const { refusals, clock } = c.get('services');
  const wait = await refusals.count(addressOf(c.req.raw.headers), clock.now());
  return wait === 0 ? answer.value : problem(refuse('rate_limited', { retry: wait }));
}

/**
 * The WebSocket. It stands outside all middleware that touches the headers of a response: those of a 101 from an
 * object can't be changed.
 */
export const connectRoutes = new Hono<AppTypes>()
  .get('/:code/connect', holdOffGuessers, async (c) => {
    const request = c.req.raw;
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      return problem(refuse('upgrade_required'), { upgrade: 'websocket', connection: 'Upgrade' });
    }
    const { allowedOrigins } = c.get('services').settings;
    if (!isAllowedOrigin(request.headers.get('origin'), request.url, allowedOrigins)) {
      return deny(c, refuse('origin_refused'));
    }
    const offer = readOffer(request.headers.get('sec-websocket-protocol'));
    if (!offer.ok) {
      return deny(
        c,
        refuse('version_unsupported', {
          detail: SUPPORTED_VERSIONS.map((known) => `parley.v${known}`).join(', '),
        }),
      );
    }
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const entry = await entryOf(c, room.value, offer.ticket);
    if (!entry.ok) return deny(c, entry.error);
    return forward(c, room.value, upgrade(c, entry.value, offer.answer));
  })
  .all('/:code/connect', onlyMethods('GET'));
