import { preference } from '../../app/preference.ts';

/** Your own picture is shown to you as in a mirror. */
export const mirror = preference('parley.mirror', true);
export const useMirror = mirror.use;

/** Keys alone do something while nothing is being written. */
export const shortcuts = preference('parley.shortcuts', true);
export const useShortcutsOn = shortcuts.use;
