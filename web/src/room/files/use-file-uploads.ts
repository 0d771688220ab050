import { useEffect, useState, useSyncExternalStore } from 'react';
import type { RoomConnection } from '../../../../src/client/index.ts';
import { useRoom } from '../room-context.tsx';
import { kept } from '../storage.ts';
import { FileUploads, type UploadRow } from './uploads.ts';

/** For each room its uploads: they go on while the panel is closed. */
const known = new WeakMap<RoomConnection, FileUploads>();

function uploadsOf(room: RoomConnection): FileUploads {
  const uploads = known.get(room) ?? new FileUploads(room, kept);
  known.set(room, uploads);
  return uploads;
}

/** The uploads of the room. The same object from one rendering to the next. */
export function useFileUploads(): FileUploads {
  const room = useRoom();
  return uploadsOf(room);
}

/** What of them there is to see. */
export function useUploadRows(): readonly UploadRow[] {
  const uploads = useFileUploads();
  return useSyncExternalStore(uploads.subscribe, () => uploads.list);
}

/** How many were shared since the component is there. */
export function useSharedCount(): number {
  const uploads = useFileUploads();
  const [before] = useState(uploads.shared);
  return useSyncExternalStore(uploads.subscribe, () => uploads.shared) - before;
}

/** Asks before the page is closed while files are on their way. */
export function useAskBeforeLeaving(): void {
  const uploads = useFileUploads();
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (uploads.isBusy) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [uploads]);
}
