import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EffectDraft,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { MeetingReport, MeetingRole } from '../../platform/group-meeting-rpc.ts';
import { fail } from '../../protocol/index.ts';
import { enrolledActor, enrolledOf } from '../enrolment-rows.ts';
import {
  MEETING_EFFECTS,
  type MeetingCreate,
  type MeetingEnd,
  type MeetingRenew,
  type MeetingRing,
  type MeetingStop,
} from '../group-meeting-effects.ts';
import {
  type GroupMeetingRow,
  groupMeetingTable,
  MEETING_KEY,
  meetingIn,
  roleInMeeting,
  wayIntoMeeting,
} from '../group-meeting-rows.ts';
import type { DrawnInvite } from '../invite-rows.ts';
import { findPresent, present, settingsOf } from '../tables.ts';

const OVERDUE = 'group-meeting overdue';
/** ms that a meeting may last at most: a day. */
const LONGEST = 86_400_000;
/** ms that the group waits beyond it for word from the meeting's room, before it takes it for lost. */
const MARGIN = 3_600_000;

const meetingWanted = internalEvent<Omit<GroupMeetingRow, 'code' | 'since'>>('group-meeting.wanted');
const meetingOpened = internalEvent<{ readonly code: string; readonly ringsUntil: number }>(
  'group-meeting.opened',
);
const meetingRung = internalEvent<{ readonly accounts: readonly string[] }>('group-meeting.rung');
const invitesRenewed = internalEvent<Pick<GroupMeetingRow, 'invites'>>('group-meeting.renewed');
const meetingGone = internalEvent<object>('group-meeting.gone');

interface Drawn {
  readonly meeting: string;
  readonly invites: Readonly<Record<MeetingRole, DrawnInvite>>;
}

/** What the shell has drawn and put beside the fields; see prepare.ts. */
function drawnWith(fields: object): Drawn {
  const { meeting, invites } = fields as Partial<Drawn>;
  if (meeting === undefined || invites === undefined) throw new Error('a meeting came without secrets');
  return { meeting, invites };
}

const end = (code: string): EffectDraft => ({
  id: `${MEETING_EFFECTS.end} ${code}`,
  kind: MEETING_EFFECTS.end,
  data: { code } satisfies MeetingEnd,
});

const call = (data: MeetingRing): EffectDraft => ({
  id: MEETING_EFFECTS.ring,
  kind: MEETING_EFFECTS.ring,
  data,
});

/** Stops the ringing, where it still goes on. */
const stop = (data: MeetingStop, now: number): EffectDraft[] =>
  data.accounts.length === 0 || data.until <= now
    ? []
    : [{ id: `${MEETING_EFFECTS.stop} ${data.meeting}`, kind: MEETING_EFFECTS.stop, data }];

/** The way in, for members who are there: each with the invitation of their role. */
function tell(state: StateView, members: readonly string[]): EventDraft[] {
  const told: Record<MeetingRole, string[]> = { cohost: [], member: [] };
  for (const id of members) {
    const row = findPresent(state, id);
    if (row !== undefined) told[roleInMeeting(row.role)].push(id);
  }
  const roles: readonly MeetingRole[] = ['cohost', 'member'];
  return roles.flatMap((role) => {
    const way = wayIntoMeeting(state, role);
    const to = told[role];
    return way === undefined || to.length === 0 ? [] : [happen('group.meeting', way, { to, by: null })];
  });
}

const tellAll = (state: StateView): EventDraft[] =>
  tell(
    state,
    present(state).map(({ id }) => id),
  );

/** Has the room of the meeting take other invitations: somebody knows one that is theirs no longer. */
function renewing(state: StateView): Decision {
  const row = meetingIn(state);
  if (row === undefined || row.code === null) return {};
  const data: MeetingRenew = { meeting: row.meeting };
  return { effects: [{ id: MEETING_EFFECTS.renew, kind: MEETING_EFFECTS.renew, data }] };
}

