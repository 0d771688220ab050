import {
  type Actor,
  type Context,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
} from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import { can, fail, type Outcome, type Refusal, refuse, succeed } from '../protocol/index.ts';
import { findPresent, theRoom } from './tables.ts';
import {
  durationOf,
  HOLD_FOR,
  isReady,
  itemAfter,
  lateFor,
  type PlaybackRow,
  playbackOf,
  policyOf,
  positionNow,
  viewingOf,
  waitedFor,
} from './watch-rows.ts';

/** Of those waited for so many are named. */
const NAMED = 20;
/** ms before the end from which on everybody may say that it was reached: what players take for the length differs. */
const NEAR_THE_END = 2_000;
const HOLD = 'watch hold';

/** The whole row; `watch.changed` tells of it. */
export const playbackSet = internalEvent<{ readonly row: PlaybackRow }>('watch.playback-set');

type Now = Pick<Context<unknown>, 'state' | 'now'>;

/** Tells of a new row. `by` null: nobody decided it. */
function become({ state }: Now, row: PlaybackRow, by?: null): Decision {
  const { version, jump, item, status, position, rate, waitsFor, until } = row;
  const told: EventDraft = happen(
    'watch.changed',
    {
      version,
      jump,
      item,
      status,
      position,
      rate,
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(until === undefined ? {} : { until }),
    },
    by === null ? { by } : {},
  );
  const wasHolding = playbackOf(state).status === 'holding';
  return {
    events: [note(playbackSet, { row }), told],
    deadlines:
      until !== undefined ? [deadline(HOLD, until, holdOver, {})] : wasHolding ? [callOff(HOLD)] : [],
  };
}

/** Begins to play, or to wait for those who are not ready, where the room does. */
function start({ state, now }: Now, row: PlaybackRow): PlaybackRow {
  const late = policyOf(state).waitForAll ? lateFor(state, row) : [];
  if (late.length === 0) return { ...row, status: 'playing' };
  // As long as there is patience with one of them.
  const until = now + HOLD_FOR - Math.min(...late.map((id) => waitedFor(row, id)));
  return { ...row, status: 'holding', waitsFor: late.slice(0, NAMED), until };
}

/** The row without what belongs to a wait. `last`: those who were waited for when it ended. */
function unheld(
  { waitsFor: _, until: __, ...row }: Readonly<PlaybackRow>,
  now: number,
  last: readonly string[],
): PlaybackRow {
  if (row.status !== 'holding') return row;
  const waited = last.map((id) => [id, waitedFor(row, id) + Math.max(0, now - row.at)]);
  return { ...row, waited: { ...row.waited, ...Object.fromEntries(waited) } };
}

/** Plays on by itself after a wait. */
const goOn = (context: Now, row: PlaybackRow): Decision =>
  become(context, { ...row, status: 'playing', at: context.now }, null);

/** The time for those who were not ready is over: it goes on without them. */
const holdOver: InternalCommand<object> = internalCommand('watch.hold-over', (context) => {
  const { state, now } = context;
  const row = playbackOf(state);
  if (row.status !== 'holding') return decide({});
  const late = lateFor(state, row);
  return decide(goOn(context, { ...unheld(row, now, late), excused: [...row.excused, ...late] }));
});
export const watchDeadlines = [holdOver];

/**
 * Somebody is ready, is not, or is gone (`member`; null: it is weighed for the first time): waits, or waits no more. What plays
 * is stopped only by who says that they can't play on: others may have had no reason yet to say for what they are ready.
 */
export function weigh(context: Now, member: string | null): Decision {
  const { state, now } = context;
  const row = playbackOf(state);
  if (row.status === 'paused' || !policyOf(state).waitForAll) return {};
  const late = lateFor(state, row);
  if (row.status === 'holding')
    return late.length > 0 ? {} : goOn(context, unheld(row, now, member === null ? [] : [member]));
  if (!late.some((id) => viewingOf(state, id)?.viewing === 'buffering')) return {};
  return become(context, start(context, { ...row, position: positionNow(state, now), at: now }), null);
}

/** Nobody is waited for any more. */
export function waitNoMore(context: Now): Decision {
  const row = playbackOf(context.state);
  return row.status === 'holding' ? goOn(context, unheld(row, context.now, [])) : {};
}

/** What plays as it stands when there is nobody to play it to. */
export function restingRow(state: StateView, now: number): PlaybackRow {
  const row = playbackOf(state);
  if (row.status === 'paused') return row;
  return { ...unheld(row, now, []), status: 'paused', position: positionNow(state, now), at: now };
}

/** Stands still where it is, by itself. */
export function rest(context: Now): Decision {
  const { state, now } = context;
  return playbackOf(state).status === 'paused' ? {} : become(context, restingRow(state, now), null);
}

interface Change {
  readonly item?: number | null;
  /** ms. Left out: where it is. */
  readonly position?: number;
  readonly rate?: number;
  /** Left out: as it was. */
  readonly plays?: boolean;
  /** Players have to get ready anew. */
  readonly jumps?: true;
  readonly ended?: true;
  /** Who is not waited for although they are not ready. */
  readonly excuses?: readonly string[];
}

