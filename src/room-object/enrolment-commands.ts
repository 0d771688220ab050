import {
  type Decision,
  decide,
  happen,
  type InternalCommand,
  internalCommand,
  note,
} from '../engine/feature.ts';
import type { NewGroup } from '../platform/group-rpc.ts';
import { fail, LIMITS, type Outcome, type Person, type Standing } from '../protocol/index.ts';
import {
  cardFound,
  deleting,
  enrolAsked,
  enrolling,
  farewellEffect,
  farewellTold,
  groupFounded,
  leaving,
  settling,
} from './enrolment-moves.ts';
import {
  askedBy,
  askedTable,
  enrolledOf,
  enrolledTable,
  findGroup,
  heirOf,
  invitationOf,
  invitedTable,
  mayAskIn,
  theGroup,
  wasRemoved,
} from './enrolment-rows.ts';
import { groupMeetingFor } from './group-meeting-rows.ts';
import { toHosts } from './lobby-rows.ts';
import { lastMessageOf, unreadOf } from './standing.ts';
import { theRoom } from './tables.ts';

/** What a group's object is asked by others than the members in its room. */
const notFound = fail('room_not_found');

/** Makes a new room a group, in the commit that makes the room. */
export const foundGroup: InternalCommand<NewGroup> = internalCommand('group.found', ({ fields }) => {
  const { owner, ...rules } = fields;
  const card = owner === null ? [] : [owner];
  return decide({
    events: [
      note(groupFounded, { ...rules, owner: owner?.id ?? null }),
      ...card.map((person) => happen('group.enrolled', { person, role: 'owner', enrolled: 1 })),
    ],
  });
});

const enrolled = (done: ReturnType<typeof enrolling>): Outcome<Decision> =>
  done.ok ? decide({ events: done.value, result: 'enrolled' }) : done;

/** Somebody accepts an invitation, comes in where the group is open, or asks. The result: `enrolled` or `asked`. */
export const enrolPerson: InternalCommand<{ readonly person: Person; readonly note: string }> =
  internalCommand('group.enrol', ({ state, fields: { person, note: text }, now }) => {
    const group = findGroup(state);
    if (group === undefined || theRoom(state).endedAt !== null) return notFound;
    if (enrolledOf(state, person.id) !== undefined) return decide({ result: 'enrolled' });
    const isInvited = invitationOf(state, person.id, now) !== undefined;
    const isOut = wasRemoved(state, person.id);
    if (isInvited || (group.joining === 'open' && !isOut))
      return enrolled(enrolling(state, person, 'member', null));
    if (group.joining === 'invite') return notFound;
    if (group.joining === 'open') return fail('group_removed');
    if (askedBy(state, person.id, now) !== undefined) return decide({ result: 'asked' });
    const wait = mayAskIn(state, person.id, now);
    if (wait > 0) return fail('group_declined', { retry: wait });
    if (state.table(askedTable).size >= LIMITS.enrolPending)
      return fail('quota_exceeded', { detail: `${LIMITS.enrolPending} people ask already` });
    const request = { person, note: text, at: now };
    return decide({
      events: [note(enrolAsked, { request }), ...toHosts(state, happen('group.asked', { request }))],
      result: 'asked',
    });
  });

/** Somebody leaves, declines an invitation or withdraws a request. */
export const unenrolPerson: InternalCommand<{ readonly account: string }> = internalCommand(
  'group.unenrol',
  ({ state, fields: { account }, now }) => {
    const group = findGroup(state);
    if (group === undefined || theRoom(state).endedAt !== null) return notFound;
    const row = enrolledOf(state, account);
    if (row === undefined) {
      const isOpen =
        invitationOf(state, account, now) !== undefined || askedBy(state, account, now) !== undefined;
      if (isOpen) return decide(settling(state, account, null));
      return group.joining === 'invite' ? notFound : decide({});
    }
    if (group.everybody) return fail('group_fixed');
    if (row.role === 'owner') return fail('owner_stays');
    return decide({ events: [leaving(state, account, 'left', null)] });
  },
);

export interface EverybodyFields {
  readonly person: Person;
  readonly role: 'admin' | 'member';
  readonly name: string;
}

