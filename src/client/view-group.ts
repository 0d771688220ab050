import type { ReadyFrame } from '../protocol/frames.ts';
import type { GroupMeeting, GroupMeetingOf } from '../protocol/group-meeting.ts';
import type { GroupRole, GroupSnapshot } from '../protocol/groups.ts';
import type { Person } from '../protocol/person.ts';
import type { EventFields, RoomEvent } from '../protocol/registry.ts';
import type { Member } from '../protocol/roster.ts';

/** The group that a room is, and how you stand in it. */
export interface RoomGroup extends GroupSnapshot {
  /** What you are in it. */
  readonly role: GroupRole;
  /** Up to where you have read, by `group.read` of this client and what the group knew before. */
  readonly read: number;
  /** Messages behind that which mention you. */
  readonly mentions: number;
  /** The meeting that is on, with your way in; null: none is. */
  readonly meeting: GroupMeeting | null;
}

/** What is known of the group; null: the room is none. */
export interface GroupView {
  readonly group: RoomGroup | null;
  /** The group whose meeting is held in this room; null: it is no group's meeting. */
  readonly meetingOf: GroupMeetingOf | null;
}

/** The group as a first frame tells it, over what is known: without a snapshot its rules and people stay. */
export function readGroup(ready: ReadyFrame, before: RoomGroup | null): RoomGroup | null {
  const rules = ready.snapshot === undefined ? before : (ready.snapshot.group ?? null);
  if (rules === null || ready.group === undefined) return rules === null ? null : before;
  const { role, read, mentions } = ready.group;
  return { ...rules, role, read, mentions, meeting: ready.groupMeeting ?? null };
}

/** Those a group is seen with: you, and by account whoever is there. */
interface Around {
  readonly self: Member;
  readonly members: ReadonlyMap<string, Member>;
}

/** What an event changes of a group; null: nothing. */
type Change<T extends RoomEvent['t']> = (
  group: RoomGroup,
  event: RoomEvent<T>,
  around: Around,
) => Partial<RoomGroup> | null;

/** Who has an account, as they are known here. */
function personOf({ owner, admins }: RoomGroup, account: string, { self, members }: Around): Person {
  const known = [owner, ...admins].find((person) => person?.id === account);
  if (known !== null && known !== undefined) return known;
  const member = [self, ...members.values()].find((one) => one.account === account);
  return { id: account, userName: null, name: member?.name ?? '', avatar: member?.avatar ?? null };
}

/** A role is somebody's from now on; of those who lead, the lists follow. */
function appointed(
  group: RoomGroup,
  { account, role }: EventFields<'group.appointed'>,
  around: Around,
): Partial<RoomGroup> {
  const person = personOf(group, account, around);
  const others = group.admins.filter(({ id }) => id !== account);
  return {
    ...(around.self.account === account ? { role } : {}),
    ...(role === 'owner' ? { owner: person } : {}),
    admins: role === 'admin' ? [...others, person] : others,
  };
}

const mentionsMe = (event: RoomEvent<'chat.sent'>, { self }: Around): boolean =>
  event.by !== self.id &&
  event.mentions?.some((one) => one === self.id || (one === self.account && self.account !== null)) === true;

/** What each event does to the group, besides what it does to the rest of the view. */
export const GROUP_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'group.changed': (_, { joining, announcements, membersInvite }) => ({
    joining,
    announcements,
    membersInvite,
  }),
  'group.enrolled': (_, { enrolled }) => ({ enrolled }),
  'group.left': ({ admins }, { account, enrolled }) => ({
    enrolled,
    admins: admins.filter(({ id }) => id !== account),
  }),
  'group.appointed': appointed,
  'group.meeting': (_, { meeting, code, from, since, invite }) => ({
    meeting: { meeting, code, from, since, invite },
  }),
  'group.meeting_over': ({ meeting }, event) =>
    meeting?.meeting === event.meeting ? { meeting: null } : null,
  'chat.sent': ({ mentions }, event, around) =>
    mentionsMe(event, around) ? { mentions: mentions + 1 } : null,
};

/** What stays to be read once you have read up to a message. */
export function groupRead<V extends GroupView & Around & { readonly messages: readonly RoomEvent[] }>(
  view: V,
  upTo: number,
): V {
  const { group, messages } = view;
  if (group === null || upTo <= group.read) return view;
  const left = messages.filter(
    (event) =>
      event.t === 'chat.sent' && event.seq > upTo && event.to === undefined && mentionsMe(event, view),
  );
  return { ...view, group: { ...group, read: upTo, mentions: left.length } };
}
