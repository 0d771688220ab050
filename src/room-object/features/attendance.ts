import { apply, type Feature } from '../../engine/feature.ts';
import { defineTable, type State, type StateView } from '../../engine/state.ts';
import type { AttendanceResponse, Attendee } from '../../protocol/http.ts';
import { memberTable, theRoom } from '../tables.ts';

/** One stay of a member; `left` is null while it goes on. Times in ms. */
interface StayRow {
  readonly member: string;
  readonly joined: number;
  readonly left: number | null;
}
const stayTable = defineTable<StayRow>('stays');

const stayKey = (member: string, joined: number): string => `${member} ${joined}`;

function endStay(state: State, member: string, left: number): void {
  const row = state.table(memberTable).get(member);
  if (row === undefined) return;
  const key = stayKey(member, row.joinedAt);
  const stay = state.table(stayTable).get(key);
  if (stay?.left === null) state.table(stayTable).set(key, { ...stay, left });
}

const minutes = (ms: number): number => Math.round(ms / 600) / 100;

/** Everybody who was ever in, with each stay. One that goes on counts until `now`. */
export function attendanceOf(state: StateView, now: number): AttendanceResponse {
  const room = theRoom(state);
  const attendees = new Map<string, Attendee & { total: number }>();
  for (const { member, joined, left } of state.table(stayTable).values()) {
    const row = state.table(memberTable).get(member);
    if (row === undefined) continue;
    const entry = attendees.get(member) ?? {
      member,
      name: row.name,
      role: row.role,
      stays: [],
      minutes: 0,
      total: 0,
    };
    entry.stays.push({ joined, left });
    entry.total += (left ?? now) - joined;
    attendees.set(member, entry);
  }
  const list = Array.from(attendees.values(), ({ total, stays, ...attendee }) => ({
    ...attendee,
    stays: stays.sort((a, b) => a.joined - b.joined),
    minutes: minutes(total),
  }));
  list.sort((a, b) => (a.stays[0]?.joined ?? 0) - (b.stays[0]?.joined ?? 0));
  return {
    room: { code: room.code, name: room.name, createdAt: room.createdAt, endedAt: room.endedAt },
    attendees: list,
  };
}

/** Who was there, and when. A drop that nobody returned from ended the stay when it happened. */
export const attendance: Feature = {
  name: 'attendance',
  tables: [stayTable],
  commands: {},
  apply: [
    apply('member.joined', (state, event) => {
      const { id, joinedAt } = event.member;
      state.table(stayTable).set(stayKey(id, joinedAt), { member: id, joined: joinedAt, left: null });
    }),
    apply('member.left', (state, event) => {
      const awayAt = state.table(memberTable).get(event.member)?.awayAt ?? null;
      endStay(state, event.member, awayAt ?? event.at);
    }),
    apply('room.ended', (state, event) => {
      for (const [key, stay] of Array.from(state.table(stayTable).entries())) {
        if (stay.left !== null) continue;
        const awayAt = state.table(memberTable).get(stay.member)?.awayAt ?? null;
        state.table(stayTable).set(key, { ...stay, left: awayAt ?? event.at });
      }
    }),
  ],
};
