import type { LogView } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import { type Conversation, type ConversationPage, type DirectMessage, LIMITS } from '../protocol/index.ts';
import {
  backFrom,
  type ConversationRow,
  conversationTable,
  conversationWith,
  messageBefore,
  readable,
} from './direct-rows.ts';
import { knownPerson } from './tables.ts';

/** UTF-16 units of messages on a page of conversations: it is part of a frame. */
const PAGE_SIZE = 256 * 1024;

/** A page of one conversation before a position (null: the newest), oldest first. */
export function historyPage(
  state: StateView,
  log: LogView,
  account: string,
  before: number | null,
  limit: number,
): { readonly events: readonly DirectMessage[]; readonly next: number | null } {
  const { last } = conversationWith(state, account);
  const from = before === null ? last : messageBefore(state, log, account, before);
  const events: DirectMessage[] = [];
  for (const { event } of backFrom(log, from)) {
    events.push(readable(state, log, event));
    if (events.length === limit) break;
  }
  const oldest = events.at(-1);
  const isBeginning = oldest === undefined || oldest.prev === null || oldest.prev < log.begins();
  return { events: events.reverse(), next: isBeginning ? null : oldest.seq };
}

function toConversation(state: StateView, log: LogView, row: Readonly<ConversationRow>): Conversation {
  const { with: account, last, unread, read, delivered, seen, isErased } = row;
  const [newest] = backFrom(log, last);
  return {
    with: knownPerson(state, account) ?? { id: account, userName: null, name: '', avatar: null },
    ...(isErased ? { deleted: true as const } : {}),
    last: newest === undefined ? null : readable(state, log, newest.event),
    unread,
    read,
    delivered,
    seen,
  };
}

/** A page of conversations whose newest message stands before a position; null: the first page. */
export function conversationPage(state: StateView, log: LogView, before: number | null): ConversationPage {
  const rows = Array.from(state.table(conversationTable).values())
    .flatMap((row) => (row.last === null ? [] : [{ row, last: row.last }]))
    .sort((a, b) => b.last - a.last);
  const wanted = rows.filter(({ last }) => before === null || last < before);
  const conversations: Conversation[] = [];
  let size = 0;
  let next: number | null = null;
  for (const { row, last } of wanted) {
    if (conversations.length === LIMITS.conversationsPage || size > PAGE_SIZE) break;
    const conversation = toConversation(state, log, row);
    conversations.push(conversation);
    size += JSON.stringify(conversation.last).length;
    next = last;
  }
  return {
    conversations,
    next: conversations.length === wanted.length ? null : next,
    unread: rows.reduce((sum, { row }) => sum + row.unread, 0),
  };
}
