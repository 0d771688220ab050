import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import { type Door, fail, type Member } from '../../protocol/index.ts';
import { arrivingRole } from '../authority-rows.ts';
import { hasAuthority } from '../gate.ts';
import { letIn, lobbyAway, lobbyEntered, lobbyLeft, seatReleased } from '../internal-events.ts';
import {
  DOOR_KEY,
  doorTable,
  lobbyTable,
  placeOf,
  reasonToWait,
  theDoor,
  toHosts,
  toWaiting,
  waitingInOrder,
} from '../lobby-rows.ts';
import { type MemberRow, memberTable, seatsTaken, theRoom, toMember } from '../tables.ts';

const PLACES = 'lobby places';
/** ms for which changes of places are gathered before those who wait are told. */
const PLACES_AFTER = 500;

/** Tells everybody who waits where they stand now, and hosts for what, where that has changed. */
export const tellPlaces: InternalCommand<object> = internalCommand('lobby.tell-places', ({ state }) =>
  decide({
    events: waitingInOrder(state).flatMap((row) => {
      const waiting = toWaiting(state, row);
      const isNews = state.table(lobbyTable).get(row.id)?.reason !== waiting.reason;
      return [
        happen('lobby.placed', placeOf(state, row.id), { to: [row.id], by: null }),
        ...(isNews ? toHosts(state, happen('lobby.joined', { waiting })) : []),
      ];
    }),
  }),
);

const placesSoon = (state: StateView, now: number): Pick<Decision, 'deadlines'> =>
  state.table(memberTable).count('waiting') === 0
    ? {}
    : { deadlines: [deadline(PLACES, now + PLACES_AFTER, tellPlaces, {})] };

/** The events of somebody coming in from the lobby. */
function comeIn(state: StateView, row: Readonly<MemberRow>, now: number): EventDraft[] {
  const member: Member = { ...toMember({ ...row, presence: 'online' as const }), joinedAt: now };
  return [
    note(letIn, { member: row.id }),
    ...toHosts(state, happen('lobby.left', { member: row.id })),
    happen('member.joined', { member }, { by: row.id }),
  ];
}

/** Lets in all of these that find a seat. Who was let in and finds none is next when one is free. */
function letThrough(state: StateView, rows: readonly Readonly<MemberRow>[], now: number): Decision {
  let free = theRoom(state).capacity - seatsTaken(state);
  const events: EventDraft[] = [];
  const rewelcome: string[] = [];
  for (const row of rows) {
    if (row.awayAt !== null || (free <= 0 && !hasAuthority(row.role))) {
      if (row.letIn !== true) events.push(note(letIn, { member: row.id }));
      continue;
    }
    free -= 1;
    events.push(...comeIn(state, row, now));
    rewelcome.push(row.id);
  }
  return { events, rewelcome };
}

/** Whoever waits for nothing any more comes in. */
function openFor({ state, now }: ReactionContext): Decision {
  if (state.table(memberTable).count('waiting') === 0) return {};
  const free = waitingInOrder(state).filter(
    (row) =>
      row.awayAt === null &&
      reasonToWait(state, row, row.invite !== undefined, arrivingRole(state, row)) === null,
  );
  const { events = [], rewelcome = [] } = letThrough(state, free, now);
  return { events, rewelcome, ...placesSoon(state, now) };
}

const chosen = (state: StateView, members: 'all' | readonly string[]) =>
  waitingInOrder(state).filter(({ id }) => members === 'all' || members.includes(id));

function change(state: State, id: string, to: Partial<MemberRow>): void {
  const row = state.table(memberTable).get(id);
  if (row !== undefined) state.table(memberTable).set(id, { ...row, ...to });
}

