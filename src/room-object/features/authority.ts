import { deadlineTable } from '../../engine/deadlines.ts';
import {
  type Actor,
  apply,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import {
  type Authority,
  type AuthoritySettings,
  type EventFields,
  fail,
  type Role,
} from '../../protocol/index.ts';
import {
  accountOf,
  changeRows,
  everyDevice,
  isSamePerson,
  quietDevices,
  toldDevices,
} from '../account-rows.ts';
import {
  AUTHORITY_KEY,
  type AuthorityRow,
  authorityOf,
  authorityTable,
  hasAuthorityOver,
  isHostByRight,
  ownsRoom,
} from '../authority-rows.ts';
import { endWanted, keyShown, seatReleased } from '../internal-events.ts';
import {
  findPresent,
  findRoom,
  isPresent,
  type MemberRow,
  memberTable,
  present,
  ROOM_KEY,
  roomTable,
  theRoom,
} from '../tables.ts';

const HOST_GONE = 'host gone';

const settingsIn = (row: AuthoritySettings): AuthoritySettings => ({
  whenHostGone: row.whenHostGone,
  hostGraceSeconds: row.hostGraceSeconds,
  reclaim: row.reclaim,
  cohostsMayEnd: row.cohostsMayEnd,
  cohostsAreEqual: row.cohostsAreEqual,
});

const toAuthority = (row: Readonly<AuthorityRow>): Authority => ({
  ...settingsIn(row),
  host: row.host,
  owner: row.owner,
});

function change(state: State, to: Partial<AuthorityRow>): void {
  state.table(authorityTable).set(AUTHORITY_KEY, { ...authorityOf(state), ...to });
}

type HostReason = EventFields<'host.changed'>['reason'];

/** What the one who was host is from now on: who stood in is again what they were before, unless they gave it away themselves. */
function roleAfter({ former }: Readonly<AuthorityRow>, reason: HostReason): Role {
  return reason === 'reclaimed' || reason === 'succession' ? (former ?? 'cohost') : 'cohost';
}

type Stamp = { readonly by?: string | null };

/** Tells of a new role, for each device of theirs that is there. */
const roleEvents = (state: StateView, member: string, role: Role, stamp: Stamp = {}): EventDraft[] =>
  toldDevices(state, member)
    .filter((row) => row.role !== role)
    .map(({ id }) => happen('role.changed', { member: id, role }, stamp));

/** The events of a change of host: there is never more than one, with all of their devices. */
function handOver(
  state: StateView,
  to: Readonly<MemberRow>,
  reason: HostReason,
  owner: string,
  by: string | null | undefined,
): EventDraft[] {
  const row = authorityOf(state);
  const stamp: Stamp = by === undefined ? {} : { by };
  const previous = row.host;
  // Nobody stands in for themselves.
  const whose = ownsRoom(state, to.id) ? to.id : owner;
  return [
    happen('host.changed', { member: to.id, previous, owner: whose, reason }, stamp),
    ...(previous === null ? [] : roleEvents(state, previous, roleAfter(row, reason), stamp)),
    ...roleEvents(state, to.id, 'host', stamp),
  ];
}

/** The host is there with another device than the one that was named: that one is named from now on, and nothing else changes. */
function nameDevice(state: StateView, device: string): EventDraft[] {
  const { host, owner } = authorityOf(state);
  if (host === null) return [];
  const whose = owner === null || isSamePerson(state, owner, host) ? device : owner;
  const change = { member: device, previous: host, owner: whose, reason: 'device' as const };
  return [happen('host.changed', change, { by: null })];
}

/** What follows for the host from one of their devices leaving, if others stay; null: nothing. */
function deviceLeft(state: StateView, member: string): Decision | null {
  if (member !== authorityOf(state).host) return null;
  const there = everyDevice(state, member).filter(isPresent).sort(first);
  const next = there.find(({ presence }) => presence === 'online') ?? there[0];
  return next === undefined ? null : { events: nameDevice(state, next.id) };
}

const first = (a: Readonly<MemberRow>, b: Readonly<MemberRow>): number =>
  a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1);

