import { deadlineTable } from '../../engine/deadlines.ts';
import {
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  type Handler,
  happen,
  type InternalCommand,
  internalCommand,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail, LIMITS, type Person } from '../../protocol/index.ts';
import { accountOf, devicesOf } from '../account-rows.ts';
import { authorityOf } from '../authority-rows.ts';
import { enrolmentAppliers } from '../enrolment-apply.ts';
import { enrolmentCommands } from '../enrolment-commands.ts';
import {
  cardFound,
  deleting,
  enrolAsked,
  enrolInvited,
  enrolling,
  enrolSettled,
  farewellTold,
  groupFounded,
  leaving,
  newsEffect,
  outOfTheRoom,
  readMoved,
  settling,
} from '../enrolment-moves.ts';
import {
  askedBy,
  askedTable,
  enrolledActor,
  enrolledOf,
  enrolledPage,
  enrolledTable,
  findGroup,
  groupSnapshot,
  groupTable,
  invitationOf,
  invitedTable,
  PENDING_FOR,
  pendingPage,
  refusedTable,
  roomRole,
  spokenPolicy,
  theGroup,
  wasRemoved,
} from '../enrolment-rows.ts';
import { toHosts } from '../lobby-rows.ts';
import { isPresent, theRoom } from '../tables.ts';

const LAPSE = 'enrolment lapses';

const fixed = fail('group_fixed');

/** Ends what has waited for too long, and sets the time for the next. */
const lapse: InternalCommand<object> = internalCommand('enrol.lapse', ({ state, now }) => {
  const open = [
    ...Array.from(state.table(askedTable).values(), ({ person, at }) => ({ account: person.id, at })),
    ...Array.from(state.table(invitedTable).values(), ({ account, at }) => ({ account, at })),
  ];
  const over = open.filter(({ at }) => at + PENDING_FOR <= now);
  const next = Math.min(...open.filter(({ at }) => at + PENDING_FOR > now).map(({ at }) => at));
  return decide({
    events: over.flatMap(({ account }) => settling(state, account, null).events ?? []),
    deadlines: Number.isFinite(next) ? [deadline(LAPSE, next + PENDING_FOR, lapse, {})] : [],
  });
});

/** What is asked, or invited to, now lapses after all that was before. */
const lapsing = (state: StateView, now: number): Pick<Decision, 'deadlines'> =>
  state.table(deadlineTable).has(LAPSE) ? {} : { deadlines: [deadline(LAPSE, now + PENDING_FOR, lapse, {})] };

const invite: Handler<{ readonly account: string }> = ({ state, fields: { account }, actor, now }) => {
  const me = enrolledActor(state, actor);
  const group = theGroup(state);
  if (me === undefined) return fail('member_gone');
  if (group.everybody) return fixed;
  if (me.role === 'member' && !group.membersInvite && group.joining !== 'open')
    return fail('role_required', { detail: 'owner or admin of the group' });
  if (enrolledOf(state, account) !== undefined || invitationOf(state, account, now) !== undefined)
    return decide({});
  // What owner and admins have decided, they alone take back.
  if (me.role === 'member' && wasRemoved(state, account))
    return fail('role_required', { detail: 'owner or admin of the group: they were taken out of it' });
  // Who asks and is asked: a member's word is none, but an admin's decides.
  const asked = askedBy(state, account, now);
  if (asked !== undefined && me.role !== 'member') {
    const enrolled = enrolling(state, asked.person, 'member');
    return enrolled.ok ? decide({ events: enrolled.value }) : enrolled;
  }
  if (state.table(invitedTable).size >= LIMITS.enrolPending)
    return fail('quota_exceeded', { detail: `${LIMITS.enrolPending} invitations that nobody has answered` });
  const invitation = { account, person: null, by: me.person, at: now };
  return decide({
    events: [note(enrolInvited, { invitation }), ...toHosts(state, happen('group.invited', { account }))],
    ...lapsing(state, now),
  });
};

