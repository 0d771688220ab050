import type { Position } from './session.ts';
import type { Store } from './store.ts';

/** Replay merges segments into frames of about this many UTF-16 units. */
const FRAME_SIZE = 64 * 1024;
/** Frames kept for others who come back from the same place. */
const CACHED_FRAMES = 128;

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

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The next frame after a public position, up to `head` (> from). Null: the log can't prove what came next, because
   * it was trimmed or the position never was a frame's end.
   */
  next(from: number, head: number): ReplayFrame | null {
    const key = `${from} ${head}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const texts: string[] = [];
    let size = 0;
    let last = from;
    for (const segment of this.#store.publicAfter(from, head)) {
      if (segment.prev !== last) {
        if (texts.length === 0) return null;
        break;
      }
      texts.push(segment.public);
      size += segment.public.length;
      last = segment.head;
      if (size >= FRAME_SIZE) break;
    }
    if (texts.length === 0) return null;
    const made = { text: eventsFrame(from, last, texts.join(',')), last };
    this.#cache.set(key, made);
    if (this.#cache.size > CACHED_FRAMES) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        break;
      }
    }
    return made;
  }

  /**
   * A member's private events (from, to], all of which stand in segments after the public position `seq`.
   * Null: they can't be proven whole.
   */
  private(member: string, from: number, to: number, seq: number, upTo: number): ReplayFrame | null {
    const texts: string[] = [];
    let last = from;
    for (const segment of this.#store.privateAfter(seq, upTo)) {
      if (segment.private === null) continue;
      for (const [numbers, text] of JSON.parse(segment.private) as [Record<string, number>, string][]) {
        const number = numbers[member];
        if (number === undefined || number <= from) continue;
        if (number !== last + 1) return null;
        texts.push(text);
        last = number;
      }
    }
    return last === to ? { text: privateFrame(from, last, texts.join(',')), last } : null;
  }

  /** Whether everything after a client's position can be shown to be what it missed, and nothing more or less. */
  canResume(
    at: Position,
    member: string,
    now: { readonly epoch: string; readonly head: number; readonly last: number; readonly private: number },
  ): boolean {
    if (at.epoch !== now.epoch || at.seq > now.head || at.private > now.private) return false;
    if (at.private < now.private && this.private(member, at.private, now.private, at.seq, now.last) === null)
      return false;
    return at.seq === now.head || this.next(at.seq, now.head) !== null;
  }
}