/** Who takes over from a host who is gone: somebody who is there to do it, and who was there first. */
function successor(state: StateView): Readonly<MemberRow> | undefined {
  const { whenHostGone } = authorityOf(state);
  const online = present(state).filter(({ presence }) => presence === 'online');
  const oldest = (role: Role) => online.filter((member) => member.role === role).sort(first)[0];
  return oldest('cohost') ?? (whenHostGone === 'member' ? oldest('member') : undefined);
}

/** The grace time for a host who is gone has run out. */
export const hostGone: InternalCommand<object> = internalCommand('host.gone', ({ state, now }) => {
  const { host, owner, goneAt, whenHostGone } = authorityOf(state);
  if (theRoom(state).endedAt !== null || host === null || goneAt === null || whenHostGone === 'wait')
    return decide({});
  // They are at the door: what they come back to must not be taken from them on the last step.
  for (const { id, ticket } of state.table(memberTable).among('joining')) {
    if (ticket === null || ticket.expiresAt <= now || !isHostByRight(state, id)) continue;
    return decide({ deadlines: [deadline(HOST_GONE, ticket.expiresAt, hostGone, {})] });
  }
  if (whenHostGone === 'end') return decide({ events: [note(endWanted, { reason: 'host_gone' })] });
  const next = successor(state);
  return decide(
    next === undefined ? {} : { events: handOver(state, next, 'succession', owner ?? host, null) },
  );
});

/** Keeps the one deadline as it should be: there while the host is gone and something can come of it. */
function watch({ state, now }: ReactionContext): Decision {
  const { goneAt, whenHostGone, hostGraceSeconds } = authorityOf(state);
  const isSet = state.table(deadlineTable).has(HOST_GONE);
  const isOver = findRoom(state)?.endedAt !== null;
  const something =
    !isOver &&
    goneAt !== null &&
    (whenHostGone === 'end' || (whenHostGone !== 'wait' && successor(state) !== undefined));
  if (!something) return isSet ? { deadlines: [callOff(HOST_GONE)] } : {};
  const at = Math.max(now, goneAt + hostGraceSeconds * 1_000);
  return { deadlines: [deadline(HOST_GONE, at, hostGone, {})] };
}

/** Whether whoever acts does so for themselves: somebody who merely stands in hands over no more than that. */
const ownerAfter = (row: Readonly<AuthorityRow>, actor: Actor, to: string): string =>
  actor.kind === 'member' && row.former !== null && row.owner !== null ? row.owner : to;

/** An account that hands over the room that it made has no more right to it than others. */
function giveAway(state: State, by: string, to: string): void {
  const { owner, ...room } = theRoom(state);
  if (owner !== undefined && accountOf(state, by) === owner && accountOf(state, to) !== owner)
    state.table(roomTable).set(ROOM_KEY, room);
}

