import type { InboxReadyFrame } from '../protocol/inbox.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import type { Thread } from './inbox-state.ts';
import { isKnown } from './inbox-words.ts';
import type { Counter, NumberedFrame } from './position.ts';
import type { Envelope } from './vocabulary.ts';
import { DIRECT_CHANGES, directFromSnapshot } from './world-direct.ts';
import { GROUP_CHANGES, newsOf, peopleIn, readGroups } from './world-groups.ts';
import { LIST_CHANGES } from './world-lists.ts';
import { met, PEOPLE_CHANGES, readContacts, readPresence } from './world-people.ts';
import type { Change, World } from './world-state.ts';

/** What each event does to a world. Events that are not here change nothing that is kept. */
const CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  ...PEOPLE_CHANGES,
  ...DIRECT_CHANGES,
  ...GROUP_CHANGES,
  ...LIST_CHANGES,
};

const change = <T extends RoomEvent['t']>(world: World, event: RoomEvent<T> & { readonly t: T }): World => {
  const changes = CHANGES[event.t]?.(world, event);
  return changes === undefined ? world : { ...world, ...changes };
};

/** Applies all events that this version knows. */
export const applyLive = (world: World, events: readonly Envelope[]): World =>
  events.reduce((before, event) => (isKnown(event) ? change(before, event) : before), world);

/** Applies a numbered frame. null: something before it is missing. The same world: it was known already. */
export function applyNumbered(world: World, counter: Counter, frame: NumberedFrame): World | null {
  const position = world[counter];
  if (frame.last <= position) return world;
  if (frame.prev !== position) return null;
  return { ...applyLive(world, frame.events), [counter]: frame.last };
}

/** The world after a resume that missed nothing: as it was, with the newest of what is told once. */
export function resumed(world: World, ready: InboxReadyFrame): World | null {
  // Proven only where the server speaks of the very position that was asked for.
  const isProven = ready.epoch === world.epoch && ready.seq === world.seq && ready.private === world.private;
  if (!isProven) return null;
  return {
    ...world,
    device: ready.self.device,
    presence: readPresence(ready.latest),
    groups: newsOf(world.groups, ready.latest),
  };
}

/**
 * The world that a snapshot gives; null where `ready` brought none. `shown`: accounts whose messages are being looked
 * at; what was known of them stays until they have been asked for anew.
 */
export function fromSnapshot(
  ready: InboxReadyFrame,
  before: World | null,
  shown: readonly string[],
): World | null {
  const { snapshot, self } = ready;
  if (snapshot === undefined) return null;
  const lists = {
    groups: newsOf(readGroups(snapshot.groups, before?.groups ?? new Map()), ready.latest),
    ringing: snapshot.calls?.ringing ?? [],
    placed: snapshot.calls?.placed ?? [],
    meetings: snapshot.meetings ?? [],
    favourites: snapshot.favourites ?? [],
  };
  const { contacts, blocked, direct, visible } = snapshot;
  const people = met(
    before?.people ?? new Map(),
    self.account,
    ...contacts.map(({ person }) => person),
    ...blocked,
    ...peopleIn(lists),
  );
  return {
    epoch: ready.epoch,
    seq: ready.seq,
    private: ready.private,
    device: self.device,
    self: self.account,
    visible,
    contacts: readContacts(contacts),
    blocked: new Map(blocked.map((person) => [person.id, person])),
    presence: readPresence(ready.latest),
    missing: false,
    ...directFromSnapshot(direct, people, shownBefore(ready, before, shown)),
    ...lists,
  };
}

function shownBefore(
  ready: InboxReadyFrame,
  before: World | null,
  shown: readonly string[],
): ReadonlyMap<string, Thread> {
  // In a log that began anew the same numbers are those of other messages.
  if (before === null || before.epoch !== ready.epoch) return new Map();
  return new Map(
    shown.flatMap((account): [string, Thread][] => {
      const thread = before.threads.get(account);
      return thread === undefined ? [] : [[account, thread]];
    }),
  );
}
