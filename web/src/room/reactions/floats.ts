import type { RoomEvent } from '../../../../src/protocol/index.ts';

/** An emoji that is shown for a moment, with how many people sent it while it was. */
export interface Float {
  readonly emoji: string;
  readonly count: number;
  /** Who, as far as told. */
  readonly members: readonly string[];
}

/** Different emoji shown at once; the oldest goes. */
const SHOWN = 6;

/** Puts a reaction to those that are shown: the same emoji is counted up, not shown twice. */
export function withReaction(
  floats: readonly Float[],
  { emoji, count, members }: Pick<RoomEvent<'reaction.sent'>, 'emoji' | 'count' | 'members'>,
): readonly Float[] {
  const before = floats.find((float) => float.emoji === emoji);
  if (before === undefined) return [...floats, { emoji, count, members }].slice(-SHOWN);
  const merged = {
    emoji,
    count: before.count + count,
    members: [...new Set([...before.members, ...members])],
  };
  return floats.map((float) => (float === before ? merged : float));
}
