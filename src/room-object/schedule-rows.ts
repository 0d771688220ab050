import { defineTable, type StateView } from '../engine/state.ts';
import { fail, type Outcome, type Refusal, refuse, type Schedule, succeed } from '../protocol/index.ts';

/** The schedule: one row, under the key `schedule`; none until somebody first sets one. */
export interface ScheduleRow extends Schedule {
  /** ms; when the first person came in; null before. */
  readonly startedAt: number | null;
  /** The end that has been announced. */
  readonly ending: number | null;
}
export const scheduleTable = defineTable<ScheduleRow>('schedule');
export const SCHEDULE_KEY = 'schedule';

export const NO_SCHEDULE: Schedule = { opensAt: null, expiresAt: null, maxMinutes: null, title: null };

export const findSchedule = (state: StateView): Readonly<ScheduleRow> | undefined =>
  state.table(scheduleTable).get(SCHEDULE_KEY);

/** The schedule without what the room notes for itself. */
export const toSchedule = ({ opensAt, expiresAt, maxMinutes, title }: Schedule): Schedule => ({
  opensAt,
  expiresAt,
  maxMinutes,
  title,
});

/** ms; when the meeting ends by its schedule, or null. Who comes before the opening, to prepare, starts no clock. */
export function endOf(row: Readonly<ScheduleRow>): number | null {
  const start = row.startedAt === null ? null : Math.max(row.startedAt, row.opensAt ?? 0);
  const lasts = row.maxMinutes === null || start === null ? null : start + row.maxMinutes * 60_000;
  if (row.expiresAt === null || lasts === null) return row.expiresAt ?? lasts;
  return Math.min(row.expiresAt, lasts);
}

/** A schedule after a change, where that makes sense. */
export function changedSchedule(
  before: Schedule,
  change: { readonly [K in keyof Schedule]?: Schedule[K] | undefined },
  now: number,
): Outcome<Schedule> {
  const or = <T>(wanted: T | undefined, known: T): T => (wanted === undefined ? known : wanted);
  const after = {
    opensAt: or(change.opensAt, before.opensAt),
    expiresAt: or(change.expiresAt, before.expiresAt),
    maxMinutes: or(change.maxMinutes, before.maxMinutes),
    title: or(change.title, before.title),
  };
  const { opensAt, expiresAt } = after;
  if (expiresAt !== null && expiresAt <= now && expiresAt !== before.expiresAt) {
    return fail('invalid', { detail: 'expiresAt: must be in the future' });
  }
  if (expiresAt !== null && opensAt !== null && expiresAt <= opensAt) {
    return fail('invalid', { detail: 'expiresAt: must be after opensAt' });
  }
  return succeed(after);
}

/** Whether the room is open yet for somebody who is no host. */
export function checkSchedule(state: StateView, now: number): Refusal | null {
  const opensAt = findSchedule(state)?.opensAt ?? null;
  return opensAt === null || opensAt <= now ? null : refuse('not_open_yet', { retry: opensAt - now });
}

/** ms after the opening for which a room waits for its first guest. */
const WAITS = 86_400_000;

/**
 * Until when an empty room waits for people because of its schedule, unless that ends it before: a day after it opens.
 * Null: there is no such time, or somebody has been in since it opened.
 */
export function waitsUntil(state: StateView, lastJoinedAt: number): number | null {
  const row = findSchedule(state);
  if (row === undefined || row.opensAt === null || lastJoinedAt >= row.opensAt) return null;
  return row.opensAt + WAITS;
}
