import type { WatchFailure } from '../protocol/watch.ts';
import type { Timers } from './timers.ts';

/**
 * ms after which what could not be played is loaded once more, try by try: a network that was gone for a moment, a server that
 * begins anew and a link that ran out are all over by then. A kind that is not played stays one; but browsers say the same of
 * an answer that came in place of the file.
 */
const WAITS: Readonly<Record<WatchFailure, readonly number[]>> = {
  unreachable: [1_000, 3_000, 10_000],
  broken: [1_000, 3_000, 10_000],
  unsupported: [1_000],
};
/** ms without a failure after which the tries before are forgotten. */
const FORGOTTEN = 60_000;

/** Counts how often one item was loaded in vain, and says when it is loaded again and when it is given up. */
export class SecondTries {
  readonly #timers: Timers;
  readonly #load: () => void;
  #count = 0;
  /** Since when it has what it needs; null: it does not. */
  #fineSince: number | null = null;
  #isWaiting = false;
  /** All tries of this time were in vain. */
  #isOver = false;
  #isGivenUp = false;
  #cancel: () => void = () => undefined;

  /** `load` loads the item once more. */
  constructor(timers: Timers, load: () => void) {
    this.#timers = timers;
    this.#load = load;
  }

  /** It was given up. Tries that follow are made in silence, until one succeeds. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** There is another item, or none. */
  begin(): void {
    this.anew();
    this.#isGivenUp = false;
  }

  /** It has its length: it plays, or could. */
  fine(): void {
    this.#fineSince ??= this.#timers.now();
    this.#isGivenUp = false;
  }

  /** It failed, as is noticed at each look: loads it again after a while. true: now it is given up. */
  failed(reason: WatchFailure): boolean {
    if (this.#isWaiting) return false;
    const now = this.#timers.now();
    if (this.#fineSince !== null && now - this.#fineSince >= FORGOTTEN) this.#count = 0;
    this.#fineSince = null;
    const wait = WAITS[reason][this.#count];
    if (wait === undefined) {
      const isNews = !this.#isOver;
      this.#isOver = this.#isGivenUp = true;
      return isNews;
    }
    this.#count += 1;
    this.#isOver = false;
    this.#isWaiting = true;
    this.#cancel = this.#timers.after(wait, () => {
      this.#isWaiting = false;
      this.#load();
    });
    return false;
  }

  /** Something has happened because of which it may succeed: all tries are to come. It is not loaded here. */
  anew(): void {
    this.close();
    this.#count = 0;
    this.#isOver = false;
  }

  /** Tries no more. */
  close(): void {
    this.#cancel();
    this.#isWaiting = false;
    this.#fineSince = null;
  }
}
