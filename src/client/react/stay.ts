import { useEffect, useState } from 'react';
import { ParleyError } from '../http.ts';

/** What is opened for as long as a component is there. */
export interface Opening<T> {
  /** null while it is being opened, and where that failed. */
  readonly opened: T | null;
  /** Why it could not be opened. Once it is open, `state.connection` says what became of it. */
  readonly error: ParleyError | null;
}
const NOTHING: Opening<never> = { opened: null, error: null };

/**
 * Opens something by its options, and closes it when the component goes or the options are others. What options are the
 * same is told by `key`; null: nothing is opened.
 */
export function useOpened<K, T extends { close(): void }>(
  key: K | null,
  open: (key: K) => T | Promise<T>,
): Opening<T> {
  const [opening, setOpening] = useState<Opening<T> & { readonly key: K | null }>({ ...NOTHING, key });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `open` is new with each render; `key` says whether it opens something else.
  useEffect(() => {
    if (key === null) return;
    let isGone = false;
    let close = (): void => undefined;
    const begin = async (): Promise<void> => {
      // React's strict mode takes a component away and brings it back at once: nobody is to come in twice for that.
      await null;
      if (isGone) return;
      try {
        const opened = await open(key);
        close = () => opened.close();
        if (isGone) close();
        else setOpening({ opened, error: null, key });
      } catch (error) {
        if (!(error instanceof ParleyError)) throw error;
        if (!isGone) setOpening({ opened: null, error, key });
      }
    };
    void begin();
    return () => {
      isGone = true;
      close();
    };
  }, [key]);
  // Of other options, what was opened by those before is closed already.
  return opening.key === key ? opening : NOTHING;
}
