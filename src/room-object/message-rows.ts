import type { Logged, LoggedEvent, LogView } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { Body, MessageReactions } from '../protocol/index.ts';
import { isLiveFile } from './file-rows.ts';
import { isLiveImage } from './image-rows.ts';

/** What is known of a message beside its event, by its `seq`. */
export interface MessageRow {
  /** Position of the `chat.edited` that holds its text, too; null: it was never edited. */
  readonly edit: number | null;
  /** Who reacted, by emoji, in the order of reacting. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
}
export const messageTable = defineTable<MessageRow>('messages');
export const UNTOUCHED: MessageRow = { edit: null, reactions: {} };

/** A pinned message or picture, by its `seq`. It stays when the log loses it. */
export interface PinRow {
  /** The event as it reads now. */
  readonly event: LoggedEvent;
  /** Position of its `chat.pinned`. */
  readonly pinned: number;
}
export const pinTable = defineTable<PinRow>('pins');

/** Settings of the chat: one row, under the key `chat`; none until a host first changes them. */
export const chatTable = defineTable<{ readonly slowSeconds: number }>('chat');
export const CHAT_KEY = 'chat';

/**
 * When members last wrote to all, in ms, while slow mode is on. Kept in memory alone (only ever `restore`d, so no
 * commit writes it): a room that slept has forgotten it, and then somebody may write a little early.
 */
export const saidTable = defineTable<{ readonly at: number }>('said');

export const slowSecondsOf = (state: StateView): number =>
  state.table(chatTable).get(CHAT_KEY)?.slowSeconds ?? 0;

/** The pinned messages and pictures, in the order of pinning. */
export const pinsOf = (state: StateView): LoggedEvent[] =>
  Array.from(state.table(pinTable).values())
    .sort((a, b) => a.pinned - b.pinned)
    .map(({ event }) => event);

/** Reactions to these messages; those without any are left out. */
export function reactionsTo(state: StateView, events: readonly LoggedEvent[]): MessageReactions {
  const found: MessageReactions = {};
  for (const { seq } of events) {
    const { reactions } = state.table(messageTable).get(String(seq)) ?? UNTOUCHED;
    const entries = Object.entries(reactions).map(([emoji, members]) => [emoji, Array.from(members)]);
    if (entries.length > 0) found[seq] = Object.fromEntries(entries);
  }
  return found;
}

export const isDeleted = ({ body }: LoggedEvent): boolean =>
  typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'deleted';

export interface Edit {
  readonly body: Body;
  readonly mentions?: string[] | undefined;
  readonly editedAt: number;
}

/** A message with another text. The envelope stays in front and to the letter. */
export function editedMessage(event: LoggedEvent, { body, mentions, editedAt }: Edit): LoggedEvent {
  const { body: _, mentions: __, editedAt: ___, ...rest } = event;
  return { ...rest, body, ...(mentions === undefined ? {} : { mentions }), editedAt };
}

/** What stays of a message: that it was, whose, to whom, and who deleted it. */
export function deletedMessage(event: LoggedEvent, deletedBy: string | undefined): LoggedEvent {
  const { seq, t, at, by, n, to } = event;
  return {
    seq,
    t,
    at,
    ...(by === undefined ? {} : { by }),
    ...(n === undefined ? {} : { n }),
    body: { kind: 'deleted' },
    ...(to === undefined ? {} : { to }),
    ...(deletedBy === undefined ? {} : { deletedBy }),
  };
}

/** The event that told of an edit, without what it said. */
export function emptiedEdit(event: LoggedEvent): LoggedEvent {
  const { body: _, mentions: __, ...rest } = event;
  return rest;
}

/** The newest `chat.edited` of a message, or null. */
export function lastEdit(state: StateView, log: LogView, message: number): Logged | null {
  const edit = state.table(messageTable).get(String(message))?.edit ?? null;
  return edit === null ? null : log.read(edit);
}

/** Whether people see it: of pictures and files those that were not removed. */
export function isShown(state: StateView, { t, image, file }: LoggedEvent): boolean {
  if (t === 'image.shared') return typeof image === 'string' && isLiveImage(state, image);
  if (t === 'file.shared') return typeof file === 'string' && isLiveFile(state, file);
  return t === 'chat.sent';
}

/**
 * A message, picture or file, wherever it still stands: in the log; as a pin, which outlives it there; or, where the log has
 * lost the message but not its last edit, put together from that.
 */
export function findMessage(state: StateView, log: LogView, message: number): Logged | null {
  const found = log.read(message);
  if (found !== null) {
    return isShown(state, found.event) ? found : null;
  }
  const pin = state.table(pinTable).get(String(message));
  if (pin !== undefined) return { event: pin.event, to: null, spare: Number.POSITIVE_INFINITY };
  const edit = lastEdit(state, log, message);
  if (edit === null) return null;
  const { at, by, body } = edit.event;
  return {
    event: { seq: message, t: 'chat.sent', at, by, body },
    to: edit.to,
    spare: Number.POSITIVE_INFINITY,
  };
}
