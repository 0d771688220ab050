import type { Viewing } from '../protocol/watch.ts';
import { ParleyError, waitingHelps } from './http.ts';
import type { Timers } from './timers.ts';
import type { Watching } from './watch.ts';

/**
 * How it is with the player here. blocked: the browser wants somebody to press a key before it plays, or it was paused here
 * alone: show a button that calls `join`. holding: all wait for those who are not ready.
 */
export type ScreeningStatus =
  | 'idle'
  | 'loading'
  | 'playing'
  | 'paused'
  | 'holding'
  | 'buffering'
  | 'blocked'
  | 'ended'
  | 'failed';

/** ms for which a player may be without what it needs before anybody is told. */
export const PATIENCE = 500;

/** What is told of a player: how it is, and for which choice or seek. */
interface Told {
  readonly viewing: Viewing;
  readonly jump: number;
}

/** In these it is of no interest whether the player has what it needs. */
const NEEDS_NOTHING: ReadonlySet<ScreeningStatus> = new Set(['idle', 'failed', 'blocked', 'ended']);
const LACKS: ReadonlySet<ScreeningStatus> = new Set(['loading', 'buffering']);

/** What is told of a player is told again when it changes, so nobody waits for the answer. */
export function forgive(sent: Promise<unknown>): void {
  sent.catch(() => undefined);
}

/** Says to the room how it is with a player: each thing once, and nothing that is over in a moment. */
export class ViewingReport {
  readonly #watch: Pick<Watching, 'state' | 'tell'>;
  readonly #timers: Timers;
  readonly #again: () => void;
  /** Since when it lacks what it needs to play; null: it does not. */
  #lacksSince: number | null = null;
  /** What was told last; null: nothing, as far as the room knows. */
  #told: Told | null = null;
  #cancel: () => void = () => undefined;

  /** `again` notes anew how it is: called when what was told got lost. */
  constructor(watch: Pick<Watching, 'state' | 'tell'>, timers: Timers, again: () => void) {
    this.#watch = watch;
    this.#timers = timers;
    this.#again = again;
  }

  /** Whether the player lacks what it needs, as last noted. */
  get lacks(): boolean {
    return this.#lacksSince !== null;
  }

  /** Notes how it is, and tells what is news. `canPlay`: it has what it needs, whether or not it is to play. */
  note(status: ScreeningStatus, canPlay: boolean): void {
    const lacks = !NEEDS_NOTHING.has(status) && (LACKS.has(status) || !canPlay);
    if (!lacks) this.#lacksSince = null;
    else this.#lacksSince ??= this.#timers.now();
    const { playback, policy } = this.#watch.state;
    const viewing = this.#viewing(status);
    const told = this.#told;
    if (viewing === undefined) return;
    // For what somebody is ready is of interest only where others wait for it.
    if (viewing === told?.viewing && (told.jump === playback.jump || !policy.waitForAll)) return;
    this.#tell({ viewing, jump: playback.jump });
  }

  #tell(one: Told): void {
    this.#cancel();
    this.#told = one;
    this.#watch.tell(one.viewing, one.jump).catch((error: unknown) => {
      if (this.#told !== one || !(error instanceof ParleyError) || !waitingHelps(error)) return;
      this.#told = null;
      this.#cancel = this.#timers.after(Math.max(PATIENCE, error.retry ?? 0), this.#again);
    });
  }

  /** There is another source: what was lacking of the one before is of no interest. */
  begin(): void {
    this.#lacksSince = null;
  }

  /** The connection is a new one, over which nothing was told yet. */
  anew(): void {
    this.#told = null;
  }

  /** Nobody watches here any more. */
  end(): void {
    this.#cancel();
    if (this.#told !== null) forgive(this.#watch.tell(null, this.#watch.state.playback.version));
    this.#told = null;
  }

  /** undefined: it has yet to be seen. Whoever waits for something to be chosen is ready for what there is, which is nothing. */
  #viewing(status: ScreeningStatus): Viewing | undefined {
    if (status === 'blocked' || status === 'failed') return status;
    if (this.#lacksSince === null) return 'ready';
    return this.#timers.now() - this.#lacksSince >= PATIENCE ? 'buffering' : undefined;
  }
}
