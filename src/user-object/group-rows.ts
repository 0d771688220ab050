import { internalEvent } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { GroupRole, MyGroup, Person } from '../protocol/index.ts';

/** Where in the count of a group something stands. */
export type Counted = Pick<Standing, 'version' | 'epoch'>;

/** What this person knows of how they stand in a group. */
interface Standing {
  readonly code: string;
  readonly name: string;
  readonly everybody: boolean;
  /** As the group counts it: what is older counts for nothing, within one epoch. */
  readonly version: number;
  /** Absent: not known. */
  readonly epoch?: string;
  /** ms; since when it stands so. */
  readonly at: number;
}

/** A group that this person belongs to, by the group's code. */
export interface GroupRow extends Standing {
  readonly role: GroupRole;
}
export const groupTable = defineTable<GroupRow>('groups');

/** One that they are invited to, ask to belong to, or belong to no more: kept, so that what comes late is known for that. */
export interface OtherGroupRow extends Standing {
  readonly state: 'invited' | 'asked' | 'none' | 'deleted';
  /** Who invited them. */
  readonly invitedBy: Person | null;
}
export const otherGroupTable = defineTable<OtherGroupRow, 'open' | 'over'>('groups_other', {
  open: ({ state }) => state === 'invited' || state === 'asked',
  over: ({ state }) => state === 'none' || state === 'deleted',
});

/** Groups kept of which there is nothing left; the oldest go. */
export const GROUPS_OVER = 500;

/** Invitations and requests kept; beyond it new ones are not heard, so that nobody can be buried in them. */
export const GROUPS_OPEN = 200;

/** How somebody stands in a group from now on, with what is told of it. */
export const groupStood = internalEvent<{ readonly group: MyGroup } & Counted>('group.stood');

/** The count alone of what says more. */
export const countOf = ({
  version,
  epoch,
}: {
  readonly version: number;
  readonly epoch?: string | undefined;
}): Counted => ({
  version,
  ...(epoch === undefined ? {} : { epoch }),
});

const enrolled = (row: Readonly<GroupRow>): MyGroup => ({
  group: row.code,
  name: row.name,
  state: 'enrolled',
  role: row.role,
  invitedBy: null,
  everybody: row.everybody,
  at: row.at,
});

const other = (row: Readonly<OtherGroupRow>): MyGroup => ({
  group: row.code,
  name: row.name,
  state: row.state,
  role: null,
  invitedBy: row.invitedBy,
  everybody: row.everybody,
  at: row.at,
});

/** How this person stands in a group, as far as is known; undefined: nothing is. */
export function knownGroup(
  state: StateView,
  code: string,
): ({ readonly group: MyGroup } & Counted) | undefined {
  const row = state.table(groupTable).get(code);
  if (row !== undefined) return { group: enrolled(row), ...countOf(row) };
  const rest = state.table(otherGroupTable).get(code);
  return rest === undefined ? undefined : { group: other(rest), ...countOf(rest) };
}

/** Whether these are counts of different logs: the group has lost the other one. Where one is not known they are not. */
export const isOtherEpoch = (one: Counted, other: Counted): boolean =>
  one.epoch !== undefined && other.epoch !== undefined && one.epoch !== other.epoch;

/** Whether word of how a group stands is no older than what this person's devices were told last. */
export const isUnreadNews = (
  state: StateView,
  { group, head, read }: { readonly group: string; readonly head: number; readonly read: number },
): boolean => {
  const known = state.latest('group.unread', group)?.fields;
  const before = { head: Number(known?.head ?? 0), read: Number(known?.read ?? 0) };
  return before.head < head || (before.head === head && before.read <= read);
};

/** All groups of this person, with those they are invited to or ask to belong to. */
export const myGroups = (state: StateView): MyGroup[] => [
  ...Array.from(state.table(groupTable).values(), enrolled),
  ...Array.from(state.table(otherGroupTable).among('open'), other),
];
