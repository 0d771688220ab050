import type { StateView } from '../engine/state.ts';
import { sameDigest } from '../platform/hash.ts';
import { fail, type Outcome, type Role, succeed } from '../protocol/index.ts';
import { isHostByRight } from './authority-rows.ts';
import { hasAuthority } from './gate.ts';
import { findInvitation } from './invite-rows.ts';
import { storedPasscode } from './passcode-rows.ts';
import { checkSchedule } from './schedule-rows.ts';
import { holdsSeat, type MemberRow, theRoom } from './tables.ts';

/** What somebody shows who asks to come in. */
export interface Shown {
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

/** Role and invitation. Whoever was in before keeps their role: an invitation is no way around what a host has decided. */
function standing(
  state: StateView,
  shown: Shown,
  before: Readonly<MemberRow> | undefined,
  now: number,
): Outcome<Entry> {
  const { hostKeyHash, inviteHash } = shown;
  if (hostKeyHash !== undefined && !sameDigest(hostKeyHash, theRoom(state).hostKeyHash)) {
    return fail('host_key_wrong');
  }
  const isHost = hostKeyHash !== undefined;
  const isByRight = before !== undefined && isHostByRight(state, before.id);
  const known: Entry = { role: isByRight ? 'host' : (before?.role ?? 'member'), invite: before?.invite };
  // One invitation to a person: showing it again, or another, costs nothing and changes nothing.
  if (isHost || inviteHash === undefined || known.invite !== undefined) {
    return succeed(isHost ? { ...known, role: 'host' } : known);
  }
  const invited = findInvitation(state, inviteHash, now);
  if (!invited.ok) return invited;
  const wasIn = before !== undefined && before.joinedAt > 0;
  return succeed({ role: wasIn || isByRight ? known.role : invited.value.role, invite: invited.value.id });
}

/**
 * What the door asks of everybody before it looks for a seat: host key, invitation, opening time, passcode. Hosts are
 * held up by none of it; whoever was in before, or is invited, is not asked for the passcode.
 */
export function checkEntry(
  state: StateView,
  shown: Shown,
  before: Readonly<MemberRow> | undefined,
  now: number,
): Outcome<Entry> {
  const entry = standing(state, shown, before, now);
  if (!entry.ok || hasAuthority(entry.value.role)) return entry;
  const isIn = before !== undefined && holdsSeat(before);
  const closed = isIn ? null : checkSchedule(state, now);
  if (closed !== null) return { ok: false, error: closed };
  const passcode = storedPasscode(state);
  if (passcode === null || before !== undefined || entry.value.invite !== undefined) return entry;
  if (shown.proven === passcode) return entry;
  // What they knew is the passcode no longer.
  return fail(typeof shown.proven === 'string' ? 'passcode_wrong' : 'passcode_required');
}
