/*
 * When to correct a player that is ahead or behind, and how. Pure: no clock, no element.
 *
 * The numbers. People who watch together and talk notice about a second of difference (Geerts et al., "Are we in sync?
 * Synchronization requirements for watching online video together", CHI 2011), but two devices in one room are heard as an
 * echo from some tens of ms on. So what is aimed at is far below the first, and near the second: nothing is done within
 * 40 ms; up to a quarter of a second another pace makes up for it, 5 % or 10 %, which with the pitch kept is hardly heard;
 * beyond that it would take longer than a jump costs. Jellyfin's SyncPlay, which has the same task, has its limits at 60
 * and 400 ms.
 */

/** ms within which a player is in step: a correction begins beyond it … */
const BEGIN = 40;
/** … and goes on until it is this near, so that it does not begin anew with the next measurement. */
const DONE = 12;
/** ms from which on the larger pace is taken. */
const FAR = 100;
const SMALL_PACE = 0.05;
const LARGE_PACE = 0.1;
/** ms from which on it jumps; where the pace can't be changed (a page that nobody sees has no timers to end it in time), only from the second. */
const JUMP = 250;
const JUMP_UNSEEN = 500;

/** What to do: nothing but to play at so many times the pace of the room, or to jump. */
export type Correction = { readonly do: 'pace'; readonly pace: number } | { readonly do: 'jump' };

/**
 * `drift`: ms by which the player is ahead (behind: negative). `pace`: that of the correction under way, 1: none. `unseen`: the
 * page is in the background. `mayJump`: jumps get there.
 */
export function correct(
  drift: number,
  pace: number,
  { unseen, mayJump }: { readonly unseen: boolean; readonly mayJump: boolean },
): Correction {
  const size = Math.abs(drift);
  if (mayJump && size > (unseen ? JUMP_UNSEEN : JUMP)) return { do: 'jump' };
  if (unseen) return { do: 'pace', pace: 1 };
  const direction = drift > 0 ? -1 : 1;
  const isUnderWay = pace !== 1 && Math.sign(pace - 1) === direction;
  if (size < (isUnderWay ? DONE : BEGIN)) return { do: 'pace', pace: 1 };
  // What has begun at the larger pace ends at the smaller one.
  return { do: 'pace', pace: 1 + direction * (size > FAR ? LARGE_PACE : SMALL_PACE) };
}

/** ms that a jump is expected to take at first. */
const FIRST_LEAD = 150;
const MOST_LEAD = 2_000;
/** Jumps in a row that did not get there, after which it is left alone for a while: a machine that can't, must not stutter. */
const JUMPS_IN_A_ROW = 3;
/** ms of being left alone, and without a jump after which those before are forgotten. */
const LEFT_ALONE = 10_000;

/**
 * What was learned of how long jumps and starts take here. Whoever jumps aims at where the room will be when it is done; how far
 * off that was makes the next one better.
 */
export class Jumps {
  #lead = FIRST_LEAD;
  #isFirst = true;
  #inARow = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** ms by which to aim ahead. */
  get lead(): number {
    return this.#lead;
  }

  /** Whether it may jump to get in step, at this time. */
  may(now: number): boolean {
    if (now - this.#lastAt > LEFT_ALONE) this.#inARow = 0;
    return this.#inARow < JUMPS_IN_A_ROW;
  }

  /** Somebody has decided to go elsewhere: what did not get there before says nothing of that. */
  anew(): void {
    this.#inARow = 0;
  }

  /** It jumps at this time. */
  jumped(now: number): void {
    this.may(now);
    this.#inARow += 1;
    this.#lastAt = now;
  }

  /** After a jump it plays, and is so far ahead (behind: negative), in ms of the clock. */
  landed(drift: number): void {
    // The first one says all that is known; later ones by half, for each takes a little longer or shorter.
    this.#lead = Math.min(MOST_LEAD, Math.max(0, this.#lead - drift * (this.#isFirst ? 1 : 0.5)));
    this.#isFirst = false;
    if (Math.abs(drift) <= JUMP) this.#inARow = 0;
  }
}
