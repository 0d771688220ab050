import type { Contact } from '../protocol/people.ts';
import type { Person } from '../protocol/person.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import type { PersonPresence } from './inbox-state.ts';
import { isKnown } from './inbox-words.ts';
import type { Envelope } from './vocabulary.ts';
import type { Change, World } from './world-state.ts';

type People = ReadonlyMap<string, Person>;

const isSame = (a: Person | undefined, b: Person): boolean =>
  a?.userName === b.userName && a.name === b.name && a.avatar === b.avatar;

/** The people who are known, and these; the same map where they are known so. */
export function met(known: People, ...people: readonly (Person | null | undefined)[]): People {
  const news = people.filter(
    (person): person is Person =>
      person !== null && person !== undefined && !isSame(known.get(person.id), person),
  );
  return news.length === 0
    ? known
    : new Map([...known, ...news.map((one): [string, Person] => [one.id, one])]);
}

export function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** Replaces what is in a map under a key, where it is there. */
function replaced<V>(map: ReadonlyMap<string, V>, key: string, to: (value: V) => V): ReadonlyMap<string, V> {
  const value = map.get(key);
  return value === undefined ? map : new Map(map).set(key, to(value));
}

/** How contacts are, as `ready` tells it, whole. */
export function readPresence(latest: readonly Envelope[]): ReadonlyMap<string, PersonPresence> {
  const presence = new Map<string, PersonPresence>();
  for (const event of latest) {
    if (isKnown(event) && event.t === 'presence.changed')
      presence.set(event.account, { status: event.status, since: event.since });
  }
  return presence;
}

export const readContacts = (contacts: readonly Contact[]): ReadonlyMap<string, Contact> =>
  new Map(contacts.map((contact) => [contact.person.id, contact]));

/** A person reads otherwise wherever they are. */
const renamed: Change<'person.changed'> = (world, { person }) => ({
  people: met(world.people, person),
  self: person.id === world.self.id ? person : world.self,
  contacts: replaced(world.contacts, person.id, (contact) => ({ ...contact, person })),
  blocked: replaced(world.blocked, person.id, () => person),
  conversations: replaced(world.conversations, person.id, (known) => ({ ...known, with: person })),
});

/** What each event does to people. */
export const PEOPLE_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'contact.changed': (world, { person, state, since, note }) => ({
    people: met(world.people, person),
    // Taken out first, so that the order is that of becoming so.
    contacts: new Map(without(world.contacts, person.id)).set(person.id, { person, state, since, note }),
  }),
  'contact.removed': (world, { account }) => ({
    contacts: without(world.contacts, account),
    // Nobody says any more how they are.
    presence: without(world.presence, account),
  }),
  'person.blocked': (world, { person }) => ({
    people: met(world.people, person),
    blocked: new Map(world.blocked).set(person.id, person),
    presence: without(world.presence, person.id),
  }),
  'person.unblocked': (world, { person }) => ({ blocked: without(world.blocked, person.id) }),
  'person.changed': renamed,
  'presence.changed': (world, { account, status, since }) => ({
    presence: new Map(world.presence).set(account, { status, since }),
  }),
  'presence.shown': (_, { visible }) => ({ visible }),
};

/** Somebody has been looked up: commands may speak of them from now on. */
export const withPerson = (world: World, person: Person): World => ({
  ...world,
  people: met(world.people, person),
});
