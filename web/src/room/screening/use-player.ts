import { useEffect, useReducer } from 'react';

/** What happens to an element that its controls show. */
const SHOWN = [
  'durationchange',
  'emptied',
  'loadedmetadata',
  'progress',
  'seeked',
  'seeking',
  'timeupdate',
  'volumechange',
] as const;

/** Renders anew when something of the player is to be shown otherwise; what it is, is read from the player itself. */
export function usePlayer(player: HTMLVideoElement | null): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (player === null) return;
    for (const type of SHOWN) player.addEventListener(type, again);
    return () => {
      for (const type of SHOWN) player.removeEventListener(type, again);
    };
  }, [player]);
}
