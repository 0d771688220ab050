import type { EventFields, GroupRole, Person, RingingCall, Schedule } from '../protocol/index.ts';

/** A meeting, as news of it name it. */
interface Meeting {
  readonly code: string;
  /** The room's name. */
  readonly name: string;
  /** null: it has none. */
  readonly schedule: Schedule | null;
  /** ms; since when it is over; null: it is not. */
  readonly endedAt: number | null;
  /** ms by the room's clock; when it came to this. What is older than what is known counts for nothing. */
  readonly at: number;
}

/** Somebody is in a meeting with at least one device, or is not any more. Whose connection dropped is in for a while. */
export interface StayNews extends Meeting {
  readonly kind: 'stay';
  readonly isIn: boolean;
}

/** How a room is that somebody hosts, or hosts no longer. */
export interface HostedNews extends Meeting {
  readonly kind: 'hosted';
  readonly isHost: boolean;
  /** ms; of a room that has ended: nothing is left of it from then on, unless it is opened again; null: it has not. */
  readonly keptUntil: number | null;
}

/** A group's meeting calls somebody; `call` is also the meeting's id. */
export interface RingNews extends RingingCall {
  readonly kind: 'ring';
}

/** The meeting that a group called to is over. */
export interface RingOverNews {
  readonly kind: 'ring-over';
  readonly call: string;
}

/** Something was said in a group. Told at most now and then, and nothing is promised: who misses it reads on return. */
export interface MovedNews {
  readonly kind: 'moved';
  /** How the group stands for this person now. */
  readonly unread: EventFields<'group.unread'>;
}

/**
 * How somebody stands in a group. What has a lower `version` than what is known of this group counts for nothing, unless
 * the `epoch` is another one: then the group has lost its count.
 */
export interface GroupNews {
  readonly kind: 'group';
  /** Code of the group. */
  readonly group: string;
  readonly name: string;
  /** none: not enrolled, invited or asking (any more). deleted: nobody is. */
  readonly state: 'enrolled' | 'invited' | 'asked' | 'none' | 'deleted';
  /** Only with `enrolled`. */
  readonly role: GroupRole | null;
  /** Who invited them, or made it so; null: nobody in person, or they themselves. */
  readonly by: Person | null;
  readonly everybody: boolean;
  readonly version: number;
  /** Absent: told by a version that knew of none. */
  readonly epoch?: string;
  /** ms by the group's clock. */
  readonly at: number;
}

/**
 * What a room tells the object of somebody with an account. Told until it is heard, and maybe more than once; it says
 * how things are, not what was done. A new kind adds its line here, and one in the user object's `news.ts`.
 */
export type RoomNews = GroupNews | StayNews | HostedNews | RingNews | RingOverNews | MovedNews;
