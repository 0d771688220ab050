import { useMemo, useRef, useSyncExternalStore } from 'react';

/** Something that can be watched: `state` is the same object until it changes. */
export interface Watched<S> {
  readonly state: S;
  readonly subscribe: (listener: () => void) => () => void;
}

/** The part that is all of it. */
export const whole = <S>(state: S): S => state;

/**
 * A part of a state; the component renders again when that part has changed. `select` may build what it returns, as long as
 * `isEqual` says when two of them are the same.
 */
export function useSelected<S, T>(
  watched: Watched<S>,
  select: (state: S) => T,
  isEqual: (one: T, other: T) => boolean,
): T {
  // What is shown: a part that is equal to it is not new, also where another function has picked it.
  const shown = useRef<{ readonly part: T } | null>(null);
  const read = useMemo(() => {
    let known: { readonly state: S; readonly part: T } | null = null;
    return (): T => {
      const { state } = watched;
      if (known?.state === state) return known.part;
      const picked = select(state);
      const before = known ?? shown.current;
      const part = before !== null && isEqual(before.part, picked) ? before.part : picked;
      known = { state, part };
      return part;
    };
  }, [watched, select, isEqual]);
  const part = useSyncExternalStore(watched.subscribe, read, read);
  shown.current = { part };
  return part;
}
