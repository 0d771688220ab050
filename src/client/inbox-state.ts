import type { DirectMessage, Conversation as ToldConversation } from '../protocol/direct.ts';
import type { LastMessage, MyGroup } from '../protocol/groups.ts';
import type { EventFields } from '../protocol/registry.ts';

/** How somebody is. `since`: ms; offline: when they were last there, null where they don't say. */
export type PersonPresence = Omit<EventFields<'presence.changed'>, 'account'>;

/**
 * All direct messages with one person (`with`), as a list shows it: `last`, the newest; `unread`, how many of theirs;
 * `read`, up to which `number` of theirs; `delivered` and `seen`, how far yours have got (see `tickOf`).
 */
export interface Conversation extends Omit<ToldConversation, 'deleted'> {
  /** Their account is deleted: nothing can be sent any more. */
  readonly deleted: boolean;
}

/** The messages of one conversation, as far as they are known. */
export interface Thread {
  /** As they read now, oldest first, each once, without a hole; at most the newest 2,000. */
  readonly messages: readonly DirectMessage[];
  /** What stands before these is a `history` away; null: nothing does. */
  readonly earlier: number | null;
  /**
   * True after a resync until the newest page has come (it is asked for by itself): these are the messages of before,
   * and there may be newer ones.
   */
  readonly stale: boolean;
}

/** What is new in a group. Up to 100 are counted. */
export interface GroupNews {
  /** The newest position of the group's log. */
  readonly head: number;
  /** Up to where you have read. */
  readonly read: number;
  readonly unread: number;
  /** Those among them that mention you. */
  readonly mentions: number;
  readonly lastMessage: LastMessage | null;
}

/** A group that you belong to (`state` is 'enrolled'), are invited to, or have asked to belong to. */
export interface InboxGroup extends MyGroup {
  /** null: not told yet, or you don't belong to it. */
  readonly news: GroupNews | null;
}

/** A person: their account's id, or the whole user name. */
export type Who = string | { readonly userName: string };

/** A message of a conversation, in whose log it may be: its author's account and its `number`. */
export interface MessageRef {
  readonly from: string;
  readonly number: number;
}

/** A room that was made for a call. Join it with the account: you are its host. */
export interface CallRoom {
  readonly code: string;
  readonly name: string;
  /** Makes somebody without the account host. */
  readonly hostKey: string;
  /** The call, as `state.placed` lists it while it rings; null where the receipt was lost with the connection. */
  readonly call: string | null;
}