/** The room is there. It ends at once where nobody wants it any more. */
export const meetingMade: InternalCommand<{ readonly meeting: string; readonly code: string }> =
  internalCommand('group-meeting.made', ({ state, fields: { meeting, code }, now }) => {
    const row = meetingIn(state);
    if (row?.meeting !== meeting) return decide({ effects: [end(code)] });
    if (row.code !== null) return decide({});
    const until = now + settingsOf(state).ring;
    return decide({
      events: [note(meetingOpened, { code, ringsUntil: until })],
      effects: [call({ meeting, until })],
      deadlines: [deadline(OVERDUE, now + LONGEST + MARGIN, meetingOverdue, { meeting })],
    });
  });

/** The room could not be made, however often it was tried. */
export const meetingFailed: InternalCommand<{ readonly meeting: string }> = internalCommand(
  'group-meeting.failed',
  ({ state, fields }) => {
    const row = meetingIn(state);
    if (row?.meeting !== fields.meeting || row.code !== null) return decide({});
    const told = present(state).filter(({ account }) => account === row.from.id);
    return decide({
      events: [
        note(meetingGone, {}),
        ...(told.length === 0
          ? []
          : [happen('group.meeting_failed', {}, { to: told.map(({ id }) => id), by: null })]),
      ],
    });
  },
);

/** The room takes other invitations now: who is here is told, and who is rung at is rung at with the new one. */
export const meetingRenewed: InternalCommand<Pick<GroupMeetingRow, 'meeting' | 'invites'>> = internalCommand(
  'group-meeting.renewed',
  ({ state, fields: { meeting, invites }, now }) => {
    const row = meetingIn(state);
    if (row?.meeting !== meeting) return decide({});
    return decide({
      events: [note(invitesRenewed, { invites })],
      effects: row.ringsUntil > now ? [call({ meeting, until: row.ringsUntil })] : [],
    });
  },
);

/** These have been called. Where the meeting is over by now, it stops ringing at them. */
export const meetingCalled: InternalCommand<MeetingStop> = internalCommand(
  'group-meeting.called',
  ({ state, fields, now }) =>
    decide(
      meetingIn(state)?.meeting === fields.meeting
        ? { events: [note(meetingRung, { accounts: fields.accounts })] }
        : { effects: stop(fields, now) },
    ),
);

/** The meeting is over: everybody learns it, and it rings no more. */
function over(row: Readonly<GroupMeetingRow>, people: number | null, now: number): Decision {
  const { meeting, code, from, since, rung, ringsUntil } = row;
  if (code === null) return { events: [note(meetingGone, {})] };
  const seconds = Math.max(0, Math.round((now - since) / 1_000));
  return {
    events: [happen('group.meeting_over', { meeting, code, from, since, seconds, people }, { by: null })],
    effects: stop({ meeting, accounts: rung, until: ringsUntil }, now),
    deadlines: [callOff(OVERDUE)],
  };
}

/** The room of the meeting says that it has ended. It may say so again. */
export const meetingReported: InternalCommand<MeetingReport> = internalCommand(
  'group-meeting.report',
  ({ state, fields: { meeting, people }, now }) => {
    const row = meetingIn(state);
    return decide(row?.meeting === meeting ? over(row, people, now) : {});
  },
);

/** Nothing was heard of the room, long after it must have ended. */
export const meetingOverdue: InternalCommand<{ readonly meeting: string }> = internalCommand(
  'group-meeting.overdue',
  ({ state, fields, now }) => {
    const row = meetingIn(state);
    return decide(row?.meeting === fields.meeting ? over(row, null, now) : {});
  },
);

/** Somebody who was called has answered or declined. */
export const callAnswered: InternalCommand<{
  readonly account: string;
  readonly meeting: string;
  readonly how: 'answered' | 'declined';
}> = internalCommand('group-meeting.answered', ({ state, fields: { account, meeting, how } }) => {
  const isOurs = meetingIn(state)?.meeting === meeting && enrolledOf(state, account) !== undefined;
  return decide(
    isOurs ? { events: [happen('group.call_answered', { meeting, account, how }, { by: null })] } : {},
  );
});

