import type { LoggedEvent } from '../engine/feature.ts';
import { DELETED_NAME } from '../protocol/index.ts';
import { deletedMessage, emptiedEdit, isDeleted } from './message-rows.ts';

/** Whose traces are taken out of events: an account, and all member ids that it ever had. */
export interface Erased {
  readonly account: string;
  readonly members: ReadonlySet<string>;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Somebody without name and picture; the id stays, and leads to nobody. */
function nameless(card: Fields): Fields {
  const { userName, avatar } = card;
  return {
    ...card,
    name: DELETED_NAME,
    ...(userName === undefined ? {} : { userName: null }),
    ...(avatar === undefined ? {} : { avatar: null }),
  };
}

/** A member row as it is told has no picture where there is none. */
function namelessMember(member: Fields): Fields {
  const { avatar: _, ...rest } = member;
  return { ...rest, name: DELETED_NAME };
}

/** The same value, in which nobody of this account has a name: as a person, or as a member. */
function withoutNames(value: unknown, account: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutNames(one, account));
  if (!isFields(value)) return value;
  const inside = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withoutNames(one, account)]),
  );
  // What they wrote when they asked to belong.
  if (isFields(value.person) && value.person.id === account && typeof value.note === 'string')
    return { ...inside, note: '' };
  if (typeof value.name !== 'string') return inside;
  if (value.id === account) return nameless(inside);
  return value.account === account ? namelessMember(inside) : inside;
}

/** What the authors said themselves. */
function emptied(event: LoggedEvent): LoggedEvent {
  if (event.t === 'chat.sent') return isDeleted(event) ? event : deletedMessage(event, undefined);
  if (event.t === 'chat.edited') return emptiedEdit(event);
  // A name can say as much as a text.
  if (event.t === 'file.shared') return { ...event, name: '' };
  return event.t === 'image.shared' ? { ...event, caption: '' } : event;
}

/** What stays of an event of a group when the account of somebody is deleted; the very same: it tells nothing of them. */
export function erasedEvent(event: LoggedEvent, { account, members }: Erased): LoggedEvent {
  const { t, by, member } = event;
  const own = typeof by === 'string' && members.has(by) ? emptied(event) : event;
  const isAbout = typeof member === 'string' && members.has(member);
  const told = isAbout && t === 'member.renamed' ? { ...own, name: DELETED_NAME } : own;
  const seen = isAbout && t === 'member.pictured' ? { ...told, avatar: null } : told;
  const { seq } = event;
  const after = { ...(withoutNames(seen, account) as Fields), seq, t };
  return JSON.stringify(after) === JSON.stringify(event) ? event : after;
}
