import { type Context, Hono } from 'hono';
import { sha256 } from '../../platform/hash.ts';
import {
  type CreateGroup,
  CreateGroupSchema,
  EnrolRequestBodySchema,
  type EnrolResponse,
  fail,
  type GroupResponse,
  type LookResponse,
  type MyGroupsResponse,
  type Outcome,
  type Person,
  succeed,
} from '../../protocol/index.ts';
import { readBody } from '../body.ts';
import { type RoomAtHand, roomAt, roomOf } from '../caller.ts';
import { createAtFreeCode, derivedDraw, randomDraw } from '../creation.ts';
import { readIdempotencyKey } from '../idempotency.ts';
import { addressOf } from '../limits.ts';
import { meOf } from '../person.ts';
import { deny, holdOffBearers, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Whoever asks, known to the directory, so that the group's object finds them there. */
async function enrollerOf(c: Context<AppTypes>): Promise<Outcome<Person>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const { person, directory } = me.value;
  if (person.userName === null) await directory.putProviderPerson(person);
  return succeed(person);
}

/** Whoever asks, and the group that the path names. */
async function atGroup(
  c: Context<AppTypes>,
): Promise<Outcome<{ readonly person: Person; readonly group: RoomAtHand }>> {
  const group = roomOf(c);
  if (!group.ok) return group;
  const person = await enrollerOf(c);
  return person.ok ? succeed({ person: person.value, group: group.value }) : person;
}

/** How much a new group may be asked for at a time is what holds for rooms. */
async function mayCreate(c: Context<AppTypes>): Promise<Outcome<null>> {
  const { settings, creations, clock } = c.get('services');
  if (settings.createAccess === 'api-key') return fail('create_refused');
  const wait = await creations.count(addressOf(c.req.raw.headers), clock.now());
  return wait > 0 ? fail('rate_limited', { retry: wait }) : succeed(null);
}

async function createGroup(
  c: Context<AppTypes>,
  owner: Person,
  asked: CreateGroup,
  key: string | null,
): Promise<Outcome<GroupResponse>> {
  const { tokens } = c.get('services');
  // Nobody is told the key: a group is its owner's by their account.
  const draw = key === null ? randomDraw(null) : await derivedDraw(tokens, null, `group ${owner.id}`, key);
  const fingerprint = key === null ? null : await sha256(JSON.stringify({ ...asked, owner: owner.id }));
  const { name, joining = 'invite', announcements = false, membersInvite = false } = asked;
  const group = { owner, joining, announcements, membersInvite, everybody: false };
  const created = await createAtFreeCode(c, draw, { name, fingerprint, group });
  if (!created.ok) return created;
  const { code } = created.value;
  const look = await roomAtCode(c, code).repeatable((stub) => stub.standing(owner.id));
  return look.ok ? succeed({ standing: look.value }) : look;
}

function roomAtCode(c: Context<AppTypes>, code: string): RoomAtHand {
  const room = roomAt(c.env, code);
  if (room === null) throw new Error('the room that was just made is nowhere');
  return room;
}

/** One's own groups, as far as one's own object knows. */
export const myGroupsRoutes = new Hono<AppTypes>()
  .get('/', holdOffBearers, async (c) => {
    const me = await meOf(c);
    if (!me.ok) return deny(c, me.error);
    const { person, user } = me.value;
    const groups = await user.repeatable((stub) => stub.groups(person.id));
    return groups.ok ? c.json<MyGroupsResponse>(groups.value, 200) : deny(c, groups.error);
  })
  .all('/', onlyMethods('GET', 'HEAD'));

/** Groups as such: found one, look at one, come and go. All else is done in its room. */
export const groupsRoutes = new Hono<AppTypes>()
  .post('/', holdOffBearers, async (c) => {
    const owner = await enrollerOf(c);
    if (!owner.ok) return deny(c, owner.error);
    const body = await readBody(c.req.raw, CreateGroupSchema);
    if (!body.ok) return deny(c, body.error);
    const key = readIdempotencyKey(c.req.raw.headers);
    if (!key.ok) return deny(c, key.error);
    const may = await mayCreate(c);
    if (!may.ok) return deny(c, may.error);
    const created = await createGroup(c, owner.value, body.value, key.value);
    if (!created.ok) return deny(c, created.error);
    return c.json<GroupResponse>(created.value, 201, {
      location: `/v1/groups/${created.value.standing.group}`,
    });
  })
  .all('/', onlyMethods('POST'))
  .get('/:code', holdOffGuessers, async (c) => {
    const asked = await atGroup(c);
    if (!asked.ok) return deny(c, asked.error);
    const { group, person } = asked.value;
    const look = await group.repeatable((stub) => stub.look(person.id));
    return look.ok ? c.json<LookResponse>(look.value, 200) : deny(c, look.error);
  })
  .all('/:code', onlyMethods('GET', 'HEAD'))
  .post('/:code/enrol', holdOffGuessers, async (c) => {
    const asked = await atGroup(c);
    if (!asked.ok) return deny(c, asked.error);
    const body = await readBody(c.req.raw, EnrolRequestBodySchema, { optional: true });
    if (!body.ok) return deny(c, body.error);
    const { group, person } = asked.value;
    const done = await group.repeatable((stub) => stub.enrol(person, body.value.note ?? ''));
    if (!done.ok) return deny(c, done.error);
    return c.json<EnrolResponse>(done.value, done.value.state === 'enrolled' ? 200 : 202);
  })
  .delete('/:code/enrol', holdOffGuessers, async (c) => {
    const asked = await atGroup(c);
    if (!asked.ok) return deny(c, asked.error);
    const { group, person } = asked.value;
    const done = await group.repeatable((stub) => stub.unenrol(person.id));
    return done.ok ? c.body(null, 204) : deny(c, done.error);
  })
  .all('/:code/enrol', onlyMethods('POST', 'DELETE'));
