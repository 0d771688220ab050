import type { CloseName } from '../protocol/close-codes.ts';
import type { EventDraft } from './feature.ts';
import type { Session } from './session.ts';
import type { Checkpoint, Loaded, Mark, Marks, Segment } from './store.ts';

/** A segment, and so a frame, ends at this many UTF-16 units: what is handed to one socket is never much more. */
const SEGMENT_SIZE = 128 * 1024;
/** What a segment may grow to, in UTF-16 units, when events in it are rewritten. Three bytes for each still fit a row. */
export const GROWN_SIZE = 600 * 1024;
/** One event is never larger; the protocol's limits keep far below. */
const EVENT_SIZE = 256 * 1024;
/** Marks are written whole after this many segments, so that waking reads few. */
const CHECKPOINT_EVERY = 256;

/** Settings of the log: what is kept for replay and history. */
export interface Retention {
  readonly events: number;
  /** UTF-16 units. */
  readonly size: number;
  /** ms. */
  readonly age: number;
}

export interface PrivateEvent {
  /** Who sees it, and as which of their private events. */
  readonly to: ReadonlyMap<string, number>;
  readonly text: string;
}

/** An ephemeral or latest-only event, told once. */
export interface LiveEvent {
  readonly text: string;
  /** Null: everybody. */
  readonly to: readonly string[] | null;
  /** Latest-only: the type and member it is about; a newer one replaces it. */
  readonly key: string | null;
}

/** What is told and not stored: each takes the place of the one under the same name, or has a name of its own. */
interface OpenLive {
  readonly event: LiveEvent;
  readonly fields: object;
}

interface OpenSegment {
  readonly first: number;
  readonly prev: number;
  last: number;
  head: number;
  readonly at: number;
  count: number;
  history: number;
  size: number;
  readonly public: string[];
  readonly private: PrivateEvent[];
}

/** A segment on its way to disk and to the members. */
export interface SealedSegment extends Segment {
  readonly privateEvents: readonly PrivateEvent[];
}

/** A question to the state that no uncommitted change may colour. */
export interface Boundary {
  /** Runs when the state is exactly what the commit holds. */
  readonly compute: () => void;
  /** Runs when that commit has been told. */
  readonly answer: () => void;
}

/** What was gathered since the last commit. */
export interface Batch {
  readonly segments: readonly SealedSegment[];
  readonly marks: Marks;
  readonly live: readonly LiveEvent[];
  /** New texts of events that are in the log, by position. */
  readonly rewrites: ReadonlyMap<number, string>;
  readonly joiners: readonly Session[];
  readonly boundaries: readonly Boundary[];
  /** Run once the commit is on disk. */
  readonly settled: readonly (() => void)[];
  /** Sent once everything has been told. */
  readonly receipts: readonly { readonly session: Session; readonly text: string }[];
  readonly closes: readonly { readonly session: Session; readonly as: CloseName }[];
  /** Members whose marks are gone. */
  readonly forgotten: readonly string[];
  /** Last position and public position after this batch. */
  readonly last: number;
  readonly head: number;
}

const NO_MARK: Mark = { acked: 0, private: 0 };

const withEnvelope = (envelope: object, fields: object): string => {
  const head = JSON.stringify(envelope);
  const body = JSON.stringify(fields);
  return body === '{}' ? head : `${head.slice(0, -1)},${body.slice(1)}`;
};

/** Gathers what has been decided until the next commit takes it: numbers, encodes and measures events. */
export class Journal {
  #last: number;
  #head: number;
  readonly #marks: Map<string, Mark>;
  #sinceCheckpoint: number;

  #segments: OpenSegment[] = [];
  #changedMarks = new Set<string>();
  #forgotten: string[] = [];
  #live = new Map<string | symbol, OpenLive>();
  #rewrites = new Map<number, string>();
  #rewrittenSize = 0;
  #joiners: Session[] = [];
  #boundaries: Boundary[] = [];
  #settled: (() => void)[] = [];
  #receipts: { session: Session; text: string }[] = [];
  #closes: { session: Session; as: CloseName }[] = [];
  #size = 0;
  #weight = 0;

