import { SYSTEM } from '../engine/feature.ts';
import { type Executor, follow } from '../engine/outbox.ts';
import { drawHostKey, EVERYBODYS_CODE } from '../platform/codes.ts';
import type { GroupRpc } from '../platform/group-rpc.ts';
import { sha256 } from '../platform/hash.ts';
import { within } from '../platform/patience.ts';
import { roomAddress } from '../platform/room-address.ts';
import type { RoomRpc } from '../platform/room-rpc.ts';
import type { Outcome, Person } from '../protocol/index.ts';
import {
  EVERYBODY_EFFECT,
  FORGET_EFFECT,
  type ForgetData,
  heardGone,
  heardStanding,
  LOOK_EFFECT,
  type LookData,
  lookOn,
  roleAmongEverybody,
} from './features/groups.ts';
import { groupTable, knownGroup } from './group-rows.ts';
import type { Host } from './host.ts';
import { settingsOf } from './tables.ts';
import { cardOfSelf } from './view.ts';

/** A group's object as a person's sees it. */
export type GroupStub = GroupRpc & Pick<RoomRpc, 'createRoom'>;

/** Groups asked at the same time; a Worker may have six connections open, and other things are to be done. */
const AT_ONCE = 4;
/** ms after which a call that hangs is given up. */
const PATIENCE = 5_000;
/** The same for one of many groups that are asked. */
const PATIENCE_TO_LOOK = 3_000;
/** ms after which no further group is asked in one go: with the last of them it ends before an effect counts as failed. */
const LOOK_FOR = 5_000;
/** Tries after which a group is not told that somebody's account is gone. */
const TRIES = 30;

function stubOf({ env }: Host, code: string): GroupStub | null {
  const address = env.ROOMS === undefined ? null : roomAddress(env.ROOMS, code);
  return address === null ? null : address();
}

/** Asks one group. What it answers is told at once; that it does not answer changes nothing. */
async function ask(host: Host, code: string, account: string): Promise<void> {
  const stub = stubOf(host, code);
  if (stub === null) return;
  const before = host.engine();
  const known = before === null ? undefined : knownGroup(before.state, code)?.version;
  const told = await within(stub.standing(account), PATIENCE_TO_LOOK);
  const engine = host.engine();
  if (engine === null) return;
  if (told.ok)
    engine.perform(
      heardStanding,
      { standing: told.value, ...(known === undefined ? {} : { known }) },
      SYSTEM,
    );
  else if (told.error.code === 'not_enrolled') engine.perform(heardGone, { code, state: 'none' }, SYSTEM);
  else if (told.error.code === 'room_not_found')
    engine.perform(heardGone, { code, state: 'deleted' }, SYSTEM);
}

/**
 * Asks all groups, some at a time: the next as soon as one has answered, or has been given up; that one is asked again
 * when a device next comes. Where many hang, the rest are left for the next try, so that each ends in good time.
 */
const look =
  (host: Host): Executor =>
  async (data) => {
    const engine = host.engine();
    if (engine === null) return;
    const { state } = engine;
    const { id } = cardOfSelf(state);
    const { left = Array.from(state.table(groupTable).keys()) } = data as LookData;
    const codes = left.filter((code) => state.table(groupTable).has(code));
    const until = host.clock.now() + LOOK_FOR;
    let next = 0;
    const askOn = async () => {
      while (next < codes.length && host.clock.now() < until) {
        const code = codes[next];
        next += 1;
        // One that fails is one that did not answer.
        if (code !== undefined) await ask(host, code, id).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
    return next < codes.length ? follow(lookOn, { left: codes.slice(next) }) : undefined;
  };

/** Makes everybody's group; whoever comes first does. */
async function makeGroup(stub: GroupStub, name: string): Promise<void> {
  const made = await within(
    stub.createRoom({
      code: EVERYBODYS_CODE,
      name,
      // Of a key that nobody has.
      hostKeyHash: await sha256(drawHostKey()),
      fingerprint: await sha256('everybody'),
      group: {
        owner: null,
        joining: 'invite',
        announcements: true,
        membersInvite: false,
        everybody: true,
      },
    }),
    PATIENCE,
  );
  if (!made.ok) throw new Error(made.error.message);
  if (made.value.taken) throw new Error("the code of everybody's group belongs to another room");
}

const enrolIn = (
  stub: GroupStub,
  person: Person,
  role: 'admin' | 'member',
  name: string,
): Promise<Outcome<null>> => within(stub.enrolEverybody(person, role, name), PATIENCE);

const everybody =
  (host: Host): Executor =>
  async () => {
    const state = host.engine()?.state;
    if (state === undefined) return;
    const role = roleAmongEverybody(state);
    const name = settingsOf(state).everybody?.name;
    if (role === null || name === undefined) return;
    const stub = stubOf(host, EVERYBODYS_CODE);
    if (stub === null) return;
    const person = cardOfSelf(state);
    let done = await enrolIn(stub, person, role, name);
    if (!done.ok && done.error.code === 'room_not_found') {
      await makeGroup(stub, name);
      done = await enrolIn(stub, person, role, name);
    }
    // A group that is full stays so: they are not asked to wait for nothing.
    if (!done.ok && done.error.code !== 'quota_exceeded') throw new Error(done.error.message);
  };

const forget =
  (host: Host): Executor =>
  async (data, _id, attempts) => {
    const { group, account, at } = data as ForgetData;
    const stub = stubOf(host, group);
    if (stub === null) return;
    try {
      const told = await within(stub.forgetAccount(account, at), PATIENCE);
      if (!told.ok) throw new Error(told.error.message);
    } catch (error) {
      if (attempts + 1 < TRIES) throw error;
    }
  };

/** What a person's object has to do with groups. */
export const groupExecutors = (host: Host): Readonly<Record<string, Executor>> => ({
  [LOOK_EFFECT]: look(host),
  [EVERYBODY_EFFECT]: everybody(host),
  [FORGET_EFFECT]: forget(host),
});
