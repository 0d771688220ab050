import type { MyGroup } from '../protocol/groups.ts';
import type { Person } from '../protocol/person.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import { newsOfRoom } from './group-news.ts';
import type { GroupNews, InboxGroup } from './inbox-state.ts';
import { isKnown } from './inbox-words.ts';
import type { View } from './view.ts';
import type { Envelope } from './vocabulary.ts';
import { met, without } from './world-people.ts';
import type { Change, World } from './world-state.ts';

type Groups = ReadonlyMap<string, InboxGroup>;

const newsIn = ({ head, read, unread, mentions, lastMessage }: GroupNews): GroupNews => ({
  head,
  read,
  unread,
  mentions,
  lastMessage,
});

/** What is new in a group; of one that is not on the list nothing is kept. */
function withNews(groups: Groups, event: RoomEvent<'group.unread'>): Groups {
  const known = groups.get(event.group);
  if (known === undefined) return groups;
  return new Map(groups).set(event.group, { ...known, name: event.name, news: newsIn(event) });
}

/** The newest of what was told of each group, over what is known. */
export const newsOf = (groups: Groups, latest: readonly Envelope[]): Groups =>
  latest.reduce(
    (known, event) => (isKnown(event) && event.t === 'group.unread' ? withNews(known, event) : known),
    groups,
  );

/** The list as a snapshot tells it; `before`: what was known of them. */
export const readGroups = (groups: readonly MyGroup[], before: Groups): Groups =>
  new Map(groups.map((group) => [group.group, { ...group, news: before.get(group.group)?.news ?? null }]));

/** What a group's room, which is open here, shows of what is new in it. */
export function withRoomNews(world: World, code: string, room: View): World {
  const known = world.groups.get(code);
  if (known === undefined) return world;
  const news = newsOfRoom(room, known.news);
  return { ...world, groups: new Map(world.groups).set(code, { ...known, name: room.room.name, news }) };
}

const isOver = ({ state }: MyGroup): boolean => state === 'none' || state === 'deleted';

/** What each event does to groups. */
export const GROUP_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'group.standing': (world, { standing, from }) => {
    const people = met(world.people, from, standing.invitedBy);
    if (isOver(standing)) return { people, groups: without(world.groups, standing.group) };
    const news = standing.state === 'enrolled' ? (world.groups.get(standing.group)?.news ?? null) : null;
    return { people, groups: new Map(world.groups).set(standing.group, { ...standing, news }) };
  },
  'group.unread': (world, event) => ({ groups: withNews(world.groups, event) }),
};

/** People whom lists name. */
export const peopleIn = (
  world: Pick<World, 'groups' | 'ringing' | 'meetings'>,
): readonly (Person | null)[] => [
  ...Array.from(world.groups.values(), ({ invitedBy }) => invitedBy),
  ...world.ringing.map(({ from }) => from),
  ...world.meetings.map(({ invitedBy }) => invitedBy),
];
