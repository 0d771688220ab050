import {
  type Actor,
  applyInternal,
  callOff,
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  happen,
  note,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail, LIMITS, type Outcome, succeed } from '../../protocol/index.ts';
import { accountOf, changeRows, everyDevice, isSamePerson } from '../account-rows.ts';
import { hasAuthorityOver, isHostByRight } from '../authority-rows.ts';
import { BANS, banOf, banTable, toBan } from '../ban-rows.ts';
import { awayDeadline, seatDeadline } from '../deadline-names.ts';
import { banLifted, lobbyLeft, memberBanned, seatReleased, sentOut } from '../internal-events.ts';
import { hostsPresent, toHosts } from '../lobby-rows.ts';
import { isPresent, type MemberRow, memberTable } from '../tables.ts';

/** The member, if the actor may put them out. */
function target(state: StateView, actor: Actor, id: string): Outcome<Readonly<MemberRow>> {
  const row = state.table(memberTable).get(id);
  if (row === undefined) return fail('member_unknown', { detail: id });
  if (isHostByRight(state, id)) return fail('role_required', { detail: 'the host stays in the room' });
  if (actor.kind === 'member' && isSamePerson(state, actor.id, id))
    return fail('not_allowed', { detail: 'leave the room' });
  return hasAuthorityOver(state, actor, row) ? succeed(row) : fail('role_required', { detail: 'host' });
}

/** Takes somebody out of wherever they are: the room, the lobby, or the way in. */
function putOut(
  state: StateView,
  { id: member, presence }: Readonly<MemberRow>,
  reason: string,
  as: 'removed' | 'banned',
): Decision & { readonly events: readonly EventDraft[] } {
  if (presence === 'left') return { events: [] };
  const deadlines = [callOff(awayDeadline(member)), callOff(seatDeadline(member))];
  if (presence === 'joining') return { events: [note(seatReleased, { member })], deadlines };
  const dismissed = happen('member.dismissed', { reason, banned: as === 'banned' }, { to: [member] });
  const gone: EventDraft[] =
    presence === 'waiting'
      ? [...toHosts(state, happen('lobby.left', { member })), note(lobbyLeft, { member })]
      : [happen('member.left', { member, reason: 'removed' })];
  return { events: [...gone, dismissed], deadlines, close: [{ member, as }] };
}

/** Those at the door first: what leaves a place free must not let them in on the way out. */
const OUT_OF: readonly MemberRow['presence'][] = ['waiting', 'joining', 'online', 'away'];

/** Takes a person out with all of their devices. */
function putOutAll(
  state: StateView,
  member: string,
  reason: string,
  as: 'removed' | 'banned',
): Decision & { readonly events: readonly EventDraft[] } {
  const devices = everyDevice(state, member);
  const outs = OUT_OF.flatMap((place) => devices.filter(({ presence }) => presence === place)).map((row) =>
    putOut(state, row, reason, as),
  );
  return {
    events: outs.flatMap(({ events }) => events),
    deadlines: outs.flatMap(({ deadlines = [] }) => deadlines),
    close: outs.flatMap(({ close = [] }) => close),
  };
}

/** Remove, ban, and let come back. */
export const removal: Feature = {
  name: 'removal',
  tables: [banTable],
  commands: {
    'member.remove': ({ state, fields, actor }) => {
      const row = target(state, actor, fields.member);
      if (!row.ok) return row;
      // Who waits is turned away with `lobby.refuse`.
      const { id } = row.value;
      if (!everyDevice(state, id).some((device) => isPresent(device) || device.presence === 'joining'))
        return fail('member_unknown', { detail: fields.member });
      const reason = fields.reason ?? '';
      const out = putOutAll(state, id, reason, 'removed');
      // First, while there is still somebody to wait the next time.
      return decide({ ...out, events: [note(sentOut, { member: id, reason }), ...out.events] });
    },
    'member.ban': ({ state, fields, actor, now }) => {
      const bans = state.table(banTable);
      const row = target(state, actor, fields.member);
      if (!row.ok) return row;
      const { id, name, account } = row.value;
      const before = banOf(state, id, account);
      const isNews = before === undefined || fields.addressSeconds !== undefined;
      if (!isNews) return decide({});
      if (before === undefined && bans.size >= BANS)
        return fail('quota_exceeded', { detail: `${BANS} bans; lift one first` });
      const address =
        fields.addressSeconds === undefined ? null : (row.value.address ?? before?.address ?? null);
      const ban = {
        member: before?.member ?? id,
        name,
        account,
        address,
        addressUntil: address === null ? null : now + (fields.addressSeconds ?? 0) * 1_000,
        at: before?.at ?? now,
        by: before === undefined ? (actor.kind === 'member' ? actor.id : null) : before.by,
      };
      const reason = fields.reason ?? '';
      const out = putOutAll(state, id, reason, 'banned');
      const hosts = hostsPresent(state);
      return decide({
        ...out,
        events: [
          note(memberBanned, { ban: { ...ban, reason } }),
          ...out.events,
          ...(hosts.length === 0 ? [] : [happen('member.banned', { ban: toBan(ban) }, { to: hosts })]),
        ],
      });
    },
    'ban.lift': ({ state, fields }) => {
      const account = accountOf(state, fields.member);
      const ban = banOf(state, fields.member, account);
      // Lifted twice is lifted: another host was quicker.
      if (ban === undefined) return decide({});
      const hosts = hostsPresent(state);
      return decide({
        events: [
          note(banLifted, { member: ban.member, name: ban.name }),
          ...(hosts.length === 0 ? [] : [happen('ban.lifted', { member: ban.member }, { to: hosts })]),
        ],
      });
    },
    'ban.list': ({ state, fields }) => {
      const bans = Array.from(state.table(banTable).values()).sort(
        (a, b) => a.at - b.at || (a.member < b.member ? -1 : 1),
      );
      const from =
        fields.after === undefined ? 0 : bans.findIndex(({ member }) => member === fields.after) + 1;
      const to = from + (fields.limit ?? LIMITS.rosterPage);
      const next = to < bans.length ? (bans[to - 1]?.member ?? null) : null;
      return decide({ result: { bans: bans.slice(from, to).map(toBan), next } });
    },
  },
  internalEvents: [memberBanned, banLifted, sentOut],
  apply: [
    applyInternal(memberBanned, (state, { ban: { reason: _, ...ban } }) =>
      state.table(banTable).set(ban.member, ban),
    ),
    applyInternal(banLifted, (state, { member }) => state.table(banTable).delete(member)),
    applyInternal(sentOut, (state, event) => {
      changeRows(state, everyDevice(state, event.member), { mustWait: true, letIn: false });
    }),
  ],
};
