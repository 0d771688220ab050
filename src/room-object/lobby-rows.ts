import type { EventDraft } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { Door, Place, Role, Waiting, WaitReason } from '../protocol/index.ts';
import { everyDevice } from './account-rows.ts';
import { arrivingRole } from './authority-rows.ts';
import { hasAuthority } from './gate.ts';
import { isPresent, type MemberRow, memberTable, present, seatsTaken, theRoom } from './tables.ts';

/** The rules of the door: one row, under the key `door`; none until a host first changes them. */
export const doorTable = defineTable<Door>('door');
export const DOOR_KEY = 'door';

const OPEN: Door = { entry: 'everybody', locked: false, waitForHost: false, whenFull: 'refuse', message: '' };

export const theDoor = (state: StateView): Readonly<Door> => state.table(doorTable).get(DOOR_KEY) ?? OPEN;

/** Since when somebody waits, in ms, and what they were told last. By member id, in the order of coming. */
export interface LobbyRow {
  readonly since: number;
  /** What hosts were told last. */
  readonly reason?: WaitReason;
  /** How often it was said, of one and the same moment, that they come in: the first word counts. */
  readonly comes?: number;
}
export const lobbyTable = defineTable<LobbyRow, 'coming'>('lobby', {
  coming: ({ comes }) => comes !== undefined,
});

/** People who may wait at a time. */
export const LOBBY_SIZE = 1_000;

/** Host and co-hosts who are there. */
export const hostsPresent = (state: StateView): string[] =>
  present(state)
    .filter(({ role }) => hasAuthority(role))
    .map(({ id }) => id);

/** The same event, private to the hosts who are there. */
export const toHosts = (state: StateView, draft: EventDraft): EventDraft[] => {
  const hosts = hostsPresent(state);
  return hosts.length === 0 ? [] : [{ ...draft, to: hosts, by: null }];
};

/** The devices of one person; none: somebody who was never here. */
type Devices = readonly Readonly<MemberRow>[];

const isLetIn = (devices: Devices): boolean => devices.some(({ letIn }) => letIn === true);
const mustWait = (devices: Devices): boolean => devices.some((row) => row.mustWait === true);

/** Whether the door is open to them whatever its rule: a host has let them in, or they are in with another device. */
export const isWelcome = (devices: Devices): boolean =>
  isLetIn(devices) || (devices.some(isPresent) && !mustWait(devices));

function passesRule(door: Readonly<Door>, devices: Devices, isInvited: boolean): boolean {
  if (isWelcome(devices)) return true;
  if (mustWait(devices)) return false;
  if (door.entry === 'everybody') return true;
  if (door.entry === 'nobody') return false;
  return isInvited || (door.entry === 'known' && devices.some(({ joinedAt }) => joinedAt > 0));
}

/** Why somebody with a device that is not in can't walk in, or null. Seats are asked for last, so that they are not wasted. */
export function reasonToWait(
  state: StateView,
  devices: Devices,
  isInvited: boolean,
  role: Role,
): WaitReason | null {
  if (role === 'host') return null;
  // A co-host who was sent out waits like anybody who was.
  if (hasAuthority(role) && (!mustWait(devices) || isLetIn(devices))) return null;
  const door = theDoor(state);
  if (!passesRule(door, devices, isInvited)) return 'approval';
  if (door.waitForHost && !devices.some(isPresent) && hostsPresent(state).length === 0) return 'host';
  return seatsTaken(state) >= theRoom(state).capacity ? 'full' : null;
}

/** Why somebody waits; null: they need not. */
export const reasonOf = (state: StateView, row: Readonly<MemberRow>): WaitReason | null =>
  reasonToWait(state, everyDevice(state, row.id), row.invite !== undefined, arrivingRole(state, row));

// Whoever could come in this moment is about to.
const waits = (state: StateView, member: Readonly<MemberRow>): WaitReason =>
  reasonOf(state, member) ?? 'approval';

/** Everybody who waits, in the order of coming. */
export function waitingInOrder(state: StateView): (Readonly<MemberRow> & { readonly since: number })[] {
  const since = state.table(lobbyTable);
  return Array.from(state.table(memberTable).among('waiting'), (member) => ({
    ...member,
    since: since.get(member.id)?.since ?? 0,
  })).sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
}

export const toWaiting = (
  state: StateView,
  member: Readonly<MemberRow> & { readonly since: number },
): Waiting => ({
  id: member.id,
  name: member.name,
  account: member.account,
  ...(member.avatar === undefined ? {} : { avatar: member.avatar }),
  since: member.since,
  reason: waits(state, member),
});

/** Where somebody in the lobby stands. */
export function placeOf(state: StateView, id: string): Place {
  const order = waitingInOrder(state);
  const index = order.findIndex((member) => member.id === id);
  const member = order[index];
  return {
    place: index + 1,
    reason: member === undefined ? 'approval' : waits(state, member),
    message: theDoor(state).message,
  };
}
