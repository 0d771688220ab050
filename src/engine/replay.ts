import type { Position } from './session.ts';
import type { Store } from './store.ts';

/** Replay merges segments into frames of about this many UTF-16 units. */
const FRAME_SIZE = 64 * 1024;
/** UTF-16 units of frames kept for others who come back from the same place. */
const CACHED_SIZE = 4 * 1024 * 1024;
/** UTF-16 units of private segments that are read for one member at most; who missed more gets a snapshot. */
const PRIVATE_READ = 1024 * 1024;

export interface ReplayFrame {
  readonly text: string;
  /** The position after it. */
  readonly last: number;
}

const frame = (t: 'events' | 'private', prev: number, last: number, events: string): string =>
  `{"t":"${t}","prev":${prev},"last":${last},"events":[${events}]}`;

/** A frame of public events: they cover (prev, last]. */
export const eventsFrame = (prev: number, last: number, events: string): string =>
  frame('events', prev, last, events);
/** A frame of private events, counted for one member. */
export const privateFrame = (prev: number, last: number, events: string): string =>
  frame('private', prev, last, events);
export const liveFrame = (events: string): string => `{"t":"live","events":[${events}]}`;

/** Reads the log for those who were away or fell behind. What five hundred ask for is read and merged once. */
export class Replay {
  readonly #store: Store;
  readonly #cache = new Map<string, ReplayFrame>();
  #cachedSize = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The next frame after a public position, up to `head` (> from). Null: the log can't prove what came next, because
   * it was trimmed or the position never was a frame's end.
   */
  next(from: number, head: number): ReplayFrame | null {
    // A full frame is the same whatever came after it; one that ends at the head grows with it.
    const cached = this.#cache.get(`${from}`) ?? this.#cache.get(`${from} ${head}`);
    if (cached !== undefined && cached.last <= head) return cached;
    const texts: string[] = [];
    let size = 0;
    let last = from;
    let isFull = false;
    for (const segment of this.#store.publicAfter(from, head)) {
      if (segment.prev !== last) {
        if (texts.length === 0) return null;
        break;
      }
      if (texts.length > 0 && size + segment.public.length > FRAME_SIZE) {
        isFull = true;
        break;
      }
      texts.push(segment.public);
      size += segment.public.length;
      last = segment.head;
    }
    if (texts.length === 0) return null;
    const made = { text: eventsFrame(from, last, texts.join(',')), last };
    this.#keep(isFull ? `${from}` : `${from} ${head}`, made);
    return made;
  }

  /** Events were rewritten: frames made of them are no longer true. */
  forget(): void {
    this.#cache.clear();
    this.#cachedSize = 0;
  }

  #keep(key: string, made: ReplayFrame): void {
    this.#cache.set(key, made);
    this.#cachedSize += made.text.length;
    for (const [oldest, { text }] of this.#cache) {
      if (this.#cachedSize <= CACHED_SIZE) return;
      this.#cache.delete(oldest);
      this.#cachedSize -= text.length;
    }
  }

  /**
   * The next frame of a member's private events after `from`, all of which stand in segments after the public position
   * `seq`. Null: they can't be proven to follow, or are more than is replayed.
   */
  private(member: string, from: number, seq: number, upTo: number): ReplayFrame | null {
    const texts: string[] = [];
    let last = from;
    let read = 0;
    let size = 0;
    for (const segment of this.#store.privateAfter(seq, upTo)) {
      if (segment.private === null) continue;
      read += segment.private.length;
      if (read > PRIVATE_READ) return null;
      for (const [numbers, text] of JSON.parse(segment.private) as [Record<string, number>, string][]) {
        const number = numbers[member];
        if (number === undefined || number <= last) continue;
        if (number !== last + 1) return null;
        texts.push(text);
        size += text.length;
        last = number;
      }
      if (size >= FRAME_SIZE) break;
    }
    return last === from ? null : { text: privateFrame(from, last, texts.join(',')), last };
  }

  /** Whether a member's private events (from, to] can all be replayed. */
  #hasPrivate(member: string, from: number, to: number, seq: number, upTo: number): boolean {
    for (let at = from; at < to; ) {
      const frame = this.private(member, at, seq, upTo);
      if (frame === null) return false;
      at = frame.last;
    }
    return true;
  }

  /** Whether everything after a client's position can be shown to be what it missed, and nothing more or less. */
  canResume(
    at: Position,
    member: string,
    now: { readonly epoch: string; readonly head: number; readonly last: number; readonly private: number },
  ): boolean {
    if (at.epoch !== now.epoch || at.seq > now.head || at.private > now.private) return false;
    if (!this.#hasPrivate(member, at.private, now.private, at.seq, now.last)) return false;
    return at.seq === now.head || this.next(at.seq, now.head) !== null;
  }
}
