import type {
  ConversationPage,
  DirectBody,
  DirectMessage,
  Conversation as ToldConversation,
} from '../protocol/direct.ts';
import type { Person } from '../protocol/person.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import type { Conversation, Thread } from './inbox-state.ts';
import { met } from './world-people.ts';
import type { Change, World } from './world-state.ts';

/** Messages of one conversation kept in memory; older ones are a `history` away. */
export const THREAD_KEPT = 2_000;

/** Conversations and their messages. */
export type Direct = Pick<
  World,
  'conversations' | 'earlierConversations' | 'unreadDirect' | 'threads' | 'people'
>;

const put = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> =>
  new Map(map).set(key, value);

const readConversation = ({ deleted, ...rest }: ToldConversation): Conversation => ({
  ...rest,
  deleted: deleted === true,
});

/** What is known of the messages where the newest is. */
const threadOf = (last: DirectMessage | null): Thread => ({
  messages: last === null ? [] : [last],
  earlier: last === null || last.prev === null ? null : last.seq,
  stale: false,
});

/** Puts a page of conversations over what is known; their messages stay as far as they are known. */
function withPage(before: Direct, page: ConversationPage): Omit<Direct, 'earlierConversations'> {
  const conversations = new Map(before.conversations);
  const threads = new Map(before.threads);
  for (const told of page.conversations) {
    const { id } = told.with;
    conversations.set(id, readConversation(told));
    if (!threads.has(id)) threads.set(id, threadOf(told.last));
  }
  const people = met(before.people, ...page.conversations.map((told) => told.with));
  return { conversations, threads, people, unreadDirect: page.unread };
}

/** The conversations of a snapshot. `shown`: accounts whose messages, as they were before, stay until they are asked for. */
export function directFromSnapshot(
  page: ConversationPage,
  people: ReadonlyMap<string, Person>,
  shown: ReadonlyMap<string, Thread>,
): Direct {
  const threads = new Map(Array.from(shown, ([id, thread]) => [id, { ...thread, stale: true }]));
  const empty = { conversations: new Map(), threads, people, unreadDirect: 0, earlierConversations: null };
  return { ...withPage(empty, page), earlierConversations: page.next };
}

/** Adds a page of conversations; `before` as it was asked for, undefined: the newest. */
export function mergeConversations(world: World, before: number | undefined, page: ConversationPage): World {
  // The newest page asked for once more says nothing of how far back the others reach.
  const reachesFurther = before !== undefined || world.conversations.size === 0;
  return {
    ...world,
    ...withPage(world, page),
    missing: before === undefined ? false : world.missing,
    earlierConversations: reachesFurther ? page.next : world.earlierConversations,
  };
}

interface HistoryPage {
  readonly events: readonly DirectMessage[];
  readonly next: number | null;
}

/**
 * Adds a page of a conversation; `before` as it was asked for, undefined: the newest, which takes the place of what is
 * known. A page that does not reach up to what is known would leave a hole, so it changes nothing.
 */
export function mergeHistory(
  world: World,
  account: string,
  before: number | undefined,
  page: HistoryPage,
): World {
  const known = world.threads.get(account);
  if (before === undefined || known === undefined) {
    if (before !== undefined) return world;
    const fresh = { messages: page.events, earlier: page.next, stale: false };
    return { ...world, threads: put(world.threads, account, fresh) };
  }
  if (known.earlier === null || before < known.earlier) return world;
  const oldest = known.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
  const messages = [...page.events.filter(({ seq }) => seq < oldest), ...known.messages];
  const earlier = page.next === null ? null : Math.min(known.earlier, page.next);
  return { ...world, threads: put(world.threads, account, { ...known, messages, earlier }) };
}

function added(thread: Thread | undefined, message: DirectMessage): Thread {
  if (thread === undefined) return threadOf(message);
  // Newer ones that are not known stand between these and the message; the page that is asked for brings it.
  if (thread.stale) return thread;
  const messages = [...thread.messages, message].slice(-THREAD_KEPT);
  const isCut = messages.length <= thread.messages.length;
  return { ...thread, messages, earlier: isCut ? (messages[0]?.seq ?? null) : thread.earlier };
}

