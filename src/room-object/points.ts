import type { Meter } from '../engine/meter.ts';
import type { Session } from '../engine/session.ts';
import type { SocketStats } from '../engine/sockets.ts';
import type { Metrics } from '../platform/metrics.ts';
import { countSessions } from './stats.ts';
import type { RoomRow } from './tables.ts';

/** Counted up when what follows changes: points of different layouts can't be added up. */
const LAYOUT = '1';

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const KINDS = ['durable', 'ephemeral', 'query'] as const;

/** What a point holds of what was counted, in this order, each as what came on top since the point before. */
const COUNTED: Readonly<Record<string, (meter: Meter) => number>> = {
  commands: ({ commands }) => KINDS.reduce((sum, kind) => sum + commands[kind].taken, 0),
  refused: ({ commands }) => KINDS.reduce((sum, kind) => sum + commands[kind].refused, 0),
  limited: ({ limited }) => sumOf(limited),
  busy: ({ busy }) => busy,
  commits: ({ commitTime }) => commitTime.count,
  events: ({ commitEvents }) => commitEvents.sum,
  rows: ({ commitRows }) => commitRows.sum,
  commit_ms: ({ commitTime }) => commitTime.sum,
  frames: ({ frames }) => frames.count,
  characters: ({ frames }) => frames.sum,
  opened: ({ opened }) => opened,
  resumed: ({ resumed }) => resumed,
  unproven: ({ unproven }) => unproven,
  lagged: ({ lagged }) => lagged,
  closed_slow: ({ closed }) => closed.too_slow,
};

/** How things stand, behind them. */
const STANDING = ['sessions', 'lagging', 'unsent_bytes', 'longest_commit_ms'] as const;

/** The values of a point by their names, in order: `double1` and so on. */
export const POINT_VALUES: readonly string[] = ['seconds', ...Object.keys(COUNTED), ...STANDING];
/** Its texts: `blob1` and so on. */
export const POINT_TEXTS: readonly string[] = ['layout', 'status'];

/** Writes how a room is doing as points, each of what happened since the one before. */
export class Points {
  readonly #metrics: Metrics;
  readonly #meter: Meter;
  #before: readonly number[] = Object.values(COUNTED).map(() => 0);
  #at: number;

  constructor(metrics: Metrics, meter: Meter) {
    this.#metrics = metrics;
    this.#meter = meter;
    this.#at = meter.since;
  }

  write(room: Readonly<RoomRow>, sessions: readonly Session[], sockets: SocketStats, now: number): void {
    const totals = Object.values(COUNTED).map((of) => of(this.#meter));
    const counted = totals.map((total, index) => total - (this.#before[index] ?? 0));
    const { live, joining, lagging } = countSessions(sessions);
    const standing: Record<(typeof STANDING)[number], number> = {
      sessions: live + joining + lagging,
      lagging,
      unsent_bytes: sockets.unsent,
      longest_commit_ms: this.#meter.commitTime.most,
    };
    const seconds = (now - this.#at) / 1_000;
    this.#before = totals;
    this.#at = now;
    this.#metrics.write({
      index: room.id,
      texts: [LAYOUT, room.endedAt === null ? 'open' : 'ended'],
      values: [seconds, ...counted, ...STANDING.map((name) => standing[name])],
    });
  }
}
