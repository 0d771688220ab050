import { type Preference, preference } from '../app/preference.ts';
import type { Tone } from './tones.ts';

/** Which tones are heard in this browser. */
export const heard: Readonly<Record<Tone, Preference>> = {
  join: preference('parley.sound.join', true),
  message: preference('parley.sound.message', true),
  mention: preference('parley.sound.mention', true),
  hand: preference('parley.sound.hand', true),
};

/** Whether calls are heard in this browser. */
export const ringing = preference('parley.ring', true);

/** Whether the system tells what happens while this tab is away; the browser has to allow it too. */
export const notifying = preference('parley.notify', false);
