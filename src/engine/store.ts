import type { RowChange } from './state.ts';

/** One commit's events (or a part of them), as they are stored. Positions are counted over all events of the object. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** The last public position before this segment, and after it. Equal: nothing public in it. */
  readonly prev: number;
  readonly head: number;
  /** ms. */
  readonly at: number;
  /** Events. */
  readonly count: number;
  /** Of them, the ones that belong to the history of messages. */
  readonly history: number;
  /** UTF-16 units of the texts. */
  readonly size: number;
  /** The public events' texts, joined by commas. */
  readonly public: string;
  /** JSON of [[{member: number}, text], …], or null. */
  readonly private: string | null;
}

/** Per member: the highest accepted command number, and how many private events there have been. */
export interface Mark {
  readonly acked: number;
  readonly private: number;
}
export type Marks = ReadonlyMap<string, Mark>;

/** What needs not be read from the segments again: all marks and totals up to a position. */
export interface Checkpoint {
  readonly last: number;
  /** Events and UTF-16 units in the log, as it stands after this commit. */
  readonly count: number;
  readonly size: number;
  readonly marks: Marks;
}

/** Everything that one transaction writes. */
export interface Commit {
  readonly segments: readonly Segment[];
  /** The marks that changed; they stand with the last segment. */
  readonly marks: Marks;
  readonly rows: readonly RowChange[];
  /** New texts of events that are in the log already, by position. One that was cut off since is no error. */
  readonly rewrites: ReadonlyMap<number, string>;
  /** Written now and then, and whenever the log is cut. */
  readonly checkpoint: Checkpoint | null;
  /** Segments up to this position are dropped. */
  readonly trim: number | null;
  /** ms; when to be woken. Null: as it stands. */
  readonly alarm: number | null;
}

/** What an object remembers when it wakes. */
export interface Loaded {
  readonly epoch: string;
  readonly last: number;
  readonly head: number;
  /** ms; of the last segment, 0 without one. */
  readonly lastAt: number;
  readonly marks: Marks;
  readonly rows: Iterable<{ readonly table: string; readonly key: string; readonly json: string }>;
  /** What the log holds, for trimming: events, text units, and the first position. */
  readonly count: number;
  readonly size: number;
  readonly alarm: number | null;
  /** Segments since the last checkpoint. */
  readonly sinceCheckpoint: number;
}

/** What an object begins with. */
export const NEVER_WRITTEN: Omit<Loaded, 'epoch'> = {
  last: 0,
  head: 0,
  lastAt: 0,
  marks: new Map(),
  rows: [],
  count: 0,
  size: 0,
  alarm: null,
  sinceCheckpoint: 0,
};

/** Where an object's memory is kept. SQLite in a Durable Object; a map in tests. */
export interface Store {
  /** Null: this object was never written to. */
  load(): Promise<Loaded | null>;
  /** Makes the tables. Called once, in the turn of the first commit. */
  initialize(epoch: string): void;
  /** Writes all of it or nothing, in one transaction. Throws when it can't. */
  commit(commit: Commit): void;
  /** Resolves when everything committed is on disk. */
  sync(): Promise<void>;
  /** Public segments after a position, up to a position, in order. Read lazily. */
  publicAfter(position: number, upTo: number): Iterable<Pick<Segment, 'prev' | 'head' | 'public'>>;
  /** Private parts after a position, up to a position, in order. */
  privateAfter(position: number, upTo: number): Iterable<Pick<Segment, 'last' | 'private'>>;
  /** Segments with history before a position, newest first. Read lazily. */
  historyBefore(position: number): Iterable<Pick<Segment, 'first' | 'last' | 'public' | 'private'>>;
  /** The segment that holds a position, or null. */
  segmentOf(position: number): Pick<Segment, 'first' | 'last' | 'public' | 'private'> | null;
  /** Segments in order, for trimming. */
  sizes(): Iterable<Pick<Segment, 'first' | 'last' | 'head' | 'at' | 'count' | 'size'>>;
  /** Removes everything, the alarm included. */
  destroy(): Promise<void>;
}
