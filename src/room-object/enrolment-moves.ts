import {
  type CloseDraft,
  callOff,
  type DeadlineChange,
  type Decision,
  type EffectDraft,
  type EventDraft,
  happen,
  internalEvent,
  note,
} from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import {
  type EnrolInvitation,
  type EnrolRequest,
  fail,
  type GroupRole,
  LIMITS,
  type Outcome,
  type Person,
  succeed,
} from '../protocol/index.ts';
import { devicesOf } from './account-rows.ts';
import { awayDeadline, seatDeadline } from './deadline-names.ts';
import type { GroupRow } from './enrolment-rows.ts';
import { enrolledTable } from './enrolment-rows.ts';
import { seatReleased } from './internal-events.ts';
import { toHosts } from './lobby-rows.ts';
import { isPresent } from './tables.ts';

/** The room is a group from now on. */
export const groupFounded = internalEvent<Omit<GroupRow, 'version'>>('group.founded');
/** Somebody asks to belong, or is invited. */
export const enrolAsked = internalEvent<{ readonly request: EnrolRequest }>('enrol.asked');
export const enrolInvited = internalEvent<{ readonly invitation: EnrolInvitation }>('enrol.invited');
/** What somebody asked, or was invited to, is open no longer. `by`: who decided so; null: they themselves, or time. */
export const enrolSettled = internalEvent<{
  readonly account: string;
  readonly by: Person | null;
  /** They asked, and were turned away. */
  readonly declined?: true;
}>('enrol.settled');
/** Somebody who is known by their account alone has been looked up. */
export const cardFound = internalEvent<{ readonly person: Person }>('enrol.card-found');
/** Somebody has read up to here. */
export const readMoved = internalEvent<{ readonly account: string; readonly upTo: number }>(
  'group.read-moved',
);
/** These have been told that the group is no more. */
export const farewellTold = internalEvent<{ readonly accounts: readonly string[] }>('group.farewell-told');

/** The effect that tells somebody's object, and the directory, how they stand here now. */
export const NEWS_EFFECT = 'group.news';
export interface NewsData {
  readonly account: string;
  /** Who did it; null: they themselves, time, or nobody in person. */
  readonly by: Person | null;
}
export const newsEffect = (account: string, by: Person | null = null): EffectDraft => ({
  id: `${NEWS_EFFECT} ${account}`,
  kind: NEWS_EFFECT,
  data: { account, by } satisfies NewsData,
});

/** The effect that tells all who belonged to a deleted group, a part of them at a time, and then removes it. */
export const FAREWELL_EFFECT = 'group.farewell';
export const farewellEffect: EffectDraft = { id: FAREWELL_EFFECT, kind: FAREWELL_EFFECT, data: {} };

/** Enrols somebody, if there is a place. */
export function enrolling(
  state: StateView,
  person: Person,
  role: GroupRole,
  by?: null,
): Outcome<readonly EventDraft[]> {
  const { size } = state.table(enrolledTable);
  if (size >= LIMITS.enrolled) return fail('quota_exceeded', { detail: `${LIMITS.enrolled} people` });
  const stamp = by === undefined ? {} : { by };
  return succeed([happen('group.enrolled', { person, role, enrolled: size + 1 }, stamp)]);
}

/** Ends a request or an invitation, and says so to those who may see it. */
export const settling = (
  state: StateView,
  account: string,
  by: Person | null,
  how: { readonly declined?: true } = {},
): Decision => ({
  events: [
    note(enrolSettled, { account, by, ...how }),
    ...toHosts(state, happen('group.settled', { account })),
  ],
});

/** Takes somebody out of the group. What follows for their devices comes with the event. */
export const leaving = (
  state: StateView,
  account: string,
  reason: 'left' | 'removed' | 'deleted',
  by?: null,
): EventDraft =>
  happen(
    'group.left',
    { account, reason, enrolled: Math.max(0, state.table(enrolledTable).size - 1) },
    by === undefined ? {} : { by },
  );

/** The group is no more: all are told, and then nothing is left of it. */
export const deleting = (): Decision => ({
  events: [happen('group.deleted', {}), happen('room.ended', { reason: 'host' })],
  effects: [farewellEffect],
  close: [{ member: 'all', as: 'ended' }],
});

/** Puts all devices of somebody out of the room. */
export function outOfTheRoom(state: StateView, account: string, as: 'left' | 'removed'): Decision {
  const events: EventDraft[] = [];
  const deadlines: DeadlineChange[] = [];
  const close: CloseDraft[] = [];
  for (const row of devicesOf(state, account, undefined)) {
    const { id: member, presence } = row;
    if (presence === 'left') continue;
    deadlines.push(callOff(awayDeadline(member)), callOff(seatDeadline(member)));
    if (!isPresent(row)) {
      events.push(note(seatReleased, { member }));
      continue;
    }
    events.push(happen('member.left', { member, reason: as }));
    if (as === 'removed')
      events.push(happen('member.dismissed', { reason: '', banned: false }, { to: [member] }));
    close.push({ member, as });
  }
  return { events, deadlines, close };
}
