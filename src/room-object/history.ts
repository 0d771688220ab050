import type { LoggedEvent, LogPage, LogView } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { Segment, Store } from '../engine/store.ts';
import { LIMITS } from '../protocol/index.ts';
import { isLiveImage } from './image-rows.ts';

/** Events that people scroll back to. */
const HISTORY: ReadonlySet<string> = new Set(['chat.sent', 'image.shared']);
/** Segments read for one page at most: a page may be short, and then says where to go on. */
const SEGMENTS_PER_PAGE = 500;
/** UTF-16 units read for one page at most. */
const READ_PER_PAGE = 1024 * 1024;

export const isHistory = (t: string): boolean => HISTORY.has(t);

/** The messages in a segment that `member` may see, oldest first. */
function messagesIn(segment: Pick<Segment, 'public' | 'private'>, member: string | null): LoggedEvent[] {
  const events = JSON.parse(`[${segment.public}]`) as LoggedEvent[];
  if (segment.private !== null && member !== null) {
    for (const [to, text] of JSON.parse(segment.private) as [Record<string, number>, string][]) {
      if (Object.hasOwn(to, member)) events.push(JSON.parse(text) as LoggedEvent);
    }
    events.sort((a, b) => a.seq - b.seq);
  }
  return events.filter((event) => HISTORY.has(event.t));
}

/** Reads messages back from the log, newest page first. Pictures that were removed are left out. */
class History implements LogView {
  readonly #store: Store;
  readonly #state: StateView;
  /** The newest page for everybody, which every newcomer gets; null: not read since the object woke. */
  #recent: LogPage | null = null;

  constructor(store: Store, state: StateView) {
    this.#store = store;
    this.#state = state;
  }

  note(text: string): void {
    if (this.#recent === null) return;
    const events = [...this.#recent.events, JSON.parse(text) as LoggedEvent];
    const isWhole = events.length <= LIMITS.historyRecent;
    const kept = isWhole ? events : events.slice(1);
    this.#recent = { events: kept, next: isWhole ? this.#recent.next : (kept[0]?.seq ?? null) };
  }

  history(member: string | null, before: number | null, limit: number): LogPage {
    if (member !== null || before !== null || limit > LIMITS.historyRecent)
      return this.#read(member, before, limit);
    this.#recent ??= this.#read(null, null, LIMITS.historyRecent);
    const { events, next } = this.#recent;
    const shown = events.filter((event) => this.#isShown(event)).slice(-limit);
    return {
      events: shown,
      next: shown.length < events.length && shown.length === limit ? (shown[0]?.seq ?? next) : next,
    };
  }

  find(member: string | null, seq: number): LoggedEvent | null {
    const segment = this.#store.segmentOf(seq);
    if (segment === null) return null;
    return messagesIn(segment, member).find((event) => event.seq === seq && this.#isShown(event)) ?? null;
  }

  rewritten(event: LoggedEvent): void {
    if (this.#recent === null) return;
    const events = this.#recent.events.map((other) => (other.seq === event.seq ? event : other));
    this.#recent = { events, next: this.#recent.next };
  }

  #isShown(event: LoggedEvent): boolean {
    return (
      event.t !== 'image.shared' || (typeof event.image === 'string' && isLiveImage(this.#state, event.image))
    );
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
      const messages = messagesIn(segment, member);
      found.unshift(
        ...messages.filter((event) => (before === null || event.seq < before) && this.#isShown(event)),
      );
    }
    const events = found.slice(-limit);
    return { events, next: found.length > limit ? (events[0]?.seq ?? null) : reached };
  }
}

export const historyOf = (store: Store, state: StateView): LogView => new History(store, state);
