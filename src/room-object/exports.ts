import type { StateView } from '../engine/state.ts';
import type { Store } from '../engine/store.ts';
import type { ExportCursor, ExportPage } from '../platform/room-rpc.ts';
import type { AuditEntry, ExportEntries, ExportKind, PollEntry, TranscriptEntry } from '../protocol/index.ts';
import { auditPage } from './audit-rows.ts';
import { isLiveFile } from './file-rows.ts';
import { isHistory } from './history.ts';
import { isLiveImage } from './image-rows.ts';
import { ballotPage, type PollRow, pollsInOrder } from './poll-rows.ts';
import { memberTable, theRoom } from './tables.ts';

/** Entries on one page at most. */
const ENTRIES = 1_000;
/** UTF-16 units of one page at most: 256 KB however they are encoded between objects. */
const PAGE_SIZE = 128 * 1024;
/** UTF-16 units of the log read for one page at most: a page may be short, and then says where to go on. */
const READ_PER_PAGE = 1024 * 1024;
/** A segment without a message costs a read, too. Counted as so many units. */
const READ_PER_SEGMENT = 2_048;

/** The next entry, or only a piece of the way to it; `cursor` goes on behind it. */
interface Step<E> {
  readonly entry: E | null;
  readonly cursor: ExportCursor;
  /** UTF-16 units of the log that this step read. */
  readonly read?: number;
}

interface Gathered<E> {
  readonly entries: readonly E[];
  readonly next: ExportCursor | null;
}

/** Takes entries until the page is full. A single entry always fits. */
function gather<E extends object>(steps: Iterable<Step<E>>): Gathered<E> {
  const entries: E[] = [];
  let size = 0;
  let reading = 0;
  let next: ExportCursor | null = null;
  for (const { entry, cursor, read = 0 } of steps) {
    const cost = entry === null ? 0 : JSON.stringify(entry).length;
    const isFull = entries.length >= ENTRIES || (entries.length > 0 && size + cost > PAGE_SIZE);
    if (isFull && entry !== null) return { entries, next };
    if (entry !== null) entries.push(entry);
    size += cost;
    reading += read;
    next = cursor;
    if (reading >= READ_PER_PAGE) return { entries, next };
  }
  return { entries, next: null };
}

const nameOf = (state: StateView, member: string | null): string =>
  member === null ? '' : (state.table(memberTable).get(member)?.name ?? '');

/** An event as it stands in the log. */
interface Logged {
  readonly seq: number;
  readonly t: string;
  readonly at: number;
  readonly by?: string;
  readonly [field: string]: unknown;
}

const bodyOf = (body: unknown): { readonly text: string; readonly deleted?: true } => {
  if (typeof body !== 'object' || body === null) return { text: '' };
  if ('kind' in body && body.kind === 'deleted') return { text: '', deleted: true };
  return { text: 'text' in body && typeof body.text === 'string' ? body.text : '' };
};

function toEntry(state: StateView, event: Logged): TranscriptEntry {
  const by = event.by ?? null;
  const entry = { seq: event.seq, at: event.at, by, name: nameOf(state, by) };
  if (event.t === 'image.shared' && typeof event.image === 'string') {
    const { image } = event;
    if (!isLiveImage(state, image)) return { ...entry, text: '', image, deleted: true };
    return { ...entry, text: typeof event.caption === 'string' ? event.caption : '', image };
  }
  if (event.t === 'file.shared' && typeof event.file === 'string') {
    const { file } = event;
    if (!isLiveFile(state, file)) return { ...entry, text: '', file, deleted: true };
    return { ...entry, text: typeof event.name === 'string' ? event.name : '', file };
  }
  return {
    ...entry,
    ...bodyOf(event.body),
    ...(typeof event.replyTo === 'number' ? { reply: event.replyTo } : {}),
    ...(typeof event.editedAt === 'number' ? { edited: true } : {}),
  };
}

/** Where the messages end now: what is said while an export runs is not in it, so that it ends. */
function newest(store: Store): number {
  for (const { last } of store.historyBefore(Number.MAX_SAFE_INTEGER)) return last;
  return 0;
}

