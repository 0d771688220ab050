import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import {
  DEFAULT_POLICY,
  type EventFields,
  fail,
  PERMISSIONS,
  type Permission,
  type Policy,
  type Schedule,
} from '../../protocol/index.ts';
import { authorityOf, isByCohost } from '../authority-rows.ts';
import { findGroup } from '../enrolment-rows.ts';
import { endWanted, roomCreated, seatHeld, seatReleased } from '../internal-events.ts';
import { changedSchedule, NO_SCHEDULE, waitsUntil } from '../schedule-rows.ts';
import {
  findRoom,
  memberTable,
  ROOM_KEY,
  type RoomRow,
  roomTable,
  seatsTaken,
  settingsOf,
  theRoom,
} from '../tables.ts';

const EMPTY = 'room empty';
const PURGE = 'room purge';

/** The effect that removes everything the room ever kept. */
export const PURGE_EFFECT = 'room.purge';

export interface CreateFields {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly hostKeyHash: string;
  readonly fingerprint: string | null;
  /** The account that makes it; absent: a guest does. */
  readonly owner?: string | undefined;
  readonly capacity: number | undefined;
  readonly retentionSeconds: number | undefined;
  readonly whenEmpty: 'end' | 'stay' | undefined;
  readonly policy: Readonly<Partial<Record<Permission, boolean | undefined>>>;
  readonly schedule?: { readonly [K in keyof Schedule]?: Schedule[K] | undefined } | undefined;
}

function initialPolicy(wanted: CreateFields['policy']): Policy {
  const flags = { ...DEFAULT_POLICY };
  for (const permission of PERMISSIONS) flags[permission] = wanted[permission] ?? DEFAULT_POLICY[permission];
  return flags;
}

/** Makes the room. One that nobody ever enters ends by itself, unless it is set to stay. */
export const createRoom: InternalCommand<CreateFields> = internalCommand(
  'room.create',
  ({ state, fields, now }) => {
    const settings = settingsOf(state);
    const whenEmpty = fields.whenEmpty ?? 'end';
    const row = {
      id: fields.id,
      code: fields.code,
      name: fields.name,
      hostKeyHash: fields.hostKeyHash,
      fingerprint: fields.fingerprint,
      capacity: fields.capacity ?? settings.capacity,
      retentionSeconds: fields.retentionSeconds ?? settings.retentionSeconds,
      whenEmpty,
      policy: initialPolicy(fields.policy),
      ...(fields.owner === undefined ? {} : { owner: fields.owner }),
    };
    const schedule = changedSchedule(NO_SCHEDULE, fields.schedule ?? {}, now);
    if (!schedule.ok) return schedule;
    return decide({
      events: [
        note(roomCreated, row),
        ...(fields.schedule === undefined ? [] : [happen('schedule.changed', schedule.value)]),
      ],
      deadlines: whenEmpty === 'end' ? [deadline(EMPTY, now + settings.unusedGrace, endEmpty, {})] : [],
    });
  },
);

/** When the newest stay began; 0: nobody was ever in. */
function lastJoinedAt(state: StateView): number {
  let last = 0;
  for (const { joinedAt } of state.table(memberTable).values()) last = Math.max(last, joinedAt);
  return last;
}

/** An empty room's grace time has run out. One that people are expected in waits for them. */
export const endEmpty: InternalCommand<object> = internalCommand('room.end-empty', ({ state, now }) => {
  const room = theRoom(state);
  if (room.endedAt !== null || room.whenEmpty === 'stay' || seatsTaken(state) > 0) return decide({});
  const until = waitsUntil(state, lastJoinedAt(state));
  if (until !== null && until > now) return decide({ deadlines: [deadline(EMPTY, until, endEmpty, {})] });
  return decide(ending(room, 'empty', now));
});

/** The retention time has run out. */
export const purge: InternalCommand<object> = internalCommand('room.purge', ({ state }) => {
  const room = theRoom(state);
  return decide({ effects: [{ id: PURGE_EFFECT, kind: PURGE_EFFECT, data: { room: room.id } }] });
});

const ending = (room: RoomRow, reason: EventFields<'room.ended'>['reason'], now: number): Decision => ({
  events: [happen('room.ended', { reason })],
  deadlines: [callOff(EMPTY), deadline(PURGE, now + room.retentionSeconds * 1_000, purge, {})],
  close: [{ member: 'all', as: 'ended' }],
});

