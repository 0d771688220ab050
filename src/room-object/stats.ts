import type { Engine } from '../engine/engine.ts';
import type { Histogram, Meter } from '../engine/meter.ts';
import type { Session } from '../engine/session.ts';
import type { SocketStats } from '../engine/sockets.ts';
import type { HistogramStats, StatsResponse } from '../protocol/index.ts';
import type { RoomSettings } from './settings.ts';
import { theRoom } from './tables.ts';

/** Members who are behind that are listed. */
const LISTED = 20;

/** What stats are made of. */
interface Measured {
  readonly engine: Engine;
  readonly meter: Meter;
  readonly settings: RoomSettings;
  readonly sockets: SocketStats;
}

const histogramStats = ({ count, sum, most, bounds, counts }: Histogram): HistogramStats => ({
  count,
  sum,
  most,
  classes: counts.map((inClass, index) => ({ upTo: bounds[index] ?? null, count: inClass })),
});

/** Sessions by phase. */
export function countSessions(sessions: readonly Session[]): StatsResponse['now']['sessions'] {
  const counts = { joining: 0, live: 0, lagging: 0 };
  for (const { phase } of sessions) if (phase.kind !== 'closed') counts[phase.kind] += 1;
  return counts;
}

/** Those who are behind, the furthest first. Numbers and ids, no names. */
function laggingOf(sessions: readonly Session[], head: number): StatsResponse['now']['lagging'] {
  return sessions
    .filter(({ phase }) => phase.kind === 'lagging')
    .map(({ member, seq, scope, sink }) => ({
      member,
      unsentBytes: sink.unsent(),
      behind: scope === 'own' ? 0 : Math.max(0, head - seq),
    }))
    .sort((a, b) => b.behind - a.behind || b.unsentBytes - a.unsentBytes)
    .slice(0, LISTED);
}

/** How a room is doing, from memory alone: nothing is read from disk or written. `now` in ms. */
export function statsOf({ engine, meter, settings, sockets }: Measured, now: number): StatsResponse {
  const { id, endedAt } = theRoom(engine.state);
  const sessions = engine.sessions.all();
  const { commands, events } = meter;
  const { budget } = settings;
  return {
    room: { id, endedAt },
    at: now,
    since: meter.since,
    now: {
      sessions: countSessions(sessions),
      sockets: sockets.count,
      unsentBytes: sockets.unsent,
      mostUnsentBytes: sockets.mostUnsent,
      lagging: laggingOf(sessions, engine.position('').seq),
      waiting: engine.waiting.count,
      waitingCharacters: engine.waiting.size,
      logEvents: engine.logged.count,
      logCharacters: engine.logged.size,
    },
    commands: {
      durable: { ...commands.durable },
      ephemeral: { ...commands.ephemeral },
      query: { ...commands.query },
      repeated: meter.repeated,
      busy: meter.busy,
      unreadable: meter.unreadable,
      limited: { ...meter.limited },
    },
    events: {
      public: events.durable,
      private: events.private,
      ephemeral: events.ephemeral,
      latest: events.latest,
      merged: meter.merged,
    },
    commits: {
      events: histogramStats(meter.commitEvents),
      rows: histogramStats(meter.commitRows),
      ms: histogramStats(meter.commitTime),
      mostWaitingCharacters: meter.mostWaiting,
    },
    frames: {
      characters: histogramStats(meter.frames),
      replayed: meter.replayed,
      ms: histogramStats(meter.tellTime),
    },
    sessions: {
      opened: meter.opened,
      resumed: meter.resumed,
      snapshots: meter.snapshots,
      unproven: meter.unproven,
      lagged: meter.lagged,
      lost: meter.lost,
      closed: { ...meter.closed },
    },
    budgets: {
      slowBytes: budget.softBytes,
      slowHardBytes: budget.hardBytes,
      slowRoomBytes: budget.roomBytes,
      slowMs: budget.patience,
      pendingCharacters: settings.pending,
      socketsPerMember: settings.socketsPerMember,
      rates: { ...settings.rates },
    },
  };
}
