import { type EventDraft, internalEvent, note } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';

/** What fills this person's log because of others is bounded for each of them: so much at once, and so much per second. */
const ALLOWANCE = 2_000;
const PER_SECOND = 1;
/**
 * Below this what is left is written down. Above it is kept in memory alone: an object that wakes knows that everybody of
 * whom nothing is written had so much when it was last up. People who talk cost no row, and sleep brings nobody more.
 */
const WRITTEN_BELOW = ALLOWANCE / 2;

/** What is left to somebody, by account id, or to a group, by `group <code>`; absent: nothing was spent for long. */
export interface AllowanceRow {
  readonly left: number;
  /** ms; when that was so. */
  readonly at: number;
  readonly isWritten: boolean;
}
export const allowanceTable = defineTable<AllowanceRow>('allowances');

/** When the object was last up before it woke: one row, under the key `object`. Put beside the state, and never stored. */
export const lastUpTable = defineTable<{ readonly at: number }>('last_up');
export const LAST_UP_KEY = 'object';

export const allowanceSpent = internalEvent<{ readonly who: string; readonly left: number }>(
  'allowance.spent',
);

const grown = (left: number, since: number, now: number): number =>
  Math.min(ALLOWANCE, left + (Math.max(0, now - since) * PER_SECOND) / 1_000);

/** What somebody may spend now. */
export function allowanceOf(state: StateView, who: string, now: number): number {
  const row = state.table(allowanceTable).get(who);
  if (row !== undefined) return grown(row.left, row.at, now);
  const up = state.table(lastUpTable).get(LAST_UP_KEY);
  return up === undefined ? ALLOWANCE : grown(WRITTEN_BELOW, up.at, now);
}

/** Whether nothing need be known of what was spent before: so much time has passed. */
const isWhole = ({ left, at }: Readonly<AllowanceRow>, now: number): boolean =>
  grown(left, at, now) === ALLOWANCE;

/**
 * How far what is written down may be from what is so: one row for so much spent. An object is idle for ten seconds at least
 * before it sleeps, so sleeping over and over brings nobody more than time brings them.
 */
const WRITTEN_EVERY = 10;
/** Which of such parts what is left lies in, were it not for what time brings. */
const partOf = (left: number, at: number): number =>
  Math.floor((left - (at * PER_SECOND) / 1_000) / WRITTEN_EVERY);

/** Keeps what is left to somebody. For appliers. */
export function keepAllowance(state: State, who: string, left: number, at: number): void {
  const table = state.table(allowanceTable);
  const before = table.get(who);
  const wasWritten = before?.isWritten === true;
  // With that this one time is not counted, which does no harm.
  if (wasWritten && isWhole(before, at)) table.delete(who);
  else if (wasWritten && partOf(before.left, before.at) === partOf(left, at))
    table.restore(who, { left, at, isWritten: true });
  else if (wasWritten || left < WRITTEN_BELOW) table.set(who, { left, at, isWritten: true });
  // Not `set`: nothing is written because of people who talk.
  else table.restore(who, { left, at, isWritten: false });
}

/**
 * Spends something; null: there is nothing left, and whoever brought it is to try again later. What costs more than is left
 * is taken all the same, and owed.
 */
export function spend(state: StateView, who: string, cost: number, now: number): EventDraft | null {
  const left = allowanceOf(state, who, now);
  return left < 1 ? null : note(allowanceSpent, { who, left: left - cost });
}

/** What is spent by a group that says how this person stands in it: ten times at once, and a few hundred times a day. */
export const GROUP_NEWS_COST = 200;
export const groupAllowance = (code: string): string => `group ${code}`;
/** What is spent by whoever invites to groups, for each: they may have many groups. */
export const INVITATION_COST = 50;
export const inviterAllowance = (account: string): string => `inviter ${account}`;
