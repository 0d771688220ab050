import type { MessageReactions } from '../protocol/chat.ts';
import type { ReadyFrame } from '../protocol/frames.ts';
import type { EventFields, RoomEvent } from '../protocol/registry.ts';

/** What stands in a conversation. */
export type Message = RoomEvent<'chat.sent' | 'image.shared' | 'file.shared'>;
/** Members by the emoji that they put to a message, in the order of reacting. */
export type Reactions = Readonly<Record<string, readonly string[]>>;

/** What is known of messages beside their own events. */
export interface Conversation {
  /** By message (its `seq`), of those that are known: who reacted. Without reactions it is not in it. */
  readonly reactions: ReadonlyMap<number, Reactions>;
  /** By message, in the order of pinning. null: it stands before what is known; `message` fetches it. */
  readonly pins: ReadonlyMap<number, Message | null>;
  /** Seconds that a member waits between two messages to all; 0: none. */
  readonly slowSeconds: number;
}

type Sent = RoomEvent<'chat.sent'>;
type Edited = Pick<EventFields<'chat.edited'>, 'mentions' | 'editedAt'> & { readonly body: Sent['body'] };

/** A message as it reads after an edit. */
export function editedMessage(message: Sent, { body, mentions, editedAt }: Edited): Sent {
  const { mentions: _, ...rest } = message;
  return { ...rest, body, ...(mentions === undefined ? {} : { mentions }), editedAt };
}

/** What stays of a message that was deleted. */
export function deletedMessage(message: Sent, deletedBy: string | undefined): Sent {
  const { mentions: _, editedAt: __, replyTo: ___, ...rest } = message;
  return { ...rest, body: { kind: 'deleted' }, ...(deletedBy === undefined ? {} : { deletedBy }) };
}

export const isNone = (reactions: Reactions): boolean => Object.keys(reactions).length === 0;

/** Reactions after a member put an emoji, or took it back. */
export function afterReaction(
  before: Reactions,
  { emoji, member, on }: Pick<EventFields<'chat.reacted'>, 'emoji' | 'member' | 'on'>,
): Reactions {
  const { [emoji]: of = [], ...others } = before;
  const members = [...of.filter((id) => id !== member), ...(on ? [member] : [])];
  return members.length === 0 ? others : { ...before, [emoji]: members };
}

/** Reactions as the server tells them, over what is known. */
export const mergeReactions = (
  known: ReadonlyMap<number, Reactions>,
  told: MessageReactions | undefined,
): ReadonlyMap<number, Reactions> =>
  new Map([
    ...known,
    ...Object.entries(told ?? {}).map(([seq, one]): [number, Reactions] => [Number(seq), one]),
  ]);

/** `read` makes messages of those envelopes that are some. */
export function readConversation(
  { snapshot, reactions }: ReadyFrame,
  read: (events: NonNullable<NonNullable<ReadyFrame['snapshot']>['pins']>) => readonly Message[],
): Conversation {
  return {
    reactions: mergeReactions(mergeReactions(new Map(), snapshot?.reactions), reactions),
    // One by one: read together they would come in the order of writing.
    pins: new Map((snapshot?.pins ?? []).flatMap((pin) => read([pin]).map((event) => [event.seq, event]))),
    slowSeconds: snapshot?.slowSeconds ?? 0,
  };
}

/** Puts messages that have become known into their pins. */
export function fillPins(
  pins: ReadonlyMap<number, Message | null>,
  messages: readonly Message[],
): ReadonlyMap<number, Message | null> {
  const found = messages.filter(({ seq }) => pins.get(seq) === null);
  return found.length === 0
    ? pins
    : new Map([...pins, ...found.map((event): [number, Message] => [event.seq, event])]);
}