const sent: Change<'direct.sent'> = (world, event) => {
  const { with: account, from, person, ...rest } = event;
  const message: DirectMessage = { ...rest, with: account, from };
  const threads = put(world.threads, account, added(world.threads.get(account), message));
  const counts = from === account ? 1 : 0;
  const unreadDirect = world.unreadDirect + counts;
  const known = world.conversations.get(account);
  if (known !== undefined) {
    const conversation = { ...known, last: message, unread: known.unread + counts };
    return { threads, unreadDirect, conversations: put(world.conversations, account, conversation) };
  }
  if (person === undefined || message.prev !== null) return { threads, missing: true };
  const conversation = {
    with: person,
    last: message,
    unread: counts,
    read: 0,
    delivered: 0,
    seen: 0,
    deleted: false,
  };
  return {
    threads,
    unreadDirect,
    people: met(world.people, person),
    conversations: put(world.conversations, account, conversation),
  };
};

/** Changes those messages of a conversation that it is about, in the list and as the newest. */
function rewrite(
  world: World,
  account: string,
  isIt: (message: DirectMessage) => boolean,
  to: (message: DirectMessage) => DirectMessage,
): Partial<World> {
  const thread = world.threads.get(account);
  const conversation = world.conversations.get(account);
  const touches = thread?.messages.some(isIt) === true;
  const touchesLast = conversation !== undefined && conversation.last !== null && isIt(conversation.last);
  const change = (message: DirectMessage) => (isIt(message) ? to(message) : message);
  return {
    ...(touches && thread !== undefined
      ? { threads: put(world.threads, account, { ...thread, messages: thread.messages.map(change) }) }
      : {}),
    ...(touchesLast && conversation.last !== null
      ? {
          conversations: put(world.conversations, account, {
            ...conversation,
            last: change(conversation.last),
          }),
        }
      : {}),
  };
}

const is =
  ({ from, number }: { readonly from: string; readonly number: number }) =>
  (message: DirectMessage): boolean =>
    message.from === from && message.number === number;

/** What stays of a message that was deleted. */
function deleted({ editedAt: _, replyTo: __, failed: ___, ...rest }: DirectMessage): DirectMessage {
  return { ...rest, body: { kind: 'deleted' } satisfies DirectBody };
}

const edited: Change<'direct.edited'> = (world, event) => {
  const { body, editedAt } = event;
  // Without a body it was edited or deleted once more, and what came of that comes later.
  if (body === undefined) return {};
  return rewrite(world, event.with, is(event), (message) => ({ ...message, body, editedAt }));
};

/** Other counts for a conversation; one that is not here has to be asked for. */
function counted(
  world: World,
  account: string,
  change: (known: Conversation) => Partial<Conversation>,
): Partial<World> {
  const known = world.conversations.get(account);
  if (known === undefined) return { missing: true };
  const conversation = { ...known, ...change(known) };
  return {
    conversations: put(world.conversations, account, conversation),
    unreadDirect: Math.max(0, world.unreadDirect + conversation.unread - known.unread),
  };
}

const removed: Change<'direct.deleted'> = (world, event) => {
  const { with: account, from, number } = event;
  const rest = rewrite(world, account, is(event), deleted);
  if (from !== account) return rest;
  return {
    ...rest,
    ...counted({ ...world, ...rest }, account, ({ unread, read }) =>
      number > read ? { unread: Math.max(0, unread - 1) } : {},
    ),
  };
};

const erased: Change<'direct.erased'> = (world, { with: account }) => {
  const rest = rewrite(world, account, ({ from }) => from === account, deleted);
  return { ...rest, ...counted({ ...world, ...rest }, account, () => ({ deleted: true, unread: 0 })) };
};

/** What each event does to conversations. */
export const DIRECT_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'direct.sent': sent,
  'direct.edited': edited,
  'direct.deleted': removed,
  'direct.failed': (world, { with: account, number, reason }) =>
    rewrite(world, account, is({ from: world.self.id, number }), (message) =>
      // Of one that was deleted nothing more is told.
      message.body.kind === 'deleted' ? message : { ...message, failed: reason },
    ),
  'direct.unread': (world, { with: account, upTo, unread }) =>
    counted(world, account, ({ read }) => ({ read: Math.max(read, upTo), unread })),
  'direct.receipt': (world, { with: account, delivered, read }) =>
    world.conversations.has(account)
      ? counted(world, account, (known) => ({
          delivered: Math.max(known.delivered, delivered),
          seen: Math.max(known.seen, read),
        }))
      : {},
  'direct.erased': erased,
};

/** The newest message of theirs that is known, by its number; 0: none. */
export function newestOf(world: World, account: string): number {
  const last = world.conversations.get(account)?.last;
  const theirs = world.threads.get(account)?.messages.findLast(({ from }) => from === account);
  return Math.max(theirs?.number ?? 0, last?.from === account ? last.number : 0);
}
