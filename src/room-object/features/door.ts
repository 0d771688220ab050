import { deadlineTable } from '../../engine/deadlines.ts';
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
import { type Door, fail, type Member, type Waiting } from '../../protocol/index.ts';
import { changeRows, dropDevice, everyDevice } from '../account-rows.ts';
import { seatDeadline } from '../deadline-names.ts';
import { hasAuthority } from '../gate.ts';
import { letIn, lobbyAway, lobbyEntered, lobbyLeft, seatHeld, seatReleased } from '../internal-events.ts';
import {
  DOOR_KEY,
  doorTable,
  lobbyTable,
  placeOf,
  reasonOf,
  theDoor,
  toHosts,
  toWaiting,
  waitingInOrder,
} from '../lobby-rows.ts';
import { isPresent, type MemberRow, memberTable, seatsTaken, theRoom, toMember } from '../tables.ts';

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
    ...toHosts(state, happen('lobby.left', { member: row.id })),
    happen('member.joined', { member }, { by: row.id }),
  ];
}

/**
 * Lets in all of these that find a seat. Who was let in and finds none is next when one is free. It is only said here, and
 * done for each when it has been written down: what is said twice at one moment lets nobody in twice.
 */
function letThrough(state: StateView, rows: readonly Readonly<MemberRow>[]): EventDraft[] {
  let free = theRoom(state).capacity - seatsTaken(state);
  const said: EventDraft[] = [];
  for (const row of rows) {
    const comes = row.awayAt === null && (free > 0 || hasAuthority(row.role));
    if (comes || row.letIn !== true) said.push(note(letIn, { member: row.id, comes }));
    if (comes) free -= 1;
  }
  return said;
}

/** Whoever waits for nothing any more comes in. */
function openFor({ state, now }: ReactionContext): Decision {
  if (state.table(memberTable).count('waiting') === 0) return {};
  // The last of those who come in now looks after the rest.
  if (state.table(lobbyTable).count('coming') > 0) return {};
  const free = waitingInOrder(state).filter((row) => row.awayAt === null && reasonOf(state, row) === null);
  return { events: letThrough(state, free), ...placesSoon(state, now) };
}

/** Who waits, for a host who comes in or asks: with the reason that the others know, while a new one is about to be told. */
function lobbyAsTold(state: StateView): Waiting[] {
  const isTelling = state.table(deadlineTable).has(PLACES);
  return waitingInOrder(state).map((row) => {
    const told = isTelling ? state.table(lobbyTable).get(row.id)?.reason : undefined;
    const waiting = toWaiting(state, row);
    return told === undefined ? waiting : { ...waiting, reason: told };
  });
}

/** Those who are meant of those who wait, with all of their devices that do. */
function chosen(state: StateView, members: 'all' | readonly string[]) {
  const waiting = waitingInOrder(state);
  if (members === 'all') return waiting;
  const meant = new Set(members.flatMap((member) => everyDevice(state, member).map(({ id }) => id)));
  return waiting.filter(({ id }) => meant.has(id));
}

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
      return decide({ events: letThrough(state, rows), ...placesSoon(state, now) });
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
      const devices = everyDevice(state, row.id);
      const online = devices.filter(({ presence }) => presence === 'online').map(({ id }) => id);
      const coming = devices.filter(({ presence }) => presence === 'joining').map(({ id }) => id);
      const { deadlines = [] } = placesSoon(state, now);
      return decide({
        // First they are all out: with a device that is in, the others would find the door open.
        events: [
          ...devices
            .filter(isPresent)
            .map(({ id }) => happen('member.left', { member: id, reason: 'lobby' })),
          ...coming.map((member) => note(seatReleased, { member })),
          ...online.map((member) => note(lobbyEntered, { member })),
        ],
        rewelcome: online,
        deadlines: [...coming.map((id) => callOff(seatDeadline(id))), ...deadlines],
      });
    },
    'lobby.list': ({ state }) => decide({ result: { waiting: lobbyAsTold(state) } }),
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
      state.table(lobbyTable).set(id, { ...state.table(lobbyTable).get(id), since, reason }),
    ),
    applyInternal(lobbyAway, (state, { member, at }) => change(state, member, { awayAt: at })),
    applyInternal(seatReleased, (state, { member }) => state.table(lobbyTable).delete(member)),
    applyInternal(lobbyLeft, (state, { member }) => {
      const row = state.table(memberTable).get(member);
      if (row !== undefined && row.joinedAt === 0) dropDevice(state, row);
      else change(state, member, { presence: 'left', ticket: null, letIn: false });
      state.table(lobbyTable).delete(member);
    }),
    applyInternal(letIn, (state, { member, comes }) => {
      const devices = everyDevice(state, member);
      changeRows(state, devices, { mustWait: false });
      // Those that have left come in through those that are in, and have to ask again when there are none.
      for (const { id, presence } of devices) if (presence !== 'left') change(state, id, { letIn: true });
      const known = state.table(lobbyTable).get(member);
      if (comes && known !== undefined)
        state.table(lobbyTable).set(member, { ...known, comes: (known.comes ?? 0) + 1 });
    }),
    apply('member.joined', (state, event) => state.table(lobbyTable).delete(event.member.id)),
    // The word of a host holds for one stay.
    apply('member.left', (state, { member, reason }) => {
      const devices = everyDevice(state, member);
      const isOut = reason === 'lobby' || reason === 'removed';
      changeRows(state, devices, { mustWait: isOut });
      for (const { id, presence } of devices)
        if (isOut || id === member || presence === 'left') change(state, id, { letIn: false });
    }),
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
    onInternal(letIn, ({ state, now }, { member, comes }) => {
      const row = state.table(memberTable).get(member);
      const isFirst = comes && state.table(lobbyTable).get(member)?.comes === 1;
      return isFirst && row !== undefined ? { events: comeIn(state, row, now), rewelcome: [member] } : {};
    }),
    // Others move up, and what another of their devices was promised is gone with it.
    onInternal(lobbyLeft, ({ state, now }) => placesSoon(state, now)),
    // A seat was taken that somebody might have found who waits, and is away for the moment.
    onInternal(seatHeld, ({ state, now }, { toLobby }) => (toLobby ? {} : placesSoon(state, now))),
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
    return role !== undefined && hasAuthority(role) ? { lobby: lobbyAsTold(state) } : {};
  },
};
