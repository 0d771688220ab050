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
import { sameDigest } from '../../platform/hash.ts';
import { fail, LIMITS, type Outcome, type Refusal, refuse, succeed } from '../../protocol/index.ts';
import { seatHeld, seatReleased } from '../internal-events.ts';
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

const seatDeadline = (member: string): string => `seat ${member}`;

export interface AdmitFields {
  /** The id of the member to be, or of the one who returns. */
  readonly member: string;
  readonly returning: boolean;
  readonly name: string | undefined;
  readonly hostKeyHash: string | undefined;
  /** The ticket's secret, drawn by the caller: handlers are free of chance. */
  readonly ticket: string;
  /** Where they come from, as a hash; null where nobody can tell. */
  readonly address: string | null;
}

function roleFor(
  state: StateView,
  hostKeyHash: string | undefined,
  before: Readonly<MemberRow> | undefined,
): Outcome<'host' | 'member'> {
  if (hostKeyHash !== undefined) {
    return sameDigest(hostKeyHash, theRoom(state).hostKeyHash) ? succeed('host') : fail('host_key_wrong');
  }
  return succeed(before?.role === 'host' ? 'host' : 'member');
}

/** Seats that people from one address may hold without having come in yet: a class may come at once, a script not fill the room. */
const seatsPerAddress = (capacity: number): number => Math.max(20, Math.ceil(capacity / 4));

function refuseSeat(
  state: StateView,
  fields: AdmitFields,
  role: 'host' | 'member',
  isNew: boolean,
): Refusal | null {
  const { capacity } = theRoom(state);
  // A host is never locked out of their own room: the key opens it even when every seat is taken.
  if (role !== 'host' && seatsTaken(state) >= capacity) return refuse('room_full', { retry: 10_000 });
  if (isNew && state.table(memberTable).size >= LIMITS.people) {
    return refuse('room_full', { detail: `${LIMITS.people} people have been here` });
  }
  const { address } = fields;
  if (address === null || seatsOnTheWay(state, address) < seatsPerAddress(capacity)) return null;
  return refuse('rate_limited', {
    retry: 2_000,
    detail: 'seats asked for from this address and not taken yet',
  });
}

/** Decides who comes in, and holds a seat until the ticket expires. Checks everything before it touches anything. */
export const admit: InternalCommand<AdmitFields> = internalCommand(
  'member.admit',
  ({ state, fields, now }) => {
    const room = theRoom(state);
    if (room.endedAt !== null) return fail('room_ended');
    const before = state.table(memberTable).get(fields.member);
    const name = before?.name ?? fields.name;
    if (name === undefined) {
      return fields.returning ? fail('member_gone') : fail('invalid', { detail: 'name: must be given' });
    }
    const role = roleFor(state, fields.hostKeyHash, before);
    if (!role.ok) return role;
    const hasSeat = before !== undefined && holdsSeat(before);
    const refused = hasSeat ? null : refuseSeat(state, fields, role.value, before === undefined);
    if (refused !== null) return { ok: false, error: refused };
    const expiresAt = now + settingsOf(state).seat;
    const held = { member: fields.member, ticket: fields.ticket, address: fields.address };
    const isPromoted = isPresent(before) && before.role !== 'host' && role.value === 'host';
    return decide({
      events: [
        note(seatHeld, { ...held, name, role: role.value, expiresAt }),
        ...(isPromoted ? [happen('role.changed', { member: fields.member, role: 'host' })] : []),
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
          role: event.role,
          account: null,
          presence: 'joining',
          rights: {},
          joinedAt: 0,
          awayAt: null,
          session: 0,
          ticket,
          address: event.address,
        });
        return;
      }
      const role = event.role === 'host' ? 'host' : before.role;
      members.set(before.id, {
        ...before,
        role,
        ticket,
        address: event.address,
        presence: before.presence === 'left' ? 'joining' : before.presence,
      });
    }),
    applyInternal(seatReleased, (state, event) => {
      const members = state.table(memberTable);
      const before = members.get(event.member);
      if (before === undefined) return;
      // Somebody who never came in leaves no trace; somebody who was here before keeps theirs.
      if (before.joinedAt === 0) members.delete(before.id);
      else members.set(before.id, { ...before, presence: 'left', ticket: null });
    }),
  ],
};
