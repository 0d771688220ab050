import { callOff, type Decision, type EventDraft, happen } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import { LIMITS, type Meeting } from '../protocol/index.ts';
import { stayTable } from './stay-rows.ts';

/** A room on this person's list, by its code. */
export interface MeetingRow extends Meeting {
  /** ms by the room's clock; of when the newest is that is known of coming and going, and of the room as its host sees it. */
  readonly heard: { readonly stay: number; readonly hosted: number };
}
export const meetingTable = defineTable<MeetingRow>('meetings');

/** A room of which nothing is known but its name. */
export const unknownMeeting = (code: string, name: string, at: number): Meeting => ({
  code,
  name,
  hosted: false,
  schedule: null,
  enteredAt: null,
  leftAt: null,
  endedAt: null,
  invitedBy: null,
  at,
});

export const toMeeting = ({ heard: _, ...meeting }: Readonly<MeetingRow>): Meeting => meeting;

/** The list, the newest first. */
export const meetingsInOrder = (state: StateView): Meeting[] =>
  Array.from(state.table(meetingTable).values(), toMeeting).sort(
    (a, b) => b.at - a.at || (a.code < b.code ? -1 : 1),
  );

/** The deadline at which a room that its host has ended is gone. */
export const goneDeadline = (code: string): string => `meeting gone ${code}`;

/** How much somebody would miss a room on their list. */
function worth(state: StateView, { code, hosted, endedAt, schedule }: Meeting, now: number): number {
  if (state.table(stayTable).has(code)) return 2;
  const isToCome = (schedule?.opensAt ?? 0) > now;
  return endedAt === null && (hosted || isToCome) ? 1 : 0;
}

/** The rooms that give their place to one more: those that would be missed least, and of these the oldest. */
function crowdedOut(state: StateView, now: number): string[] {
  const table = state.table(meetingTable);
  const places = LIMITS.meetings - 1;
  if (table.size <= places) return [];
  return Array.from(table.values(), (row) => ({ code: row.code, at: row.at, worth: worth(state, row, now) }))
    .sort((a, b) => a.worth - b.worth || a.at - b.at)
    .slice(0, table.size - places)
    .map(({ code }) => code);
}

/** What follows when rooms are taken off the list. */
export const forgetting = (codes: readonly string[]): Required<Pick<Decision, 'events' | 'deadlines'>> => ({
  events: codes.map((code) => happen('meeting.forgotten', { code })),
  deadlines: codes.map((code) => callOff(goneDeadline(code))),
});

/** What follows when a room comes onto the list, told by this event; one that is on it keeps its place. */
export function listing(
  state: StateView,
  { code }: Pick<Meeting, 'code'>,
  told: EventDraft,
  now: number,
): Required<Pick<Decision, 'events' | 'deadlines'>> {
  const { events, deadlines } = forgetting(state.table(meetingTable).has(code) ? [] : crowdedOut(state, now));
  return { events: [...events, told], deadlines };
}

/** Writes a room down as it was told. For appliers. */
export function putMeeting(state: State, meeting: Meeting): void {
  const heard = state.table(meetingTable).get(meeting.code)?.heard ?? { stay: 0, hosted: 0 };
  state.table(meetingTable).set(meeting.code, { ...meeting, heard });
}
