import {
  applyInternal,
  deadline,
  decide,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail, LIMITS, type Outcome, type Role, succeed } from '../../protocol/index.ts';
import {
  accountTable,
  changeRows,
  DEVICES,
  devicesOf,
  dropDevice,
  everyDevice,
  putDevice,
} from '../account-rows.ts';
import { isHostByRight } from '../authority-rows.ts';
import { isBanned } from '../ban-rows.ts';
import { parentOf } from '../breakout-rows.ts';
import { seatDeadline } from '../deadline-names.ts';
import { findGroup } from '../enrolment-rows.ts';
import { arrivingAccount, checkEntry, type Shown } from '../entry.ts';
import { hasAuthority } from '../gate.ts';
import { keyShown, type SeatHeld, seatHeld, seatReleased } from '../internal-events.ts';
import { isWelcome, LOBBY_SIZE, reasonToWait, theDoor, toHosts } from '../lobby-rows.ts';
import {
  holdsSeat,
  isPresent,
  type MemberRow,
  memberTable,
  seatsOnTheWay,
  seatsTaken,
  settingsOf,
  theRoom,
} from '../tables.ts';

export interface AdmitFields extends Shown {
  readonly returning: boolean;
  /** Absent: the account's. */
  readonly name: string | undefined;
  /** The ticket's secret, drawn by the caller: handlers are free of chance. */
  readonly ticket: string;
  /** Where they come from, as a hash; null where nobody can tell. */
  readonly address: string | null;
}

/** Seats that people from one address may hold without having come in yet: a class may come at once, a script not fill the room. */
const seatsPerAddress = (capacity: number): number => Math.max(20, Math.ceil(capacity / 4));

/** Who belongs to a group waits for nothing but a seat. */
function wayIntoGroup(
  state: StateView,
  member: string,
  devices: readonly Readonly<MemberRow>[],
  role: Role,
): Outcome<'room'> {
  const others = devices.filter(({ id, presence }) => id !== member && presence !== 'left');
  if (others.length >= DEVICES) return fail('room_full', { detail: `${DEVICES} devices of this account` });
  const isFull = seatsTaken(state) >= theRoom(state).capacity && !hasAuthority(role);
  return isFull ? fail('room_full', { retry: 10_000 }) : succeed('room');
}

/** Where somebody without a seat goes: into the room, into the lobby, or nowhere. */
function wayIn(
  state: StateView,
  fields: AdmitFields,
  before: Readonly<MemberRow> | undefined,
  devices: readonly Readonly<MemberRow>[],
  role: Role,
  isInvited: boolean,
): Outcome<'room' | 'lobby'> {
  if (findGroup(state) !== undefined) return wayIntoGroup(state, fields.member, devices, role);
  const { capacity } = theRoom(state);
  const door = theDoor(state);
  const members = state.table(memberTable);
  // A host is never locked out of their own room: neither lock nor lobby nor a full house holds them up.
  if (door.locked && !hasAuthority(role) && !isWelcome(devices)) return fail('room_locked');
  if (before === undefined && members.size >= LIMITS.people) {
    return fail('room_full', { detail: `${LIMITS.people} people have been here` });
  }
  const others = devices.filter(({ id, presence }) => id !== fields.member && presence !== 'left');
  if (others.length >= DEVICES) {
    return fail('room_full', { detail: `${DEVICES} devices of this account` });
  }
  const { address } = fields;
  if (address !== null && seatsOnTheWay(state, address) >= seatsPerAddress(capacity)) {
    return fail('rate_limited', {
      retry: 2_000,
      detail: 'seats asked for from this address and not taken yet',
    });
  }
  const reason = reasonToWait(state, devices, isInvited, role);
  if (reason === null) return succeed('room');
  if (reason === 'full' && door.whenFull === 'refuse') return fail('room_full', { retry: 10_000 });
  return members.count('waiting') < LOBBY_SIZE
    ? succeed('lobby')
    : fail('room_full', { retry: 10_000, detail: 'lobby' });
}

/** What they will be called: who comes back what they were, but in a group, where years pass, what their account is now. */
function nameOf(
  { name, account }: Pick<AdmitFields, 'name' | 'account'>,
  before: Readonly<MemberRow> | undefined,
  inGroup: boolean,
): string | undefined {
  const own = account?.name === '' ? undefined : account?.name;
  return inGroup ? (own ?? before?.name ?? name) : (before?.name ?? name ?? own);
}