const decideRequest: Handler<{ readonly account: string; readonly accept: boolean }> = ({
  state,
  fields: { account, accept },
  actor,
  now,
}) => {
  const asked = askedBy(state, account, now);
  if (asked === undefined)
    return enrolledOf(state, account) !== undefined && accept ? decide({}) : fail('request_unknown');
  if (!accept)
    return decide(settling(state, account, enrolledActor(state, actor)?.person ?? null, { declined: true }));
  const enrolled = enrolling(state, asked.person, 'member');
  return enrolled.ok ? decide({ events: enrolled.value }) : enrolled;
};

const appoint: Handler<{ readonly account: string; readonly role: 'owner' | 'admin' | 'member' }> = ({
  state,
  fields: { account, role },
  actor,
}) => {
  const me = enrolledActor(state, actor);
  const row = enrolledOf(state, account);
  if (theGroup(state).everybody) return fixed;
  if (me?.role !== 'owner') return fail('role_required', { detail: 'owner of the group' });
  if (row === undefined) return fail('enrolled_unknown', { detail: account });
  if (row.role === role) return decide({});
  if (row.role === 'owner') return fail('owner_stays');
  if (role === 'admin' && state.table(enrolledTable).count('admin') >= LIMITS.groupAdmins)
    return fail('quota_exceeded', { detail: `${LIMITS.groupAdmins} admins` });
  return decide({
    events: [
      happen('group.appointed', { account, role }),
      ...(role === 'owner' ? [happen('group.appointed', { account: me.person.id, role: 'admin' })] : []),
    ],
  });
};

const remove: Handler<{ readonly account: string }> = ({ state, fields: { account }, actor, now }) => {
  const me = enrolledActor(state, actor);
  const row = enrolledOf(state, account);
  if (row === undefined) {
    const isInvited = invitationOf(state, account, now) !== undefined;
    return isInvited
      ? decide(settling(state, account, me?.person ?? null))
      : fail('enrolled_unknown', { detail: account });
  }
  if (theGroup(state).everybody) return fixed;
  if (me === undefined) return fail('member_gone');
  if (row.person.id === me.person.id)
    return fail('not_allowed', { detail: 'leave the group with DELETE /v1/groups/:code/enrol' });
  if (row.role === 'owner') return fail('role_required', { detail: 'the owner stays in the group' });
  if (row.role === 'admin' && me.role !== 'owner')
    return fail('role_required', { detail: 'owner of the group' });
  return decide({ events: [leaving(state, account, 'removed')] });
};

/** The event of a new name, as the room tells it. */
function renaming(state: StateView, name: string | undefined): EventDraft[] {
  const room = theRoom(state);
  if (name === undefined || name === room.name) return [];
  const { capacity, retentionSeconds, whenEmpty } = room;
  return [happen('room.updated', { name, capacity, retentionSeconds, whenEmpty })];
}

/** The events of new rules; who may write follows from them. */
function newRules(
  state: StateView,
  fields: { readonly joining?: 'invite' | 'request' | 'open' | undefined } & {
    readonly [K in 'announcements' | 'membersInvite']?: boolean | undefined;
  },
): EventDraft[] {
  const { joining, announcements, membersInvite } = theGroup(state);
  const after = {
    joining: fields.joining ?? joining,
    announcements: fields.announcements ?? announcements,
    membersInvite: fields.membersInvite ?? membersInvite,
  };
  const isSame =
    after.joining === joining &&
    after.announcements === announcements &&
    after.membersInvite === membersInvite;
  if (isSame) return [];
  const policy = { ...theRoom(state).policy, ...spokenPolicy(after.announcements) };
  return [
    happen('group.changed', after),
    ...(after.announcements === announcements ? [] : [happen('policy.changed', { policy })]),
  ];
}

/** The newest message that people have been told of. */
const newestMessage: (log: Parameters<Handler<object>>[0]['log']) => number = (log) =>
  log.history(null, null, 1).events.at(-1)?.seq ?? 0;

