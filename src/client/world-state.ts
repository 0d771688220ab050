import type { PlacedCall, RingingCall } from '../protocol/calls.ts';
import type { Favourite } from '../protocol/favourites.ts';
import type { Meeting } from '../protocol/meetings.ts';
import type { Contact } from '../protocol/people.ts';
import type { Person } from '../protocol/person.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import type { Conversation, InboxGroup, PersonPresence, Thread } from './inbox-state.ts';
import type { Position } from './position.ts';

/** All that is known of one person's world at one position. Never changed: each change makes a new one. */
export interface World extends Position {
  readonly device: string;
  readonly self: Person;
  readonly visible: boolean;
  /** By account: everybody who was ever named here. */
  readonly people: ReadonlyMap<string, Person>;
  /** By account. */
  readonly contacts: ReadonlyMap<string, Contact>;
  /** By account. */
  readonly blocked: ReadonlyMap<string, Person>;
  /** By account. */
  readonly presence: ReadonlyMap<string, PersonPresence>;
  /** By account of the other one. */
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** Hand it to `direct.conversations`; null: all are here. */
  readonly earlierConversations: number | null;
  readonly unreadDirect: number;
  /** By account of the other one. */
  readonly threads: ReadonlyMap<string, Thread>;
  /** Something was told of a conversation that is not here: the newest page has to be asked for. */
  readonly missing: boolean;
  /** By code. */
  readonly groups: ReadonlyMap<string, InboxGroup>;
  readonly ringing: readonly RingingCall[];
  readonly placed: readonly PlacedCall[];
  readonly meetings: readonly Meeting[];
  readonly favourites: readonly Favourite[];
}

/** Part of a world that an event changes. */
export type Change<T extends RoomEvent['t']> = (world: World, event: RoomEvent<T>) => Partial<World>;
