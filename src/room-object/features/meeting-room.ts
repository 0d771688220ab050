import {
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import type { GroupOfRoom, MeetingInvite } from '../../platform/group-meeting-rpc.ts';
import { fail } from '../../protocol/index.ts';
import { MEETING_EFFECTS } from '../group-meeting-effects.ts';
import { GROUP_KEY, groupOf, meetingOfTable, toMeetingOf } from '../group-meeting-rows.ts';
import { endWanted, seatHeld, seatReleased } from '../internal-events.ts';
import { inviteCreated, inviteRevoked, inviteTable } from '../invite-rows.ts';
import { theDoor } from '../lobby-rows.ts';
import { memberTable, seatsTaken, settingsOf, theRoom } from '../tables.ts';

const LIFE = 'group-meeting life';
const EMPTY = 'group-meeting empty';
/** ms for which the room waits at most when everybody has left, and for the first to come: a group has one meeting at a time. */
const EMPTY_FOR = 60_000;
const UNUSED_FOR = 300_000;

const adopted = internalEvent<Omit<GroupOfRoom, 'invites' | 'endsAt'>>('group-meeting.adopted');

/** For any time, and any number of people. */
const inviting = (invite: MeetingInvite, now: number): EventDraft =>
  note(inviteCreated, {
    invite: { ...invite, createdAt: now, by: null, expiresAt: null, uses: null, note: '', revokedAt: null },
  });

/**
 * Makes a new room the room of a group's meeting: its people come in by their invitations, others wait in the lobby. It
 * ends by itself at last, should its group be gone for good.
 */
export const adoptMeeting: InternalCommand<GroupOfRoom> = internalCommand(
  'group-meeting.adopt',
  ({ state, fields, now }) => {
    const { invites, endsAt, ...group } = fields;
    const unused = now + Math.min(settingsOf(state).unusedGrace, UNUSED_FOR);
    return decide({
      events: [
        note(adopted, group),
        ...invites.map((invite) => inviting(invite, now)),
        happen('door.changed', { door: { ...theDoor(state), entry: 'invited' } }, { by: null }),
      ],
      deadlines: [deadline(LIFE, endsAt, endMeeting, {}), deadline(EMPTY, unused, endEmptyMeeting, {})],
    });
  },
);

/** Somebody is no longer of the group who knows these invitations: they count no more. Who is in stays in. */
export const renewInvites: InternalCommand<{
  readonly old: readonly string[];
  readonly invites: readonly MeetingInvite[];
}> = internalCommand('group-meeting.renew-invites', ({ state, fields: { old, invites }, now }) => {
  if (theRoom(state).endedAt !== null) return fail('room_ended');
  const revoked = old.filter((id) => state.table(inviteTable).get(id)?.revokedAt === null);
  return decide({
    events: [
      ...revoked.map((invite) => note(inviteRevoked, { invite })),
      ...invites.map((invite) => inviting(invite, now)),
    ],
  });
});

/** The group has ended this meeting, or it has lasted for as long as it may. */
export const endMeeting: InternalCommand<object> = internalCommand('group-meeting.end', ({ state }) =>
  decide(theRoom(state).endedAt === null ? { events: [note(endWanted, { reason: 'parent' })] } : {}),
);

/** Nobody is there, and nobody has come for a while. */
const endEmptyMeeting: InternalCommand<object> = internalCommand('group-meeting.end-empty', ({ state }) =>
  decide(
    theRoom(state).endedAt === null && seatsTaken(state) === 0
      ? { events: [note(endWanted, { reason: 'empty' })] }
      : {},
  ),
);

/** The last seat was given up: whatever the room is set to, it waits for a short time only. */
function whenLastLeft({ state, now }: ReactionContext): Decision {
  const room = theRoom(state);
  if (groupOf(state) === undefined || room.endedAt !== null || seatsTaken(state) > 0) return {};
  const { emptyGrace, unusedGrace } = settingsOf(state);
  let end = now + Math.min(emptyGrace, EMPTY_FOR);
  // A ticket that nobody used does not make it one that people were in.
  const wasEntered = Array.from(state.table(memberTable).values()).some(({ joinedAt }) => joinedAt > 0);
  if (!wasEntered) end = Math.max(end, room.createdAt + Math.min(unusedGrace, UNUSED_FOR));
  return { deadlines: [deadline(EMPTY, end, endEmptyMeeting, {})] };
}

/** A group's meeting as it sees itself: a room like any other, whose end the group wants to know of. */
export const meetingRoom: Feature = {
  name: 'meeting-room',
  tables: [meetingOfTable],
  commands: {},
  internalCommands: [adoptMeeting, renewInvites, endMeeting, endEmptyMeeting],
  internalEvents: [adopted],
  apply: [
    applyInternal(adopted, (state, { code, room, meeting, from }) =>
      state.table(meetingOfTable).set(GROUP_KEY, { code, room, meeting, from }),
    ),
  ],
  on: [
    on('member.left', whenLastLeft),
    onInternal(seatReleased, whenLastLeft),
    onInternal(seatHeld, ({ state }) =>
      groupOf(state) === undefined ? {} : { deadlines: [callOff(EMPTY)] },
    ),
    on('room.ended', ({ state }) =>
      groupOf(state) === undefined
        ? {}
        : {
            deadlines: [callOff(LIFE), callOff(EMPTY)],
            effects: [{ id: MEETING_EFFECTS.report, kind: MEETING_EFFECTS.report, data: {} }],
          },
    ),
  ],
  snapshot: (state) => {
    const group = toMeetingOf(state);
    return group === undefined ? {} : { meetingOf: group };
  },
};
