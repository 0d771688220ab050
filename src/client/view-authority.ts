import type { Authority } from '../protocol/authority.ts';
import type { EventFields } from '../protocol/registry.ts';
import type { Member } from '../protocol/roster.ts';

/** Who is host, whose room it is, and the rules for host and co-hosts; null in the lobby. */
export type AuthorityView = Authority | null;

export const authorityChanged = (
  before: AuthorityView,
  {
    whenHostGone,
    hostGraceSeconds,
    reclaim,
    cohostsMayEnd,
    cohostsAreEqual,
  }: EventFields<'authority.changed'>,
): AuthorityView =>
  before === null
    ? null
    : { ...before, whenHostGone, hostGraceSeconds, reclaim, cohostsMayEnd, cohostsAreEqual };

export const hostChanged = (
  before: AuthorityView,
  { member, owner }: EventFields<'host.changed'>,
): AuthorityView => (before === null ? null : { ...before, host: member, owner });

/** Somebody who comes in as host is the first one, or `host.changed` tells of it. */
export const hostJoined = (before: AuthorityView, { id, role }: Member): AuthorityView =>
  before !== null && before.host === null && role === 'host' ? { ...before, host: id, owner: id } : before;
