import type { LoggedEvent, LogView } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import { type LastMessage, LIMITS } from '../protocol/index.ts';
import { accountOf } from './account-rows.ts';
import type { EnrolledRow } from './enrolment-rows.ts';
import { isDeleted } from './message-rows.ts';
import { memberTable } from './tables.ts';

/** A message or picture for everybody, as far as unread ones are counted by it. */
interface Recent {
  readonly seq: number;
  /** The author's; null where nobody wrote it in person. */
  readonly account: string | null;
}

/** The newest messages since the object woke: one row, under the key `recent`. In memory only, and never written. */
interface RecentRow {
  readonly messages: readonly Recent[];
  /** How many were taken away since: what was read from the log before that is not right any more. */
  readonly removed: number;
}
const recentTable = defineTable<RecentRow>('recent');
const RECENT = 'recent';
const NONE: RecentRow = { messages: [], removed: 0 };

/** Notes a message for everybody. For appliers. */
export function noteRecent(state: State, seq: number, by: string | undefined): void {
  const table = state.table(recentTable);
  const { messages, removed } = table.get(RECENT) ?? NONE;
  const message = { seq, account: accountOf(state, by ?? null) };
  // Not `set`: a message is to cost no row beside its own.
  table.restore(RECENT, { messages: [...messages, message].slice(-LIMITS.unread), removed });
}

/** A message was deleted, or a picture removed. For appliers. */
export function dropRecent(state: State, seq: number | null): void {
  const table = state.table(recentTable);
  const { messages, removed } = table.get(RECENT) ?? NONE;
  table.restore(RECENT, { messages: messages.filter((one) => one.seq !== seq), removed: removed + 1 });
}

/** Pages of the log that are looked through for as many messages as are counted; each is bounded by itself. */
const PAGES = 10;

/** The newest messages that the log holds, oldest first. */
function readRecent(state: StateView, log: LogView): Recent[] {
  const found: Recent[] = [];
  let before: number | null = null;
  for (let page = 0; page < PAGES && found.length < LIMITS.unread; page += 1) {
    const { events, next } = log.history(null, before, LIMITS.historyPage);
    const there = events.filter((event) => !isDeleted(event));
    found.unshift(
      ...there.map(({ seq, by }) => ({
        seq,
        account: accountOf(state, typeof by === 'string' ? by : null),
      })),
    );
    if (next === null) break;
    before = next;
  }
  return found.slice(-LIMITS.unread);
}

const known = new WeakMap<object, { readonly removed: number; readonly messages: readonly Recent[] }>();

/** The newest messages, oldest first. Read from the log once; thousands ask when a day begins. */
function recentMessages(state: StateView, log: LogView): readonly Recent[] {
  const table = state.table(recentTable);
  const { messages: since, removed } = table.get(RECENT) ?? NONE;
  let base = known.get(table);
  if (base?.removed !== removed) {
    base = { removed, messages: readRecent(state, log) };
    known.set(table, base);
  }
  const last = base.messages.at(-1)?.seq ?? 0;
  return [...base.messages, ...since.filter(({ seq }) => seq > last)].slice(-LIMITS.unread);
}

/** Messages of others since somebody read, or wrote themselves; at most as many as are counted. */
export function unreadOf(state: StateView, log: LogView, row: Readonly<EnrolledRow>): number {
  const messages = recentMessages(state, log);
  const own = messages.findLastIndex(({ account }) => account === row.person.id);
  return messages.slice(own + 1).filter(({ seq }) => seq > row.read).length;
}

/** Characters (Unicode code points) of a message's beginning. */
const PREVIEW = 100;

function textOf({ t, body, caption, name }: LoggedEvent): string {
  const line = t === 'file.shared' ? name : caption;
  const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : line;
  return typeof text === 'string'
    ? Array.from(text.slice(0, 2 * PREVIEW))
        .slice(0, PREVIEW)
        .join('')
    : '';
}

/** What it is where it is no text. */
const KINDS: Readonly<Record<string, LastMessage['kind']>> = {
  'image.shared': 'image',
  'file.shared': 'file',
};

/** The newest message, picture or file for everybody; null: there is none. */
export function lastMessageOf(state: StateView, log: LogView): LastMessage | null {
  const event = log.history(null, null, 1).events.at(-1);
  if (event === undefined) return null;
  const author = typeof event.by === 'string' ? state.table(memberTable).get(event.by) : undefined;
  return {
    seq: event.seq,
    at: typeof event.at === 'number' ? event.at : 0,
    name: author?.name ?? '',
    account: author?.account ?? null,
    kind: isDeleted(event) ? 'deleted' : (KINDS[event.t] ?? 'text'),
    text: textOf(event),
  };
}
