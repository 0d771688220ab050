import type { Message } from '../../../../src/client/index.ts';
import type { Notice, NoticeContent } from '../activity.ts';

/** One line of the chat, in the order of time. */
export type Line =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly first: boolean }
  | { readonly kind: 'notice'; readonly key: string; readonly at: number; readonly notice: NoticeContent };

/** ms for which messages of one person stand under one head. */
const SAME_HEAD = 5 * 60_000;

const toOf = (message: Message): string | undefined => (message.t === 'chat.sent' ? message.to : undefined);

/** Private and public messages are numbered apart. */
export const keyOf = (message: Message): string => `${toOf(message) === undefined ? 'm' : 'd'}${message.seq}`;

const sameHead = (a: Message, b: Message): boolean =>
  a.by === b.by && toOf(a) === toOf(b) && b.at - a.at < SAME_HEAD;

const dayOf = (at: number): string => new Date(at).toDateString();

/** Comings of several people one after the other are one line, and so are goings. */
function joinNotices(before: Notice, after: Notice): NoticeContent | null {
  if (!('names' in before) || !('names' in after) || before.kind !== after.kind) return null;
  return { kind: before.kind, names: [...before.names, ...after.names] };
}

/** Merges messages and notices by the server's time, with a line where a new day begins. */
export function buildTimeline(messages: readonly Message[], notices: readonly Notice[]): Line[] {
  const lines: Line[] = [];
  let day = '';
  let previous: Message | null = null;
  let next = 0;
  const newDay = (at: number) => {
    const of = dayOf(at);
    if (of === day) return;
    if (day !== '' || of !== dayOf(Date.now())) lines.push({ kind: 'day', key: `day${of}`, at });
    day = of;
    previous = null;
  };
  const addNotice = (notice: Notice) => {
    newDay(notice.at);
    previous = null;
    const last = lines.at(-1);
    const joined =
      last?.kind === 'notice' ? joinNotices({ id: 0, at: last.at, ...last.notice }, notice) : null;
    if (last?.kind === 'notice' && joined !== null) lines[lines.length - 1] = { ...last, notice: joined };
    else lines.push({ kind: 'notice', key: `n${notice.id}`, at: notice.at, notice });
  };
  for (const message of messages) {
    for (
      let notice = notices[next];
      notice !== undefined && notice.at <= message.at;
      notice = notices[next]
    ) {
      addNotice(notice);
      next += 1;
    }
    newDay(message.at);
    lines.push({
      kind: 'message',
      key: keyOf(message),
      message,
      first: previous === null || !sameHead(previous, message),
    });
    previous = message;
  }
  for (const notice of notices.slice(next)) addNotice(notice);
  return lines;
}