/** Who comes in, who waits, and who lets them in. */
export const door: Feature = {
  name: 'door',
  tables: [doorTable, lobbyTable],
  commands: {
    'door.set': ({ state, fields }) => {
      const before = theDoor(state);
      const after: Door = {
        entry: fields.entry ?? before.entry,
        locked: fields.locked ?? before.locked,
        waitForHost: fields.waitForHost ?? before.waitForHost,
        whenFull: fields.whenFull ?? before.whenFull,
        message: fields.message ?? before.message,
      };
      return decide(
        JSON.stringify(after) === JSON.stringify(before)
          ? {}
          : { events: [happen('door.changed', { door: after })] },
      );
    },
    'lobby.admit': ({ state, fields, now }) => {
      const rows = chosen(state, fields.members);
      if (rows.length === 0 && fields.members !== 'all')
        return fail('member_unknown', { detail: 'nobody of them waits' });
      return decide({ ...letThrough(state, rows, now), ...placesSoon(state, now) });
    },
    'lobby.refuse': ({ state, fields, now }) => {
      const rows = chosen(state, fields.members);
      if (rows.length === 0 && fields.members !== 'all')
        return fail('member_unknown', { detail: 'nobody of them waits' });
      return decide({
        events: rows.flatMap(({ id }) => [
          happen('lobby.refused', { reason: fields.reason ?? '' }, { to: [id] }),
          ...toHosts(state, happen('lobby.left', { member: id })),
          note(lobbyLeft, { member: id }),
        ]),
        close: rows.map(({ id }) => ({ member: id, as: 'refused' })),
        ...placesSoon(state, now),
      });
    },
    'lobby.send': ({ state, fields, actor, now }) => {
      const row = state.table(memberTable).get(fields.member);
      if (row === undefined || (row.presence !== 'online' && row.presence !== 'away')) {
        return fail('member_unknown', { detail: fields.member });
      }
      const byCohost = actor.kind === 'member' && state.table(memberTable).get(actor.id)?.role === 'cohost';
      if (row.role === 'host' || (row.role === 'cohost' && byCohost))
        return fail('role_required', { detail: 'host' });
      const isOnline = row.presence === 'online';
      return decide({
        events: [
          happen('member.left', { member: row.id, reason: 'lobby' }),
          ...(isOnline ? [note(lobbyEntered, { member: row.id })] : []),
        ],
        rewelcome: isOnline ? [row.id] : [],
        ...placesSoon(state, now),
      });
    },
    'lobby.list': ({ state }) =>
      decide({ result: { waiting: waitingInOrder(state).map((row) => toWaiting(state, row)) } }),
  },
  internalCommands: [tellPlaces],
  internalEvents: [lobbyEntered, lobbyAway, lobbyLeft, letIn],
  apply: [
    apply('door.changed', (state, event) => state.table(doorTable).set(DOOR_KEY, event.door)),
    applyInternal(lobbyEntered, (state, { member, at }) => {
      change(state, member, { presence: 'waiting', awayAt: null });
      const known = state.table(lobbyTable).get(member);
      // Who dropped and came back in time keeps their place.
      if (known === undefined) state.table(lobbyTable).set(member, { since: at });
    }),
    apply('lobby.joined', (state, { waiting: { id, since, reason } }) =>
      state.table(lobbyTable).set(id, { since, reason }),
    ),
    applyInternal(lobbyAway, (state, { member, at }) => change(state, member, { awayAt: at })),
    applyInternal(seatReleased, (state, { member }) => state.table(lobbyTable).delete(member)),
    applyInternal(lobbyLeft, (state, { member }) => {
      const row = state.table(memberTable).get(member);
      if (row !== undefined && row.joinedAt === 0) state.table(memberTable).delete(member);
      else change(state, member, { presence: 'left', ticket: null });
      state.table(lobbyTable).delete(member);
    }),
    applyInternal(letIn, (state, { member }) => change(state, member, { letIn: true, mustWait: false })),
    apply('member.joined', (state, event) => state.table(lobbyTable).delete(event.member.id)),
    // The word of a host holds for one stay.
    apply('member.left', (state, event) =>
      change(state, event.member, {
        letIn: false,
        mustWait: event.reason === 'lobby' || event.reason === 'removed',
      }),
    ),
    apply('room.ended', (state) => {
      for (const { id } of waitingInOrder(state)) {
        change(state, id, { presence: 'left', ticket: null });
        state.table(lobbyTable).delete(id);
      }
    }),
  ],
  on: [
    onInternal(lobbyEntered, ({ state, now }, event) => {
      const row = waitingInOrder(state).find(({ id }) => id === event.member);
      if (row === undefined) return {};
      return {
        events: toHosts(state, happen('lobby.joined', { waiting: toWaiting(state, row) })),
        ...placesSoon(state, now),
      };
    }),
    on('door.changed', openFor),
    on('member.left', openFor),
    on('member.joined', openFor),
    on('member.returned', openFor),
    on('role.changed', openFor),
    on('room.updated', openFor),
    onInternal(seatReleased, openFor),
    on('room.ended', () => ({ deadlines: [callOff(PLACES)] })),
  ],
  snapshot: (state) => ({ door: theDoor(state) }),
  own: (state, member) => {
    const role = state.table(memberTable).get(member)?.role;
    return role !== undefined && hasAuthority(role)
      ? { lobby: waitingInOrder(state).map((row) => toWaiting(state, row)) }
      : {};
  },
};
