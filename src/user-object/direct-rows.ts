import type { Logged, LoggedEvent, LogView } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import type { DirectMessage, DirectRef } from '../protocol/index.ts';

/** All direct messages with one person, by their account id. It stays: the numbers of messages must not begin anew. */
export interface ConversationRow {
  readonly with: string;
  /** Position of the newest message; null: none yet. */
  readonly last: number | null;
  /** Messages there have been in this log, of both. */
  readonly count: number;
  /** The newest number of this person's own messages, and of the other's. */
  readonly sent: number;
  readonly received: number;
  /** Their messages behind `read` that are not deleted. */
  readonly unread: number;
  /** Up to this number of theirs this person has read; and one of the devices has got. */
  readonly read: number;
  readonly got: number;
  /** What was last told them of `got` and `read`. */
  readonly told: { readonly got: number; readonly read: number };
  /** That is on its way, and the next such news waits until it is there: a thousand messages make few receipts. */
  readonly isTelling: boolean;
  /** Up to these numbers of this person's own: they got them; they read them. */
  readonly delivered: number;
  readonly seen: number;
  /** Their account is deleted. */
  readonly isErased: boolean;
}
export const conversationTable = defineTable<ConversationRow>('conversations');

/** The conversation with somebody, as it stands before its first message where there was none. */
export const conversationWith = (state: StateView, account: string): Readonly<ConversationRow> =>
  state.table(conversationTable).get(account) ?? {
    with: account,
    last: null,
    count: 0,
    sent: 0,
    received: 0,
    unread: 0,
    read: 0,
    got: 0,
    told: { got: 0, read: 0 },
    isTelling: false,
    delivered: 0,
    seen: 0,
    isErased: false,
  };

export function changeConversation(
  state: State,
  account: string,
  to: (row: Readonly<ConversationRow>) => Partial<ConversationRow>,
): void {
  const row = conversationWith(state, account);
  state.table(conversationTable).set(account, { ...row, ...to(row) });
}

/** After so many messages of a conversation the next mark is set. */
export const MARK_EVERY = 64;
/** A message's position, and both numbers as they stand with it. */
export type Mark = readonly [seq: number, sent: number, received: number];
/**
 * Where messages stand, in big steps, by account id: whoever looks for one goes to the mark behind it and follows `prev`
 * from there. So no message needs a row of its own, and none is further away than MARK_EVERY steps.
 */
export const markTable = defineTable<{ readonly marks: readonly Mark[] }>('direct-marks');

export const marksOf = (state: StateView, account: string): readonly Mark[] =>
  state.table(markTable).get(account)?.marks ?? [];

/** The first mark that a test holds for, of marks for which it holds from some place on. */
function firstMark(marks: readonly Mark[], holds: (mark: Mark) => boolean): Mark | undefined {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const mark = marks[middle];
    if (mark !== undefined && holds(mark)) high = middle;
    else low = middle + 1;
  }
  return marks[low];
}

/** A direct message as it stands in the log. */
export interface Found extends Logged {
  readonly event: DirectMessage;
}

const isMessage = (found: Logged): found is Found => found.event.t === 'direct.sent';

/** Messages of one conversation from a position back, newest first, as far as the log holds them. */
export function* backFrom(log: LogView, from: number | null): Generator<Found> {
  for (let seq = from; seq !== null; ) {
    const found = log.read(seq);
    if (found === null || !isMessage(found)) return;
    yield found;
    seq = found.event.prev;
  }
}

/** The newest message of a conversation before a position; null: the log holds none. */
export function messageBefore(
  state: StateView,
  log: LogView,
  account: string,
  before: number,
): number | null {
  const { last } = conversationWith(state, account);
  const start = firstMark(marksOf(state, account), ([seq]) => seq >= before)?.[0] ?? last;
  for (const { event } of backFrom(log, start)) if (event.seq < before) return event.seq;
  return null;
}

/** A message by its name; null: it never came, or the log has lost it. */
export function findMessage(
  state: StateView,
  log: LogView,
  account: string,
  { from, number }: DirectRef,
): Found | null {
  const row = conversationWith(state, account);
  const isTheirs = from === account;
  if (number > (isTheirs ? row.received : row.sent)) return null;
  const mark = firstMark(marksOf(state, account), ([, sent, received]) => {
    return (isTheirs ? received : sent) >= number;
  });
  for (const found of backFrom(log, mark?.[0] ?? row.last)) {
    if (found.event.from !== from || found.event.number > number) continue;
    return found.event.number === number ? found : null;
  }
  return null;
}

/**
 * Position of the newest `direct.edited` of a message, by `<other's account> <author> <number>`. The text that it tells
 * must go when the message is edited again or deleted, also where the log has lost the message itself.
 */
export const directEditTable = defineTable<{ readonly seq: number }>('direct-edits');
export const editKey = (account: string, { from, number }: DirectRef): string =>
  `${account} ${from} ${number}`;

/** The newest `direct.edited` of a message, or null. */
export function lastEdit(state: StateView, log: LogView, account: string, ref: DirectRef): Logged | null {
  const row = state.table(directEditTable).get(editKey(account, ref));
  const found = row === undefined ? null : log.read(row.seq);
  return found?.event.t === 'direct.edited' ? found : null;
}

/**
 * A message as it is to be read: where there was no space for a longer text in its place, the text is in the event that
 * told of the edit.
 */
export function readable(state: StateView, log: LogView, event: DirectMessage): DirectMessage {
  if (event.body.kind !== 'text' || event.body.text !== '') return event;
  const body = lastEdit(state, log, event.with, event)?.event.body;
  return body === undefined ? event : { ...event, body: body as DirectMessage['body'] };
}

/** A message with another text. The envelope stays in front and to the letter. */
export function editedMessage(
  event: DirectMessage,
  body: DirectMessage['body'],
  editedAt: number,
): DirectMessage {
  return { ...event, body, editedAt };
}

/** What stays of a message: that it was, whose, when, and its place in the conversation. */
export function deletedMessage(event: DirectMessage): DirectMessage {
  const { replyTo: _, editedAt: __, failed: ___, ...rest } = event;
  return { ...rest, body: { kind: 'deleted' } };
}

/** The event that told of an edit, without what it said. */
export function emptiedEdit(event: LoggedEvent): LoggedEvent {
  const { body: _, ...rest } = event;
  return rest;
}
