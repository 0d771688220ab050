import type { Outcome, Person } from '../protocol/index.ts';

/** The group that a new room is a meeting of. */
export interface GroupOfRoom {
  readonly code: string;
  /** The group's id: only who knows it speaks for the group. */
  readonly room: string;
  /** What the meeting is called there. */
  readonly meeting: string;
  /** ms; when it ends by itself, whatever became of the group. */
  readonly endsAt: number;
  /** Invitations that stand from the beginning. */
  readonly invites: readonly MeetingInvite[];
  /** Who started it. */
  readonly from: Person;
}

/** What people of a group are in its meeting: owner and admins are co-hosts. */
export type MeetingRole = 'cohost' | 'member';

/** An invitation to the meeting for all of the group who have this role there. */
export interface MeetingInvite {
  readonly id: string;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
  readonly role: MeetingRole;
}

/** What the room of a group's meeting tells the group at the end. It may tell it again. */
export interface MeetingReport {
  readonly meeting: string;
  /** People who were in it. */
  readonly people: number;
}

/** The calls between a group, the room of its meeting and the objects of those who are called to it. The Worker has none of them. */
export interface GroupMeetingRpc {
  /** From the meeting: it is over. `room` is the group's id. */
  meetingOver(room: string, report: MeetingReport): Promise<Outcome<null>>;
  /** From the group: the meeting is to end. `room` is the group's id. */
  endMeeting(room: string): Promise<Outcome<null>>;
  /** From the group: these invitations count no more, and others do. `room` is the group's id. */
  renewInvites(
    room: string,
    old: readonly string[],
    invites: readonly MeetingInvite[],
  ): Promise<Outcome<null>>;
  /** From the object of somebody who was called: what they did. */
  callAnswered(account: string, meeting: string, how: 'answered' | 'declined'): Promise<Outcome<null>>;
}
