import type { DirectMessage } from '../../../../src/protocol/index.ts';

/** One line of a conversation, in the order of time. */
export type DirectLine =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  /** From here on nothing was read when the conversation was opened. */
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: DirectMessage;
      /** Whether it begins something new: another author, or a while later. */
      readonly first: boolean;
      /** Whether the next one does: the time is told with the last of those that belong together. */
      readonly last: boolean;
    };

/** ms within which messages of one person belong together. */
const TOGETHER = 5 * 60_000;

const dayOf = (at: number): string => new Date(at).toDateString();

/** What names a message in both accounts. */
export const messageKey = ({ from, number }: Pick<DirectMessage, 'from' | 'number'>): string =>
  `${from} ${number}`;

const belongTogether = (a: DirectMessage, b: DirectMessage): boolean =>
  a.from === b.from && dayOf(a.sentAt) === dayOf(b.sentAt) && Math.abs(b.sentAt - a.sentAt) < TOGETHER;

/**
 * The lines of a conversation with `other`. `readUpTo`: the `number` of theirs up to which everything was read when it was
 * opened; null: no line is drawn.
 */
export function directLines(
  messages: readonly DirectMessage[],
  other: string,
  readUpTo: number | null,
): DirectLine[] {
  const lines: DirectLine[] = [];
  let day = '';
  let isMarked = readUpTo === null;
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (dayOf(message.sentAt) !== day) {
      day = dayOf(message.sentAt);
      lines.push({ kind: 'day', key: `day ${day} ${message.seq}`, at: message.sentAt });
    }
    const isNew = message.from === other && readUpTo !== null && message.number > readUpTo;
    const marks = isNew && !isMarked;
    if (marks) {
      isMarked = true;
      lines.push({ kind: 'unread', key: 'unread' });
    }
    lines.push({
      kind: 'message',
      key: messageKey(message),
      message,
      first: marks || before === undefined || !belongTogether(before, message),
      last: after === undefined || !belongTogether(message, after),
    });
  });
  return lines;
}
