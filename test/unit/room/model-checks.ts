import { expect } from 'vitest';
import type { View } from '../../../src/client/view.ts';
import { deadlineTable } from '../../../src/engine/deadlines.ts';
import { can, commandSpec, MEDIA, ROOM_COMMANDS, type RoomCommandType } from '../../../src/protocol/index.ts';
import { accountTable } from '../../../src/room-object/account-rows.ts';
import { authorityOf, isHostByRight } from '../../../src/room-object/authority-rows.ts';
import { banTable } from '../../../src/room-object/ban-rows.ts';
import { callOf, modeOf, recordingOf } from '../../../src/room-object/call-rows.ts';
import { mediaOf } from '../../../src/room-object/media-state.ts';
import {
  holdsSeat,
  isPresent,
  type MemberRow,
  seatsTaken,
  settingsOf,
  theRoom,
} from '../../../src/room-object/tables.ts';
import { comparable } from '../../support/same-view.ts';
import type { Client } from './model-client.ts';
import type { World } from './model-world.ts';

type Row = Readonly<MemberRow>;

const isHostRole = (row: Row): boolean => row.role === 'host' || row.role === 'cohost';

/** What the checks after a step need to know of the room before it. */
export interface Before {
  readonly seated: ReadonlySet<string>;
  readonly capacity: number;
}
export const before = (world: World): Before => ({
  seated: new Set(
    world
      .rows()
      .filter(holdsSeat)
      .map(({ id }) => id),
  ),
  capacity: theRoom(world.state).capacity,
});

/** Whether somebody may give a command at this moment, by the rules as they are written down. */
export function mayGive(world: World, by: string | null, t: RoomCommandType, fields: object): boolean {
  const spec = commandSpec(t);
  const room = theRoom(world.state);
  if (room.endedAt !== null) return false;
  if (by === null) return spec.forHostKey;
  const row = world.row(by);
  if (row?.presence === 'waiting') return spec.whileWaiting;
  if (row === undefined || !isPresent(row)) return false;
  if (spec.authority === 'host' && row.role !== 'host') return false;
  if (spec.authority === 'hosts' && !isHostRole(row)) return false;
  return spec.needs(fields as never).every((permission) => can(row, room.policy, permission));
}

/** One person is host, with all of their devices, who is there or is known to be gone since a time. */
function checkHost(world: World): void {
  const rows = world.rows();
  const { host, owner, former, goneAt } = authorityOf(world.state);
  const named = rows.find(({ id }) => id === host);
  const theirs = rows.filter(
    ({ id, account }) => id === host || (account !== null && account === named?.account),
  );
  expect(
    rows.filter(({ role }) => role === 'host').map(({ id }) => id),
    'one host',
  ).toEqual(theirs.map(({ id }) => id));
  expect(former === null, 'who stands in for whom').toBe(host === owner);
  if (theRoom(world.state).endedAt !== null) return;
  const isThere = theirs.some(isPresent);
  expect(goneAt === null, 'a host is there, or gone since a time').toBe(host === null || isThere);
  expect(isPresent(named), 'the device that is named is one that is there').toBe(isThere);
}

/** The devices of an account are known as such, and are one person in all that a host decides. */
function checkDevices(world: World): void {
  const devices = new Map<string, Row[]>();
  for (const row of world.rows())
    if (row.account !== null) devices.set(row.account, [...(devices.get(row.account) ?? []), row]);
  const known = Array.from(world.state.table(accountTable).entries(), ([id, { members }]) => [id, members]);
  expect(Object.fromEntries(known), 'devices by account').toEqual(
    Object.fromEntries(Array.from(devices, ([id, rows]) => [id, rows.map((row) => row.id)])),
  );
  for (const [account, rows] of devices) {
    const shared = rows.map(({ role, rights, mustWait, invite }) =>
      JSON.stringify([role, Object.entries(rights).sort(), mustWait === true, invite]),
    );
    expect(new Set(shared).size, `${account} is one person: ${shared.join()}`).toBe(1);
  }
}

/** Nobody has on, says or holds what the formula denies. */
function checkRights(world: World): void {
  const { policy, endedAt } = theRoom(world.state);
  // What was on when the meeting ended is switched off when it is opened again; until then nobody is told of it.
  if (endedAt !== null) return;
  for (const row of world.rows()) {
    const media = mediaOf(world.state, row.id);
    for (const one of MEDIA) {
      if (!media[one]) continue;
      expect(row.presence, `${row.name} has ${one} on`).toBe('online');
      expect(can(row, policy, one), `${row.name} may have ${one} on`).toBe(true);
    }
    if (media.speaking) expect(media.microphone, `${row.name} speaks with a microphone`).toBe(true);
    if (world.state.latest('typing.changed', row.id) !== undefined) {
      expect(row.presence, `${row.name} writes`).toBe('online');
      expect(can(row, policy, 'chat'), `${row.name} may write`).toBe(true);
    }
  }
}