/** Messages to everybody, forwards through the log. Private events stand apart from these and are not even read. */
function* transcript(
  store: Store,
  state: StateView,
  from: ExportCursor | null,
): Generator<Step<TranscriptEntry>> {
  const { after, upTo } = from ?? { after: 0, upTo: newest(store) };
  for (const segment of store.publicAfter(after, upTo)) {
    for (const event of JSON.parse(`[${segment.public}]`) as Logged[]) {
      if (event.seq <= after || !isHistory(event.t)) continue;
      yield { entry: toEntry(state, event), cursor: { after: event.seq, upTo } };
    }
    const read = segment.public.length + READ_PER_SEGMENT;
    yield { entry: null, cursor: { after: segment.head, upTo }, read };
  }
}

const toPollEntry = (state: StateView, poll: Readonly<PollRow>): PollEntry => ({
  kind: 'poll',
  poll: poll.id,
  at: poll.at,
  by: poll.by,
  name: nameOf(state, poll.by),
  question: poll.question,
  options: [...poll.options],
  multiple: poll.multiple,
  named: poll.named,
  results: poll.results,
  closedAt: poll.closedAt,
  counts: [...poll.counts],
  voters: poll.voters,
});

/** The votes of a poll with names, behind one member. */
function* votesOf(
  state: StateView,
  poll: Readonly<PollRow>,
  from: string,
  upTo: number,
): Generator<Step<PollEntry>> {
  for (let after: string | null = from; after !== null; ) {
    const { ballots, next } = ballotPage(state, poll.id, after, ENTRIES);
    for (const { member, options } of ballots) {
      const texts = options.map((option) => poll.options[option] ?? '');
      const entry: PollEntry = {
        kind: 'vote',
        poll: poll.id,
        member,
        name: nameOf(state, member),
        options: texts,
      };
      yield { entry, cursor: { after: poll.id, upTo, member } };
    }
    after = next;
  }
}

/** Polls in the order in which they were opened. A cursor with a member stands among that poll's votes. */
function* polls(state: StateView, from: ExportCursor | null): Generator<Step<PollEntry>> {
  const all = pollsInOrder(state);
  const { after, upTo, member } = from ?? { after: 0, upTo: all.at(-1)?.id ?? 0 };
  for (const poll of all) {
    if (poll.id > upTo || poll.id < after) continue;
    const isBegun = poll.id === after;
    if (!isBegun) {
      const cursor = { after: poll.id, upTo, ...(poll.named ? { member: '' } : {}) };
      yield { entry: toPollEntry(state, poll), cursor };
    }
    if (poll.named) yield* votesOf(state, poll, isBegun ? (member ?? '') : '', upTo);
  }
}

function* audit(state: StateView, from: ExportCursor | null): Generator<Step<AuditEntry>> {
  for (let after: number | null = from?.after ?? 0; after !== null; ) {
    const { rows, next } = auditPage(state, after, ENTRIES);
    for (const row of rows) {
      const entry = { ...row, byName: nameOf(state, row.by), memberName: nameOf(state, row.member) };
      yield { entry, cursor: { after: row.seq, upTo: Number.MAX_SAFE_INTEGER } };
    }
    after = next;
  }
}

/** One page of each export, read at a commit boundary: `cursor` null begins, and `next` of a page leads on. */
const PAGES: {
  readonly [K in ExportKind]: (
    store: Store,
    state: StateView,
    cursor: ExportCursor | null,
  ) => Gathered<ExportEntries[K]>;
} = {
  transcript: (store, state, cursor) => gather(transcript(store, state, cursor)),
  polls: (_store, state, cursor) => gather(polls(state, cursor)),
  audit: (_store, state, cursor) => gather(audit(state, cursor)),
};

export function exportPage<K extends ExportKind>(
  store: Store,
  state: StateView,
  what: K,
  cursor: ExportCursor | null,
): ExportPage<K> {
  return { room: theRoom(state).name, ...PAGES[what](store, state, cursor) };
}
