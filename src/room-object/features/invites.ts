import {
  type Actor,
  applyInternal,
  decide,
  type EventDraft,
  type Feature,
  note,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import { fail } from '../../protocol/index.ts';
import { everyDevice } from '../account-rows.ts';
import { seatReleased } from '../internal-events.ts';
import {
  type DrawnInvite,
  INVITES,
  inviteCreated,
  inviteRevoked,
  inviteTable,
  listInvites,
  usesOf,
} from '../invite-rows.ts';
import { findPresent, memberTable } from '../tables.ts';

const isHost = (state: StateView, actor: Actor): boolean =>
  actor.kind === 'member' ? findPresent(state, actor.id)?.role === 'host' : true;

const isText = (value: unknown): value is string => typeof value === 'string';

/** What the shell has drawn and put beside the fields; see prepare.ts. */
function drawnWith(fields: object): DrawnInvite {
  const { id, secret, hash } = fields as Partial<Record<keyof DrawnInvite, unknown>>;
  if (!isText(id) || !isText(secret) || !isText(hash)) throw new Error('an invitation came without a secret');
  return { id, secret, hash };
}

/** Makes room for one more: those that let nobody in go first, the oldest before the others. */
function dropUseless(state: State, now: number): void {
  const invites = state.table(inviteTable);
  if (invites.size < INVITES) return;
  const useless = listInvites(state, now).find((invite) => invite.state !== 'usable');
  if (useless !== undefined) invites.delete(useless.id);
}

/** Who is on the way in with it, and has not been in before, does not get in. */
const stopAtTheDoor = (state: StateView, invite: string): EventDraft[] =>
  Array.from(state.table(memberTable).among('joining'))
    .filter(
      (member) =>
        member.invite === invite && everyDevice(state, member.id).every(({ joinedAt }) => joinedAt === 0),
    )
    .map((member) => note(seatReleased, { member: member.id }));

/** Secrets that let people in with a role, for a time or a number of times. */
export const invites: Feature = {
  name: 'invites',
  tables: [inviteTable],
  commands: {
    'invite.create': ({ state, fields, actor, now }) => {
      const { role, expiresAt = null, uses = null, note: text = '' } = fields;
      if (role === 'cohost' && !isHost(state, actor)) return fail('role_required', { detail: 'host' });
      if (expiresAt !== null && expiresAt <= now)
        return fail('invalid', { detail: 'expiresAt: must be in the future' });
      const isFull = state.table(inviteTable).size >= INVITES;
      if (isFull && listInvites(state, now).every((invite) => invite.state === 'usable')) {
        return fail('quota_exceeded', { detail: `${INVITES} invitations` });
      }
      const { id, secret, hash } = drawnWith(fields);
      const by = actor.kind === 'member' ? actor.id : null;
      const invite = { id, hash, role, createdAt: now, by, expiresAt, uses, note: text, revokedAt: null };
      return decide({ events: [note(inviteCreated, { invite })], result: { invite: id, secret } });
    },
    'invite.revoke': ({ state, fields, actor }) => {
      const row = state.table(inviteTable).get(fields.invite);
      if (row === undefined) return fail('invite_invalid', { detail: 'unknown' });
      if (row.role === 'cohost' && !isHost(state, actor)) return fail('role_required', { detail: 'host' });
      if (row.revokedAt !== null) return decide({});
      return decide({ events: [...stopAtTheDoor(state, row.id), note(inviteRevoked, { invite: row.id })] });
    },
    'invite.list': ({ state, now }) => decide({ result: { invites: listInvites(state, now) } }),
  },
  internalEvents: [inviteCreated, inviteRevoked],
  apply: [
    applyInternal(inviteCreated, (state, { invite, at }) => {
      dropUseless(state, at);
      state.table(inviteTable).set(invite.id, invite);
    }),
    applyInternal(inviteRevoked, (state, { invite, at }) => {
      const row = state.table(inviteTable).get(invite);
      if (row === undefined) return;
      state.table(inviteTable).set(invite, { ...row, revokedAt: at, usedBefore: usesOf(state, invite) });
      // Who is in stays in, but from now on nobody is an invited person by it.
      const members = state.table(memberTable);
      for (const { invite: own, ...member } of Array.from(members.values())) {
        if (own === invite) members.set(member.id, member);
      }
    }),
  ],
};
