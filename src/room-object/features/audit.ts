import {
  type Applied,
  type Applier,
  applyInternal,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
  note,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import { type AuditRow, type EventType, LIMITS, PERMISSIONS, type RoomEvent } from '../../protocol/index.ts';
import { everyDevice, isSamePerson } from '../account-rows.ts';
import { auditBefore, auditSpanTable, auditTable, writeAudit } from '../audit-rows.ts';
import { banTable } from '../ban-rows.ts';
import { recordingOf } from '../call-rows.ts';
import { findFile } from '../file-rows.ts';
import { hasAuthority } from '../gate.ts';
import { imageTable } from '../image-rows.ts';
import {
  actRefused,
  banLifted,
  letIn,
  lobbyLeft,
  mediaStopped,
  memberBanned,
  sentOut,
} from '../internal-events.ts';
import { inviteCreated, inviteRevoked } from '../invite-rows.ts';
import { isPresent, type MemberRow, memberTable, theRoom } from '../tables.ts';

type Entry = Pick<AuditRow, 'member' | 'detail'>;
const onMember = (member: string, detail: AuditRow['detail'] = {}): Entry => ({ member, detail });
const onRoom = (detail: AuditRow['detail'] = {}): Entry => ({ member: null, detail });

/** The act, if it was done with authority: some events also happen by themselves, or to what is one's own. */
function byHost(event: { readonly by?: string }, before: StateView, entry: () => Entry): Entry | null {
  const role = event.by === undefined ? undefined : before.table(memberTable).get(event.by)?.role;
  return role !== undefined && hasAuthority(role) ? entry() : null;
}

/** The entries of one record that are other than in the one before. */
function changed(before: object, after: object): AuditRow['detail'] {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => JSON.stringify(was.get(key)) !== JSON.stringify(value)),
  );
}

/** Whether this is the same act, told of another device of the same person: one that is there is so already. */
const isToldAgain = (
  before: StateView,
  member: string,
  isSo: (row: Readonly<MemberRow>) => boolean,
): boolean => everyDevice(before, member).some((row) => row.id !== member && isPresent(row) && isSo(row));

/**
 * The acts of authority that are told as events, and what is written down of each; null: this one was no such act.
 * The state is the one before it. A new capability adds its line here.
 */
const AUDITED: { readonly [T in EventType]?: (event: RoomEvent<T>, before: StateView) => Entry | null } = {
  'role.changed': ({ member, role }, before) =>
    isToldAgain(before, member, (row) => row.role === role)
      ? null
      : onMember(member, { role, before: before.table(memberTable).get(member)?.role ?? null }),
  'host.changed': ({ member, previous, reason }) =>
    reason === 'device' ? null : onMember(member, { previous, reason }),
  'authority.changed': ({ whenHostGone, hostGraceSeconds, reclaim, cohostsMayEnd, cohostsAreEqual }) =>
    onRoom({ whenHostGone, hostGraceSeconds, reclaim, cohostsMayEnd, cohostsAreEqual }),
  'policy.changed': ({ policy }, before) => onRoom(changed(theRoom(before).policy, policy)),
  'rights.changed': ({ member, rights }, before) => {
    const isSo = (row: Readonly<MemberRow>) =>
      PERMISSIONS.every((permission) => row.rights[permission] === rights[permission]);
    if (isToldAgain(before, member, isSo)) return null;
    const was = before.table(memberTable).get(member)?.rights ?? {};
    const now = Object.fromEntries(PERMISSIONS.map((permission) => [permission, rights[permission] ?? null]));
    return onMember(
      member,
      changed(
        Object.fromEntries(PERMISSIONS.map((permission) => [permission, was[permission] ?? null])),
        now,
      ),
    );
  },
  'room.updated': ({ name, capacity, retentionSeconds, whenEmpty }, before) =>
    onRoom(changed(theRoom(before), { name, capacity, retentionSeconds, whenEmpty })),
  'room.ended': ({ reason }) => onRoom({ reason }),
  'member.left': ({ member, reason }) => (reason === 'lobby' ? onMember(member, { reason }) : null),
  'room.reopened': () => onRoom(),
  'door.changed': ({ door }) => onRoom({ ...door }),
  'passcode.changed': ({ passcode }) => onRoom({ passcode }),
  'schedule.changed': ({ opensAt, expiresAt, maxMinutes, title }) =>
    onRoom({ opensAt, expiresAt, maxMinutes, title }),
  'media.requested': ({ member, media }) => onMember(member, { media }),
  'chat.deleted': (event, before) => byHost(event, before, () => onRoom({ message: event.message })),
  'chat.pinned': ({ message }) => onRoom({ message }),
  // A message that its author deletes loses its pin by that.
  'chat.unpinned': (event, before) => byHost(event, before, () => onRoom({ message: event.message })),
  'chat.slowed': ({ seconds }) => onRoom({ seconds }),
  'image.removed': (event, before) => {
    const author = before.table(imageTable).get(event.image)?.by;
    const isOwn = author === undefined || isSamePerson(before, event.by ?? null, author);
    return isOwn ? null : onMember(author, { image: event.image });
  },
  'file.removed': (event, before) => {
    const file = findFile(before, event.file);
    return file === undefined || isSamePerson(before, file.by, event.by ?? '')
      ? null
      : onMember(file.by, { file: event.file });
  },
  'spotlight.changed': (event, before) => byHost(event, before, () => ({ member: event.member, detail: {} })),
  'hand.lowered': (event, before) =>
    event.by === event.member ? null : byHost(event, before, () => onMember(event.member)),
  'hand.allLowered': () => onRoom(),
  'poll.opened': ({ seq }) => onRoom({ poll: seq }),
  'poll.closed': ({ poll }) => onRoom({ poll }),
  'poll.removed': ({ poll }) => onRoom({ poll }),
  'recording.changed': (event, before) =>
    byHost(event, before, () => ({
      member: event.recording?.by ?? recordingOf(before)?.by ?? null,
      detail: { recording: event.recording !== null },
    })),
  'watch.ruled': ({ autoplay, waitForAll }) => onRoom({ autoplay, waitForAll }),
  'breakout.opened': ({ rooms }) => onRoom({ rooms: rooms.map(({ name }) => name) }),
  'breakout.closing': ({ closesAt }) => onRoom({ closesAt }),
  'breakout.closed': () => onRoom(),
  'room.announced': ({ text }) => onRoom({ text }),
};

