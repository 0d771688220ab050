import { useSyncExternalStore } from 'react';

let open = false;
const listeners = new Set<() => void>();

function show(next: boolean): void {
  open = next;
  for (const listener of listeners) listener();
}

/** Opens the settings, from wherever on the page. */
export const openSettings = (): void => show(true);
export const closeSettings = (): void => show(false);

export const useSettingsOpen = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
