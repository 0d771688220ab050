import type { ReadyFrame } from '../protocol/frames.ts';
import type { Role } from '../protocol/permissions.ts';
import type { Poll as PollAsTold } from '../protocol/polls.ts';
import type { RoomEvent } from '../protocol/registry.ts';

/** A question to everybody. Its counts stand beside it: they may be for hosts alone. */
export type Poll = Omit<PollAsTold, 'counts' | 'voters'>;

/** Votes by option, and how many people voted, as told at `seq`. */
export interface Tally {
  readonly seq: number;
  readonly counts: readonly number[];
  readonly voters: number;
}

/** Polls as you may see them, each by its id. */
export interface Polls {
  /** In the order in which they were opened. */
  readonly all: ReadonlyMap<number, Poll>;
  /** Your own votes: positions in the list of options. */
  readonly own: ReadonlyMap<number, readonly number[]>;
  /** Not here: nobody has voted yet, or you may not see the counts. */
  readonly tallies: ReadonlyMap<number, Tally>;
}

type Counted = Pick<RoomEvent<'poll.counted'>, 'poll' | 'counts' | 'voters' | 'seq'>;

function withEntry<V>(map: ReadonlyMap<number, V>, key: number, value: V | null): ReadonlyMap<number, V> {
  if (value === null && !map.has(key)) return map;
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}

/** Private events are replayed before public ones, so each says when it was told, and an older one changes nothing. */
function tallied(polls: Polls, { poll, counts, voters, seq }: Counted): Polls {
  if ((polls.tallies.get(poll)?.seq ?? 0) > seq) return polls;
  const tally = voters === 0 ? null : { seq, counts, voters };
  return { ...polls, tallies: withEntry(polls.tallies, poll, tally) };
}

export function pollOpened(polls: Polls, event: RoomEvent<'poll.opened'>): Polls {
  const { seq: id, at, by, question, options, multiple, named, results } = event;
  const poll = { id, at, question, options, multiple, named, results, closedAt: null };
  return { ...polls, all: withEntry(polls.all, id, by === undefined ? poll : { ...poll, by }) };
}

export const pollVoted = (polls: Polls, { poll, options }: RoomEvent<'poll.voted'>): Polls => ({
  ...polls,
  own: withEntry(polls.own, poll, options.length === 0 ? null : options),
});

export const pollCounted = (polls: Polls, event: RoomEvent<'poll.counted'>): Polls => tallied(polls, event);

export function pollClosed(polls: Polls, event: RoomEvent<'poll.closed'>): Polls {
  const poll = polls.all.get(event.poll);
  const closed =
    poll === undefined ? polls.all : withEntry(polls.all, event.poll, { ...poll, closedAt: event.at });
  return tallied({ ...polls, all: closed }, event);
}

export const pollRemoved = (polls: Polls, { poll }: RoomEvent<'poll.removed'>): Polls => ({
  all: withEntry(polls.all, poll, null),
  own: withEntry(polls.own, poll, null),
  tallies: withEntry(polls.tallies, poll, null),
});

/** Who is no host any more no longer has what hosts alone were told by then. */
export function ownRoleChanged(polls: Polls, role: Role, seq: number): Polls {
  if (role === 'host' || role === 'cohost') return polls;
  let { tallies } = polls;
  for (const [id, tally] of polls.tallies) {
    const poll = polls.all.get(id);
    const isHidden = poll === undefined || (poll.results === 'hidden' && poll.closedAt === null);
    if (isHidden && tally.seq < seq) tallies = withEntry(tallies, id, null);
  }
  return tallies === polls.tallies ? polls : { ...polls, tallies };
}

/** Polls as a first frame with a snapshot tells them. */
export function readPolls(ready: ReadyFrame): Polls {
  const all = new Map<number, Poll>();
  const tallies = new Map<number, Tally>();
  for (const { counts, voters, ...poll } of ready.snapshot?.polls ?? []) {
    all.set(poll.id, poll);
    if (counts !== undefined && voters !== undefined && voters > 0)
      tallies.set(poll.id, { seq: ready.seq, counts, voters });
  }
  for (const { poll, counts, voters } of ready.hiddenCounts ?? [])
    tallies.set(poll, { seq: ready.seq, counts, voters });
  return { all, own: new Map(ready.votes?.map(({ poll, options }) => [poll, options])), tallies };
}
