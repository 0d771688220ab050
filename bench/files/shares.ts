/** How much slower each of several was than its share of what one alone gets; 1: each got as much as can be. */
export type Shares = {
  readonly slowest: number;
  readonly fastest: number;
};

/**
 * `alone`: ms that one takes by itself; `together`: ms that each of so many took, all begun at one moment. The share of each is
 * one part of that many, so each may take as many times longer. Throws where nothing was measured.
 */
export function sharesOf(alone: number, together: readonly number[]): Shares {
  if (!(alone > 0) || together.length === 0) throw new Error('unable to share; nothing was measured');
  const share = alone * together.length;
  return { slowest: Math.max(...together) / share, fastest: Math.min(...together) / share };
}

/** What a process held, in bytes: when it began, and at most. */
export type Held = { readonly before: number; readonly most: number };

/** Bytes that a server grew by beyond what another grew by with the same work. Negative: it grew by less. */
export const grownBeyond = (ours: Held, theirs: Held): number =>
  ours.most - ours.before - (theirs.most - theirs.before);