/** Who is in the call is there; a direct one is as small as the settings say; who records is host or co-host. */
function checkCall(world: World): void {
  if (theRoom(world.state).endedAt !== null) return;
  const rows = world.rows();
  const inside = rows.filter(({ id }) => callOf(world.state, id) !== null);
  for (const { name, presence } of inside) expect(presence, `${name} is in the call`).toBe('online');
  const { sfu, direct } = settingsOf(world.state);
  if (modeOf(world.state) === 'direct') {
    const media = inside.map(({ id }) => mediaOf(world.state, id));
    const pictures = media.reduce((sum, { camera, screen }) => sum + Number(camera) + Number(screen), 0);
    expect(inside.length, 'members in a direct call').toBeLessThanOrEqual(direct.members);
    expect(pictures, 'cameras in a direct call').toBeLessThanOrEqual(direct.cameras);
  } else {
    expect(sfu, 'through an SFU that is there').toBe(true);
    const isHeld =
      inside.length > 0 || rows.some(({ presence }) => presence === 'online' || presence === 'away');
    expect(isHeld, 'a call that goes on without anybody').toBe(true);
  }
  const recording = recordingOf(world.state);
  if (recording === null) return;
  const recorder = rows.find(({ id }) => id === recording.by);
  expect(isPresent(recorder) && isHostRole(recorder), `${recorder?.name} records`).toBe(true);
}

/** What everybody is shown belongs to people who are there. */
function checkShown(world: World, view: View): void {
  const rows = new Map(world.rows().map((row) => [row.id, row]));
  const { policy } = theRoom(world.state);
  for (const { member } of view.hands) {
    const row = rows.get(member);
    expect(isPresent(row), `${member} has a hand up and is there`).toBe(true);
    if (row !== undefined) expect(can(row, policy, 'hand'), `${member} may have a hand up`).toBe(true);
  }
  if (view.spotlight !== null) expect(isPresent(rows.get(view.spotlight)), 'in the spotlight').toBe(true);
  for (const { member } of view.requests) expect(isPresent(rows.get(member)), 'asked').toBe(true);
  for (const row of rows.values()) {
    expect(view.members.has(row.id), `${row.name} is ${row.presence}`).toBe(isPresent(row));
  }
}

function checkBans(world: World): void {
  for (const { member, account } of world.state.table(banTable).values()) {
    const devices = world
      .rows()
      .filter((row) => row.id === member || (account !== null && row.account === account));
    for (const { id, presence } of devices) expect(presence, `${id} is banned`).toBe('left');
    expect(isHostByRight(world.state, member), `${member} is banned and host`).toBe(false);
  }
}

/** Who was sent out, or sent back to the lobby, comes in by a host's word and not by the rule of the door. */
function checkSentOut(world: World, was: Before): void {
  const back = world.rows().filter((row) => holdsSeat(row) && !was.seated.has(row.id));
  const walked = back.filter(
    (row) => row.mustWait === true && row.showedKey !== true && !isHostByRight(world.state, row.id),
  );
  expect(
    walked.map(({ name }) => name),
    'sent out, and back by themselves',
  ).toEqual([]);
}

/** Beyond the last seat only hosts find one; a room that was made smaller puts nobody out. */
function checkSeats(world: World, was: Before): void {
  const { capacity } = theRoom(world.state);
  if (seatsTaken(world.state) <= capacity || capacity !== was.capacity) return;
  const late = world.rows().filter((row) => holdsSeat(row) && !was.seated.has(row.id));
  const isExempt = (row: Row): boolean =>
    isHostRole(row) || row.showedKey === true || isHostByRight(world.state, row.id);
  const others = late.filter((row) => !isExempt(row));
  // One step may seat a host as well as the others.
  const seats = seatsTaken(world.state) - (late.length - others.length);
  if (seats <= capacity) return;
  expect(
    others.map(({ name }) => name),
    `a seat beyond ${capacity}`,
  ).toEqual([]);
}

function expectSame(world: World, { name, whispered }: Client, view: View, other: View, what: string): void {
  const waiting = Array.from(world.state.table(deadlineTable).values(), ({ data }) => data);
  const counting = new Set(waiting.flatMap((data) => ('poll' in data ? [Number(data.poll)] : [])));
  // An invitation that is shown while waiting changes the reason, too, and hosts are not told of it.
  const placing = world.state.table(deadlineTable).has('lobby places') || world.invites.length > 0;
  const loose = { whispered, counting, placing };
  expect(comparable(other, view, loose), `${name}: ${what}`).toEqual(comparable(view, other, loose));
}

/** Bookmarks of one client that are looked at again. */
const BOOKMARKS = 12;

/** Everything that must hold after each step. `turn`: whose log is replayed this time; null: everybody's. */
export function check(world: World, was: Before, turn: number | null): void {
  checkHost(world);
  checkDevices(world);
  checkRights(world);
  checkCall(world);
  checkBans(world);
  checkSeats(world, was);
  checkSentOut(world, was);
  const clients = Array.from(world.clients.values());
  clients.forEach((client, index) => {
    const { view } = client;
    if (!client.isInRoom || view === null) return;
    checkShown(world, view);
    const now = world.shown(client);
    if (now === null) throw new Error(`${client.name} has the room before them and is not in it`);
    expectSame(world, client, now, view, 'having been there is as a snapshot');
    if (turn !== null && index !== turn % clients.length) return;
    for (const bookmark of client.bookmarks) {
      const again = world.replayed(client, bookmark);
      expectSame(
        world,
        client,
        view,
        again,
        `replay from ${bookmark.seq}/${bookmark.private} is as having been there`,
      );
    }
    client.bookmarks.push(view);
    if (client.bookmarks.length > BOOKMARKS) client.bookmarks.splice((turn ?? 0) % BOOKMARKS, 1);
  });
}

export const ALL_COMMANDS = Object.keys(ROOM_COMMANDS) as RoomCommandType[];
