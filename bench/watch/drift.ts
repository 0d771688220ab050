/** Where a player was at a moment: both in ms. */
export type Sample = {
  /** By the clock of the machine, which all of them share. */
  readonly at: number;
  readonly position: number;
  /** It played, and was not on its way to somewhere else. */
  readonly plays: boolean;
};

/** What one player was seen to do, in the order of time. */
export type Track = readonly Sample[];

/** ms between two samples that are not too far apart for saying where it was in between: a jump and back would hide there. */
const NEAR = 250;

/** Where a player was at a time, between two of its samples; null: it was not looked at then, or did not play. */
function positionAt(track: Track, at: number): number | null {
  const next = track.findIndex((sample) => sample.at >= at);
  const [before, after] = [track[next - 1], track[next]];
  if (before === undefined || after === undefined || !before.plays || !after.plays) return null;
  if (after.at - before.at > NEAR) return null;
  const share = (at - before.at) / (after.at - before.at);
  return before.position + share * (after.position - before.position);
}

/** The greatest difference of position among all at a time, in ms; null: not all of them played. */
export function spreadAt(tracks: readonly Track[], at: number): number | null {
  const positions: number[] = [];
  for (const track of tracks) {
    const position = positionAt(track, at);
    if (position === null) return null;
    positions.push(position);
  }
  return Math.max(...positions) - Math.min(...positions);
}

/** Times from `from` to `to`, so many ms apart. */
const times = (from: number, to: number, every: number): number[] =>
  Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);

/** ms between two moments that are judged. */
const EVERY = 100;

/** The greatest differences of a stretch of time, and how many moments were left out because somebody did not play. */
export function spreadsOf(
  tracks: readonly Track[],
  from: number,
  to: number,
): { readonly spreads: readonly number[]; readonly stood: number } {
  const all = times(from, to, EVERY).map((at) => spreadAt(tracks, at));
  const spreads = all.filter((spread) => spread !== null);
  return { spreads, stood: all.length - spreads.length };
}

/**
 * ms from `from` until all play within `limit` of each other and of where the room is, and go on so until `to`; null: they do
 * not. `room`: where the room is at a time, ms. Those who stay together where they were have not followed.
 */
export function settledAfter(
  tracks: readonly Track[],
  from: number,
  to: number,
  limit: number,
  room: (at: number) => number,
): number | null {
  const wrong = times(from, to, EVERY / 4).filter((at) => {
    const spread = spreadAt([...tracks, still(room, at)], at);
    return spread === null || spread > limit;
  });
  const last = wrong.at(-1);
  if (last === undefined) return 0;
  return last + EVERY / 4 > to ? null : last + EVERY / 4 - from;
}

/** The room as one more player, around a time. */
const still = (room: (at: number) => number, at: number): Track =>
  [at - 1, at + 1].map((near) => ({ at: near, position: room(near), plays: true }));
