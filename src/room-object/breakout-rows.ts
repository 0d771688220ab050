import { defineTable, type State, type StateView } from '../engine/state.ts';
import type { Guest } from '../platform/breakout-rpc.ts';
import type { BreakoutOf, BreakoutStay, Breakouts, Role } from '../protocol/index.ts';
import type { MemberRow } from './tables.ts';

/** One breakout room, by its id, as its meeting knows it. Those of the last set are kept until the next is made. */
export interface BreakoutRow {
  readonly id: string;
  readonly name: string;
  /** null until it is made. */
  readonly code: string | null;
  readonly state: Breakouts['rooms'][number]['state'];
}
export const breakoutTable = defineTable<BreakoutRow>('breakouts');

/** The set that is open, or was last: one row, under the key `set`. */
export interface BreakoutSet {
  /** Counted up with each set, so that ids never come again. */
  readonly round: number;
  readonly assign: Breakouts['assign'];
  readonly openedAt: number;
  /** ms; null: no time is set. */
  readonly closesAt: number | null;
  readonly isOver: boolean;
}
export const breakoutSetTable = defineTable<BreakoutSet>('breakout_set');
export const SET_KEY = 'set';

/** Where a member belongs, by member id. Who is not in it belongs in the main room. */
export const breakoutPlaceTable = defineTable<{ readonly breakout: string }>('breakout_places');

/** Who was in a breakout room and when, as that room said last: by breakout and member. */
export interface BreakoutStaysRow {
  readonly member: string;
  readonly breakout: string;
  readonly stays: readonly { readonly joined: number; readonly left: number | null }[];
}
export const breakoutStayTable = defineTable<BreakoutStaysRow>('breakout_stays');
export const breakoutStayKey = (breakout: string, member: string): string => `${breakout} ${member}`;

/** The meeting that this room is a breakout room of: one row, under the key `parent`; none in any other room. */
export interface ParentRow {
  readonly code: string;
  readonly room: string;
  /** What this room is called there. */
  readonly breakout: string;
  /** ms; null: no time is set. */
  readonly closesAt: number | null;
  /** ms; when the meeting decided on that time. */
  readonly toldAt: number;
}
export const parentTable = defineTable<ParentRow>('breakout_parent');
export const PARENT_KEY = 'parent';

/** What the meeting had announced here, by its own number: told once, however often it comes. */
export const heardTable = defineTable<{ readonly at: number }>('breakout_heard');

/** Whom the meeting sent here, or wants elsewhere, and when (ms) it decided so: an older word counts no more. */
export const guestTable = defineTable<{ readonly sent: number }>('breakout_guests');

export const parentOf = (state: StateView): Readonly<ParentRow> | undefined =>
  state.table(parentTable).get(PARENT_KEY);

/** The set that is open, or undefined. */
export function openSet(state: StateView): Readonly<BreakoutSet> | undefined {
  const set = state.table(breakoutSetTable).get(SET_KEY);
  return set === undefined || set.isOver ? undefined : set;
}

/** A breakout room that people can be sent to: open, or about to be. */
export function findUsable(state: StateView, id: string): Readonly<BreakoutRow> | undefined {
  const row = openSet(state) === undefined ? undefined : state.table(breakoutTable).get(id);
  return row?.state === 'open' || row?.state === 'opening' ? row : undefined;
}

/** A breakout room that is there to be spoken to. */
export const isReachable = (
  row: Readonly<BreakoutRow> | undefined,
): row is Readonly<BreakoutRow> & { readonly code: string } => row?.state === 'open' && row.code !== null;

/** All breakout rooms of the set, in their order. */
export const breakoutsInOrder = (state: StateView): Readonly<BreakoutRow>[] =>
  Array.from(state.table(breakoutTable).values()).sort((a, b) => positionOf(a.id) - positionOf(b.id));

const positionOf = (id: string): number => Number(id.slice(id.indexOf('-') + 1));

export const placeIn = (state: StateView, member: string): string | null =>
  state.table(breakoutPlaceTable).get(member)?.breakout ?? null;

/** The usable room with the fewest people, the first of them. */
export function emptiest(state: StateView): string | null {
  const counts = new Map<string, number>();
  for (const { id } of breakoutsInOrder(state)) if (findUsable(state, id) !== undefined) counts.set(id, 0);
  for (const { breakout } of state.table(breakoutPlaceTable).values()) {
    const count = counts.get(breakout);
    if (count !== undefined) counts.set(breakout, count + 1);
  }
  let best: string | null = null;
  for (const [id, count] of counts) if (best === null || count < (counts.get(best) ?? 0)) best = id;
  return best;
}

/** A breakout room has no host of its own: who is host of the meeting has a co-host's authority in it. */
export const roleInBreakout = (role: Role): Exclude<Role, 'host'> => (role === 'host' ? 'cohost' : role);

/** Somebody as a breakout room is told of them. */
export const toGuest = ({ id, name, role, account, avatar }: Readonly<MemberRow>): Guest => ({
  id,
  name,
  role: roleInBreakout(role),
  ...(account === null ? {} : { account: { id: account, avatar: avatar ?? null } }),
});

/** Breakout rooms as everybody may see them; undefined where there are none. */
export function toBreakouts(state: StateView): Breakouts | undefined {
  const set = openSet(state);
  if (set === undefined) return undefined;
  const { assign, openedAt, closesAt } = set;
  return {
    assign,
    openedAt,
    closesAt,
    rooms: breakoutsInOrder(state).map((row) => ({ id: row.id, name: row.name, state: row.state })),
    places: Object.fromEntries(
      Array.from(state.table(breakoutPlaceTable).entries(), ([member, { breakout }]) => [member, breakout]),
    ),
  };
}

export function toBreakoutOf(state: StateView): BreakoutOf | undefined {
  const parent = parentOf(state);
  return parent === undefined ? undefined : { code: parent.code, closesAt: parent.closesAt };
}

/** A member's stays in breakout rooms, the earliest first. */
export function breakoutStaysOf(state: StateView): Map<string, BreakoutStay[]> {
  const found = new Map<string, BreakoutStay[]>();
  for (const { member, breakout, stays } of state.table(breakoutStayTable).values()) {
    const known = found.get(member) ?? [];
    for (const stay of stays) known.push({ breakout, ...stay });
    found.set(member, known);
  }
  for (const list of found.values()) list.sort((a, b) => a.joined - b.joined);
  return found;
}

export function clear(state: State, table: typeof breakoutTable | typeof breakoutPlaceTable): void {
  const rows = state.table<object, never>({ name: table.name });
  for (const key of Array.from(rows.keys())) rows.delete(key);
}
