import type { Timers } from '../../../../src/client/timers.ts';

/** All that promises have to do at this moment. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that passes only when it is told to. What is due at the same time happens in the order in which it was asked for. */
export class SimClock implements Timers {
  #now = 0;
  #number = 0;
  #due: { readonly at: number; readonly number: number; readonly run: () => void }[] = [];

  readonly now = (): number => this.#now;
  readonly wall = (): number => 1_700_000_000_000 + this.#now;

  readonly after = (ms: number, run: () => void): (() => void) => {
    this.#number += 1;
    const entry = { at: this.#now + Math.max(0, ms), number: this.#number, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((one) => one !== entry);
    };
  };

  /** Lets so many ms pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = this.#due
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at || a.number - b.number);
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = end;
  }
}