/** Decides who comes in, and holds a seat until the ticket expires. Checks everything before it touches anything. */
export const admit: InternalCommand<AdmitFields> = internalCommand(
  'member.admit',
  ({ state, fields, now }) => {
    const room = theRoom(state);
    if (room.endedAt !== null) return fail('room_ended');
    const before = state.table(memberTable).get(fields.member);
    const hasSeat = before !== undefined && holdsSeat(before);
    // A breakout room is entered from its meeting; a token is for coming back, and not for whoever was moved on.
    if (parentOf(state) !== undefined && !hasSeat)
      return before === undefined
        ? fail('not_allowed', { detail: 'come in from the meeting' })
        : fail('member_gone');
    const inGroup = findGroup(state) !== undefined;
    // A group has no key: what is shown there opens nothing.
    const showsKey = fields.hostKeyHash !== undefined && !inGroup;
    const account = arrivingAccount(fields, before);
    const devices = devicesOf(state, account, before);
    // Neither whoever is in already nor a host pays for another one from their address.
    const isExempt = devices.some(holdsSeat) || showsKey || isHostByRight(state, fields.member, account);
    const who = { member: fields.member, account };
    if (isBanned(state, { ...who, address: isExempt ? null : fields.address }, now)) return fail('banned');
    // A token of somebody of whom nothing is known any more brings nobody back: not as a guest either, if they were none.
    if (fields.returning && before === undefined) return fail('member_gone');
    const name = nameOf(fields, before, inGroup);
    if (name === undefined) return fail('invalid', { detail: 'name: must be given' });
    const entry = checkEntry(state, fields, before, now);
    if (!entry.ok) return entry;
    const { role, invite } = entry.value;
    const way = hasSeat
      ? succeed('room' as const)
      : wayIn(state, fields, before, devices, role, invite !== undefined);
    if (!way.ok) return way;
    const toLobby = way.value === 'lobby';
    const expiresAt = now + settingsOf(state).seat;
    const held = {
      member: fields.member,
      ticket: fields.ticket,
      address: fields.address,
      ...(invite === undefined ? {} : { invite }),
      ...(fields.account === undefined || (before !== undefined && !inGroup)
        ? {}
        : { account: fields.account }),
    };
    const isIn = isPresent(before);
    return decide({
      events: [
        note(seatHeld, { ...held, name, role, showedKey: showsKey && !isIn, expiresAt, toLobby }),
        ...(before?.presence === 'waiting' && !toLobby
          ? toHosts(state, happen('lobby.left', { member: before.id }))
          : []),
        ...(showsKey && isIn ? [note(keyShown, { member: fields.member })] : []),
      ],
      deadlines: [deadline(seatDeadline(fields.member), expiresAt, releaseSeat, { member: fields.member })],
    });
  },
);

/** Somebody of whom nothing is known yet. */
const unknown = ({ member, name, account }: SeatHeld): MemberRow => ({
  id: member,
  name,
  role: 'member',
  account: account?.id ?? null,
  ...(typeof account?.avatar === 'string' ? { avatar: account.avatar } : {}),
  presence: 'joining',
  rights: {},
  joinedAt: 0,
  awayAt: null,
  session: 0,
  ticket: null,
  address: null,
});

/** Gives a seat back whose ticket was not used in time. */
export const releaseSeat: InternalCommand<{ readonly member: string }> = internalCommand(
  'seat.release',
  ({ state, fields }) => {
    const member = state.table(memberTable).get(fields.member);
    return decide(
      member?.presence === 'joining' ? { events: [note(seatReleased, { member: member.id })] } : {},
    );
  },
);

/** Who comes in: seats and tickets. */
export const admission: Feature = {
  name: 'admission',
  tables: [accountTable],
  commands: {},
  internalCommands: [admit, releaseSeat],
  internalEvents: [seatHeld, seatReleased],
  apply: [
    applyInternal(seatHeld, (state, event) => {
      const before = state.table(memberTable).get(event.member) ?? unknown(event);
      putDevice(state, {
        ...before,
        ticket: { secret: event.ticket, expiresAt: event.expiresAt },
        showedKey: event.showedKey || (before.presence === 'joining' && before.showedKey === true),
        address: event.address,
        toLobby: event.toLobby,
        presence:
          isPresent(before) || (before.presence === 'waiting' && event.toLobby) ? before.presence : 'joining',
      });
      const devices = everyDevice(state, event.member);
      const wasIn = devices.some(({ joinedAt }) => joinedAt > 0);
      changeRows(state, devices, {
        // An invitation gives its role to those who were not in yet. Host is who is in; until then it is only known that they will be.
        ...(wasIn || event.role === 'host' ? {} : { role: event.role }),
        ...(event.invite === undefined ? {} : { invite: event.invite }),
      });
    }),
    applyInternal(seatReleased, (state, event) => {
      const members = state.table(memberTable);
      const before = members.get(event.member);
      if (before === undefined) return;
      // Somebody who never came in leaves no trace; somebody who was here before keeps theirs.
      if (before.joinedAt === 0) dropDevice(state, before);
      else
        members.set(before.id, { ...before, presence: 'left', ticket: null, showedKey: false, letIn: false });
    }),
  ],
};