/** Opens an ended room again, as long as it is kept. Opening one that is open does nothing. */
export const reopen: InternalCommand<object> = internalCommand('room.reopen', ({ state, now }) => {
  const { endedAt, retentionSeconds } = theRoom(state);
  if (endedAt === null) return decide({});
  // A group ends when it is deleted, and that is for good.
  if (findGroup(state) !== undefined) return fail('room_ended');
  if (now >= endedAt + retentionSeconds * 1_000) return fail('room_ended');
  return decide({ events: [happen('room.reopened', {})], deadlines: [callOff(PURGE)] });
});

/** Starts the grace time when the last seat was given up. */
function whenLastLeft({ state, now }: ReactionContext): Decision {
  const room = findRoom(state);
  if (room === undefined || room.endedAt !== null || room.whenEmpty === 'stay' || seatsTaken(state) > 0)
    return {};
  const { emptyGrace, unusedGrace } = settingsOf(state);
  // Asking for a ticket, or changing a setting, does not make a room one that people were in.
  const wasEntered = lastJoinedAt(state) > 0;
  const grace = now + emptyGrace;
  const end = wasEntered ? grace : Math.max(grace, room.createdAt + unusedGrace);
  return { deadlines: [deadline(EMPTY, end, endEmpty, {})] };
}

/** A room from its making to the last trace of it. */
export const lifecycle: Feature = {
  name: 'lifecycle',
  tables: [],
  commands: {
    'room.update': ({ state, fields }) => {
      const before = theRoom(state);
      const after = {
        name: fields.name ?? before.name,
        capacity: fields.capacity ?? before.capacity,
        retentionSeconds: fields.retentionSeconds ?? before.retentionSeconds,
        whenEmpty: fields.whenEmpty ?? before.whenEmpty,
      };
      const isSame =
        after.name === before.name &&
        after.capacity === before.capacity &&
        after.retentionSeconds === before.retentionSeconds &&
        after.whenEmpty === before.whenEmpty;
      return decide(isSame ? {} : { events: [happen('room.updated', after)] });
    },
    'room.end': ({ state, actor, now }) => {
      const mayEnd = !isByCohost(state, actor) || authorityOf(state).cohostsMayEnd;
      return mayEnd ? decide(ending(theRoom(state), 'host', now)) : fail('role_required', { detail: 'host' });
    },
  },
  internalCommands: [createRoom, endEmpty, purge, reopen],
  internalEvents: [roomCreated],
  apply: [
    applyInternal(roomCreated, (state, { at, ...event }) => {
      state.table(roomTable).set(ROOM_KEY, {
        id: event.id,
        code: event.code,
        name: event.name,
        createdAt: at,
        capacity: event.capacity,
        retentionSeconds: event.retentionSeconds,
        whenEmpty: event.whenEmpty,
        policy: event.policy,
        hostKeyHash: event.hostKeyHash,
        fingerprint: event.fingerprint,
        ...(event.owner === undefined ? {} : { owner: event.owner }),
        endedAt: null,
      });
    }),
    apply('room.updated', (state, { name, capacity, retentionSeconds, whenEmpty }) => {
      state
        .table(roomTable)
        .set(ROOM_KEY, { ...theRoom(state), name, capacity, retentionSeconds, whenEmpty });
    }),
    apply('room.reopened', (state) => {
      state.table(roomTable).set(ROOM_KEY, { ...theRoom(state), endedAt: null });
    }),
    apply('room.ended', (state, event) => {
      state.table(roomTable).set(ROOM_KEY, { ...theRoom(state), endedAt: event.at });
    }),
  ],
  on: [
    on('member.left', whenLastLeft),
    on('room.reopened', whenLastLeft),
    on('schedule.changed', whenLastLeft),
    onInternal(endWanted, ({ state, now }, { reason }) =>
      theRoom(state).endedAt === null ? ending(theRoom(state), reason, now) : {},
    ),
    onInternal(seatReleased, whenLastLeft),
    onInternal(seatHeld, () => ({ deadlines: [callOff(EMPTY)] })),
    on('room.updated', (context, event) =>
      event.whenEmpty === 'stay' ? { deadlines: [callOff(EMPTY)] } : whenLastLeft(context),
    ),
  ],
};
