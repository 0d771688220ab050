import type { LogView } from '../engine/feature.ts';
import { History, type Waiting } from '../engine/history.ts';
import type { StateView } from '../engine/state.ts';
import type { Store } from '../engine/store.ts';

/** Events that people scroll back to. */
const HISTORY: ReadonlySet<string> = new Set(['direct.sent']);

export const isHistory = (t: string): boolean => HISTORY.has(t);

/** Reads a person's messages back from their log, those of all conversations in one order. */
export const historyOf = (store: Store, _state: StateView, journal: Waiting): LogView =>
  new History(store, journal, { isHistory, isShown: () => true });