/** The meeting of a group, as the group sees it: a room of its own, made, spoken to and ended through effects. */
export const groupMeeting: Feature = {
  name: 'group-meeting',
  tables: [groupMeetingTable],
  commands: {
    'group.meet': ({ state, fields, actor, now }) => {
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      const enrolled = enrolledActor(state, actor);
      if (member === undefined || enrolled === undefined) return fail('not_enrolled');
      if (meetingIn(state) !== undefined) {
        const way = wayIntoMeeting(state, roleInMeeting(member.role));
        return decide(way === undefined ? {} : { result: way });
      }
      const { meeting, invites } = drawnWith(fields);
      const wanted = { meeting, invites, from: enrolled.person, rung: [], ringsUntil: 0 };
      return decide({
        events: [note(meetingWanted, wanted)],
        effects: [
          {
            id: MEETING_EFFECTS.create,
            kind: MEETING_EFFECTS.create,
            data: { meeting, endsAt: now + LONGEST } satisfies MeetingCreate,
          },
        ],
      });
    },
  },
  internalCommands: [
    meetingMade,
    meetingFailed,
    meetingRenewed,
    meetingCalled,
    meetingReported,
    meetingOverdue,
    callAnswered,
  ],
  internalEvents: [meetingWanted, meetingOpened, meetingRung, invitesRenewed, meetingGone],
  apply: [
    applyInternal(meetingWanted, (state, { meeting, from, invites, rung, ringsUntil, at }) =>
      state
        .table(groupMeetingTable)
        .set(MEETING_KEY, { meeting, code: null, from, since: at, invites, rung, ringsUntil }),
    ),
    applyInternal(meetingOpened, (state, { code, ringsUntil, at }) => {
      const row = meetingIn(state);
      if (row !== undefined)
        state.table(groupMeetingTable).set(MEETING_KEY, { ...row, code, ringsUntil, since: at });
    }),
    applyInternal(meetingRung, (state, { accounts }) => {
      const row = meetingIn(state);
      if (row === undefined) return;
      const rung = Array.from(new Set([...row.rung, ...accounts]));
      state.table(groupMeetingTable).set(MEETING_KEY, { ...row, rung });
    }),
    applyInternal(invitesRenewed, (state, { invites }) => {
      const row = meetingIn(state);
      if (row !== undefined) state.table(groupMeetingTable).set(MEETING_KEY, { ...row, invites });
    }),
    applyInternal(meetingGone, (state) => state.table(groupMeetingTable).delete(MEETING_KEY)),
    apply('group.meeting_over', (state) => state.table(groupMeetingTable).delete(MEETING_KEY)),
  ],
  on: [
    onInternal(meetingOpened, ({ state }) => ({ events: tellAll(state) })),
    onInternal(invitesRenewed, ({ state }) => ({ events: tellAll(state) })),
    // Whoever was put out of the group has no way into its meeting any more; who leaves by themselves may keep it.
    on('group.left', ({ state }, { reason }) => (reason === 'removed' ? renewing(state) : {})),
    // An admin comes into the meeting as co-host. Who is none any more knows that way still: it must open nothing.
    on('group.appointed', ({ state }, { role }) => (role === 'member' ? renewing(state) : {})),
    on('role.changed', ({ state }, { member }) => ({ events: tell(state, [member]) })),
    on('room.ended', ({ state, now }) => {
      const row = meetingIn(state);
      if (row === undefined) return {};
      const { events = [], effects = [], deadlines = [] } = over(row, null, now);
      return { events, effects: row.code === null ? effects : [...effects, end(row.code)], deadlines };
    }),
  ],
  own: (state, member) => {
    const row = findPresent(state, member);
    const way = row === undefined ? undefined : wayIntoMeeting(state, roleInMeeting(row.role));
    return way === undefined ? {} : { groupMeeting: way };
  },
};
