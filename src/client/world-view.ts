import type { Contact } from '../protocol/people.ts';
import type { Person } from '../protocol/person.ts';
import type { SocketState } from './connection.ts';
import type { Conversation, InboxGroup } from './inbox-state.ts';
import type { InboxView, Unread } from './inbox-view.ts';
import type { Pending } from './receipts.ts';
import type { World } from './world-state.ts';

/** Remembers what was made of a map: the same list as long as nothing in it changes. */
function remembered<V, R>(make: (map: ReadonlyMap<string, V>) => R): (map: ReadonlyMap<string, V>) => R {
  let from: ReadonlyMap<string, V> | undefined;
  let made: { readonly value: R } | undefined;
  return (map) => {
    if (made === undefined || from !== map) made = { value: make(map) };
    from = map;
    return made.value;
  };
}

const byName = (a: Person, b: Person): number => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);

const peopleByName = (map: ReadonlyMap<string, Person>): readonly Person[] => [...map.values()].sort(byName);

interface Contacts {
  readonly contacts: readonly Contact[];
  readonly asking: readonly Contact[];
  readonly asked: readonly Contact[];
}

function sortContacts(map: ReadonlyMap<string, Contact>): Contacts {
  const all = [...map.values()];
  const newest = all.toSorted((a, b) => b.since - a.since);
  return {
    contacts: all.filter(({ state }) => state === 'contact').sort((a, b) => byName(a.person, b.person)),
    asking: newest.filter(({ state }) => state === 'asking'),
    asked: newest.filter(({ state }) => state === 'asked'),
  };
}

const sortConversations = (map: ReadonlyMap<string, Conversation>): readonly Conversation[] =>
  [...map.values()].sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0));

interface Groups {
  readonly groups: readonly InboxGroup[];
  readonly unread: Omit<Unread, 'direct'>;
}

const movedAt = ({ news, at }: InboxGroup): number => news?.lastMessage?.at ?? at;

function sortGroups(map: ReadonlyMap<string, InboxGroup>): Groups {
  const groups = [...map.values()].sort((a, b) => movedAt(b) - movedAt(a));
  const sum = (of: 'unread' | 'mentions') => groups.reduce((all, { news }) => all + (news?.[of] ?? 0), 0);
  return { groups, unread: { groups: sum('unread'), mentions: sum('mentions') } };
}

/** Makes of a world what the outside sees; lists stay the same objects while what they are made of does. */
export function viewMaker(): (
  world: World,
  connection: SocketState,
  pending: readonly Pending[],
) => InboxView {
  const contacts = remembered(sortContacts);
  const blocked = remembered(peopleByName);
  const conversations = remembered(sortConversations);
  const groups = remembered(sortGroups);
  return (world, connection, pending) => {
    const sorted = groups(world.groups);
    return {
      connection,
      pending,
      epoch: world.epoch,
      seq: world.seq,
      private: world.private,
      self: world.self,
      device: world.device,
      visible: world.visible,
      people: world.people,
      ...contacts(world.contacts),
      blocked: blocked(world.blocked),
      presence: world.presence,
      conversations: conversations(world.conversations),
      hasMoreConversations: world.earlierConversations !== null,
      messages: world.threads,
      groups: sorted.groups,
      ringing: world.ringing,
      placed: world.placed,
      meetings: world.meetings,
      favourites: world.favourites,
      unread: { direct: world.unreadDirect, ...sorted.unread },
      unreadTotal: world.unreadDirect + sorted.unread.groups,
    };
  };
}
