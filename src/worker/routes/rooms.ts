import { type Context, Hono } from 'hono';
import { sha256 } from '../../platform/hash.ts';
import type { AccountCaller, Caller } from '../../platform/room-rpc.ts';
import {
  type CreateRequest,
  CreateRequestSchema,
  type CreateResponse,
  type Outcome,
  type Refusal,
  refuse,
  succeed,
  UpdateRequestSchema,
} from '../../protocol/index.ts';
import { accountOf } from '../accounts/bearer.ts';
import { readBody } from '../body.ts';
import { callerOf, roomOf } from '../caller.ts';
import { createAtFreeCode, creatorOf, type Draw, derivedDraw, randomDraw } from '../creation.ts';
import { readIdempotencyKey } from '../idempotency.ts';
import { addressOf } from '../limits.ts';
import { deny, holdOffBearers, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is undefined: a call between objects would carry it as a value. */
const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

/** The settings of a request as the object takes them. */
function settingsOf({
  region: _region,
  jurisdiction: _jurisdiction,
  policy,
  schedule,
  ...settings
}: CreateRequest) {
  return {
    ...present(settings),
    ...(policy === undefined ? {} : { policy: present(policy) }),
    ...(schedule === undefined ? {} : { schedule: present(schedule) }),
  };
}

/** A meeting that could never be: told here, because a room is made whole or not at all. */
function refuseSchedule(schedule: CreateRequest['schedule'], now: number): Refusal | null {
  const { opensAt = null, expiresAt = null } = schedule ?? {};
  if (expiresAt === null) return null;
  if (expiresAt <= now) return refuse('invalid', { detail: 'schedule.expiresAt: must be in the future' });
  if (opensAt === null || opensAt < expiresAt) return null;
  return refuse('invalid', { detail: 'schedule.expiresAt: must be after opensAt' });
}

async function createRoom(
  c: Context<AppTypes>,
  request: CreateRequest,
  draw: Draw,
  { owner, fingerprint }: { readonly owner: string | null; readonly fingerprint: string | null },
): Promise<Outcome<CreateResponse>> {
  const created = await createAtFreeCode(
    c,
    draw,
    { ...settingsOf(request), ...(owner === null ? {} : { owner }), fingerprint },
    request.region,
  );
  if (!created.ok) return created;
  const { id, code } = created.value;
  const link = new URL(`/r/${code}`, c.req.url).href;
  return succeed({ id, code, link, hostKey: draw.hostKey, room: created.value });
}

/** Who opens a room again: as for all else, or by the account whose room it is. */
async function reopenerOf(c: Context<AppTypes>, code: string): Promise<Outcome<Caller | AccountCaller>> {
  const account = await accountOf(c);
  if (!account.ok) return account;
  return account.value === null ? callerOf(c, code) : succeed({ account: account.value.id });
}

/** Rooms as such: create, look at, change, end. */
export const roomsRoutes = new Hono<AppTypes>()
  .post('/', holdOffBearers, async (c) => {
    const { tokens, creations, clock } = c.get('services');
    const creator = await creatorOf(c);
    if (!creator.ok) return deny(c, creator.error);
    const body = await readBody(c.req.raw, CreateRequestSchema);
    if (!body.ok) return deny(c, body.error);
    const badSchedule = refuseSchedule(body.value.schedule, clock.now());
    if (badSchedule !== null) return deny(c, badSchedule);
    const idempotency = readIdempotencyKey(c.req.raw.headers);
    if (!idempotency.ok) return deny(c, idempotency.error);
    const wait = await creations.count(addressOf(c.req.raw.headers), clock.now());
    if (wait > 0) return deny(c, refuse('rate_limited', { retry: wait }));

    const key = idempotency.value;
    const jurisdiction = body.value.jurisdiction ?? null;
    const { text, account } = creator.value;
    const draw = key === null ? randomDraw(jurisdiction) : await derivedDraw(tokens, jurisdiction, text, key);
    // Validation puts the fields in the schema's order, so the same request always reads the same. It knows no owner.
    const asked = account === null ? body.value : { ...body.value, owner: account };
    const fingerprint = key === null ? null : await sha256(JSON.stringify(asked));
    const created = await createRoom(c, body.value, draw, { owner: account, fingerprint });
    if (!created.ok) return deny(c, created.error);
    return c.json(created.value, 201, { location: `/v1/rooms/${created.value.code}` });
  })
  .all('/', onlyMethods('POST'))
  .get('/:code', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const status = await room.value.repeatable((stub) => stub.status());
    return status.ok ? c.json(status.value, 200) : deny(c, status.error);
  })
  .patch('/:code', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const body = await readBody(c.req.raw, UpdateRequestSchema);
    if (!body.ok) return deny(c, body.error);
    const { policy, ...settings } = body.value;
    if (Object.keys(settings).length > 0) {
      const done = await room.value.once((stub) =>
        stub.run(caller.value, { t: 'room.update', fields: settings }),
      );
      if (!done.ok) return deny(c, done.error);
    }
    if (policy !== undefined) {
      const done = await room.value.once((stub) =>
        stub.run(caller.value, { t: 'policy.set', fields: { policy } }),
      );
      if (!done.ok) return deny(c, done.error);
    }
    const changed = await room.value.repeatable((stub) => stub.room(caller.value));
    return changed.ok ? c.json({ room: changed.value }, 200) : deny(c, changed.error);
  })
  .delete('/:code', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const ended = await room.value.once((stub) => stub.run(caller.value, { t: 'room.end', fields: {} }));
    if (ended.ok) return c.body(null, 204);
    if (ended.error.code !== 'room_ended') return deny(c, ended.error);
    // Ended before: that is what was asked for, but only a host may be told so. The attendance list tells who is one.
    const host = await room.value.repeatable((stub) => stub.attendance(caller.value));
    return host.ok ? c.body(null, 204) : deny(c, host.error);
  })
  .post('/:code/reopen', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await reopenerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const reopened = await room.value.repeatable((stub) => stub.reopenRoom(caller.value));
    return reopened.ok ? c.json({ room: reopened.value }, 200) : deny(c, reopened.error);
  })
  .all('/:code/reopen', onlyMethods('POST'))
  .all('/:code', onlyMethods('GET', 'HEAD', 'PATCH', 'DELETE'));
