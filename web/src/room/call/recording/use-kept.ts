import { useEffect, useSyncExternalStore } from 'react';
import { archive, type Recording } from './archive.ts';

/** Recordings that this browser has and their meetings have not. One that is being made is not among them as long as all is well. */
export function useKept(): readonly Recording[] {
  const all = useSyncExternalStore(archive.subscribe, () => archive.list);
  useEffect(() => void archive.look(), []);
  const isLostWithPage = all.some(({ isOnDisk }) => !isOnDisk);
  useEffect(() => {
    if (!isLostWithPage) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isLostWithPage]);
  return all.filter(({ state, isOnDisk }) => state !== 'recording' || !isOnDisk);
}
