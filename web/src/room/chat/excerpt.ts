import type { TFunction } from 'i18next';
import type { Message } from '../../../../src/client/index.ts';

/** Characters of a message that stand for the whole of it. */
const EXCERPT = 120;

/** A message in one line. */
export function excerpt(t: TFunction, message: Message): string {
  if (message.t === 'image.shared') return message.caption === '' ? t('tools.picture') : message.caption;
  if (message.t === 'file.shared') return message.name;
  if (message.body.kind === 'deleted') return t('chat.deleted');
  const text = message.body.text.replace(/\s+/g, ' ');
  return [...text].length > EXCERPT ? `${[...text].slice(0, EXCERPT).join('')}…` : text;
}

/** The element of a message that is shown. */
export const rowId = (message: number): string => `message-${message}`;

/** Brings a message into sight and points the screen reader at it; false where it is not shown. */
export function jumpTo(message: number): boolean {
  const row = document.getElementById(rowId(message));
  if (row === null) return false;
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  return true;
}
