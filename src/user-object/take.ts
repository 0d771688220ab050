import type { Engine } from '../engine/engine.ts';
import type { StateView } from '../engine/state.ts';
import type { Log } from '../platform/log.ts';
import type { LinkBatch, LinkItem, LinkTaken } from '../platform/user-rpc.ts';
import { fail, type Outcome, type Person, succeed } from '../protocol/index.ts';
import { FROM_BLOCKED_TOO } from './contact-rows.ts';
import { payFor } from './features/allowances.ts';
import { isStale, linkTaken, parkItem, unparkItem } from './features/links.ts';
import { linkOf, parkedTable } from './links.ts';
import { isBlocked } from './tables.ts';

/** What is needed of an object to run in it what comes from others. */
export interface Taker extends Pick<Engine, 'performAsSystem' | 'performNamed'> {
  readonly state: StateView;
  readonly log: Log;
}

/** What became of an item. parked: it waits for a version that knows its kind, or does not fail at it. */
type Ran = 'done' | 'parked';

/**
 * Runs an item. What its command refuses is done with: the sender has long been told that it arrives, and asking again
 * would change nothing. Null: this object is about to be reset.
 */
function run(taker: Taker, from: Person, { number, kind, data }: LinkItem): Ran | null {
  const done = taker.performNamed(kind, { ...data, from: from.id, card: from, number });
  if (done.ok) return 'done';
  const { code } = done.error;
  if (code === 'busy') return null;
  taker.log('warn', 'link.refused', { kind, code });
  return code === 'unknown_command' || code === 'internal' ? 'parked' : 'done';
}

/** Whether an item is to do anything here. */
const isWanted = ({ state }: Taker, from: string, kind: string): boolean =>
  !isBlocked(state, from) || FROM_BLOCKED_TOO.has(kind);

const mayBring = (taker: Taker, { id: from }: Person, { kind, data }: LinkItem): boolean =>
  taker.performAsSystem(payFor, { from, kind, data }).ok;

/**
 * Takes what somebody's object brings, each item once and in order, all in this turn and so in one commit. A kind that
 * this version does not know (old and new code meet during a deploy) holds nothing up: its item is kept, and run as soon
 * as a version that knows it wakes here. From somebody blocked everything is taken, and next to nothing happens. Whoever
 * brings too much keeps the rest of it, in order, and brings it again later: `busy` where it was all too much.
 */
export function takeItems(taker: Taker, from: Person, { epoch, items }: LinkBatch): Outcome<LinkTaken> {
  const link = linkOf(taker.state, from.id);
  const before = link.epoch === epoch ? link.taken : 0;
  let number = before;
  for (const item of items) {
    if (item.number <= number) continue;
    if (!mayBring(taker, from, item)) break;
    if (isWanted(taker, from.id, item.kind)) {
      const ran = run(taker, from, item);
      if (ran === null) return fail('busy');
      if (ran === 'parked') taker.performAsSystem(parkItem, { from, epoch, item });
    }
    number = item.number;
  }
  const isNothing = number === before && items.some((item) => item.number > before);
  if (isNothing) return fail('busy');
  const noted = taker.performAsSystem(linkTaken, { from, epoch, number });
  return noted.ok ? succeed({ upTo: number }) : noted;
}

/** Runs what waits for a version that knows it: after the object woke, because then the version may be another. */
export function runParked(taker: Taker, now: number): void {
  for (const [key, row] of Array.from(taker.state.table(parkedTable).entries())) {
    const isDone =
      isStale(row, now) || !isWanted(taker, row.from.id, row.kind) || run(taker, row.from, row) === 'done';
    if (isDone) taker.performAsSystem(unparkItem, { key });
  }
}
