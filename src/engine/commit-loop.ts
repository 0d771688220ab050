import type { Clock } from '../platform/clock.ts';
import { pause } from './catch-up.ts';

/** Weight of the newest cost in the moving average. */
const SMOOTHING = 0.25;
/** ms; telling that costs less than this is not worth waiting for company: the wait itself takes 1 ms at least. */
const WORTH_WAITING = 2;
/** ms for which what may wait is kept back, so that it goes with something else. */
const LATER = 50;
/** ms; a group never waits longer, however slow fan-outs are. */
const LONGEST_WAIT = 100;

export interface CommitLoopOptions {
  readonly clock: Clock;
  /** What waits for the next commit; grows with everything that is added, 0 when nothing is there. */
  readonly waiting: () => number;
  /** Commits and tells everything that waits. Answers how many commands it held. */
  readonly flush: () => Promise<number>;
  /** A commit or a fan-out failed: the state in memory can't be trusted any more. */
  readonly failed: (reason: unknown) => void;
}

/**
 * Commits in groups: at once when idle; under load while the last group is told the next one gathers, for at most the
 * time that telling costs. When nothing waits the loop ends and leaves no timer, so that the object can sleep.
 */
export class CommitLoop {
  readonly #options: CommitLoopOptions;
  #running = false;
  #isStartingLater = false;
  #cost = 0;

  constructor(options: CommitLoopOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** Starts the loop unless it runs. The first commit comes at the end of this turn's synchronous work. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run().catch((reason: unknown) => this.#options.failed(reason));
  }

  /** The same a moment later, unless something else starts it before: what waits goes with that. */
  startLater(): void {
    if (this.#isStartingLater) return;
    this.#isStartingLater = true;
    setTimeout(() => {
      this.#isStartingLater = false;
      if (this.#options.waiting() > 0) this.start();
    }, LATER);
  }

  async #run(): Promise<void> {
    const { clock, waiting, flush } = this.#options;
    await null;
    for (;;) {
      const began = clock.now();
      const flushed = await flush();
      await pause(0);
      // The clock may have been put forward or back meanwhile.
      const cost = Math.min(Math.max(0, clock.now() - began), LONGEST_WAIT);
      this.#cost += (cost - this.#cost) * SMOOTHING;
      if (waiting() === 0) break;
      // A lone command gains nothing from company.
      if (this.#cost < WORTH_WAITING || (flushed <= 1 && waiting() <= 1)) continue;
      await this.#gather();
    }
    this.#running = false;
  }

  /** Waits in steps of 1 ms while commands keep coming, for at most one cost. */
  async #gather(): Promise<void> {
    const { clock, waiting } = this.#options;
    const until = clock.now() + this.#cost;
    let seen = waiting();
    // A step takes 1 ms at least: counted, because a clock that is put back would never get there.
    for (let steps = 0; steps < LONGEST_WAIT && clock.now() < until; steps += 1) {
      await pause(1);
      const now = waiting();
      if (now === seen) return;
      seen = now;
    }
  }
}
