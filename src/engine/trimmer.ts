import type { Retention } from './journal.ts';
import type { Loaded, Segment, Store } from './store.ts';

/** The log may pass its limits by a tenth before it is cut, so that cutting is rare. */
const SLACK = 1.1;

/** Decides when the log loses its beginning. */
export class Trimmer {
  readonly #store: Store;
  readonly #retention: Retention;
  #count: number;
  #size: number;
  #oldest: number | null = null;

  constructor(store: Store, retention: Retention, loaded: Pick<Loaded, 'count' | 'size'>) {
    this.#store = store;
    this.#retention = retention;
    this.#count = loaded.count;
    this.#size = loaded.size;
  }

  /** Events and UTF-16 units in the log, once what was counted and decided last is written. */
  get totals(): { readonly count: number; readonly size: number } {
    return { count: this.#count, size: this.#size };
  }

  /** Counts what is about to be written. Answers the position up to which segments go, or null. */
  trim(added: readonly Segment[], now: number): number | null {
    for (const segment of added) {
      this.#count += segment.count;
      this.#size += segment.size;
    }
    // The newest segment says where the log stands, so the log is cut only where it also grows.
    if (added.length === 0) return null;
    const { events, size, age } = this.#retention;
    this.#oldest ??= this.#oldestAt(now);
    const isOver =
      this.#count > events * SLACK || this.#size > size * SLACK || now - this.#oldest > age * SLACK;
    if (!isOver) return null;
    let trim: number | null = null;
    this.#oldest = null;
    for (const segment of this.#store.sizes()) {
      const fits = this.#count <= events && this.#size <= size && now - segment.at <= age;
      if (fits) break;
      this.#count -= segment.count;
      this.#size -= segment.size;
      trim = segment.last;
    }
    return trim;
  }

  #oldestAt(now: number): number {
    for (const segment of this.#store.sizes()) return segment.at;
    return now;
  }
}
