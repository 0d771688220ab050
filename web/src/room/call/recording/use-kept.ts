import { useEffect, useSyncExternalStore } from 'react';
import { archive, type Recording } from './archive.ts';
import { useOwner } from './owner.ts';

/** Recordings of whoever is logged in that this browser has and their meetings have not. One that is being made is not among them as long as all is well. */
export function useKept(): readonly Recording[] {
  const all = useSyncExternalStore(archive.subscribe, () => archive.list);
  const owner = useOwner();
  useEffect(() => void archive.look(owner), [owner]);
  return all.filter((one) => one.owner === owner && (one.state !== 'recording' || !one.isOnDisk));
}
