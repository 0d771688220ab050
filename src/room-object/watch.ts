import type { Engine } from '../engine/engine.ts';
import { Meter } from '../engine/meter.ts';
import type { Session } from '../engine/session.ts';
import type { SocketStats } from '../engine/sockets.ts';
import type { Woken } from '../engine/waking.ts';
import type { Clock } from '../platform/clock.ts';
import { type Log, logWith } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { CloseName, StatsResponse } from '../protocol/index.ts';
import { Points } from './points.ts';
import type { RoomSettings } from './settings.ts';
import { statsOf } from './stats.ts';
import { findRoom, memberTable, type RoomRow } from './tables.ts';

/** A session that has been behind for so long is worth a line. Many are for a moment, in every burst. ms. */
const SLOW_AFTER = 2_000;
/** That commands are refused with `busy` is said at most this often. ms. */
const BUSY_EVERY = 10_000;
/** Points are written at most this often, but for the one at a room's end. ms. */
const POINT_EVERY = 30_000;

/** Sees to it that what is worth knowing of a room is counted, and leaves it: as lines of the log, and as points where those are gathered. */
export class Watch {
  readonly meter: Meter;
  /** Adds the room's id to each line. */
  readonly log: Log;
  readonly #clock: Clock;
  readonly #settings: RoomSettings;
  readonly #sockets: () => SocketStats;
  readonly #points: Points | null;
  /** Since when sessions are behind, ms. */
  readonly #behind = new Map<Session, number>();
  /** Told of once each: a session may lag and catch up many times. */
  readonly #slow = new WeakSet<Session>();
  #engine: Engine | null = null;
  #room: Readonly<RoomRow> | undefined;
  #pointAt = Number.NEGATIVE_INFINITY;
  #busyAt = Number.NEGATIVE_INFINITY;
  /** Refusals with `busy` that were told of. */
  #busy = 0;

  constructor(options: {
    clock: Clock;
    log: Log;
    /** Null: points are gathered nowhere. */
    metrics: Metrics | null;
    settings: RoomSettings;
    sockets: () => SocketStats;
  }) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#sockets = options.sockets;
    this.meter = new Meter(options.clock.now());
    this.#points = options.metrics === null ? null : new Points(options.metrics, this.meter);
    this.log = logWith(options.log, () => ({ room: this.#roomId() }));
  }

  /** From here on this engine is looked at. What is so by now is no news. */
  follow(engine: Engine): void {
    this.#engine = engine;
    this.#room = findRoom(engine.state);
  }

  /** The object's memory was made anew. */
  woke({ wasThrownOut, lost }: Woken): void {
    this.meter.lost += lost;
    // Whoever goes from a room that sleeps wakes it, too, which is no news.
    if (!wasThrownOut || lost === 0) return;
    this.log('warn', 'room.restored', { lost, sockets: this.#engine?.sessions.size ?? 0 });
  }

  /** How the room is doing. */
  stats(engine: Engine): StatsResponse {
    const { meter } = this;
    return statsOf({ engine, meter, settings: this.#settings, sockets: this.#sockets() }, this.#clock.now());
  }

  /** A session became live or lagging. */
  moved(session: Session): void {
    if (session.phase.kind !== 'lagging') this.#behind.delete(session);
    else if (!this.#slow.has(session)) this.#behind.set(session, this.#clock.now());
  }

  /** A session was closed because it was too slow, or could not be caught up. */
  dropped(session: Session, as: CloseName): void {
    this.log('info', 'session.dropped', { member: session.member, as, unsent: session.sink.unsent() });
  }

  /** A group of changes was told. */
  told(): void {
    const room = this.#engine === null ? undefined : findRoom(this.#engine.state);
    if (this.#engine === null || room === undefined) return;
    const now = this.#clock.now();
    const hasEnded = this.#note(room);
    this.#lookForSlow(now);
    this.#lookForBusy(now);
    if (this.#points === null || (now - this.#pointAt < POINT_EVERY && !hasEnded)) return;
    // On waking something is written before anything was done: that is no news, and what follows it would be lost.
    const { commands, opened } = this.meter;
    const done = opened + commands.durable.taken + commands.ephemeral.taken + commands.query.taken;
    if (done === 0 && !hasEnded) return;
    this.#pointAt = now;
    this.#points.write(room, this.#engine.sessions.all(), this.#sockets(), now);
  }

  /** Says what became of the room since the last look. Answers whether it ended. */
  #note(room: Readonly<RoomRow>): boolean {
    const before = this.#room;
    this.#room = room;
    if (before === undefined) this.log('info', 'room.created', { capacity: room.capacity });
    const endedBefore = before?.endedAt ?? null;
    if (room.endedAt === endedBefore) return false;
    if (room.endedAt === null) {
      this.log('info', 'room.reopened');
      return false;
    }
    const seconds = Math.round((room.endedAt - room.createdAt) / 1_000);
    this.log('info', 'room.ended', { seconds, members: this.#engine?.state.table(memberTable).size ?? 0 });
    return true;
  }

  #lookForSlow(now: number): void {
    for (const [session, since] of this.#behind) {
      const isBehind = session.phase.kind === 'lagging';
      if (isBehind && now - since < SLOW_AFTER) continue;
      this.#behind.delete(session);
      // Closed meanwhile, it is behind no more.
      if (!isBehind) continue;
      this.#slow.add(session);
      this.log('info', 'session.slow', { member: session.member, unsent: session.sink.unsent() });
    }
  }

  #lookForBusy(now: number): void {
    const refused = this.meter.busy - this.#busy;
    if (refused === 0 || now - this.#busyAt < BUSY_EVERY) return;
    this.#busy = this.meter.busy;
    this.#busyAt = now;
    this.log('warn', 'room.busy', { refused });
  }

  #roomId(): string | undefined {
    return this.#engine === null ? undefined : findRoom(this.#engine.state)?.id;
  }
}
