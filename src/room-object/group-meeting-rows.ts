import { defineTable, type StateView } from '../engine/state.ts';
import type { MeetingInvite, MeetingRole } from '../platform/group-meeting-rpc.ts';
import type { GroupMeeting, GroupMeetingOf, GroupRole, Person, Role } from '../protocol/index.ts';
import { hasAuthority } from './gate.ts';
import type { DrawnInvite } from './invite-rows.ts';

/** The meeting of a group that is on, or is being made: one row, under the key `meeting`. */
export interface GroupMeetingRow {
  /** Its id, and that of the call that rings at its people. */
  readonly meeting: string;
  /** Code of its room; null until that is made. */
  readonly code: string | null;
  /** Who started it. */
  readonly from: Person;
  /** ms; since when it is on, or was asked for. */
  readonly since: number;
  readonly invites: Readonly<Record<MeetingRole, DrawnInvite>>;
  /** Accounts that it rings at, as far as is known. */
  readonly rung: readonly string[];
  /** ms; the ringing is over by then. */
  readonly ringsUntil: number;
}
export const groupMeetingTable = defineTable<GroupMeetingRow>('group_meeting');
export const MEETING_KEY = 'meeting';

export const meetingIn = (state: StateView): Readonly<GroupMeetingRow> | undefined =>
  state.table(groupMeetingTable).get(MEETING_KEY);

/** What somebody of the group is in its meeting, by their role in the group's room. */
export const roleInMeeting = (role: Role): MeetingRole => (hasAuthority(role) ? 'cohost' : 'member');

/** The invitations as the meeting's room knows them: without the secrets. */
export const toInvites = (invites: GroupMeetingRow['invites']): MeetingInvite[] =>
  (['cohost', 'member'] as const).map((role) => ({ id: invites[role].id, hash: invites[role].hash, role }));

/** The meeting that is on, with the way in for this role; undefined: none is. */
export function wayIntoMeeting(state: StateView, role: MeetingRole): GroupMeeting | undefined {
  const row = meetingIn(state);
  if (row === undefined || row.code === null) return undefined;
  const { meeting, code, from, since, invites } = row;
  return { meeting, code, from, since, invite: invites[role].secret };
}

/** The same, by the role in the group, for whoever has the group not open. */
export const groupMeetingFor = (state: StateView, role: GroupRole): GroupMeeting | undefined =>
  wayIntoMeeting(state, role === 'member' ? 'member' : 'cohost');

/** The group that this room is a meeting of: one row, under the key `group`; none in any other room. */
export interface MeetingOfRow {
  /** Code and id of the group. */
  readonly code: string;
  readonly room: string;
  readonly meeting: string;
  readonly from: Person;
}
export const meetingOfTable = defineTable<MeetingOfRow>('group_meeting_of');
export const GROUP_KEY = 'group';

export const groupOf = (state: StateView): Readonly<MeetingOfRow> | undefined =>
  state.table(meetingOfTable).get(GROUP_KEY);

export function toMeetingOf(state: StateView): GroupMeetingOf | undefined {
  const row = groupOf(state);
  return row === undefined ? undefined : { group: row.code, meeting: row.meeting, from: row.from };
}
