import type { Door, Place, Waiting } from '../protocol/door.ts';
import type { Policy } from '../protocol/permissions.ts';
import type { EventFields, RoomEvent } from '../protocol/registry.ts';
import type { Room } from '../protocol/room.ts';
import type { Member } from '../protocol/roster.ts';
import type { AuthorityView } from './view-authority.ts';
import type { BreakoutView } from './view-breakouts.ts';
import type { CallView } from './view-call.ts';
import type { Conversation, Message } from './view-chat.ts';
import type { FilesView } from './view-files.ts';
import type { GroupView } from './view-group.ts';
import type { Meeting } from './view-meeting.ts';
import type { Polls } from './view-polls.ts';
import type { Times } from './view-schedule.ts';
import type { WatchView } from './view-watch.ts';

/** What a member has switched on. `at` is the server's time in ms when they said so. */
export type MediaState = Omit<EventFields<'media.changed'>, 'member'> & { readonly at: number };
export { isKnown } from './room-words.ts';
export type { Message } from './view-chat.ts';
export type { Envelope } from './vocabulary.ts';

/** All that is known of a room at one position. Never changed: each change makes a new one. */
export interface View extends Meeting, CallView, Conversation, Times, BreakoutView, GroupView {
  readonly epoch: string;
  /** Position among the events for everybody. */
  readonly seq: number;
  /** Position among the events for you alone. */
  readonly private: number;
  readonly self: Member;
  /** Ids of all devices of yours that are or were here, this one among them: what they wrote is yours. */
  readonly devices: ReadonlySet<string>;
  readonly room: Room;
  readonly policy: Policy;
  /** The members that are known; above 200 in a room the rest is asked for with `roster`. */
  readonly members: ReadonlyMap<string, Member>;
  /** By member: what everybody is called who was ever met here. Who has left keeps the name they left with. */
  readonly names: ReadonlyMap<string, string>;
  /** Everybody in the room, known or not. */
  readonly count: number;
  /** By member; who has everything off is not in it. */
  readonly media: ReadonlyMap<string, MediaState>;
  /** Sorted by seq; removed pictures and files are gone; at most the newest 10,000. */
  readonly messages: readonly Message[];
  /** Hand it to `history`; null where nothing stands before. */
  readonly earlier: number | null;
  readonly polls: Polls;
  readonly files: FilesView;
  /** What is watched together. */
  readonly watch: WatchView;
  readonly authority: AuthorityView;
  /** Where you stand in the lobby, as last told; null: you are in the room. */
  readonly waiting: Place | null;
  /** Who comes in and how; null in the lobby. */
  readonly door: Door | null;
  /** Who waits, in the order of coming; told to host and co-hosts, empty for all others. */
  readonly lobby: readonly Waiting[];
}

/** Messages kept in memory. A client that runs for days must not grow for days; older ones are a `history` away. */
export const MESSAGES_KEPT = 10_000;

export const isMessage = (event: RoomEvent): event is Message =>
  event.t === 'chat.sent' || event.t === 'image.shared' || event.t === 'file.shared';

/** One number for each message, whoever it is for: the one order of the room. */
export const compare = (a: Message, b: Message): number => a.seq - b.seq;

/** Puts a message where it belongs. Most are newer than all, so the search starts at the end. */
export function insert(messages: Message[], message: Message): void {
  messages.splice(messages.findLastIndex((other) => compare(other, message) < 0) + 1, 0, message);
}
