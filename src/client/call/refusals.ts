import type { Timers } from '../timers.ts';

/** ms until something that was refused is asked for again; doubles up to the longest. */
const FIRST = 1_000;
const LONGEST = 30_000;

interface Refusal {
  /** ms */
  readonly wait: number;
  /** It may be asked for again. */
  isOver: boolean;
  readonly cancel: () => void;
}

/** What was refused for itself, while the rest was granted: let be for a while, each time for longer. */
export class Refusals {
  readonly #timers: Timers;
  readonly #over: () => void;
  readonly #refused = new Map<string, Refusal>();

  /** `over`: something may be asked for again. */
  constructor(timers: Timers, over: () => void) {
    this.#timers = timers;
    this.#over = over;
  }

  add(key: string): void {
    const before = this.#refused.get(key);
    before?.cancel();
    const wait = Math.min((before?.wait ?? FIRST / 2) * 2, LONGEST);
    const cancel = this.#timers.after(wait, () => {
      refusal.isOver = true;
      this.#over();
    });
    const refusal: Refusal = { wait, isOver: false, cancel };
    this.#refused.set(key, refusal);
  }

  /** Whether it is still to be let be. */
  has(key: string): boolean {
    return this.#refused.get(key)?.isOver === false;
  }

  /** It was granted, or is not wanted any more. */
  delete(key: string): void {
    this.#refused.get(key)?.cancel();
    this.#refused.delete(key);
  }

  /** Forgets all others. */
  keep(which: (key: string) => boolean): void {
    for (const key of [...this.#refused.keys()]) if (!which(key)) this.delete(key);
  }

  close(): void {
    this.keep(() => false);
  }
}