  constructor(loaded: Pick<Loaded, 'last' | 'head' | 'marks' | 'sinceCheckpoint'>) {
    this.#last = loaded.last;
    this.#head = loaded.head;
    this.#marks = new Map(loaded.marks);
    this.#sinceCheckpoint = loaded.sinceCheckpoint;
  }

  get last(): number {
    return this.#last;
  }
  /** UTF-16 units that wait for the commit. */
  get size(): number {
    return this.#size;
  }
  /** Grows with everything that is added; tells whether something came since. */
  get weight(): number {
    return this.#weight;
  }
  get isEmpty(): boolean {
    return this.#weight === 0;
  }
  mark(member: string): Mark {
    return this.#marks.get(member) ?? NO_MARK;
  }

  /** Numbers a durable event, encodes it and puts it into the open segment. Answers its position and text. */
  append(
    draft: EventDraft,
    stamp: { readonly at: number; readonly by?: string; readonly n?: number },
    isHistory: boolean,
  ): { seq: number; text: string } {
    const seq = this.#last + 1;
    const text = withEnvelope({ seq, t: draft.t, ...stamp }, draft.fields);
    if (text.length > EVENT_SIZE) throw new Error(`event ${draft.t} of ${text.length} characters`);
    const segment = this.#open(stamp.at, text.length);
    this.#last = seq;
    segment.last = seq;
    segment.count += 1;
    segment.size += text.length;
    if (isHistory) segment.history += 1;
    if (draft.to === undefined) {
      this.#head = seq;
      segment.head = seq;
      segment.public.push(text);
    } else {
      const to = new Map<string, number>();
      for (const member of new Set(draft.to)) {
        const mark = this.mark(member);
        to.set(member, mark.private + 1);
        this.#setMark(member, { ...mark, private: mark.private + 1 });
      }
      segment.private.push({ to, text });
    }
    this.#add(text.length);
    return { seq, text };
  }

  /** An event that is told once and not stored: in the place of one with the same key, or merged into one. Answers its text. */
  tell(draft: EventDraft, stamp: { readonly at: number; readonly by?: string }, key: string | null): string {
    const { t, to, merge } = draft;
    const name = key ?? (merge === undefined ? Symbol(t) : `${t} ${merge.key} ${to?.join(' ') ?? ''}`);
    const before = this.#live.get(name);
    // Under one name stands one type of event, so `fold` gets what it was made for.
    const fields =
      before === undefined || merge === undefined
        ? draft.fields
        : merge.fold(before.fields as never, draft.fields as never);
    const text = withEnvelope({ t, ...stamp }, fields);
    this.#live.delete(name);
    this.#live.set(name, { event: { text, to: to ?? null, key }, fields });
    this.#add(text.length - (before?.event.text.length ?? 0));
    return text;
  }

  /** Makes a command number the highest accepted one. Without a told event it needs a place in the log of its own. */
  accept(member: string, n: number, hasEvent: boolean, at: number): void {
    const mark = this.mark(member);
    this.#setMark(member, { ...mark, acked: Math.max(mark.acked, n) });
    if (!hasEvent && this.#segments.length === 0) {
      this.#last += 1;
      this.#open(at, 0).last = this.#last;
    }
    this.#add(0);
  }

  /** Puts another text in the place of an event's, in what waits and with the next commit in the log. */
  rewrite(seq: number, text: string): void {
    const is = (other: string) => other.startsWith(`{"seq":${seq},`);
    for (const segment of this.#segments) {
      const at = segment.public.findIndex(is);
      const old = segment.public[at];
      if (old !== undefined) {
        segment.public[at] = text;
        segment.size += text.length - old.length;
      }
      const own = segment.private.findIndex((event) => is(event.text));
      const before = segment.private[own];
      if (before !== undefined) {
        segment.private[own] = { to: before.to, text };
        segment.size += text.length - before.text.length;
      }
    }
    this.#rewrites.set(seq, text);
    this.#rewrittenSize += text.length;
    this.#add(text.length);
  }

