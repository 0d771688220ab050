import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import {
  AccountIdSchema,
  ConnectRequestSchema,
  type ConnectResponse,
  DeviceCommandSchema,
  fail,
  type Outcome,
  readCommand,
  refuse,
  succeed,
} from '../../protocol/index.ts';
import { loggedIn } from '../accounts/bearer.ts';
import { readBody } from '../body.ts';
import { renderCommand } from '../command-answer.ts';
import { finish, tellOwnObject } from '../own-object.ts';
import { type Me, meOf, userOf } from '../person.ts';
import { deny, holdOffBearers, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';
import { forwardUpgrade, readSocketOffer, socketUrl, upgradeRequest } from '../upgrade.ts';

/** A ticket as the client has it names the account first, because that is where its object is. */
function readTicket(ticket: string | null): Outcome<{ readonly account: string; readonly ticket: string }> {
  const [account = '', ...rest] = (ticket ?? '').split('.');
  if (!v.is(AccountIdSchema, account)) {
    return fail('ticket_invalid', { detail: 'offer it as the subprotocol parley.ticket.<ticket>' });
  }
  return succeed({ account, ticket: rest.join('.') });
}

/** The WebSocket of a device. Like that of rooms it stands outside all middleware that touches headers. */
export const inboxSocketRoutes = new Hono<AppTypes>().get('/connect', holdOffGuessers, async (c) => {
  const offer = await readSocketOffer(c);
  if (offer instanceof Response) return offer;
  const entry = readTicket(offer.ticket);
  if (!entry.ok) return deny(c, entry.error);
  const user = userOf(c, entry.value.account);
  if (!user.ok) return deny(c, user.error);
  return forwardUpgrade(c, user.value.stub, upgradeRequest(c, { ticket: entry.value.ticket }, offer.answer));
});

/**
 * Looks at the login once more, now that the device is known: had it ended in between, then whoever ended it told the object
 * before the device was there. Whoever ends it after this look tells an object that knows the device.
 */
async function isStillIn(c: Context<AppTypes>, { person, login }: Me): Promise<Outcome<null>> {
  if (login === null) return succeed(null);
  const still = await loggedIn(c);
  if (still.ok) return succeed(null);
  await tellOwnObject(c, person.id, (user) => user.signedOut({ logins: [login] }));
  return still;
}

/** One's own devices: a ticket for a socket, and commands without one. */
export const inboxRoutes = new Hono<AppTypes>()
  .post('/connect', holdOffBearers, async (c) => {
    const me = await meOf(c);
    if (!me.ok) return deny(c, me.error);
    const body = await readBody(c.req.raw, ConnectRequestSchema, { optional: true });
    if (!body.ok) return deny(c, body.error);
    const { person, login, user, directory } = me.value;
    if (person.userName === null) await directory.putProviderPerson(person);
    const opened = await user.repeatable((stub) => stub.openDevice(person, body.value.device ?? null, login));
    if (!opened.ok) return deny(c, opened.error);
    const still = await finish(c, isStillIn(c, me.value));
    if (!still.ok) return deny(c, still.error);
    const { device, ticket, ticketExpiresAt } = opened.value;
    const url = socketUrl(c.req.url, '/v1/me/connect');
    return c.json<ConnectResponse>({ device, ticket: `${person.id}.${ticket}`, ticketExpiresAt, url }, 200);
  })
  .all('/connect', onlyMethods('GET', 'POST'))
  .post('/commands', holdOffBearers, async (c) => {
    const me = await meOf(c);
    if (!me.ok) return deny(c, me.error);
    const body = await readBody(c.req.raw, DeviceCommandSchema);
    if (!body.ok) return deny(c, body.error);
    const decoded = readCommand(body.value.command);
    if (!decoded.ok) return deny(c, decoded.error);
    const { command } = decoded;
    if (command.t === 'image.upload') return deny(c, refuse('binary_unexpected'));
    const { person, user } = me.value;
    // With a device's number a command is done once however often it is sent.
    const call = command.n === undefined ? user.once : user.repeatable;
    const outcome = await call((stub) => stub.run(person, body.value.device, command));
    if (!outcome.ok) return deny(c, outcome.error);
    return c.body(renderCommand(outcome.value), 200, { 'content-type': 'application/json' });
  })
  .all('/commands', onlyMethods('POST'));
