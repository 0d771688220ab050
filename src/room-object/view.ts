import type { LogView } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { About } from '../engine/welcome.ts';
import type { StatusResponse } from '../protocol/http.ts';
import { LIMITS } from '../protocol/index.ts';
import { rosterPage } from './features/roster.ts';
import { placeOf, theDoor } from './lobby-rows.ts';
import { pinsOf, reactionsTo } from './message-rows.ts';
import { storedPasscode } from './passcode-rows.ts';
import { features } from './registry.ts';
import { findSchedule, toSchedule } from './schedule-rows.ts';
import {
  findPresent,
  memberTable,
  namesIn,
  present,
  seatsTaken,
  theRoom,
  toMember,
  toRoom,
} from './tables.ts';

/** The room as everybody sees it, as JSON text. */
export function snapshotText(state: StateView, log: LogView): string {
  const whole = present(state).length <= LIMITS.rosterWhole;
  const { events } = log.history(null, null, LIMITS.historyRecent);
  const parts = features.map(({ snapshot }) => snapshot?.(state) ?? {});
  const shown = [...events, ...pinsOf(state)];
  return JSON.stringify({
    ...(Object.assign({}, ...parts) as object),
    room: toRoom(theRoom(state)),
    roster: rosterPage(state, null, whole ? LIMITS.rosterWhole : LIMITS.rosterPage),
    history: events,
    reactions: reactionsTo(state, shown),
    names: namesIn(state, shown),
  });
}

/** What a member's first frame says of themself; with a snapshot also their own messages and where history goes on. */
export function welcomeOf(
  state: StateView,
  id: string,
  log: LogView,
  { whole, hasPrivate }: { readonly whole: boolean; readonly hasPrivate: boolean },
): About | null {
  const member = findPresent(state, id);
  if (member === undefined) {
    const row = state.table(memberTable).get(id);
    if (row?.presence !== 'waiting') return null;
    const { code, name } = theRoom(state);
    const self = { id, name: row.name };
    return { scope: 'own', fields: { self, room: { code, name }, lobby: placeOf(state, id) } };
  }
  const parts = features.map(({ own }) => own?.(state, id) ?? {});
  const own = Object.assign({ self: toMember(member), policy: theRoom(state).policy }, ...parts) as object;
  if (!whole) return { scope: 'all', fields: own };
  // Without messages of their own a member sees the page that everybody sees, and that one is at hand.
  const page = log.history(hasPrivate ? id : null, null, LIMITS.historyRecent);
  const direct = page.events.filter((event) => event.to !== undefined);
  const about = { names: namesIn(state, direct), reactions: reactionsTo(state, direct) };
  return { scope: 'all', fields: { ...own, direct, ...about, earlier: page.next } };
}

/** What anybody with the code may know. */
export function statusOf(state: StateView): StatusResponse {
  const room = theRoom(state);
  // Where those who come may wait for a seat the way in stays open.
  const isFull = theDoor(state).whenFull === 'refuse' && seatsTaken(state) >= room.capacity;
  const schedule = findSchedule(state);
  return {
    code: room.code,
    name: room.name,
    status: room.endedAt !== null ? 'ended' : isFull ? 'full' : 'open',
    members: present(state).length,
    capacity: room.capacity,
    createdAt: room.createdAt,
    passcode: storedPasscode(state) !== null,
    ...(schedule === undefined ? {} : { schedule: toSchedule(schedule) }),
  };
}
