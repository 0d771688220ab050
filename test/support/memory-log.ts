import { rewriteSegment } from '../../src/engine/rewrite.ts';
import type { Commit, Loaded, Mark, Segment, Store } from '../../src/engine/store.ts';

/** An object's memory in a map: the same answers as the database, for tests of what stands above it. */
export class MemoryLog implements Store {
  epoch: string | null = null;
  segments: Segment[] = [];
  readonly rows = new Map<string, { readonly table: string; readonly key: string; readonly json: string }>();
  readonly marks = new Map<string, Mark>();
  alarm: number | null = null;
  /** Every commit so far. */
  readonly commits: Commit[] = [];
  /** How often the log was read for a replay. */
  reads = 0;
  #checkpointAt = 0;
  #head = 0;

  async load(): Promise<Loaded | null> {
    if (this.epoch === null) return null;
    const newest = this.segments.at(-1);
    return {
      epoch: this.epoch,
      last: newest?.last ?? this.#checkpointAt,
      head: newest?.head ?? this.#head,
      lastAt: newest?.at ?? 0,
      marks: new Map(this.marks),
      rows: Array.from(this.rows.values()),
      count: this.segments.reduce((sum, { count }) => sum + count, 0),
      size: this.segments.reduce((sum, { size }) => sum + size, 0),
      alarm: this.alarm,
      sinceCheckpoint: this.segments.filter(({ last }) => last > this.#checkpointAt).length,
    };
  }

  initialize(epoch: string): void {
    this.epoch = epoch;
  }

  commit(commit: Commit): void {
    this.commits.push(commit);
    for (const { table, key, json } of commit.rows) {
      const name = JSON.stringify([table, key]);
      if (json === null) this.rows.delete(name);
      else this.rows.set(name, { table, key, json });
    }
    for (const [member, mark] of commit.marks) this.marks.set(member, mark);
    this.segments.push(...commit.segments);
    this.#head = this.segments.at(-1)?.head ?? this.#head;
    for (const [position, text] of commit.rewrites) {
      this.segments = this.segments.map((segment) =>
        segment.first <= position && position <= segment.last
          ? { ...segment, ...rewriteSegment(segment, position, text) }
          : segment,
      );
    }
    if (commit.checkpoint !== null) {
      this.#checkpointAt = commit.checkpoint.last;
      const whole = new Map(commit.checkpoint.marks);
      this.marks.clear();
      for (const [member, mark] of whole) this.marks.set(member, mark);
    }
    const { trim } = commit;
    if (trim !== null) this.segments = this.segments.filter(({ last }) => last > trim);
    if (commit.alarm !== null) this.alarm = commit.alarm;
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  *publicAfter(position: number, upTo: number): Iterable<Segment> {
    this.reads += 1;
    for (const segment of this.segments) {
      if (segment.head > position && segment.head > segment.prev && segment.head <= upTo) yield segment;
    }
  }

  *privateAfter(position: number, upTo: number): Iterable<Segment> {
    this.reads += 1;
    for (const segment of this.segments) {
      if (segment.private !== null && segment.last > position && segment.last <= upTo) yield segment;
    }
  }

  *historyBefore(position: number): Iterable<Segment> {
    for (const segment of this.segments.toReversed()) {
      if (segment.first < position && segment.history > 0) yield segment;
    }
  }

  segmentOf(position: number): Segment | null {
    return this.segments.find(({ first, last }) => first <= position && position <= last) ?? null;
  }

  sizes(): Iterable<Segment> {
    return Array.from(this.segments);
  }

  destroy(): Promise<void> {
    this.epoch = null;
    this.segments = [];
    this.rows.clear();
    this.marks.clear();
    this.alarm = null;
    return Promise.resolve();
  }
}
