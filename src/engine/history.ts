import { LIMITS } from '../protocol/index.ts';
import type { Logged, LoggedEvent, LogPage, LogView } from './feature.ts';
import { GROWN_SIZE, type Journal } from './journal.ts';
import type { Segment, Store } from './store.ts';

/** Segments read for one page at most: a page may be short, and then says where to go on. */
const SEGMENTS_PER_PAGE = 500;
/** UTF-16 units read for one page at most. */
const READ_PER_PAGE = 1024 * 1024;

/** What an object counts as its history. */
export interface HistoryOptions {
  /** Whether people scroll back to events of this type. */
  readonly isHistory: (t: string) => boolean;
  /** Whether one of them is still to be seen. */
  readonly isShown: (event: LoggedEvent) => boolean;
}

/** The events in a segment that `member` may see, oldest first. */
function eventsIn(segment: Pick<Segment, 'public' | 'private'>, member: string | null): LoggedEvent[] {
  const events = JSON.parse(`[${segment.public}]`) as LoggedEvent[];
  if (segment.private !== null && member !== null) {
    for (const [to, text] of JSON.parse(segment.private) as [Record<string, number>, string][]) {
      if (Object.hasOwn(to, member)) events.push(JSON.parse(text) as LoggedEvent);
    }
    events.sort((a, b) => a.seq - b.seq);
  }
  return events;
}

/** All events of a segment, whoever may see them, oldest first. */
function allIn({ public: told, private: own }: Pick<Segment, 'public' | 'private'>): LoggedEvent[] {
  const events = JSON.parse(`[${told}]`) as LoggedEvent[];
  const hidden = own === null ? [] : (JSON.parse(own) as [Record<string, number>, string][]);
  events.push(...hidden.map(([, text]) => JSON.parse(text) as LoggedEvent));
  return events.sort((a, b) => a.seq - b.seq);
}

/** One event of a segment, with those who were told. */
function eventIn(segment: Pick<Segment, 'public' | 'private'>, seq: number): Omit<Logged, 'spare'> | null {
  const event = (JSON.parse(`[${segment.public}]`) as LoggedEvent[]).find((one) => one.seq === seq);
  if (event !== undefined) return { event, to: null };
  const own =
    segment.private === null ? [] : (JSON.parse(segment.private) as [Record<string, number>, string][]);
  for (const [to, text] of own) {
    const one = JSON.parse(text) as LoggedEvent;
    if (one.seq === seq) return { event: one, to: Object.keys(to) };
  }
  return null;
}

/** What is decided and not yet written. */
export type Waiting = Pick<Journal, 'waiting' | 'rewritten' | 'rewrittenSize'>;

/** Reads messages back from the log, newest page first. */
export class History implements LogView {
  readonly #store: Store;
  readonly #journal: Waiting;
  readonly #options: HistoryOptions;
  /** The newest page for everybody, which every newcomer gets; null: not read since the object woke. */
  #recent: LogPage | null = null;
  /** What came after that page, as texts: much is said while nobody comes, and only newcomers look. */
  readonly #newer: string[] = [];

  constructor(store: Store, journal: Waiting, options: HistoryOptions) {
    this.#store = store;
    this.#journal = journal;
    this.#options = options;
  }

  note(text: string): void {
    if (this.#recent === null) return;
    this.#newer.push(text);
    // No page takes more of them; the one over tells that there are more.
    if (this.#newer.length > LIMITS.historyRecent + 1) this.#newer.shift();
  }

  history(member: string | null, before: number | null, limit: number): LogPage {
    if (member !== null || before !== null || limit > LIMITS.historyRecent)
      return this.#read(member, before, limit);
    const { events, next } = this.#page();
    const shown = events.filter((event) => this.#options.isShown(event)).slice(-limit);
    return {
      events: shown,
      next: shown.length < events.length && shown.length === limit ? (shown[0]?.seq ?? next) : next,
    };
  }

  find(member: string | null, seq: number): LoggedEvent | null {
    const found = this.read(seq);
    if (found === null || !this.#isHistory(found.event)) return null;
    const isTheirs = found.to === null || (member !== null && found.to.includes(member));
    return isTheirs ? found.event : null;
  }

  read(seq: number): Logged | null {
    const waiting = this.#journal.waiting(seq);
    if (waiting !== null) {
      const { text, to, size } = waiting;
      return { event: JSON.parse(text) as LoggedEvent, to, spare: GROWN_SIZE - size };
    }
    const segment = this.#store.segmentOf(seq);
    const stored = segment === null ? null : eventIn(segment, seq);
    if (segment === null || stored === null) return null;
    const text = this.#journal.rewritten(seq);
    const size = segment.public.length + (segment.private?.length ?? 0) + 2 * this.#journal.rewrittenSize;
    return {
      event: text === undefined ? stored.event : (JSON.parse(text) as LoggedEvent),
      to: stored.to,
      spare: GROWN_SIZE - size,
    };
  }

  back(before: number): readonly LoggedEvent[] | null {
    for (let position = before - 1; ; ) {
      const segment = this.#store.segmentOf(position);
      if (segment === null) return null;
      const found = allIn(segment).filter(({ seq }) => seq < before);
      if (found.length > 0) return found.map((event) => this.#asItReads(event)).reverse();
      // Nothing but commands that told of nothing.
      position = segment.first - 1;
    }
  }

  begins(): number {
    for (const { first } of this.#store.sizes()) return first;
    return 0;
  }

  rewritten(event: LoggedEvent): void {
    if (this.#recent === null) return;
    const { events, next } = this.#page();
    this.#recent = { events: events.map((other) => (other.seq === event.seq ? event : other)), next };
  }

  /** With what waits to be written in its place. */
  #asItReads(event: LoggedEvent): LoggedEvent {
    const text = this.#journal.rewritten(event.seq);
    return text === undefined ? event : (JSON.parse(text) as LoggedEvent);
  }

  /** The newest page for everybody, with all that came since it was read. */
  #page(): LogPage {
    const page = this.#recent ?? this.#read(null, null, LIMITS.historyRecent);
    const newer = this.#newer.splice(0).map((text) => JSON.parse(text) as LoggedEvent);
    const all = newer.length === 0 ? page.events : [...page.events, ...newer];
    const events = all.slice(-LIMITS.historyRecent);
    this.#recent = { events, next: events.length === all.length ? page.next : (events[0]?.seq ?? null) };
    return this.#recent;
  }

  #isHistory(event: LoggedEvent): boolean {
    const { isHistory, isShown } = this.#options;
    return isHistory(event.t) && isShown(event);
  }

  #read(member: string | null, before: number | null, limit: number): LogPage {
    const found: LoggedEvent[] = [];
    let read = 0;
    let size = 0;
    let reached: number | null = null;
    for (const segment of this.#store.historyBefore(before ?? Number.MAX_SAFE_INTEGER)) {
      if (found.length >= limit || read >= SEGMENTS_PER_PAGE || size >= READ_PER_PAGE) {
        reached = segment.last + 1;
        break;
      }
      read += 1;
      size += segment.public.length + (segment.private?.length ?? 0);
      const events = eventsIn(segment, member);
      found.unshift(
        ...events.filter((event) => (before === null || event.seq < before) && this.#isHistory(event)),
      );
    }
    const events = found.slice(-limit);
    return { events, next: found.length > limit ? (events[0]?.seq ?? null) : reached };
  }
}
