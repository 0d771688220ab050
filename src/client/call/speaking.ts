/**
 * Levels between which somebody is taken to speak or not, of 1: -30 and -36 dBov. Speech near a microphone is around -20 to -26
 * (ITU-T P.56 levels as they are used for tests), a quiet room below -50. Two of them, so that it does not flicker in between.
 */
const BEGINS = 0.0316;
const ENDS = 0.0158;
/** ms above before it counts: a knock on the table is shorter. */
const BEGINS_AFTER = 150;
/** ms below before it is over: longer than the pauses between words. */
const ENDS_AFTER = 800;

/** What was heard so far. `since`: from when on it has been otherwise than `speaks`, ms; null: it is not. */
export interface Speech {
  readonly speaks: boolean;
  readonly since: number | null;
}

export const SILENCE: Speech = { speaks: false, since: null };

/** Whether somebody speaks, after one more level (0 to 1) at `now` (ms). */
export function hear({ speaks, since }: Speech, level: number, now: number): Speech {
  const isOtherwise = speaks ? level < ENDS : level > BEGINS;
  if (!isOtherwise) return { speaks, since: null };
  const from = since ?? now;
  const isLongEnough = now - from >= (speaks ? ENDS_AFTER : BEGINS_AFTER);
  return isLongEnough ? { speaks: !speaks, since: null } : { speaks, since: from };
}
