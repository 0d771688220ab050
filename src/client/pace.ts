import { unref } from './http.ts';

/** How fast what waited may go out: `atOnce` commands, then one every `every` ms. */
export interface Rate {
  readonly atOnce: number;
  readonly every: number;
}

/**
 * Lets jobs through in order and, where many have waited, not faster than a room takes them. What goes out at once
 * counts, too: a connection that drops right after a burst does not begin the next one with a full allowance.
 */
export class Pace {
  readonly #rate: Rate;
  #allowance: number;
  /** When the allowance was last reckoned, ms by this machine's clock. */
  #at = Date.now();
  #waiting: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#allowance = rate.atOnce;
  }

  /** Runs the job now, or behind those that wait. */
  now(job: () => void): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(job);
      return;
    }
    this.#reckon();
    this.#spend();
    job();
  }

  /** Runs the jobs as the rate allows, behind those that wait. */
  paced(jobs: readonly (() => void)[]): void {
    this.#waiting.push(...jobs);
    this.#run();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  #reckon(): void {
    const now = Date.now();
    const { atOnce, every } = this.#rate;
    this.#allowance = Math.min(atOnce, this.#allowance + Math.max(0, now - this.#at) / every);
    this.#at = now;
  }

  #spend(): void {
    this.#allowance = Math.max(0, this.#allowance - 1);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#reckon();
    while (this.#allowance >= 1) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#spend();
      job();
    }
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => this.#run(), Math.ceil((1 - this.#allowance) * this.#rate.every));
    unref(this.#timer);
  }
}
