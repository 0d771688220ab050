import { defineTable, type StateView } from '../engine/state.ts';
import type { Poll } from '../protocol/index.ts';

/** A question to everybody, with its votes by option as they were counted last. */
export interface PollRow {
  /** The position of its `poll.opened`. */
  readonly id: number;
  readonly at: number;
  /** Null: somebody with the host key. */
  readonly by: string | null;
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly named: boolean;
  readonly results: 'open' | 'hidden';
  /** ms; null while it is open. */
  readonly closedAt: number | null;
  readonly counts: readonly number[];
  readonly voters: number;
  /** Votes came that `poll.counted` has yet to tell; its time is set. */
  readonly isCounting: boolean;
}

/** One person's vote in one poll: however often it is sent or changed, and with whatever device, there is one. */
export interface BallotRow {
  readonly poll: number;
  /** The device that voted first. */
  readonly member: string;
  /** Positions in the list of options; empty: taken back. */
  readonly options: readonly number[];
}

export const pollTable = defineTable<PollRow>('polls');
export const ballotTable = defineTable<BallotRow>('ballots');

export const pollKey = (poll: number): string => String(poll);
/** By voter. */
export const ballotKey = (poll: number, voter: string): string => `${poll} ${voter}`;

export const findPoll = (state: StateView, poll: number): Readonly<PollRow> | undefined =>
  state.table(pollTable).get(pollKey(poll));

export const isOpen = (poll: Readonly<PollRow>): boolean => poll.closedAt === null;

/** Whether its counts are for hosts alone. */
export const isHidden = (poll: Readonly<PollRow>): boolean => poll.results === 'hidden' && isOpen(poll);

/** All polls, in the order in which they were opened. */
export const pollsInOrder = (state: StateView): Readonly<PollRow>[] =>
  Array.from(state.table(pollTable).values()).sort((a, b) => a.id - b.id);

/** A poll as everybody may see it. */
export const toPoll = (row: Readonly<PollRow>): Poll => ({
  id: row.id,
  at: row.at,
  ...(row.by === null ? {} : { by: row.by }),
  question: row.question,
  options: [...row.options],
  multiple: row.multiple,
  named: row.named,
  results: row.results,
  closedAt: row.closedAt,
  ...(isHidden(row) ? {} : { counts: [...row.counts], voters: row.voters }),
});

type Ballots = readonly Readonly<BallotRow>[];
const sorted = new WeakMap<object, { readonly version: number; readonly polls: Map<number, Ballots> }>();

/** The votes of one poll by member id: the one order that outlives the object's sleep. Sorted once for many pages. */
function ballotsOf(state: StateView, poll: number): Ballots {
  const table = state.table(ballotTable);
  let known = sorted.get(table);
  if (known?.version !== table.version) {
    known = { version: table.version, polls: new Map() };
    sorted.set(table, known);
  }
  const before = known.polls.get(poll);
  if (before !== undefined) return before;
  const ballots = Array.from(table.values()).filter(
    (ballot) => ballot.poll === poll && ballot.options.length > 0,
  );
  ballots.sort((a, b) => (a.member < b.member ? -1 : 1));
  known.polls.set(poll, ballots);
  return ballots;
}

/** A page of a poll's votes. `after` null: the first. `next` null: there are no more. */
export function ballotPage(
  state: StateView,
  poll: number,
  after: string | null,
  limit: number,
): { readonly ballots: Ballots; readonly next: string | null } {
  const all = ballotsOf(state, poll);
  const start = after === null ? 0 : all.findIndex(({ member }) => member > after);
  const ballots = start === -1 ? [] : all.slice(start, start + limit);
  const isLast = start === -1 || start + limit >= all.length;
  return { ballots, next: isLast ? null : (ballots.at(-1)?.member ?? null) };
}