/** Whether somebody who watches has not got ready since: they may be asleep, and would cost as much at each jump. */
const isStillLate = (state: StateView, id: string, jump: number): boolean =>
  viewingOf(state, id) !== undefined && !isReady(state, id, jump);

/** A decision about what plays, of somebody (their id; a host key: null) or, with `by` 'nobody', of the room itself. */
function change(context: Now, by: string | null | 'nobody', wanted: Change): Decision {
  const { state, now } = context;
  const before = playbackOf(state);
  const version = before.version + 1;
  const who = by === 'nobody' ? null : by;
  const jumps = wanted.jumps === true;
  const past = unheld(before, now, lateFor(state, before));
  const excused = [...past.excused, ...(wanted.excuses ?? [])];
  const after: PlaybackRow = {
    ...past,
    version,
    run: who !== null && who === before.by ? before.run : version,
    jump: jumps ? version : before.jump,
    item: wanted.item === undefined ? before.item : wanted.item,
    position: wanted.position ?? positionNow(state, now),
    rate: wanted.rate ?? before.rate,
    status: 'paused',
    at: now,
    by: who,
    ended: wanted.ended ?? (before.ended && wanted.position === undefined && wanted.plays === undefined),
    excused: jumps ? excused.filter((id) => isStillLate(state, id, before.jump)) : excused,
    waited: jumps ? {} : past.waited,
  };
  const plays = wanted.plays ?? before.status !== 'paused';
  return become(context, plays ? start(context, after) : after, by === 'nobody' ? null : undefined);
}

const idOf = (actor: Actor): string | null => (actor.kind === 'member' ? actor.id : null);

/**
 * Of two who decide at the same moment the first one wins: the second one's decision was about something else. What
 * somebody has decided themselves since does not speak against them: a slider that is dragged sends many.
 */
function stale(row: Readonly<PlaybackRow>, actor: Actor, base: number | undefined): Refusal | null {
  if (base === undefined) return null;
  const isOwn = actor.kind === 'member' && row.by === actor.id;
  const newestOfOthers = isOwn ? row.run - 1 : row.version;
  return base < newestOfOthers ? refuse('watch_stale', { detail: String(row.version) }) : null;
}

type Steering = Context<{ readonly base?: number | undefined }>;

/** A command about what plays: `wanted` says what it comes to; null: it is so already. */
export function steer(
  context: Steering,
  wanted: (row: Readonly<PlaybackRow>) => Outcome<Change | null>,
  needsItem = true,
): Outcome<Decision> {
  const { state, actor, fields } = context;
  const row = playbackOf(state);
  const refused = stale(row, actor, fields.base);
  if (refused !== null) return { ok: false, error: refused };
  if (needsItem && row.item === null) return fail('watch_unknown', { detail: 'nothing is chosen' });
  const outcome = wanted(row);
  if (!outcome.ok) return outcome;
  return decide(outcome.value === null ? {} : change(context, idOf(actor), outcome.value));
}

/** Plays on. Where it holds, whoever plays on does not want to wait. */
export const play = (context: Steering): Outcome<Decision> =>
  steer(context, (row) => {
    if (row.status === 'playing') return succeed(null);
    if (row.status === 'holding') return succeed({ plays: true, excuses: lateFor(context.state, row) });
    const duration = durationOf(context.state, row.item);
    const isOver = row.ended || (duration !== null && row.position >= duration);
    return succeed(isOver ? { plays: true, position: 0, jumps: true } : { plays: true });
  });

/** What an item begins with. */
export const fromBeginning = (item: number | null, plays: boolean): Change => ({
  item,
  position: 0,
  plays: plays && item !== null,
  jumps: true,
});

/** What was chosen is gone. */
export const choseNothing = (context: Now): Decision => change(context, 'nobody', fromBeginning(null, false));

/** Somebody's player has come to the end of what plays at `version`. */
export function reachEnd(
  context: Context<{ readonly item: number; readonly version: number }>,
): Outcome<Decision> {
  const { state, now, actor, fields } = context;
  const row = playbackOf(state);
  // Late, or told by many: the first one was heard.
  if (row.item !== fields.item || row.version !== fields.version || row.status === 'paused')
    return decide({});
  const duration = durationOf(state, row.item);
  const position = positionNow(state, now);
  const isNear = duration !== null && position >= duration - NEAR_THE_END * Math.max(1, row.rate);
  const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
  const maySteer = member !== undefined && can(member, theRoom(state).policy, 'watch');
  // Nobody ends for all what they may not steer.
  if (!isNear && !maySteer) return fail('not_allowed', { detail: 'the end is not reached yet' });
  const next = policyOf(state).autoplay ? itemAfter(state, row.item) : null;
  return decide(
    next === null
      ? change(context, 'nobody', { plays: false, position: duration ?? position, ended: true })
      : change(context, 'nobody', fromBeginning(next, true)),
  );
}