/** Writes one kind of event down. */
function audited<T extends EventType>(t: T): Applier {
  const read = AUDITED[t];
  const write = (state: State, event: RoomEvent<T> & Applied): void => {
    const entry = read?.(event, state) ?? null;
    if (entry !== null) writeAudit(state, { at: event.at, by: event.by ?? null, action: t, ...entry });
  };
  return { t, apply: write };
}

const isAudited = (t: string): t is EventType => Object.hasOwn(AUDITED, t);

/** Refused acts of one kind are written down once in this time, so that nobody fills the trail. ms. */
const REFUSED_EVERY = 60_000;
/** Members who are named in one row. */
const NAMED = 50;
/** Rows that are looked through for an earlier one. */
const LOOK_BACK = 50;

export interface RefusedFields {
  readonly action: 'host_key.refused' | 'ban.refused';
  readonly member: string | null;
}
/** Writes down that somebody was refused what only a host may, or came back in spite of a ban. */
export const noteRefused: InternalCommand<RefusedFields> = internalCommand(
  'audit.refused',
  ({ state, fields, now }) => {
    if (theRoom(state).endedAt !== null) return decide({});
    const { rows } = auditBefore(state, null, LOOK_BACK);
    const isKnown = rows.some(({ action, at }) => action === fields.action && now - at < REFUSED_EVERY);
    return decide(isKnown ? {} : { events: [note(actRefused, fields)] });
  },
);

/** Who did what to whom, and when. Its appliers must run before all others: they compare with the state before. */
export const audit: Feature = {
  name: 'audit',
  tables: [auditTable, auditSpanTable],
  commands: {
    'audit.page': ({ state, fields }) => {
      const { rows, next } = auditBefore(state, fields.before ?? null, fields.limit ?? LIMITS.rosterPage);
      const names: Record<string, string> = {};
      for (const { by, member, detail } of rows) {
        for (const id of [by, member, detail.previous]) {
          const row = typeof id === 'string' ? state.table(memberTable).get(id) : undefined;
          if (row !== undefined) names[row.id] = row.name;
        }
      }
      return decide({ result: { rows, next, names } });
    },
  },
  internalCommands: [noteRefused],
  internalEvents: [actRefused],
  apply: [
    ...Object.keys(AUDITED).filter(isAudited).map(audited),
    applyInternal(memberBanned, (state, { ban, at, by }) =>
      writeAudit(state, {
        at,
        by: by ?? null,
        action: 'member.banned',
        member: ban.member,
        // The name is kept with the act: who never quite came in has no row to find it in.
        detail: { name: ban.name, addressUntil: ban.addressUntil, reason: ban.reason },
      }),
    ),
    applyInternal(sentOut, (state, { member, reason, at, by }) => {
      const name = state.table(memberTable).get(member)?.name ?? null;
      writeAudit(state, { at, by: by ?? null, action: 'member.removed', member, detail: { name, reason } });
    }),
    applyInternal(banLifted, (state, { member, name, at, by }) =>
      writeAudit(state, { at, by: by ?? null, action: 'ban.lifted', member, detail: { name } }),
    ),
    applyInternal(letIn, (state, { member, at, by }) => {
      // A door that opens by its rule is no act of whoever made it open.
      const role = by === undefined ? 'host' : (state.table(memberTable).get(by)?.role ?? 'member');
      if (by !== member && hasAuthority(role))
        writeAudit(state, { at, by: by ?? null, action: 'lobby.admitted', member, detail: {} });
    }),
    applyInternal(lobbyLeft, (state, event) => {
      const isBanned = everyDevice(state, event.member).some(({ id }) => state.table(banTable).has(id));
      if (event.by === event.member || isBanned) return;
      const entry = byHost(event, state, () => onMember(event.member));
      if (entry !== null)
        writeAudit(state, { at: event.at, by: event.by ?? null, action: 'lobby.refused', ...entry });
    }),
    applyInternal(mediaStopped, (state, { members, media, at, by }) => {
      const [only = null, ...others] = members;
      writeAudit(state, {
        at,
        by: by ?? null,
        action: 'media.stopped',
        member: others.length === 0 ? only : null,
        detail:
          others.length === 0
            ? { media }
            : { media, members: members.slice(0, NAMED), count: members.length },
      });
    }),
    applyInternal(inviteCreated, (state, { invite: { id, role, uses, expiresAt }, at, by }) =>
      writeAudit(state, {
        at,
        by: by ?? null,
        action: 'invite.created',
        member: null,
        detail: { invite: id, role, uses, expiresAt },
      }),
    ),
    applyInternal(inviteRevoked, (state, { invite, at, by }) =>
      writeAudit(state, { at, by: by ?? null, action: 'invite.revoked', member: null, detail: { invite } }),
    ),
    applyInternal(actRefused, (state, { action, member, at }) =>
      writeAudit(state, { at, by: null, action, member, detail: {} }),
    ),
  ],
};
