import { useState } from 'react';

/** What of a meeting is seen: on a small screen one of the two. */
export type Face = 'picture' | 'chat' | 'both';

/**
 * Which one it is. `roomy`: there is room for both. `came`: they came into the call by themselves; whoever only listens reads on, and
 * is not torn away from what they write.
 */
export function useFace(roomy: boolean, came: boolean): readonly [face: Face, turn: (face: Face) => void] {
  const [wish, setWish] = useState<Face | null>(null);
  return [roomy ? 'both' : (wish ?? (came ? 'picture' : 'chat')), setWish];
}
