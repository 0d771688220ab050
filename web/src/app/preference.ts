import { useSyncExternalStore } from 'react';
import { kept } from '../room/storage.ts';

/** One of some values that this browser remembers, the same wherever it is shown. */
export interface Choice<T extends string> {
  get(): T;
  set(value: T): void;
  use(): readonly [value: T, set: (value: T) => void];
}

/** `standard`: what holds as long as nobody has chosen, or where what was kept is none of the values. */
export function choice<T extends string>(key: string, values: readonly T[], standard: T): Choice<T> {
  const listeners = new Set<() => void>();
  let now: T | null = null;
  const get = (): T => {
    const text = kept.getItem(key);
    now ??= values.find((value) => value === text) ?? standard;
    return now;
  };
  const set = (value: T): void => {
    now = value;
    kept.setItem(key, value);
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return { get, set, use: () => [useSyncExternalStore(subscribe, get), set] };
}

/** A switch that this browser remembers. */
export interface Preference {
  get(): boolean;
  set(on: boolean): void;
  use(): readonly [on: boolean, set: (on: boolean) => void];
}

export function preference(key: string, standard: boolean): Preference {
  const kind = choice(key, ['on', 'off'], standard ? 'on' : 'off');
  const set = (on: boolean): void => kind.set(on ? 'on' : 'off');
  return { get: () => kind.get() === 'on', set, use: () => [kind.use()[0] === 'on', set] };
}
