import { useSyncExternalStore } from 'react';

const onFullscreen = (listener: () => void): (() => void) => {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
};

const current = (): HTMLElement | null => {
  const element = document.fullscreenElement;
  return element instanceof HTMLElement ? element : null;
};

/** What fills the screen: nothing outside of it is seen. null: nothing does. */
export const useFullscreen = (): HTMLElement | null => useSyncExternalStore(onFullscreen, current);
