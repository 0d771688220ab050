import type { LastMessage } from '../protocol/groups.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { GroupNews } from './inbox-state.ts';
import type { Message, View } from './view.ts';

/** Characters (Unicode code points) of a message's beginning. */
const PREVIEW = 100;

type Seen = Pick<View, 'group' | 'messages' | 'members' | 'names' | 'self' | 'devices' | 'seq' | 'earlier'>;

const accountOf = ({ by = '' }: Message, { self, devices, members }: Seen): string | null =>
  (devices.has(by) ? self.account : members.get(by)?.account) ?? null;

const isOwn = ({ by = '' }: Message, { devices }: Seen): boolean => devices.has(by);

const isDeleted = (message: Message): boolean => message.t === 'chat.sent' && message.body.kind === 'deleted';

function toLast(message: Message, room: Seen): LastMessage {
  const [kind, text] =
    message.t === 'image.shared'
      ? (['image', message.caption] as const)
      : message.t === 'file.shared'
        ? (['file', message.name] as const)
        : ([message.body.kind, message.body.kind === 'text' ? message.body.text : ''] as const);
  const { seq, at, by = '' } = message;
  const name = room.names.get(by) ?? '';
  return {
    seq,
    at,
    name,
    account: accountOf(message, room),
    kind,
    text: [...text].slice(0, PREVIEW).join(''),
  };
}

/**
 * What is new in a group that is open here: who has it open is told of it nowhere else. Counted as the server does:
 * messages of others to all since you read, or wrote yourself. `before`: what was known; null: the room is no group.
 */
export function newsOfRoom(room: Seen, before: GroupNews | null): GroupNews | null {
  const { group, seq: head, earlier } = room;
  if (group === null) return null;
  const toAll = room.messages.filter((message) => message.t !== 'chat.sent' || message.to === undefined);
  const last = toAll.at(-1);
  const wrote = toAll.findLast((message) => isOwn(message, room))?.seq ?? 0;
  const since = Math.max(group.read, wrote);
  const count = toAll.filter((message) => message.seq > since && !isDeleted(message)).length;
  // Where what is known does not reach back so far, there may be more.
  const unread = earlier === null || earlier <= since + 1 ? count : Math.max(count, before?.unread ?? 0);
  return {
    head,
    read: group.read,
    unread: Math.min(LIMITS.unread, unread),
    mentions: group.mentions,
    lastMessage: last === undefined ? (before?.lastMessage ?? null) : toLast(last, room),
  };
}
