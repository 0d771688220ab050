import { useEffect, useReducer } from 'react';
import type { ScreeningStatus } from '../../../../src/client/index.ts';
import { useView } from '../room-context.tsx';
import { usePlayer } from './use-player.ts';

/** How somebody's player follows the room, as far as the seek bar shows it. */
export interface Following {
  readonly status: ScreeningStatus;
  /** Where the room is, ms; null: nothing is chosen. */
  readonly position: () => number | null;
}

/** ms between two looks at where the room is while one's own player is elsewhere. */
const EVERY = 500;

/**
 * Where the film is, ms: one's own player says it while it plays; where it is stopped, blocked or broken the room does, for
 * whoever steers takes all along from there.
 */
export const placeOf = (
  { status, position }: Following,
  player: Pick<HTMLMediaElement, 'currentTime'> | null,
): number => (status === 'playing' && player !== null ? player.currentTime * 1_000 : (position() ?? 0));

/** Renders anew while that changes. */
export function usePlace(following: Following, player: HTMLVideoElement | null): number {
  usePlayer(player);
  const [, again] = useReducer((count: number) => count + 1, 0);
  const moves = useView(({ watch }) => watch.playback.status === 'playing');
  const isAlone = moves && following.status !== 'playing';
  useEffect(() => {
    if (!isAlone) return;
    const timer = setInterval(again, EVERY);
    return () => clearInterval(timer);
  }, [isAlone]);
  return placeOf(following, player);
}
