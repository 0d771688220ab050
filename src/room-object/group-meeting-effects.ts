/**
 * The effects of a group's meetings. create: makes the room. ring: calls those who are online. stop: the ringing is over.
 * renew: has the room take other invitations. end: has the room ended. report: tells the group that the meeting is over.
 */
export const MEETING_EFFECTS = {
  create: 'group-meeting.create',
  ring: 'group-meeting.ring',
  stop: 'group-meeting.stop',
  renew: 'group-meeting.renew',
  end: 'group-meeting.end',
  report: 'group-meeting.report',
} as const;

/** Which meeting the room is to be made for. */
export interface MeetingCreate {
  readonly meeting: string;
  /** ms; when the room ends by itself. */
  readonly endsAt: number;
}

export interface MeetingRing {
  readonly meeting: string;
  /** ms; it rings until then. */
  readonly until: number;
}

export interface MeetingStop {
  readonly meeting: string;
  readonly accounts: readonly string[];
  /** ms; by then the ringing is over by itself. */
  readonly until: number;
}

/** Which meeting is to have other invitations. */
export interface MeetingRenew {
  readonly meeting: string;
}

export interface MeetingEnd {
  readonly code: string;
}
