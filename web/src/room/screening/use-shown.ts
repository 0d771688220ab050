import { useState } from 'react';
import { useView } from '../room-context.tsx';

/** Whether what is watched is shown: from when something is first chosen, and otherwise as was last wished here. */
export function useShown(): readonly [shown: boolean, show: (shown: boolean) => void] {
  const isChosen = useView(({ watch }) => watch.playback.item !== null);
  // Between two films, and when the last one was taken off, it does not go away under whoever looks at it.
  const [wasChosen, setWasChosen] = useState(isChosen);
  const [wish, setWish] = useState<boolean | null>(null);
  if (isChosen && !wasChosen) setWasChosen(true);
  return [wish ?? (isChosen || wasChosen), setWish];
}
