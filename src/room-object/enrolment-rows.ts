import type { Actor } from '../engine/feature.ts';
import { defineTable, type ReadonlyTable, type State, type StateView } from '../engine/state.ts';
import {
  byRoleAndName,
  type EnrolInvitation,
  type Enrolled,
  type EnrolRequest,
  type GroupRole,
  type GroupRules,
  type GroupSnapshot,
  LIMITS,
  type Person,
  type Policy,
  type Role,
} from '../protocol/index.ts';
import { accountOf, devicesOf } from './account-rows.ts';

/** What makes a room a group: one row, under the key `group`. */
export interface GroupRow extends GroupRules {
  /** It belongs to the server, with everybody in it. */
  readonly everybody: boolean;
  /** Account of the one whose group it is; null: the server's. */
  readonly owner: string | null;
  /** Counted up with everything that changes how anybody stands: what is told elsewhere is told with it. */
  readonly version: number;
}
export const groupTable = defineTable<GroupRow>('group');
export const GROUP_KEY = 'group';

/** The rules of the group; undefined: the room is none. */
export const findGroup = (state: StateView): Readonly<GroupRow> | undefined =>
  state.table(groupTable).get(GROUP_KEY);

/** The same, where there must be one: the gate lets nobody get here in a room that is none. */
export function theGroup(state: StateView): Readonly<GroupRow> {
  const group = findGroup(state);
  if (group === undefined) throw new Error('a group was asked for in a room that is none');
  return group;
}

/** Somebody who belongs to the group, by their account. */
export interface EnrolledRow extends Enrolled {
  /** Up to which position they have read. */
  readonly read: number;
  /** Positions of messages since then that mention them: the newest, as many as are counted. */
  readonly mentions: readonly number[];
}
export const enrolledTable = defineTable<EnrolledRow, 'owner' | 'admin' | 'mentioned'>('enrolled', {
  owner: ({ role }) => role === 'owner',
  admin: ({ role }) => role === 'admin',
  mentioned: ({ mentions }) => mentions.length > 0,
});

/** Who asks to belong, by account. */
export const askedTable = defineTable<EnrolRequest>('enrol_asked');
/** Who is invited, by account. */
export const invitedTable = defineTable<EnrolInvitation>('enrol_invited');

/** Somebody who was taken out of the group, or was turned away when they asked. */
export interface RefusedRow {
  readonly account: string;
  readonly why: 'removed' | 'declined';
  /** ms. */
  readonly at: number;
}
/** By account: the newest, until they belong to the group again. Those who were turned away a day ago stand for nothing. */
export const refusedTable = defineTable<RefusedRow>('enrol_refused');

/** ms after which whoever was turned away, or removed, may ask again: a day. */
export const ASK_AGAIN_AFTER = 86_400_000;

/** Whether somebody was taken out of the group, and not let in since. */
export const wasRemoved = (state: StateView, account: string): boolean =>
  state.table(refusedTable).get(account)?.why === 'removed';

/** ms until somebody may ask to belong; 0: now. */
export function mayAskIn(state: StateView, account: string, now: number): number {
  const at = state.table(refusedTable).get(account)?.at;
  // Written in the future: the clock was put back, and nobody waits until it shows that time again.
  return at === undefined || at > now ? 0 : Math.max(0, at + ASK_AGAIN_AFTER - now);
}

/** Remembers somebody, at the end of those who are; whoever is one too many is forgotten. For appliers. */
export function rememberRefused(state: State, row: RefusedRow): void {
  const table = state.table(refusedTable);
  table.delete(row.account);
  table.set(row.account, row);
  while (table.size > LIMITS.enrolRefused) {
    const oldest = Array.from(table.values()).reduce((a, b) => (b.at < a.at ? b : a));
    table.delete(oldest.account);
  }
}

/** ms after which a request or an invitation lapses: 30 days. */
export const PENDING_FOR = 2_592_000_000;

/** What somebody who belongs to the group is in its room. */
const IN_THE_ROOM: Readonly<Record<GroupRole, Role>> = { owner: 'host', admin: 'cohost', member: 'member' };
export const roomRole = (role: GroupRole): Role => IN_THE_ROOM[role];

export const enrolledOf = (state: StateView, account: string | null): Readonly<EnrolledRow> | undefined =>
  account === null ? undefined : state.table(enrolledTable).get(account);

/** Who acts, as somebody who belongs to the group; undefined: nobody who does. */
export const enrolledActor = (state: StateView, actor: Actor): Readonly<EnrolledRow> | undefined =>
  actor.kind === 'member' ? enrolledOf(state, accountOf(state, actor.id)) : undefined;

/** The role in the room of somebody who belongs to the group; undefined: the room is none, or they do not belong. */
export function groupRoleInRoom(state: StateView, account: string | null): Role | undefined {
  const row = findGroup(state) === undefined ? undefined : enrolledOf(state, account);
  return row === undefined ? undefined : roomRole(row.role);
}

/** A request or an invitation that still stands. */
const stands = <Row extends { readonly at: number }>(row: Row | undefined, now: number): Row | undefined =>
  row !== undefined && row.at + PENDING_FOR > now ? row : undefined;
export const askedBy = (state: StateView, account: string, now: number): Readonly<EnrolRequest> | undefined =>
  stands(state.table(askedTable).get(account), now);
export const invitationOf = (
  state: StateView,
  account: string,
  now: number,
): Readonly<EnrolInvitation> | undefined => stands(state.table(invitedTable).get(account), now);

