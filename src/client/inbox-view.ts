import type { PlacedCall, RingingCall } from '../protocol/calls.ts';
import type { DirectMessage } from '../protocol/direct.ts';
import type { Favourite } from '../protocol/favourites.ts';
import type { Meeting } from '../protocol/meetings.ts';
import type { Contact } from '../protocol/people.ts';
import type { Person } from '../protocol/person.ts';
import type { CommandInput } from '../protocol/registry.ts';
import type { AccountOption } from './account-option.ts';
import type { AccountStorage } from './accounts.ts';
import type { SocketConstructor, SocketState, Timing } from './connection.ts';
import type { ServerOptions } from './http.ts';
import type { Conversation, InboxGroup, PersonPresence, Thread } from './inbox-state.ts';
import type { Pending } from './receipts.ts';

/** What is unread, counted. */
export interface Unread {
  /** Direct messages, also those of conversations that are not here yet. */
  readonly direct: number;
  /** Messages in groups. */
  readonly groups: number;
  /** Those among them that mention you. */
  readonly mentions: number;
}

/**
 * A person's whole world as it is now. Never changed: each change makes a new object, in which what has not changed is
 * the same as before.
 */
export interface InboxView {
  readonly connection: SocketState;
  /** Your durable commands without a receipt, oldest first; `sendingTo` finds the messages among them. */
  readonly pending: readonly Pending[];
  readonly epoch: string;
  readonly seq: number;
  readonly private: number;
  readonly self: Person;
  /** This device: `d_…`. */
  readonly device: string;
  /** Whether others may see how you are. */
  readonly visible: boolean;
  /** By account: everybody whom the server knows for you by name, you among them. */
  readonly people: ReadonlyMap<string, Person>;
  /** By name. */
  readonly contacts: readonly Contact[];
  /** Who asks to be your contact, the newest first. */
  readonly asking: readonly Contact[];
  /** Whom you have asked, the newest first. */
  readonly asked: readonly Contact[];
  /** By name. */
  readonly blocked: readonly Person[];
  /** By account; who is not in it is offline and doesn't say since when. */
  readonly presence: ReadonlyMap<string, PersonPresence>;
  /** Those with the newest messages first. */
  readonly conversations: readonly Conversation[];
  /** Whether `moreConversations` finds older ones. */
  readonly hasMoreConversations: boolean;
  /** By account of the other one; of somebody with whom there is no conversation nothing. */
  readonly messages: ReadonlyMap<string, Thread>;
  /** Those with the newest messages first. */
  readonly groups: readonly InboxGroup[];
  /** Calls that ring at you, the oldest first. */
  readonly ringing: readonly RingingCall[];
  /** Calls of yours that ring at others. */
  readonly placed: readonly PlacedCall[];
  /** The newest first. */
  readonly meetings: readonly Meeting[];
  /** The newest first. */
  readonly favourites: readonly Favourite[];
  readonly unread: Unread;
  /** Unread messages of people and groups together. */
  readonly unreadTotal: number;
}

/** How far a message of yours has got. */
export type Tick = 'sent' | 'delivered' | 'read' | 'failed';

/** How far a message of yours has got; null: it is not yours. What is still on its way is in `sendingTo`. */
export function tickOf(
  conversation: Pick<Conversation, 'with' | 'delivered' | 'seen'>,
  message: DirectMessage,
): Tick | null {
  if (message.from === conversation.with.id) return null;
  if (message.failed !== undefined) return 'failed';
  if (message.number <= conversation.seen) return 'read';
  return message.number <= conversation.delivered ? 'delivered' : 'sent';
}

/** A text of yours that has no receipt yet. `n` tells one from another; `at` is ms by this machine's clock. */
export interface SendingMessage {
  readonly n: number;
  readonly at: number;
  readonly text: string;
  readonly replyTo?: { readonly from: string; readonly number: number };
}

/** Texts to somebody that have no receipt yet, oldest first: show them behind the messages. */
export const sendingTo = (
  { pending }: { readonly pending: readonly Pending[] },
  account: string,
): readonly SendingMessage[] =>
  pending.flatMap(({ n, at, command }) => {
    if (command.t !== 'direct.send' || command.to !== account) return [];
    // What is pending was given as the command's fields.
    const { body, replyTo } = command as unknown as CommandInput<'direct.send'>;
    return [{ n, at, text: body.text, ...(replyTo === undefined ? {} : { replyTo }) }];
  });

export interface InboxOptions extends ServerOptions {
  /** Whose inbox: a token of their account, or the `Accounts` of whoever is logged in; it ends when they log out. */
  readonly account: AccountOption;
  /** A device that is known already; left out: that of `storage`, or a new one. */
  readonly device?: string;
  /**
   * Keeps which device this is, such as `sessionStorage`: a page that is loaded anew is the same device then. What tabs
   * share, such as `localStorage`, is not for this: two inboxes at a time must be two devices. Left out: each inbox is
   * a new one.
   */
  readonly storage?: AccountStorage;
  readonly WebSocket?: SocketConstructor;
  /** As Math.random. */
  readonly random?: () => number;
  readonly timing?: Partial<Timing>;
}
