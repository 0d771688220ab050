import { apply, type Feature } from '../../engine/feature.ts';
import { defineTable, type State, type StateView } from '../../engine/state.ts';
import type { AttendanceResponse, Attendee } from '../../protocol/http.ts';
import { breakoutStaysOf } from '../breakout-rows.ts';
import { memberTable, theRoom } from '../tables.ts';

interface Stay {
  readonly joined: number;
  /** null while it goes on. */
  readonly left: number | null;
}
/** The stays of a member, in order, by member id. Times in ms. */
interface StaysRow {
  readonly stays: readonly Stay[];
}
const stayTable = defineTable<StaysRow>('stays');

/** Stays kept of one member. Who comes and goes more often has the last one go on. */
const STAYS_PER_MEMBER = 200;

function beginStay(state: State, member: string, joined: number): void {
  const stays = state.table(stayTable).get(member)?.stays ?? [];
  const last = stays.at(-1);
  const isFull = last !== undefined && stays.length >= STAYS_PER_MEMBER;
  const next = isFull ? [...stays.slice(0, -1), { ...last, left: null }] : [...stays, { joined, left: null }];
  state.table(stayTable).set(member, { stays: next });
}

function endStay(state: State, member: string, left: number): void {
  const stays = state.table(stayTable).get(member)?.stays ?? [];
  const last = stays.at(-1);
  if (last?.left !== null) return;
  state.table(stayTable).set(member, { stays: [...stays.slice(0, -1), { ...last, left }] });
}

const minutes = (ms: number): number => Math.round(ms / 600) / 100;

/** Who was away when they left had gone when the connection dropped. */
const leftAt = (state: State, member: string, at: number): number =>
  state.table(memberTable).get(member)?.awayAt ?? at;

/** Everybody who was ever in, with each stay. One that goes on counts until `now`. */
export function attendanceOf(state: StateView, now: number): AttendanceResponse {
  const room = theRoom(state);
  const list: Attendee[] = [];
  const inBreakouts = breakoutStaysOf(state);
  for (const [member, { stays }] of state.table(stayTable).entries()) {
    const row = state.table(memberTable).get(member);
    if (row === undefined) continue;
    const total = stays.reduce((sum, { joined, left }) => sum + Math.max(0, (left ?? now) - joined), 0);
    const breakouts = inBreakouts.get(member);
    list.push({
      member,
      name: row.name,
      role: row.role,
      stays: [...stays],
      minutes: minutes(total),
      ...(breakouts === undefined ? {} : { breakouts }),
      ...(row.account === null ? {} : { account: row.account }),
    });
  }
  list.sort((a, b) => (a.stays[0]?.joined ?? 0) - (b.stays[0]?.joined ?? 0));
  return {
    room: { code: room.code, name: room.name, createdAt: room.createdAt, endedAt: room.endedAt },
    attendees: list,
  };
}

/** The stays of everybody by their ids: what a breakout room tells its meeting. */
export const staysOf = (state: StateView): { readonly member: string; readonly stays: readonly Stay[] }[] =>
  Array.from(state.table(stayTable).entries(), ([member, { stays }]) => ({ member, stays }));

/** Who was there, and when. A drop that nobody returned from ended the stay when it happened. */
export const attendance: Feature = {
  name: 'attendance',
  tables: [stayTable],
  commands: {},
  apply: [
    apply('member.joined', (state, event) => beginStay(state, event.member.id, event.member.joinedAt)),
    apply('member.left', (state, event) =>
      endStay(state, event.member, leftAt(state, event.member, event.at)),
    ),
    apply('room.ended', (state, event) => {
      for (const member of Array.from(state.table(stayTable).keys())) {
        endStay(state, member, leftAt(state, member, event.at));
      }
    }),
  ],
};
