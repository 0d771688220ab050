import type { WatchFailure, WatchItem } from '../protocol/watch.ts';
import { failureOf, HAS_LENGTH, isIdle, type PlayerLike } from './player.ts';
import { SecondTries } from './second-tries.ts';
import type { Timers } from './timers.ts';

export interface LoadingOptions {
  readonly player: PlayerLike;
  readonly timers: Timers;
  /** See `ScreeningOptions`. */
  readonly load: (item: WatchItem | null) => void | Promise<void>;
  /** Called when something has changed by itself. */
  readonly look: () => void;
  /** It is given up: it can't be played here. */
  readonly giveUp: (item: WatchItem, reason: WatchFailure) => void;
}

/** How it is with the source. blocked: the browser fetches nothing of it before somebody presses something. */
export type LoadState = 'there' | 'loading' | 'blocked' | 'failed';

/** ms without any fetching after which the length won't come by itself. */
const UNFETCHED = 3_000;

/** Has a player be given what is chosen, and given it anew where it fails. */
export class Loading {
  readonly #options: LoadingOptions;
  readonly #tries: SecondTries;
  /** What the player was given; undefined: nothing yet. */
  #item: number | null | undefined;
  /** The choice or seek for which it was given, or given up. */
  #jump = -1;
  /** Each source has a number; what comes of an older one is of no use. */
  #number = 0;
  #isLoading = false;
  /** It is to be given again what it has. */
  #isStale = false;
  #failure: WatchFailure | null = null;
  /** Since when it fetches nothing although its length is not known. */
  #idleSince: number | null = null;

  constructor(options: LoadingOptions) {
    this.#options = options;
    this.#tries = new SecondTries(options.timers, () => {
      this.#isStale = true;
      options.look();
    });
  }

  /** Counted up with each source. */
  get number(): number {
    return this.#number;
  }

  /** What is to be done for a choice: the player needs its source, 'anew' where it had it before; null: it has it. */
  needed(item: WatchItem | null, jump: number): 'first' | 'anew' | null {
    if ((item?.id ?? null) !== this.#item) return 'first';
    // What was given up is tried once more when somebody goes elsewhere, or chooses it again.
    const isWorthIt = this.#tries.isGivenUp && jump !== this.#jump;
    if (isWorthIt) this.#tries.anew();
    return isWorthIt || this.#isStale ? 'anew' : null;
  }

  /** Gives the player its source. */
  begin(item: WatchItem | null, jump: number): void {
    const { load, look } = this.#options;
    const id = item?.id ?? null;
    if (id !== this.#item) this.#tries.begin();
    this.#item = id;
    this.#jump = jump;
    this.#isStale = false;
    this.#failure = null;
    this.#idleSince = null;
    this.#number += 1;
    const number = this.#number;
    const loading = load(item);
    this.#isLoading = loading !== undefined;
    const done = (failure: WatchFailure | null): void => {
      if (number !== this.#number) return;
      this.#isLoading = false;
      // Whoever loaded it may have said more exactly why it can't be played.
      this.#failure ??= failure;
      look();
    };
    loading?.then(
      () => done(null),
      () => done('unreachable'),
    );
  }

  /** How it is with what the player was given. */
  look(item: WatchItem): LoadState {
    const { player, giveUp } = this.#options;
    if (!this.#isLoading) this.#failure ??= failureOf(player);
    if (this.#failure !== null && !this.#isLoading && this.#tries.failed(this.#failure))
      giveUp(item, this.#failure);
    if (this.#failure === null && !this.#isLoading && player.readyState >= HAS_LENGTH) {
      this.#tries.fine();
      return 'there';
    }
    if (this.#tries.isGivenUp) return 'failed';
    return this.#failure === null && this.#isUnfetched() ? 'blocked' : 'loading';
  }

  #isUnfetched(): boolean {
    const { player, timers } = this.#options;
    if (!isIdle(player)) this.#idleSince = null;
    else this.#idleSince ??= timers.now();
    return this.#idleSince !== null && timers.now() - this.#idleSince >= UNFETCHED;
  }

  /** What plays in the element's stead has failed. */
  fail(reason: WatchFailure): void {
    this.#failure = reason;
  }

  /** The network is back: what has failed is given anew. */
  online(): void {
    if (this.#failure === null) return;
    this.#tries.anew();
    this.#isStale = true;
  }

  /** Somebody has pressed something: now the browser fetches what it did not fetch by itself. */
  press(): void {
    const { player } = this.#options;
    this.#idleSince = null;
    if (this.#item === null || player.readyState >= HAS_LENGTH) return;
    // Whether it may play is seen when it is to.
    player.play()?.catch(() => undefined);
  }

  /** Nothing is given any more, and what comes is not heard. */
  close(): void {
    this.#number += 1;
    this.#tries.close();
  }
}
