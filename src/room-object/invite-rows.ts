import { internalEvent } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import { sameDigest } from '../platform/hash.ts';
import { fail, type Invite, type Outcome, succeed } from '../protocol/index.ts';
import { memberTable } from './tables.ts';

/** An invitation, by its id. */
export interface InviteRow {
  readonly id: string;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
  readonly role: 'cohost' | 'member' | 'viewer';
  readonly createdAt: number;
  readonly by: string | null;
  readonly expiresAt: number | null;
  readonly uses: number | null;
  readonly note: string;
  readonly revokedAt: number | null;
  /** How many it had let in when it was revoked: from then on nobody counts as having come with it. */
  readonly usedBefore?: number;
}
export const inviteTable = defineTable<InviteRow>('invites');

/** Invitations that a room keeps; beyond it those that let nobody in go, and then none can be made. */
export const INVITES = 500;

/** What a room draws for an invitation before it is decided on. */
export interface DrawnInvite {
  readonly id: string;
  readonly secret: string;
  readonly hash: string;
}

/** An invitation was made, or ended. Told to nobody: who wants to know asks `invite.list`. */
export const inviteCreated = internalEvent<{ readonly invite: InviteRow }>('invite.created');
export const inviteRevoked = internalEvent<{ readonly invite: string }>('invite.revoked');

/**
 * How many people have come with each invitation. Counted from the people, so that a seat which was not taken gives
 * its use back and coming back costs none. All devices of an account are one person.
 */
function countUses(state: StateView): ReadonlyMap<string, number> {
  const people = new Map<string, Set<string>>();
  for (const { id, account, invite } of state.table(memberTable).values()) {
    if (invite === undefined) continue;
    const known = people.get(invite) ?? new Set();
    people.set(invite, known.add(account ?? id));
  }
  return new Map(Array.from(people, ([invite, { size }]) => [invite, size]));
}

function stateOf(row: Readonly<InviteRow>, used: number, now: number): Invite['state'] {
  if (row.revokedAt !== null) return 'revoked';
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired';
  return row.uses !== null && used >= row.uses ? 'used' : 'usable';
}

/** All invitations as hosts see them, the oldest first. */
export function listInvites(state: StateView, now: number): Invite[] {
  const uses = countUses(state);
  return Array.from(state.table(inviteTable).values(), (row) => {
    const used = row.usedBefore ?? uses.get(row.id) ?? 0;
    return {
      id: row.id,
      role: row.role,
      createdAt: row.createdAt,
      by: row.by,
      expiresAt: row.expiresAt,
      uses: row.uses,
      used,
      note: row.note,
      state: stateOf(row, used, now),
    };
  });
}

/** How many people have come with this one. */
export const usesOf = (state: StateView, invite: string): number => countUses(state).get(invite) ?? 0;

/**
 * The invitation that a secret belongs to. The use is counted when a seat is held for a member with this `invite`:
 * between the two nothing else can happen.
 */
export function findInvitation(
  state: StateView,
  secretHash: string,
  now: number,
): Outcome<{ readonly role: InviteRow['role']; readonly id: string }> {
  for (const row of state.table(inviteTable).values()) {
    if (!sameDigest(row.hash, secretHash)) continue;
    const is = stateOf(row, usesOf(state, row.id), now);
    return is === 'usable' ? succeed({ role: row.role, id: row.id }) : fail('invite_invalid', { detail: is });
  }
  return fail('invite_invalid');
}