/** What follows for the devices of somebody whose role is another now; those that are not there follow silently. */
function followRole(state: StateView, account: string): EventDraft[] {
  const row = enrolledOf(state, account);
  if (row === undefined) return [];
  const role = roomRole(row.role);
  const there = devicesOf(state, account, undefined).filter(isPresent);
  const [first] = there;
  const previous = authorityOf(state).host;
  const isNewHost = role === 'host' && first !== undefined && !there.some(({ id }) => id === previous);
  return [
    ...(isNewHost
      ? [
          happen('host.changed', {
            member: first.id,
            previous,
            owner: first.id,
            reason: 'transferred',
          }),
        ]
      : []),
    ...there
      .filter((device) => device.role !== role)
      .map(({ id }) => happen('role.changed', { member: id, role })),
  ];
}

/** The card of whoever did it; null: nobody in person. */
function cardOf(state: StateView, by: string | undefined): Person | null {
  return by === undefined ? null : (enrolledOf(state, accountOf(state, by))?.person ?? null);
}

const tellOf = (account: string, by: Person | null): Decision => ({ effects: [newsEffect(account, by)] });

/** Who belongs to a group, who may, and who has read what. In a room that is no group all of it is empty. */
export const enrolment: Feature = {
  name: 'enrolment',
  tables: [groupTable, enrolledTable, askedTable, invitedTable, refusedTable],
  commands: {
    'group.invite': invite,
    'group.decide': decideRequest,
    'group.role': appoint,
    'group.remove': remove,
    'group.settings': ({ state, fields }) =>
      theGroup(state).everybody
        ? fixed
        : decide({ events: [...newRules(state, fields), ...renaming(state, fields.name)] }),
    'group.delete': ({ state, actor }) => {
      if (theGroup(state).everybody) return fixed;
      if (enrolledActor(state, actor)?.role !== 'owner')
        return fail('role_required', { detail: 'owner of the group' });
      return decide(deleting());
    },
    'group.read': ({ state, fields, actor, log }) => {
      const me = enrolledActor(state, actor);
      if (me === undefined) return fail('member_gone');
      const upTo = Math.min(fields.upTo, newestMessage(log));
      return decide(upTo <= me.read ? {} : { events: [note(readMoved, { account: me.person.id, upTo })] });
    },
    'group.members': ({ state, fields }) =>
      decide({ result: enrolledPage(state, fields.after ?? null, fields.limit ?? LIMITS.enrolledPage) }),
    'group.pending': ({ state, fields, now }) =>
      decide({ result: pendingPage(state, fields.after ?? null, fields.limit ?? LIMITS.enrolledPage, now) }),
  },
  internalCommands: [lapse, ...enrolmentCommands],
  internalEvents: [groupFounded, enrolAsked, enrolInvited, enrolSettled, cardFound, readMoved, farewellTold],
  apply: enrolmentAppliers,
  on: [
    on('group.enrolled', ({ state }, { person, by }) => tellOf(person.id, cardOf(state, by))),
    on('group.appointed', ({ state }, { account, by }) => ({
      events: followRole(state, account),
      ...tellOf(account, cardOf(state, by)),
    })),
    on('group.left', ({ state }, { account, reason, by }) => ({
      ...outOfTheRoom(state, account, reason === 'left' ? 'left' : 'removed'),
      ...tellOf(account, cardOf(state, by)),
    })),
    onInternal(enrolInvited, (_, { invitation: { account, by } }) => tellOf(account, by)),
    onInternal(enrolAsked, ({ state, now }, { request: { person } }) => ({
      ...lapsing(state, now),
      ...tellOf(person.id, null),
    })),
    onInternal(enrolSettled, (_, { account, by }) => tellOf(account, by)),
  ],
  snapshot: groupSnapshot,
  own: (state, member) => {
    const row = findGroup(state) === undefined ? undefined : enrolledOf(state, accountOf(state, member));
    return row === undefined
      ? {}
      : { group: { role: row.role, read: row.read, mentions: row.mentions.length } };
  },
};
