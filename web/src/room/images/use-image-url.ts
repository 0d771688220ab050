import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

interface ImageUrl {
  readonly url: string | null;
  readonly failed: boolean;
  /** Put it on the element that stands for the picture: its address is asked for when that comes near. */
  readonly frame: RefObject<HTMLButtonElement | null>;
  /** An address that no longer works is asked for anew, once. */
  onError(): void;
}

/** Asks for an address of a picture. */
export type AskUrl = (image: string) => Promise<string>;

/**
 * The address of a picture. Addresses are good for a while only, so they are asked for when the picture is shown. `askUrl`
 * must stay the same from one rendering to the next.
 */
export function useImageUrl(image: string, askUrl: AskUrl): ImageUrl {
  const frame = useRef<HTMLButtonElement>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const tries = useRef(0);

  const ask = useCallback(() => {
    tries.current += 1;
    askUrl(image).then(setUrl, () => setFailed(true));
  }, [askUrl, image]);

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
