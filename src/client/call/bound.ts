import type { Timers } from '../timers.ts';

/** Lets something happen so often in a time, and no more. */
export class Bound {
  readonly #timers: Pick<Timers, 'now'>;
  readonly #most: number;
  readonly #within: number;
  #times: readonly number[] = [];

  /** `within`: ms. */
  constructor(timers: Pick<Timers, 'now'>, most: number, within: number) {
    this.#timers = timers;
    this.#most = most;
    this.#within = within;
  }

  /** Whether it may happen now; then it is counted. */
  readonly take = (): boolean => {
    const now = this.#timers.now();
    this.#times = this.#times.filter((at) => now - at < this.#within);
    if (this.#times.length >= this.#most) return false;
    this.#times = [...this.#times, now];
    return true;
  };
}
