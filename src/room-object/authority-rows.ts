import type { Actor } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { AuthoritySettings, Role } from '../protocol/index.ts';
import { accountOf, isSamePerson } from './account-rows.ts';
import { groupRoleInRoom } from './enrolment-rows.ts';
import { findPresent, findRoom, type MemberRow } from './tables.ts';

/** Who is host, whose room it is, and the rules for when they are gone: one row, under the key `authority`. */
export interface AuthorityRow extends AuthoritySettings {
  /** The host, present or not; of an account one device that is there, if any is. Null until somebody first came as host. */
  readonly host: string | null;
  /** Whose room it is by right: somebody else than `host` while that one stands in. */
  readonly owner: string | null;
  /** What the host was before they began to stand in, and will be again; null for a host by right. */
  readonly former: Role | null;
  /** Since when the host is gone, in ms; null while they are there. */
  readonly goneAt: number | null;
}
export const authorityTable = defineTable<AuthorityRow>('authority');
export const AUTHORITY_KEY = 'authority';

const AT_FIRST: AuthorityRow = {
  whenHostGone: 'cohost',
  hostGraceSeconds: 60,
  reclaim: 'automatic',
  cohostsMayEnd: false,
  cohostsAreEqual: false,
  host: null,
  owner: null,
  former: null,
  goneAt: null,
};

export const authorityOf = (state: StateView): Readonly<AuthorityRow> =>
  state.table(authorityTable).get(AUTHORITY_KEY) ?? AT_FIRST;

/** Whose room it is: the one for whom others stand in, and the account that made it, until it hands the room over. */
export function ownsRoom(
  state: StateView,
  member: string,
  account: string | null = accountOf(state, member),
): boolean {
  const { owner } = authorityOf(state);
  if (member === owner) return true;
  return account !== null && (account === findRoom(state)?.owner || account === accountOf(state, owner));
}

/** Nothing keeps them out: the host, and whoever is host by right. `account` where the device is new. */
export function isHostByRight(
  state: StateView,
  member: string,
  account: string | null = accountOf(state, member),
): boolean {
  const { host } = authorityOf(state);
  if (member === host || ownsRoom(state, member, account)) return true;
  return account !== null && account === accountOf(state, host);
}

/** The role that somebody on the way in will have. In a group, that of those who belong to it. Elsewhere a host is host again, unless they want to be asked. */
export function arrivingRole(state: StateView, row: Readonly<MemberRow>): Role {
  const inGroup = groupRoleInRoom(state, row.account);
  if (inGroup !== undefined) return inGroup;
  if (row.role === 'host' || row.showedKey === true) return 'host';
  const { host, reclaim } = authorityOf(state);
  const isFree = host === null || reclaim === 'automatic';
  return isFree && ownsRoom(state, row.id, row.account) ? 'host' : row.role;
}

/** Whether the actor is a co-host, and neither host nor somebody with the host key. */
export const isByCohost = (state: StateView, actor: Actor): boolean =>
  actor.kind === 'member' && findPresent(state, actor.id)?.role !== 'host';

/** Whether one with authority has it over this member, too: co-hosts not over the host, and not over one another unless the room says so. */
export function hasAuthorityOver(state: StateView, actor: Actor, member: Readonly<MemberRow>): boolean {
  if (!isByCohost(state, actor)) return true;
  if (isHostByRight(state, member.id)) return false;
  if (member.role !== 'cohost' || (actor.kind === 'member' && isSamePerson(state, actor.id, member.id)))
    return true;
  return authorityOf(state).cohostsAreEqual;
}
