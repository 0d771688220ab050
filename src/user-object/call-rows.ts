import {
  type Decision,
  deadline,
  decide,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
} from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import { fail, LIMITS, type Outcome, type PlacedCall, type RingingCall, succeed } from '../protocol/index.ts';
import type { Credentials } from './direct-items.ts';
import { sendTo } from './links.ts';
import { settingsOf } from './tables.ts';

/** A call at this person, by its id. One that is over is kept until its time is up: it must not ring once more. */
export interface RingingRow extends RingingCall {
  readonly isOver: boolean;
}
export const ringingTable = defineTable<RingingRow, 'ringing'>('calls', {
  ringing: ({ isOver }) => !isOver,
});

/** What one person, or a group in their name, has rung here of late, by their account id. */
export interface RungRow {
  /** ms; when the hour began in which these are counted. */
  readonly since: number;
  readonly count: number;
}
export const rungTable = defineTable<RungRow>('calls_rung');
/** ms. */
const RUNG_IN = 3_600_000;
/** A call from somebody has come: it rings, or came too late for that. */
export const rung = internalEvent<{ readonly account: string }>('call.rung');

/** Less than an hour ago. What is said to lie ahead does not count: the clock was put back. */
const isLately = ({ since }: Readonly<RungRow>, now: number): boolean =>
  since <= now && now - since < RUNG_IN;

/** Whether somebody has called so often that they are not heard for a while. */
export function ringsTooOften(state: StateView, account: string, now: number): boolean {
  const row = state.table(rungTable).get(account);
  return row !== undefined && isLately(row, now) && row.count >= LIMITS.ringsAnHour;
}

/** Counts a call. For appliers. */
export function countRung(state: State, account: string, at: number): void {
  const table = state.table(rungTable);
  for (const [before, row] of Array.from(table.entries())) if (!isLately(row, at)) table.delete(before);
  const { since, count } = table.get(account) ?? { since: at, count: 0 };
  table.set(account, { since, count: count + 1 });
}

/** A call that this person placed and of which nothing has come yet, by its id. */
export const placedTable = defineTable<PlacedCall>('calls_placed');

/** The deadline of a call at this person, or by them. */
export const ringDeadline = (call: string): string => `call ${call}`;
export const placedDeadline = (call: string): string => `call placed ${call}`;

/** The kinds of link items: what one person's object says to another's about a call. */
export const CALL_ITEMS = {
  ring: 'call.ring',
  cancelled: 'call.cancelled',
  outcome: 'call.outcome',
} as const;

/** ms by which a caller waits longer than it rings: an answer at the last moment has to come back. */
const ON_THE_WAY = 5_000;

/** A call as the caller's object tells it to the other's. */
export interface RingItem extends Credentials {
  readonly call: string;
  /** Code and name of the room. */
  readonly code: string;
  readonly name: string;
  readonly invite?: string;
  /** ms; it rings until then. */
  readonly until: number;
}

/** Nobody answered in time, for whatever reason: the one called may have blocked the caller, who must not learn of it. */
export const unanswered: InternalCommand<{ readonly call: string }> = internalCommand(
  'call.unanswered',
  ({ state, fields: { call } }) => {
    const row = state.table(placedTable).get(call);
    return decide(
      row === undefined
        ? {}
        : { events: [happen('call.settled', { call, to: row.to, how: 'missed' }, { by: null })] },
    );
  },
);

/**
 * What a handler adds to its decision to call somebody to a room: it rings at them, and `call.placed` tells this
 * person's devices. `call` is drawn by whoever prepares the command; that they may be reached (`mayReach`) was asked
 * before. Refused where they are being called already.
 */
export function placeCall(
  state: StateView,
  { to, ...item }: Omit<RingItem, 'until'> & { readonly to: string },
  now: number,
): Outcome<Required<Pick<Decision, 'events' | 'effects' | 'deadlines'>>> {
  const placed = Array.from(state.table(placedTable).values());
  if (placed.some((row) => row.to === to)) return fail('call_placed');
  if (placed.length >= LIMITS.callsAtOnce)
    return fail('quota_exceeded', { detail: `${LIMITS.callsAtOnce} calls at once` });
  const { call, code, name } = item;
  const until = now + settingsOf(state).ring;
  const ring = sendTo(state, to, CALL_ITEMS.ring, { ...item, until } satisfies RingItem);
  return succeed({
    events: [happen('call.placed', { call, to, code, name, until }), ...ring.events],
    effects: ring.effects,
    deadlines: [deadline(placedDeadline(call), until + ON_THE_WAY, unanswered, { call })],
  });
}

/** Calls that ring at this person, the oldest first. */
export const ringing = (state: StateView): readonly Readonly<RingingRow>[] =>
  Array.from(state.table(ringingTable).among('ringing'));
