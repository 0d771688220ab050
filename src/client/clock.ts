import { Emitter } from './emitter.ts';
import { ParleyError, waitingHelps } from './http.ts';
import type { RoomConnection } from './room.ts';
import { TIMERS, type Timers } from './timers.ts';

/** One question for the server's time. All in ms: by this machine, by the server, by this machine. */
export interface ClockSample {
  readonly asked: number;
  readonly time: number;
  readonly answered: number;
}

/** By how much the server's clock is ahead of this machine's, in ms, and how far off that can be at most. */
export interface ClockEstimate {
  readonly offset: number;
  readonly within: number;
}

/** Samples that an estimate needs at least. */
const LEAST = 3;

const median = (sorted: readonly number[]): number => {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
};

/**
 * The server read its clock somewhere between question and answer, so what took long says little (F. Cristian,
 * "Probabilistic clock synchronization", 1989). The third that took least time is believed, and of these the median: one
 * answer that was held up on one of its two ways has no say. null: too few samples.
 */
export function estimateClock(samples: readonly ClockSample[]): ClockEstimate | null {
  if (samples.length < LEAST) return null;
  const trip = ({ asked, answered }: ClockSample): number => answered - asked;
  const best = [...samples]
    .sort((a, b) => trip(a) - trip(b))
    .slice(0, Math.max(LEAST, Math.floor(samples.length / 3)));
  const offsets = best.map(({ asked, time, answered }) => time - (asked + answered) / 2);
  const [fastest] = best;
  return {
    offset: median(offsets.sort((a, b) => a - b)),
    within: fastest === undefined ? 0 : trip(fastest) / 2,
  };
}

/** Questions of the first round, and of later ones: a server that slept answers the first of them late. */
const FIRST_ROUND = 10;
const LATER_ROUND = 6;
/** ms between two questions: far enough apart for one to be held up and not the next. */
const APART = 60;
/**
 * ms between two rounds. Clocks of machines go wrong by up to 50 ms in 1,000 s: 15 ms in this time. They begin at multiples of it
 * by the server's clock, for everybody in the same moment: so the room wakes once for all of them.
 */
const EVERY = 300_000;
/** ms before a round that came to nothing is tried again. */
const AGAIN = 3_000;
/** ms by which two clocks of one machine may part before it has slept, or one of them was set. */
const PARTED = 250;

/** What a clock is asked of. */
export type ClockSource = Pick<RoomConnection, 'send' | 'on' | 'state'>;

/**
 * The clock of a room's server. It is read in several round trips, and again after each reconnection. While somebody asks for
 * the time it is read again every few minutes, and when this machine has slept; otherwise not, for each round wakes a room that
 * sleeps. Close it when it is of no use any more.
 */
export class ServerClock {
  readonly #room: ClockSource;
  readonly #timers: Timers;
  readonly #emitter = new Emitter();
  readonly #off: () => void;
  #estimate: ClockEstimate | null = null;
  /** Clock of this machine minus the time that passed, when the estimate was made. */
  #parting = 0;
  #wasRead = false;
  #isAsking = false;
  /** When it is to be read again, in ms of this machine's time that only goes forward. */
  #dueAt = Number.POSITIVE_INFINITY;
  /** Each round has a number; what an older one still brings is not heard. */
  #round = 0;
  #cancel: () => void = () => undefined;

  constructor(room: ClockSource, timers: Timers = TIMERS) {
    this.#room = room;
    this.#timers = timers;
    this.#off = room.on('connection', ({ status }) => {
      if (status === 'online') this.#begin();
    });
    if (room.state.connection.status === 'online') this.#begin();
  }

  /** ms since 1970 by the server's clock; null: not known yet, or not any more since this machine slept. */
  now(): number | null {
    if (this.#estimate === null) return null;
    if (Math.abs(this.#timers.wall() - this.#timers.now() - this.#parting) > PARTED) {
      this.#estimate = null;
      this.#begin();
      return null;
    }
    if (this.#timers.now() >= this.#dueAt && !this.#isAsking) this.#begin();
    return this.#timers.now() + this.#estimate.offset;
  }

  /** How far off `now` can be at most, in ms; null: it is not known. */
  get within(): number | null {
    return this.#estimate?.within ?? null;
  }

  /** Called after each reading. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#emitter.on('read', listener);

  /** Asks no more. What was read stays. */
  close(): void {
    this.#off();
    this.#cancel();
    this.#round += 1;
  }

  #begin(): void {
    this.#cancel();
    this.#round += 1;
    const round = this.#round;
    this.#isAsking = true;
    const isCurrent = (): boolean => round === this.#round;
    const samples: ClockSample[] = [];
    let left = this.#wasRead ? LATER_ROUND : FIRST_ROUND;
    const next = (): void => {
      left -= 1;
      this.#ask().then(
        (sample) => {
          if (sample !== null) samples.push(sample);
          if (!isCurrent()) return;
          // Somewhat right is better than nothing, for those who wait for it.
          if (this.#estimate === null) this.#take(samples);
          if (left > 0) this.#cancel = this.#timers.after(APART, next);
          else this.#finish(samples);
        },
        (error: unknown) => {
          // Refused, or the connection dropped: what has been read serves, if it is enough.
          if (isCurrent()) this.#finish(samples, error);
        },
      );
    };
    next();
  }

  /** null: the answer was lost. */
  async #ask(): Promise<ClockSample | null> {
    const asked = this.#timers.now();
    const receipt = await this.#room.send('clock.read', {});
    const answered = this.#timers.now();
    return receipt.status === 'done' ? { asked, time: receipt.result.time, answered } : null;
  }

  #finish(samples: readonly ClockSample[], error?: unknown): void {
    this.#isAsking = false;
    if (this.#take(samples)) return;
    this.#dueAt = Number.POSITIVE_INFINITY;
    // Where the meeting has ended, or one was put out, there is nothing to come before there is another connection.
    if (error instanceof ParleyError && !waitingHelps(error)) return;
    this.#cancel = this.#timers.after(AGAIN, () => this.#begin());
  }

  #take(samples: readonly ClockSample[]): boolean {
    const estimate = estimateClock(samples);
    if (estimate === null) return false;
    this.#estimate = estimate;
    this.#wasRead = true;
    const now = this.#timers.now();
    this.#dueAt = now + EVERY - ((now + estimate.offset) % EVERY);
    this.#parting = this.#timers.wall() - now;
    this.#emitter.emit('read');
    return true;
  }
}
