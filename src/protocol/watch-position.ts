import { LIMITS } from './limits.ts';
import type { Playback, WatchPolicy } from './watch.ts';

/** Before anything was chosen. */
export const NOTHING_PLAYS: Playback = {
  version: 0,
  jump: 0,
  item: null,
  status: 'paused',
  position: 0,
  rate: 1,
  at: 0,
  by: null,
};
export const DEFAULT_WATCH_POLICY: WatchPolicy = { autoplay: true, waitForAll: false };

/** Where an item is, in ms, at `time` of the server's clock. `duration` null: it is not known. */
export function positionAt(
  { status, position, rate, at }: Pick<Playback, 'status' | 'position' | 'rate' | 'at'>,
  time: number,
  duration: number | null,
): number {
  // A clock that was set back does not turn the film back.
  const moved = status === 'playing' ? Math.max(0, time - at) * rate : 0;
  return Math.min(position + moved, duration ?? LIMITS.mediaDuration);
}

/** What plays as it stands when the meeting ends: nobody is told, for nobody is left. `duration` as above. */
export function atRest(playback: Playback, time: number, duration: number | null): Playback {
  if (playback.status === 'paused') return playback;
  const { waitsFor: _, until: __, ...rest } = playback;
  return { ...rest, status: 'paused', position: Math.round(positionAt(playback, time, duration)), at: time };
}
