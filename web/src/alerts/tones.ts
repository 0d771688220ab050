/* Short tones, made here: no file is loaded for them. */

/** Pitch in Hz, and when it begins within the tone, in seconds. */
interface Note {
  readonly pitch: number;
  readonly at: number;
}

/** What is heard for what; the later in this list, the more it is worth hearing when two come at once. */
export const TONES = {
  message: [{ pitch: 587.3, at: 0 }],
  join: [
    { pitch: 440, at: 0 },
    { pitch: 587.3, at: 0.12 },
  ],
  hand: [
    { pitch: 523.3, at: 0 },
    { pitch: 523.3, at: 0.16 },
  ],
  mention: [
    { pitch: 784, at: 0 },
    { pitch: 987.8, at: 0.1 },
    { pitch: 784, at: 0.2 },
  ],
} as const satisfies Readonly<Record<string, readonly Note[]>>;
export type Tone = keyof typeof TONES;
export const TONE_NAMES = Object.keys(TONES).filter((name): name is Tone => Object.hasOwn(TONES, name));

/** How long each note is heard, seconds. */
const NOTE_SECONDS = 0.2;
/** Of 1: loud enough to be heard, soft enough for a headset. */
const LOUDNESS = 0.12;

/** Plays notes once; `onEnd` when the last has faded. */
export function playNotes(context: AudioContext, notes: readonly Note[], onEnd?: () => void): void {
  for (const [index, { pitch, at }] of notes.entries()) {
    const begin = context.currentTime + at;
    const gain = context.createGain();
    gain.connect(context.destination);
    // Up and down softly: a note that is cut off clicks.
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
    gain.gain.linearRampToValueAtTime(0, begin + NOTE_SECONDS);
    const oscillator = context.createOscillator();
    oscillator.type = 'sine';
    oscillator.frequency.value = pitch;
    oscillator.connect(gain);
    if (onEnd !== undefined && index === notes.length - 1) oscillator.addEventListener('ended', onEnd);
    oscillator.start(begin);
    oscillator.stop(begin + NOTE_SECONDS);
  }
}

/** Plays a tone. Silent where the browser allows no sound yet; nothing is left open behind it. */
export function playTone(tone: Tone): void {
  // Before the first touch of the page browsers keep sound back, and would play all of it at that touch.
  if (typeof AudioContext !== 'function' || navigator.userActivation?.hasBeenActive === false) return;
  const context = new AudioContext();
  playNotes(context, TONES[tone], () => void context.close().catch(() => undefined));
}
