import { defineTable, type State, type StateView } from '../engine/state.ts';

/** The passcode as it is kept: one row, under the key `passcode`; none where none is asked for. */
export const passcodeTable = defineTable<{ readonly hash: string }>('passcode');
export const PASSCODE_KEY = 'passcode';

export const storedPasscode = (state: StateView): string | null =>
  state.table(passcodeTable).get(PASSCODE_KEY)?.hash ?? null;

/** Wrong tries, by address, and those of the whole room under the key `room`. */
export interface MissRow {
  readonly count: number;
  /** ms; the newest. */
  readonly at: number;
}
export const missTable = defineTable<MissRow>('passcodeMisses');
const ROOM = 'room';
/** Who comes from nowhere that can be told apart shares one place. */
const placeOf = (address: string | null): string => `from ${address ?? ''}`;

/** Addresses remembered; the one that missed longest ago goes first. */
const PLACES = 1_000;
/** The miss from which on an address has to wait: people mistype. While the room is being guessed at, the first. */
const COSTS = 3;
const COSTS_UNDER_ATTACK = 1;
/** ms: the wait after the first miss that costs, doubled with each further one, up to the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** ms without a miss after which an address begins anew. */
const FORGET = 3_600_000;
/** Misses of all addresses together from which a room is being guessed at; one is forgiven each so many ms. */
const ATTACK = 30;
const FORGIVE = 2_000;

function roomMisses(state: StateView, now: number): number {
  const row = state.table(missTable).get(ROOM);
  return row === undefined ? 0 : Math.max(0, row.count - Math.floor((now - row.at) / FORGIVE));
}

function missesFrom(state: StateView, address: string | null, now: number): Readonly<MissRow> | undefined {
  const row = state.table(missTable).get(placeOf(address));
  return row === undefined || now - row.at >= FORGET ? undefined : row;
}

/**
 * ms until somebody from this address may try again. An address that never missed never waits, whatever goes on
 * elsewhere: whoever knows the passcode gets in with their first try.
 */
export function waitToTry(state: StateView, address: string | null, now: number): number {
  const row = missesFrom(state, address, now);
  // Missed in the future: the clock was put back. The next miss counts by what it shows now.
  if (row === undefined || row.at > now) return 0;
  const costs = roomMisses(state, now) >= ATTACK ? COSTS_UNDER_ATTACK : COSTS;
  if (row.count < costs) return 0;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (row.count - costs));
  return Math.max(0, row.at + wait - now);
}

/** Whether this address has missed lately. */
export const hasMissed = (state: StateView, address: string | null): boolean =>
  state.table(missTable).has(placeOf(address));

export function countMiss(state: State, address: string | null, now: number): void {
  const misses = state.table(missTable);
  const before = missesFrom(state, address, now)?.count ?? 0;
  const all = roomMisses(state, now) + 1;
  misses.set(ROOM, { count: all, at: now });
  const place = placeOf(address);
  // Put at the end: rows stand in the order of their newest miss.
  misses.delete(place);
  misses.set(place, { count: before + 1, at: now });
  if (misses.size <= PLACES) return;
  for (const oldest of misses.keys()) {
    if (oldest === ROOM) continue;
    misses.delete(oldest);
    return;
  }
}

/** Somebody from there knew it. */
export const forgetMisses = (state: State, address: string | null): void =>
  state.table(missTable).delete(placeOf(address));

/** A new passcode is guessed at anew. */
export function forgetAllMisses(state: State): void {
  for (const key of Array.from(state.table(missTable).keys())) state.table(missTable).delete(key);
}
