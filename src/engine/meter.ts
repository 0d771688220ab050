import { CLOSE, type CloseName } from '../protocol/close-codes.ts';
import type { Outcome } from '../protocol/errors.ts';
import type { CommandKind, EventClass, RateClass } from '../protocol/index.ts';
import type { Batch } from './journal.ts';
import type { Commit } from './store.ts';

/** Values sorted into classes of fixed bounds. Adding one allocates nothing. */
export class Histogram {
  /** What is at most a class's bound is in it; one class more holds the rest. */
  readonly bounds: readonly number[];
  readonly counts: number[];
  count = 0;
  sum = 0;
  most = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value > this.most) this.most = value;
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
  }
}

/** UTF-16 units: a short message, a few, a page of them, a full frame of a replay, a snapshot. */
const FRAME_BOUNDS = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
const MANY_BOUNDS = [1, 4, 16, 64, 256, 1_024];
/** ms. */
const TIME_BOUNDS = [1, 2, 5, 10, 25, 50, 100, 250, 1_000];

/** What a token bucket is kept for; join: new people, counted for the whole room. */
export type Limited = RateClass | 'join';

const nameOfCode = new Map<number, CloseName>(
  (Object.keys(CLOSE) as CloseName[]).map((name) => [CLOSE[name].code, name]),
);
const noCloses = (): Record<CloseName, number> => {
  const closes: Partial<Record<CloseName, number>> = {};
  for (const name of nameOfCode.values()) closes[name] = 0;
  return closes as Record<CloseName, number>;
};

/**
 * What an object has done since it woke: sums, counts and maxima in memory. Nothing is written down, so an object that
 * slept begins anew. Whoever does a thing counts it, with one line; counting allocates nothing.
 */
export class Meter {
  /** ms; when counting began. */
  readonly since: number;

  readonly commands: Record<CommandKind, { taken: number; refused: number }> = {
    durable: { taken: 0, refused: 0 },
    ephemeral: { taken: 0, refused: 0 },
    query: { taken: 0, refused: 0 },
  };
  /** Commands whose number had been accepted before. */
  repeated = 0;
  /** Whatever was refused because too much waited for a commit, or the object was about to be reset. */
  busy = 0;
  /** Frames that were no command. */
  unreadable = 0;
  /** Commands over the rate of their member. */
  readonly limited: Record<Limited, number> = {
    chat: 0,
    control: 0,
    media: 0,
    query: 0,
    image: 0,
    file: 0,
    signal: 0,
    join: 0,
  };

  readonly events: Record<EventClass | 'private', number> = {
    durable: 0,
    private: 0,
    ephemeral: 0,
    latest: 0,
  };
  /** Latest-only events that a lagging session will never be told, because a newer one took their place. */
  merged = 0;

  /** Of each commit: durable events in it, rows it wrote, ms until it was on disk. */
  readonly commitEvents = new Histogram([0, ...MANY_BOUNDS]);
  readonly commitRows = new Histogram(MANY_BOUNDS);
  readonly commitTime = new Histogram(TIME_BOUNDS);
  /** ms from there until everybody was told who could take it. */
  readonly tellTime = new Histogram(TIME_BOUNDS);
  /** The most that waited for one commit, in UTF-16 units. */
  mostWaiting = 0;

  /** Frames handed to sockets, by their UTF-16 units. */
  readonly frames = new Histogram(FRAME_BOUNDS);
  /** Of them, frames that were read from the log for one session. */
  replayed = 0;

  /** Sockets that were opened. */
  opened = 0;
  /** First frames that went on where the client stood. */
  resumed = 0;
  /** First frames with a snapshot, for those who came anew. */
  snapshots = 0;
  /** First frames with a snapshot for clients that said where they stood: what they missed can't be shown to be all. */
  unproven = 0;
  /** How often a session could not take more and was left to catch up. */
  lagged = 0;
  /** Sockets that ended without us: the client or the network closed them, or they went with the object's memory. */
  lost = 0;
  /** Sockets that we closed. */
  readonly closed = noCloses();

  constructor(since: number) {
    this.since = since;
  }

  /** Counts what became of a command, and hands it on. */
  decided<T>(kind: CommandKind, outcome: Outcome<T>): Outcome<T> {
    const counts = this.commands[kind];
    if (outcome.ok) counts.taken += 1;
    else counts.refused += 1;
    return outcome;
  }

  /** A socket is being closed with this code. */
  close(code: number): void {
    const name = nameOfCode.get(code);
    if (name !== undefined) this.closed[name] += 1;
  }

  /** A session gets its first frame. `cameBack`: it said where it stood. */
  welcomed(recovered: boolean, cameBack: boolean): void {
    if (recovered) this.resumed += 1;
    else if (cameBack) this.unproven += 1;
    else this.snapshots += 1;
  }

  /** What waits for a commit is about to be taken. */
  waited(size: number): void {
    if (size > this.mostWaiting) this.mostWaiting = size;
  }

  /** A commit is on disk, after so many ms. */
  committed({ segments }: Batch, ms: number): void {
    let events = 0;
    for (const { count } of segments) events += count;
    this.commitEvents.add(events);
    this.commitTime.add(ms);
  }

  /** A batch was told, within so many ms. */
  told({ segments, live }: Batch, ms: number): void {
    this.tellTime.add(ms);
    const { events } = this;
    for (const { count, privateEvents } of segments) {
      events.durable += count - privateEvents.length;
      events.private += privateEvents.length;
    }
    for (const { key } of live) events[key === null ? 'ephemeral' : 'latest'] += 1;
  }
}

/** Rows that a commit writes, its alarm included. What cutting the log deletes is not known beforehand, and left out. */
export function rowsOf({ segments, rows, rewrites, checkpoint, alarm }: Commit): number {
  // A checkpoint is a row of totals and one of marks.
  let sum = rows.length + rewrites.size + (checkpoint === null ? 0 : 2) + Number(alarm !== null);
  // A segment with private events in it stands in an index, too.
  for (const segment of segments) sum += segment.private === null ? 1 : 2;
  return sum;
}
