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
  AUTHORITY_KEY,
  type AuthorityRow,
  authorityOf,
  authorityTable,
  hasAuthorityOver,
  isHostByRight,
} from '../authority-rows.ts';
import { endWanted, keyShown, seatReleased } from '../internal-events.ts';
import { findPresent, findRoom, type MemberRow, memberTable, present, theRoom } from '../tables.ts';

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

/** The events of a change of host: there is never more than one. */
function handOver(
  state: StateView,
  to: Readonly<MemberRow>,
  reason: HostReason,
  owner: string,
  by: string | null | undefined,
): EventDraft[] {
  const row = authorityOf(state);
  const stamp = by === undefined ? {} : { by };
  const previous = row.host;
  const isKnown = previous !== null && state.table(memberTable).has(previous);
  return [
    happen('host.changed', { member: to.id, previous, owner, reason }, stamp),
    ...(isKnown ? [happen('role.changed', { member: previous, role: roleAfter(row, reason) }, stamp)] : []),
    ...(to.role === 'host' ? [] : [happen('role.changed', { member: to.id, role: 'host' }, stamp)]),
  ];
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
  for (const id of new Set([host, owner])) {
    const row = state.table(memberTable).get(id ?? '');
    if (row?.presence !== 'joining' || row.ticket === null || row.ticket.expiresAt <= now) continue;
    return decide({ deadlines: [deadline(HOST_GONE, row.ticket.expiresAt, hostGone, {})] });
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
      return decide({ events: [happen('role.changed', { member: member.id, role: fields.role })] });
    },
    'host.transfer': ({ state, fields, actor }) => {
      const member = findPresent(state, fields.member);
      if (member === undefined) return fail('member_unknown', { detail: fields.member });
      if (member.role === 'host') return decide({});
      const owner = ownerAfter(authorityOf(state), actor, member.id);
      return decide({ events: handOver(state, member, 'transferred', owner, undefined) });
    },
    'host.reclaim': ({ state, actor }) => {
      const { host, owner } = authorityOf(state);
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (member === undefined || member.id !== owner)
        return fail('role_required', { detail: 'whoever was host before' });
      if (host === owner) return decide({});
      return decide({ events: handOver(state, member, 'reclaimed', owner, undefined) });
    },
  },
  internalCommands: [hostGone],
  internalEvents: [endWanted, keyShown],
  apply: [
    apply('authority.changed', (state, event) => change(state, settingsIn(event))),
    apply('host.changed', (state, { member, owner }) => {
      const before = state.table(memberTable).get(member)?.role ?? 'member';
      change(state, {
        host: member,
        owner,
        former: member === owner ? null : before,
        goneAt: null,
      });
    }),
    apply('member.joined', (state, { member }) => {
      if (member.role !== 'host') return;
      const { host } = authorityOf(state);
      if (host === null) change(state, { host: member.id, owner: member.id, goneAt: null });
      else if (host === member.id) change(state, { goneAt: null });
    }),
    apply('member.left', (state, event) => {
      if (event.member === authorityOf(state).host) change(state, { goneAt: event.at });
    }),
    // Reopened, it waits for its host anew.
    apply('room.reopened', (state, event) => {
      if (authorityOf(state).host !== null) change(state, { goneAt: event.at });
    }),
    apply('role.changed', (state, event) => {
      const member = state.table(memberTable).get(event.member);
      if (member !== undefined) state.table(memberTable).set(member.id, { ...member, role: event.role });
    }),
  ],
  on: [
    on('member.joined', (context, { member }) => {
      const { state } = context;
      const { host, owner } = authorityOf(state);
      const row = state.table(memberTable).get(member.id);
      if (member.role !== 'host' || row === undefined || host === null || host === member.id)
        return watch(context);
      const reason = owner === member.id ? 'reclaimed' : 'key';
      return { events: handOver(state, row, reason, member.id, member.id) };
    }),
    // Somebody who is in already shows the host key.
    onInternal(keyShown, ({ state }, event) => {
      const row = findPresent(state, event.member);
      const { host, owner } = authorityOf(state);
      if (row === undefined || row.id === host) return {};
      const reason = owner === row.id ? 'reclaimed' : 'key';
      return { events: handOver(state, row, reason, row.id, row.id) };
    }),
    on('member.left', watch),
    on('member.away', watch),
    on('member.returned', watch),
    on('role.changed', watch),
    on('authority.changed', watch),
    on('host.changed', watch),
    on('room.ended', watch),
    on('room.reopened', watch),
    onInternal(seatReleased, (context, event) =>
      isHostByRight(context.state, event.member) ? watch(context) : {},
    ),
  ],
  snapshot: (state) => ({ authority: toAuthority(authorityOf(state)) }),
};
