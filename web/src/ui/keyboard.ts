import { useMedia } from './use-media.ts';

/**
 * Where the first pointer is a finger, the keyboard lies on the screen. It is asked this way round because who works by keys alone
 * has no pointer at all, neither a fine one nor a coarse one.
 */
const FINGER = '(pointer: coarse)';

/** Whether keys can be pressed that do not lie on the screen: Enter sends there, and a focus covers nothing. */
export const hasKeyboard = (): boolean => !window.matchMedia(FINGER).matches;

/** As {@link hasKeyboard}, and again when another device is taken. */
export const useHasKeyboard = (): boolean => !useMedia(FINGER);
