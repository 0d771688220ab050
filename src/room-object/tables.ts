import type { LoggedEvent } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import {
  DEFAULT_POLICY,
  type Member,
  type Policy,
  type Rights,
  type Role,
  type Room,
} from '../protocol/index.ts';
import type { RoomSettings } from './settings.ts';

/** The room itself: one row, under the key `room`. */
export interface RoomRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly createdAt: number;
  readonly capacity: number;
  readonly retentionSeconds: number;
  readonly whenEmpty: 'end' | 'stay';
  readonly policy: Policy;
  /** SHA-256, base64url. */
  readonly hostKeyHash: string;
  /** SHA-256 of the creating request, or null; tells a repeated request from another one. */
  readonly fingerprint: string | null;
  /** The account that made it, and is host by right until it hands the room over; absent: a guest did. */
  readonly owner?: string;
  readonly endedAt: number | null;
}

/**
 * A person who is or was in the room, or one of the devices of somebody with an account. joining: a seat is held for
 * their ticket. waiting: in the lobby. left: gone, kept for attendance and for coming back as the same person. Role and
 * rights belong to the person, not to the socket: all devices of an account have the same (account-rows.ts).
 */
export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly account: string | null;
  /** Path of the account's picture, as it was when this device first came; absent: none. */
  readonly avatar?: string;
  readonly presence: 'joining' | 'waiting' | 'online' | 'away' | 'left';
  readonly rights: Rights;
  readonly joinedAt: number;
  /** When the connection dropped, in ms; null while it stands. */
  readonly awayAt: number | null;
  /**
   * Their line was lost while they took part in picture and sound, which go on between browsers all the same. Until then (ms)
   * nobody knows what they have on; null: for as long as they are away. Absent: it is known.
   */
  readonly unheard?: number | null;
  /** Number of the newest session; frames of any other are dropped. */
  readonly session: number;
  /** The ticket that opens the next session, once. */
  readonly ticket: { readonly secret: string; readonly expiresAt: number } | null;
  /** Where they came from last, as a hash that differs from room to room. */
  readonly address: string | null;
  /** While joining: the way leads to the lobby, and no seat is held. */
  readonly toLobby?: boolean;
  /** A host has let them in; the door is open to them until they leave. */
  readonly letIn?: boolean;
  /** They were sent out: whatever the door's rule, a host has to let them in again. */
  readonly mustWait?: boolean;
  /** They showed the host key with the ticket that they hold. */
  readonly showedKey?: boolean;
  /** The invitation that they came with. */
  readonly invite?: string;
  /** ms; in a group: when they last left. */
  readonly leftAt?: number;
  /** In a group: their account is deleted, and what they wrote goes. */
  readonly erased?: true;
}

export const roomTable = defineTable<RoomRow>('room');
/** Members, with those who are present, who hold a seat and who are on the way in at hand: many more may have been here. */
export const memberTable = defineTable<MemberRow, 'present' | 'seated' | 'joining' | 'waiting'>('members', {
  present: (member) => isPresent(member),
  seated: (member) => holdsSeat(member),
  waiting: (member) => member.presence === 'waiting',
  joining: (member) => member.presence === 'joining',
});

export const ROOM_KEY = 'room';

/** The room's row, or undefined where no room was ever made. */
export const findRoom = (state: StateView): Readonly<RoomRow> | undefined =>
  state.table(roomTable).get(ROOM_KEY);

/** The room's row where there must be one: handlers run only in rooms that exist. */
export function theRoom(state: StateView): Readonly<RoomRow> {
  const room = findRoom(state);
  if (room === undefined) throw new Error('a handler ran without a room');
  return room;
}

/** Gives a room that was made before there were all of today's flags those that it lacks. Not written: it is the same each time. */
export function completePolicy(state: State): void {
  const room = theRoom(state);
  state.table(roomTable).restore(ROOM_KEY, { ...room, policy: { ...DEFAULT_POLICY, ...room.policy } });
}

/** In the room for others to see: with a socket, or within the grace period. */
export const isPresent = (
  member: Readonly<MemberRow> | undefined,
): member is Readonly<MemberRow> & { readonly presence: 'online' | 'away' } =>
  member !== undefined && (member.presence === 'online' || member.presence === 'away');

/** Holds a seat: present, or on the way into the room. */
export const holdsSeat = (member: Readonly<MemberRow>): boolean =>
  isPresent(member) || (member.presence === 'joining' && member.toLobby !== true);

export function findPresent(
  state: StateView,
  id: string,
): (Readonly<MemberRow> & { readonly presence: 'online' | 'away' }) | undefined {
  const member = state.table(memberTable).get(id);
  return isPresent(member) ? member : undefined;
}

/** Everybody present. */
export function present(
  state: StateView,
): (Readonly<MemberRow> & { readonly presence: 'online' | 'away' })[] {
  return Array.from(state.table(memberTable).among('present')).filter(isPresent);
}

/** Names of those who wrote messages, or got them, by member id. */
export function namesIn(state: StateView, events: readonly LoggedEvent[]): Record<string, string> {
  const names: Record<string, string> = {};
  for (const { by, to } of events) {
    for (const id of [by, to]) {
      const member = typeof id === 'string' ? state.table(memberTable).get(id) : undefined;
      if (member !== undefined) names[member.id] = member.name;
    }
  }
  return names;
}

/** Seats that are held. */
export const seatsTaken = (state: StateView): number => state.table(memberTable).count('seated');

/** Seats held for people who come from this address and are not in yet. */
export function seatsOnTheWay(state: StateView, address: string): number {
  let held = 0;
  for (const member of state.table(memberTable).among('joining')) if (member.address === address) held += 1;
  return held;
}

/** The settings of all rooms, put beside the state on wake so that handlers can decide by them; never stored. */
export const settingsTable = defineTable<RoomSettings>('settings');
export const SETTINGS_KEY = 'settings';

export function settingsOf(state: StateView): Readonly<RoomSettings> {
  const settings = state.table(settingsTable).get(SETTINGS_KEY);
  if (settings === undefined) throw new Error('the settings were not put beside the state');
  return settings;
}

/** A member as everybody sees them. */
export const toMember = <P extends MemberRow['presence']>(
  row: Readonly<MemberRow> & { readonly presence: P },
): Omit<Member, 'presence'> & { readonly presence: P } => ({
  id: row.id,
  name: row.name,
  role: row.role,
  account: row.account,
  ...(row.avatar === undefined ? {} : { avatar: row.avatar }),
  presence: row.presence,
  joinedAt: row.joinedAt,
  rights: row.rights,
});

/** The room as its members see it. */
export const toRoom = (row: Readonly<RoomRow>): Room => ({
  id: row.id,
  code: row.code,
  name: row.name,
  createdAt: row.createdAt,
  capacity: row.capacity,
  retentionSeconds: row.retentionSeconds,
  whenEmpty: row.whenEmpty,
  policy: row.policy,
});