/** Enrols somebody in everybody's group, or has them and the group be what the settings say now. */
export const enrolEverybody: InternalCommand<EverybodyFields> = internalCommand(
  'group.enrol-everybody',
  ({ state, fields: { person, role, name } }) => {
    const room = theRoom(state);
    if (findGroup(state)?.everybody !== true || room.endedAt !== null) return notFound;
    const { capacity, retentionSeconds, whenEmpty } = room;
    const renamed =
      room.name === name
        ? []
        : [happen('room.updated', { name, capacity, retentionSeconds, whenEmpty }, { by: null })];
    const row = enrolledOf(state, person.id);
    if (row?.role === role) return decide({ events: renamed });
    if (row !== undefined)
      return decide({
        events: [...renamed, happen('group.appointed', { account: person.id, role }, { by: null })],
      });
    const done = enrolling(state, person, role, null);
    return done.ok ? decide({ events: [...renamed, ...done.value] }) : done;
  },
);

/** Somebody's account is gone, or never was: they are out. A group that nobody is left in goes with its owner. */
export const forgetAccount: InternalCommand<{ readonly account: string }> = internalCommand(
  'group.forget-account',
  ({ state, fields: { account } }) => {
    if (findGroup(state) === undefined || theRoom(state).endedAt !== null) return decide({});
    const row = enrolledOf(state, account);
    if (row === undefined) {
      const isKnown = state.table(invitedTable).has(account) || state.table(askedTable).has(account);
      return decide(isKnown ? settling(state, account, null) : {});
    }
    const heir = row.role === 'owner' ? heirOf(state, account) : undefined;
    if (row.role === 'owner' && heir === undefined) return decide(deleting());
    return decide({
      events: [
        ...(heir === undefined
          ? []
          : [happen('group.appointed', { account: heir.person.id, role: 'owner' }, { by: null })]),
        leaving(state, account, 'deleted', null),
      ],
    });
  },
);

/** Somebody who was known by their account alone has been looked up. */
export const cardLookedUp: InternalCommand<{ readonly person: Person }> = internalCommand(
  'group.card',
  ({ state, fields: { person } }) =>
    decide(state.table(invitedTable).has(person.id) ? { events: [note(cardFound, { person })] } : {}),
);

/** Everybody who is to hear that the group is no more. */
export const mourners = (state: Parameters<typeof findGroup>[0]): string[] => [
  ...state.table(enrolledTable).keys(),
  ...state.table(askedTable).keys(),
  ...state.table(invitedTable).keys(),
];

/** These have heard that the group is no more; the rest is next. When all have, nothing keeps it any longer. */
export const farewellHeard: InternalCommand<{ readonly accounts: readonly string[] }> = internalCommand(
  'group.farewell-heard',
  ({ fields }) => decide({ events: [note(farewellTold, fields)], effects: [farewellEffect] }),
);

/** How somebody stands, but for where the log ends and which it is, which a command does not know. */
export type StandingHere = Omit<Standing, 'head' | 'epoch'>;

/** The result: `StandingHere`. Nothing changes. */
export const tellStanding: InternalCommand<{ readonly account: string }> = internalCommand(
  'group.tell-standing',
  ({ state, fields: { account }, log }) => {
    const row = enrolledOf(state, account);
    if (row === undefined) return fail('not_enrolled');
    const { joining, announcements, everybody, version } = theGroup(state);
    const { code, name } = theRoom(state);
    const result: StandingHere = {
      group: code,
      name,
      role: row.role,
      joining,
      announcements,
      everybody,
      enrolled: state.table(enrolledTable).size,
      read: row.read,
      unread: unreadOf(state, log, row),
      mentions: row.mentions.length,
      lastMessage: lastMessageOf(state, log),
      version,
      meeting: groupMeetingFor(state, row.role) ?? null,
    };
    return decide({ result });
  },
);

export const enrolmentCommands = [
  tellStanding,
  foundGroup,
  enrolPerson,
  unenrolPerson,
  enrolEverybody,
  forgetAccount,
  cardLookedUp,
  farewellHeard,
];