  /** An event that waits for the commit, or null. */
  waiting(
    seq: number,
  ): { readonly text: string; readonly to: readonly string[] | null; readonly size: number } | null {
    const is = (other: string) => other.startsWith(`{"seq":${seq},`);
    for (const segment of this.#segments) {
      if (seq < segment.first || seq > segment.last) continue;
      const { size } = segment;
      const text = segment.public.find(is);
      if (text !== undefined) return { text, to: null, size };
      const own = segment.private.find((event) => is(event.text));
      if (own !== undefined) return { text: own.text, to: Array.from(own.to.keys()), size };
    }
    return null;
  }
  /** The new text of an event that waits to be rewritten. */
  rewritten(seq: number): string | undefined {
    return this.#rewrites.get(seq);
  }
  /** UTF-16 units of all texts that wait to be rewritten. */
  get rewrittenSize(): number {
    return this.#rewrittenSize;
  }

  /** Drops a member's mark. It stands in segments too, so the marks are written whole with this commit. */
  forget(member: string): void {
    if (!this.#marks.delete(member)) return;
    this.#changedMarks.delete(member);
    this.#forgotten.push(member);
    this.#add(0);
  }

  /** State changed that no told event shows. */
  touch(): void {
    this.#add(0);
  }
  join(session: Session): void {
    this.#joiners.push(session);
    this.#add(0);
  }
  atBoundary(boundary: Boundary): void {
    this.#boundaries.push(boundary);
    this.#add(0);
  }
  onSettled(run: () => void): void {
    this.#settled.push(run);
    this.#add(0);
  }
  receipt(session: Session, text: string): void {
    this.#receipts.push({ session, text });
    this.#add(0);
  }
  close(session: Session, as: CloseName): void {
    this.#closes.push({ session, as });
    this.#add(0);
  }

  /** Everything gathered so far; the next batch begins empty. */
  take(): Batch {
    const marks = new Map<string, Mark>();
    for (const member of this.#changedMarks) marks.set(member, this.mark(member));
    const batch: Batch = {
      segments: this.#segments.map(seal),
      marks,
      live: Array.from(this.#live.values(), ({ event }) => event),
      rewrites: this.#rewrites,
      joiners: this.#joiners,
      boundaries: this.#boundaries,
      settled: this.#settled,
      receipts: this.#receipts,
      closes: this.#closes,
      forgotten: this.#forgotten,
      last: this.#last,
      head: this.#head,
    };
    this.#segments = [];
    this.#changedMarks = new Set();
    this.#live = new Map();
    this.#rewrites = new Map();
    this.#rewrittenSize = 0;
    this.#joiners = [];
    this.#boundaries = [];
    this.#settled = [];
    this.#receipts = [];
    this.#closes = [];
    this.#forgotten = [];
    this.#size = 0;
    this.#weight = 0;
    return batch;
  }

  /** All marks, when it is time to write them whole: now and then, before the log loses its beginning, and when one is gone. */
  checkpoint(
    batch: Batch,
    willTrim: boolean,
    totals: { readonly count: number; readonly size: number },
  ): Checkpoint | null {
    this.#sinceCheckpoint += batch.segments.length;
    const isDue = willTrim || batch.forgotten.length > 0 || this.#sinceCheckpoint >= CHECKPOINT_EVERY;
    if (!isDue) return null;
    this.#sinceCheckpoint = 0;
    return { last: batch.last, ...totals, marks: this.#marks };
  }

  #open(at: number, size: number): OpenSegment {
    const current = this.#segments.at(-1);
    if (current !== undefined && current.size + size <= SEGMENT_SIZE) return current;
    const segment: OpenSegment = {
      first: this.#last + 1,
      prev: this.#head,
      last: this.#last,
      head: this.#head,
      at,
      count: 0,
      history: 0,
      size: 0,
      public: [],
      private: [],
    };
    this.#segments.push(segment);
    return segment;
  }

  #setMark(member: string, mark: Mark): void {
    this.#marks.set(member, mark);
    this.#changedMarks.add(member);
  }

  #add(size: number): void {
    this.#size += size;
    this.#weight += 1;
  }
}

const seal = (segment: OpenSegment): SealedSegment => ({
  first: segment.first,
  last: segment.last,
  prev: segment.prev,
  head: segment.head,
  at: segment.at,
  count: segment.count,
  history: segment.history,
  size: segment.size,
  public: segment.public.join(','),
  private:
    segment.private.length === 0
      ? null
      : JSON.stringify(segment.private.map(({ to, text }) => [Object.fromEntries(to), text])),
  privateEvents: segment.private,
});
