import type { StateView } from '../engine/state.ts';
import { sameDigest } from '../platform/hash.ts';
import type { KnownAccount } from '../platform/room-rpc.ts';
import { fail, type Outcome, type Role, succeed } from '../protocol/index.ts';
import { devicesOf } from './account-rows.ts';
import { isHostByRight } from './authority-rows.ts';
import { findGroup, groupRoleInRoom } from './enrolment-rows.ts';
import { hasAuthority } from './gate.ts';
import { findInvitation } from './invite-rows.ts';
import { storedPasscode } from './passcode-rows.ts';
import { checkSchedule } from './schedule-rows.ts';
import { holdsSeat, type MemberRow, theRoom } from './tables.ts';

/** Who asks to come in, and what they show. */
export interface Shown {
  /** The id of the member to be, or of the one who returns. */
  readonly member: string;
  /** Whose device it is, if it is new here. */
  readonly account?: KnownAccount | undefined;
  readonly hostKeyHash: string | undefined;
  /** SHA-256 of an invitation's secret. */
  readonly inviteHash?: string | undefined;
  /** The kept hash of the passcode that they have been found to know. */
  readonly proven?: string | null | undefined;
}

/** As what somebody comes in. */
export interface Entry {
  readonly role: Role;
  /** The invitation that they come with, now or before. */
  readonly invite: string | undefined;
}

/** Whose device comes in. A member is what they were: who was here as a guest, or with another account, stays that. */
export const arrivingAccount = (
  { account }: Pick<Shown, 'account'>,
  before: Readonly<MemberRow> | undefined,
): string | null => (before === undefined ? (account?.id ?? null) : before.account);

/** Role and invitation. Whoever was in before keeps their role: an invitation is no way around what a host has decided. */
function standing(
  state: StateView,
  shown: Shown,
  account: string | null,
  devices: readonly Readonly<MemberRow>[],
  now: number,
): Outcome<Entry> {
  const { hostKeyHash, inviteHash } = shown;
  if (hostKeyHash !== undefined && !sameDigest(hostKeyHash, theRoom(state).hostKeyHash)) {
    return fail('host_key_wrong');
  }
  const isHost = hostKeyHash !== undefined;
  const isByRight = isHostByRight(state, shown.member, account);
  const [known] = devices;
  const before: Entry = { role: isByRight ? 'host' : (known?.role ?? 'member'), invite: known?.invite };
  // One invitation to a person: showing it again, or another, costs nothing and changes nothing.
  if (isHost || inviteHash === undefined || before.invite !== undefined) {
    return succeed(isHost ? { ...before, role: 'host' } : before);
  }
  const invited = findInvitation(state, inviteHash, now);
  if (!invited.ok) return invited;
  const wasIn = devices.some(({ joinedAt }) => joinedAt > 0);
  return succeed({ role: wasIn || isByRight ? before.role : invited.value.role, invite: invited.value.id });
}

/**
 * What the door asks of everybody before it looks for a seat: host key, invitation, opening time, passcode. Hosts are
 * held up by none of it; whoever was in before, with whatever device, or is invited, is not asked for the passcode.
 */
export function checkEntry(
  state: StateView,
  shown: Shown,
  before: Readonly<MemberRow> | undefined,
  now: number,
): Outcome<Entry> {
  const account = arrivingAccount(shown, before);
  if (findGroup(state) !== undefined) {
    // To belong is all that is asked here: no key, invitation or passcode opens a group.
    const role = groupRoleInRoom(state, account);
    return role === undefined ? fail('not_enrolled') : succeed({ role, invite: undefined });
  }
  const devices = devicesOf(state, account, before);
  const entry = standing(state, shown, account, devices, now);
  if (!entry.ok || hasAuthority(entry.value.role)) return entry;
  const closed = devices.some(holdsSeat) ? null : checkSchedule(state, now);
  if (closed !== null) return { ok: false, error: closed };
  const passcode = storedPasscode(state);
  if (passcode === null || devices.length > 0 || entry.value.invite !== undefined) return entry;
  if (shown.proven === passcode) return entry;
  // What they knew is the passcode no longer.
  return fail(typeof shown.proven === 'string' ? 'passcode_wrong' : 'passcode_required');
}
