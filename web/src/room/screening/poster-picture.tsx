import { Film, Music } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { useRoom, useView } from '../room-context.tsx';
import { isAudio } from './kinds.ts';
import { whenSeen } from './when-seen.ts';

/** The picture of something on the list, or a sign in its place. It tells nothing that the title does not. */
export function Poster({ item, className }: { item: WatchItem; className: string }) {
  const room = useRoom();
  const [url, setUrl] = useState<string | null>(null);
  const { id, hasPoster } = item;
  const place = useRef<HTMLSpanElement>(null);
  const isOnline = useView((view) => view.connection.status === 'online');
  useEffect(() => {
    if (!hasPoster || !isOnline || place.current === null) return;
    let isWanted = true;
    // A list may be long, and most of it is never looked at.
    const stop = whenSeen(place.current, () => {
      room.watch.poster(id).then(
        (poster) => isWanted && setUrl(poster),
        // Without its picture the list is the same.
        () => undefined,
      );
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, [room, id, hasPoster, isOnline]);
  if (url !== null) return <img src={url} alt="" className={`${className} object-cover`} />;
  const Sign = isAudio(item.type) ? Music : Film;
  return (
    <span
      ref={place}
      aria-hidden
      className={`${className} flex items-center justify-center bg-accent-soft text-muted`}
    >
      <Sign className="size-5" />
    </span>
  );
}