/** What everybody may do, and may not where only owner and admins write. */
const SPOKEN = ['chat', 'image', 'file', 'camera', 'microphone', 'screen'] as const;
export const spokenPolicy = (announcements: boolean): Partial<Policy> =>
  Object.fromEntries(SPOKEN.map((permission) => [permission, !announcements])) as Partial<Policy>;

/**
 * The policy of a new group. Messages to one member or to the hosts are off: they go to devices, which come and go; people
 * write to one another in their inboxes.
 */
export const groupPolicy = (announcements: boolean): Partial<Policy> => ({
  ...spokenPolicy(announcements),
  direct: false,
  ask: false,
});

const orders = new WeakMap<object, { readonly version: number; readonly accounts: readonly string[] }>();

/** Everybody who belongs, in order; sorted once for as long as nobody comes, goes or changes roles. */
function inOrder(state: StateView, table: ReadonlyTable<EnrolledRow, never>): readonly string[] {
  const { version } = theGroup(state);
  const known = orders.get(table);
  if (known?.version === version) return known.accounts;
  const accounts = Array.from(table.values())
    .sort(byRoleAndName)
    .map(({ person }) => person.id);
  orders.set(table, { version, accounts });
  return accounts;
}

const toEnrolled = ({ person, role, since }: Readonly<EnrolledRow>): Enrolled => ({ person, role, since });

interface PeoplePage {
  readonly people: Enrolled[];
  readonly enrolled: number;
  readonly next: string | null;
}

/** A page of those who belong. `after` null, or somebody who has left since: the first. */
export function enrolledPage(state: StateView, after: string | null, limit: number): PeoplePage {
  const table = state.table(enrolledTable);
  const order = inOrder(state, table);
  const from = after === null ? 0 : order.indexOf(after) + 1;
  const page = order.slice(from, from + limit);
  return {
    people: page.flatMap((account) => {
      const row = table.get(account);
      return row === undefined ? [] : [toEnrolled(row)];
    }),
    enrolled: table.size,
    next: from + limit < order.length ? (page.at(-1) ?? null) : null,
  };
}

interface PendingPage {
  readonly asked: EnrolRequest[];
  readonly invited: EnrolInvitation[];
  readonly next: string | null;
}

/** A page of those who ask and are invited, the oldest first. */
export function pendingPage(state: StateView, after: string | null, limit: number, now: number): PendingPage {
  const rows = [
    ...Array.from(state.table(askedTable).values(), (row) => ({ account: row.person.id, at: row.at })),
    ...Array.from(state.table(invitedTable).values()),
  ]
    .filter((row) => stands(row, now) !== undefined)
    .sort((a, b) => a.at - b.at || (a.account < b.account ? -1 : 1));
  const from = after === null ? 0 : rows.findIndex(({ account }) => account === after) + 1;
  const page = rows.slice(from, from + limit);
  return {
    asked: page.flatMap(({ account }) => askedBy(state, account, now) ?? []),
    invited: page.flatMap(({ account }) => invitationOf(state, account, now) ?? []),
    next: from + limit < rows.length ? (page.at(-1)?.account ?? null) : null,
  };
}

const cardsOf = (rows: Iterable<Readonly<EnrolledRow>>): Person[] => Array.from(rows, ({ person }) => person);

/** What everybody in the group's room sees of it; the whole list is asked for by pages. */
export function groupSnapshot(state: StateView): { readonly group?: GroupSnapshot } {
  const group = findGroup(state);
  if (group === undefined) return {};
  const table = state.table(enrolledTable);
  const [owner = null] = cardsOf(table.among('owner'));
  return {
    group: {
      joining: group.joining,
      announcements: group.announcements,
      membersInvite: group.membersInvite,
      everybody: group.everybody,
      enrolled: table.size,
      owner,
      admins: cardsOf(table.among('admin')).slice(0, LIMITS.groupAdmins),
    },
  };
}

/** ms for which a token lasts that nobody renews, at the longest that anybody sets: until then its device may come back. */
const TOKEN_LASTS = 86_400_000;
/** Devices of one person that are gone and not taken again yet: beyond it the one that left first is, whatever its token. */
const GONE_DEVICES = 10;

/**
 * The member id that a new device of somebody gets: people of a group come for years, from ever new tabs, and each would
 * leave a row behind. Null: a new one.
 */
export function freeDevice(state: StateView, account: string, now: number): string | null {
  if (findGroup(state) === undefined) return null;
  const gone = devicesOf(state, account, undefined)
    .filter(({ presence }) => presence === 'left')
    .sort((a, b) => (a.leftAt ?? 0) - (b.leftAt ?? 0));
  const [first] = gone;
  if (first === undefined) return null;
  return gone.length >= GONE_DEVICES || (first.leftAt ?? 0) + TOKEN_LASTS <= now ? first.id : null;
}

/** Who takes over from an owner whose account is gone: of the admins, else of all, the one who belongs for longest. */
export function heirOf(state: StateView, owner: string): Readonly<EnrolledRow> | undefined {
  const table = state.table(enrolledTable);
  const oldest = (rows: Iterable<Readonly<EnrolledRow>>) =>
    Array.from(rows)
      .filter(({ person }) => person.id !== owner)
      .sort((a, b) => a.since - b.since || (a.person.id < b.person.id ? -1 : 1))[0];
  return oldest(table.among('admin')) ?? oldest(table.values());
}
