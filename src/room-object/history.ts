import type { LoggedEvent, LogPage, LogView } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { Segment, Store } from '../engine/store.ts';
import { isLiveImage } from './image-rows.ts';

/** Events that people scroll back to. */
const HISTORY: ReadonlySet<string> = new Set(['chat.sent', 'image.shared']);
/** Segments read for one page at most: a page may be short, and then says where to go on. */
const SEGMENTS_PER_PAGE = 500;

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
export function historyOf(store: Store, state: StateView): LogView {
  const isShown = (event: LoggedEvent): boolean =>
    event.t !== 'image.shared' || (typeof event.image === 'string' && isLiveImage(state, event.image));

  return {
    history(member, before, limit): LogPage {
      const found: LoggedEvent[] = [];
      let read = 0;
      let reached: number | null = null;
      for (const segment of store.historyBefore(before ?? Number.MAX_SAFE_INTEGER)) {
        if (found.length >= limit || read >= SEGMENTS_PER_PAGE) {
          reached = segment.last + 1;
          break;
        }
        read += 1;
        const events = messagesIn(segment, member).filter(
          (event) => (before === null || event.seq < before) && isShown(event),
        );
        found.unshift(...events);
      }
      const events = found.slice(-limit);
      const oldest = found.length > limit ? (events[0]?.seq ?? null) : reached;
      return { events, next: oldest };
    },
  };
}
