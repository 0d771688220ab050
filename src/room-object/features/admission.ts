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
import { isHostByRight } from '../authority-rows.ts';
import { isBanned } from '../ban-rows.ts';
import { parentOf } from '../breakout-rows.ts';
import { seatDeadline } from '../deadline-names.ts';
import { checkEntry } from '../entry.ts';
import { hasAuthority } from '../gate.ts';
import { keyShown, seatHeld, seatReleased } from '../internal-events.ts';
import { LOBBY_SIZE, reasonToWait, theDoor, toHosts } from '../lobby-rows.ts';
import {
  holdsSeat,
  isPresent,
  type MemberRow,
  memberTable,
  seatsOnTheWay,
  settingsOf,
  theRoom,
} from '../tables.ts';

export interface AdmitFields {
  /** The id of the member to be, or of the one who returns. */
  readonly member: string;
  readonly returning: boolean;
  readonly name: string | undefined;
  readonly hostKeyHash: string | undefined;
  /** SHA-256 of an invitation's secret. */
  readonly inviteHash?: string | undefined;
  /** The kept hash of the passcode that they were found to know. */
  readonly proven?: string | undefined;
  /** The ticket's secret, drawn by the caller: handlers are free of chance. */
  readonly ticket: string;
  /** Where they come from, as a hash; null where nobody can tell. */
  readonly address: string | null;
}

/** Seats that people from one address may hold without having come in yet: a class may come at once, a script not fill the room. */
const seatsPerAddress = (capacity: number): number => Math.max(20, Math.ceil(capacity / 4));

/** Where somebody without a seat goes: into the room, into the lobby, or nowhere. */
function wayIn(
  state: StateView,
  fields: AdmitFields,
  before: Readonly<MemberRow> | undefined,
  role: Role,
  isInvited: boolean,
): Outcome<'room' | 'lobby'> {
  const { capacity } = theRoom(state);
  const door = theDoor(state);
  const members = state.table(memberTable);
  // A host is never locked out of their own room: neither lock nor lobby nor a full house holds them up.
  if (door.locked && !hasAuthority(role) && before?.letIn !== true) return fail('room_locked');
  if (before === undefined && members.size >= LIMITS.people) {
    return fail('room_full', { detail: `${LIMITS.people} people have been here` });
  }
  const { address } = fields;
  if (address !== null && seatsOnTheWay(state, address) >= seatsPerAddress(capacity)) {
    return fail('rate_limited', {
      retry: 2_000,
      detail: 'seats asked for from this address and not taken yet',
    });
  }
  const reason = reasonToWait(state, before, isInvited, role);
  if (reason === null) return succeed('room');
  if (reason === 'full' && door.whenFull === 'refuse') return fail('room_full', { retry: 10_000 });
  return members.count('waiting') < LOBBY_SIZE
    ? succeed('lobby')
    : fail('room_full', { retry: 10_000, detail: 'lobby' });
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
    const showsKey = fields.hostKeyHash !== undefined;
    // Neither whoever is in already nor a host pays for another one from their address.
    const isExempt = hasSeat || showsKey || isHostByRight(state, fields.member);
    const who = { member: fields.member, account: before?.account ?? null };
    if (isBanned(state, { ...who, address: isExempt ? null : fields.address }, now)) return fail('banned');
    const name = before?.name ?? fields.name;
    if (name === undefined) {
      return fields.returning ? fail('member_gone') : fail('invalid', { detail: 'name: must be given' });
    }
    const entry = checkEntry(state, fields, before, now);
    if (!entry.ok) return entry;
    const { role, invite } = entry.value;
    const way = hasSeat ? succeed('room' as const) : wayIn(state, fields, before, role, invite !== undefined);
    if (!way.ok) return way;
    const toLobby = way.value === 'lobby';
    const expiresAt = now + settingsOf(state).seat;
    const held = {
      member: fields.member,
      ticket: fields.ticket,
      address: fields.address,
      ...(invite === undefined ? {} : { invite }),
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
  tables: [],
  commands: {},
  internalCommands: [admit, releaseSeat],
  internalEvents: [seatHeld, seatReleased],
  apply: [
    applyInternal(seatHeld, (state, event) => {
      const members = state.table(memberTable);
      const before = members.get(event.member);
      const ticket = { secret: event.ticket, expiresAt: event.expiresAt };
      if (before === undefined) {
        members.set(event.member, {
          id: event.member,
          name: event.name,
          // Host is who is in; until then it is only known that they will be.
          role: event.role === 'host' ? 'member' : event.role,
          account: null,
          presence: 'joining',
          rights: {},
          joinedAt: 0,
          awayAt: null,
          session: 0,
          ticket,
          address: event.address,
          toLobby: event.toLobby,
          showedKey: event.showedKey,
          ...(event.invite === undefined ? {} : { invite: event.invite }),
        });
        return;
      }
      members.set(before.id, {
        ...before,
        // An invitation gives its role to those who were not in yet.
        role: before.joinedAt > 0 || event.role === 'host' ? before.role : event.role,
        ...(event.invite === undefined ? {} : { invite: event.invite }),
        ticket,
        showedKey: event.showedKey || (before.presence === 'joining' && before.showedKey === true),
        address: event.address,
        toLobby: event.toLobby,
        presence:
          isPresent(before) || (before.presence === 'waiting' && event.toLobby) ? before.presence : 'joining',
      });
    }),
    applyInternal(seatReleased, (state, event) => {
      const members = state.table(memberTable);
      const before = members.get(event.member);
      if (before === undefined) return;
      // Somebody who never came in leaves no trace; somebody who was here before keeps theirs.
      if (before.joinedAt === 0) members.delete(before.id);
      else members.set(before.id, { ...before, presence: 'left', ticket: null, showedKey: false });
    }),
  ],
};
