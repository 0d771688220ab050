import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useRoom } from '../room-context.tsx';

interface ImageUrl {
  readonly url: string | null;
  readonly failed: boolean;
  /** Put it on the element that stands for the picture: its address is asked for when that comes near. */
  readonly frame: RefObject<HTMLElement | null>;
  /** An address that no longer works is asked for anew, once. */
  onError(): void;
}

/** The address of a picture. Addresses are good for a while only, so they are asked for when the picture is shown. */
export function useImageUrl(image: string): ImageUrl {
  const room = useRoom();
  const frame = useRef<HTMLElement>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const tries = useRef(0);

  const ask = useCallback(() => {
    tries.current += 1;
    room.imageUrl(image).then(setUrl, () => setFailed(true));
  }, [room, image]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        ask();
      },
      { rootMargin: '400px' },
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [ask]);

  const onError = useCallback(() => {
    if (tries.current < 2) ask();
    else setFailed(true);
  }, [ask]);

  return { url, failed, frame, onError };
}