/** Host and co-hosts: who they are, how that changes, and what becomes of a room whose host is gone. */
export const authority: Feature = {
  name: 'authority',
  tables: [authorityTable],
  commands: {
    'authority.set': ({ state, fields }) => {
      const before = settingsIn(authorityOf(state));
      const after: AuthoritySettings = {
        whenHostGone: fields.whenHostGone ?? before.whenHostGone,
        hostGraceSeconds: fields.hostGraceSeconds ?? before.hostGraceSeconds,
        reclaim: fields.reclaim ?? before.reclaim,
        cohostsMayEnd: fields.cohostsMayEnd ?? before.cohostsMayEnd,
        cohostsAreEqual: fields.cohostsAreEqual ?? before.cohostsAreEqual,
      };
      const isSame = JSON.stringify(after) === JSON.stringify(before);
      return decide(isSame ? {} : { events: [happen('authority.changed', after)] });
    },
    'role.set': ({ state, fields, actor }) => {
      const member = findPresent(state, fields.member);
      if (member === undefined) return fail('member_unknown', { detail: fields.member });
      if (member.role === 'host') return fail('role_required', { detail: 'the host stays the host' });
      if (!hasAuthorityOver(state, actor, member)) return fail('role_required', { detail: 'host' });
      if (member.role === fields.role) return decide({});
      return decide({ events: roleEvents(state, member.id, fields.role) });
    },
    'host.transfer': ({ state, fields, actor }) => {
      const member = findPresent(state, fields.member);
      if (member === undefined) return fail('member_unknown', { detail: fields.member });
      if (member.role === 'host') return decide({});
      const owner = ownerAfter(authorityOf(state), actor, member.id);
      return decide({ events: handOver(state, member, 'transferred', owner, undefined) });
    },
    'host.reclaim': ({ state, actor }) => {
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (member === undefined || !ownsRoom(state, member.id))
        return fail('role_required', { detail: 'whoever was host before' });
      if (member.role === 'host') return decide({});
      return decide({ events: handOver(state, member, 'reclaimed', member.id, undefined) });
    },
  },
  internalCommands: [hostGone],
  internalEvents: [endWanted, keyShown],
  apply: [
    apply('authority.changed', (state, event) => change(state, settingsIn(event))),
    apply('host.changed', (state, { member, owner, reason, by }) => {
      const before = state.table(memberTable).get(member)?.role ?? 'member';
      const { former } = authorityOf(state);
      const stood = reason === 'device' ? former : before;
      change(state, { host: member, owner, former: member === owner ? null : stood, goneAt: null });
      if (reason === 'transferred' && by !== undefined) giveAway(state, by, member);
    }),
    apply('member.joined', (state, { member }) => {
      if (member.role !== 'host') return;
      const { host } = authorityOf(state);
      if (host === null) change(state, { host: member.id, owner: member.id, goneAt: null });
      else if (isSamePerson(state, host, member.id)) change(state, { goneAt: null });
    }),
    // Where they are there with another device, `host.changed` takes it back in the same breath.
    apply('member.left', (state, { member, at }) => {
      if (member === authorityOf(state).host) change(state, { goneAt: at });
    }),
    // Reopened, it waits for its host anew.
    apply('room.reopened', (state, event) => {
      if (authorityOf(state).host !== null) change(state, { goneAt: event.at });
    }),
    apply('role.changed', (state, { member, role }) =>
      changeRows(state, quietDevices(state, member), { role }),
    ),
  ],
  on: [
    on('member.joined', (context, { member }) => {
      const { state } = context;
      const { host } = authorityOf(state);
      const row = state.table(memberTable).get(member.id);
      if (member.role !== 'host' || row === undefined || host === null) return watch(context);
      if (!isSamePerson(state, host, row.id)) {
        const reason = ownsRoom(state, row.id) ? 'reclaimed' : 'key';
        return { events: handOver(state, row, reason, row.id, row.id) };
      }
      const isNamed = findPresent(state, host) !== undefined;
      const { deadlines = [] } = watch(context);
      return {
        events: [
          ...(isNamed ? [] : nameDevice(state, row.id)),
          ...roleEvents(state, row.id, 'host', { by: row.id }),
        ],
        deadlines,
      };
    }),
    // Somebody who is in already shows the host key.
    onInternal(keyShown, ({ state }, event) => {
      const row = findPresent(state, event.member);
      if (row === undefined || row.role === 'host') return {};
      const reason = ownsRoom(state, row.id) ? 'reclaimed' : 'key';
      return { events: handOver(state, row, reason, row.id, row.id) };
    }),
    on('member.left', (context, { member }) => deviceLeft(context.state, member) ?? watch(context)),
    on('member.away', watch),
    on('member.returned', watch),
    on('role.changed', watch),
    on('authority.changed', watch),
    on('host.changed', watch),
    on('room.ended', watch),
    on('room.reopened', watch),
    // Of a device that never came in it is not known any more whose it was.
    onInternal(seatReleased, (context) => (authorityOf(context.state).goneAt === null ? {} : watch(context))),
  ],
  snapshot: (state) => ({ authority: toAuthority(authorityOf(state)) }),
};
