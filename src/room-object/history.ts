import type { LogView } from '../engine/feature.ts';
import { History, type Waiting } from '../engine/history.ts';
import type { StateView } from '../engine/state.ts';
import type { Store } from '../engine/store.ts';
import { isShown } from './message-rows.ts';

/** Events that people scroll back to. */
const HISTORY: ReadonlySet<string> = new Set(['chat.sent', 'image.shared', 'file.shared']);

export const isHistory = (t: string): boolean => HISTORY.has(t);

/** Reads a room's messages back from the log. Pictures and files that were removed are left out. */
export const historyOf = (store: Store, state: StateView, journal: Waiting): LogView =>
  new History(store, journal, {
    isHistory,
    isShown: (event) => isShown(state, event),
  });
