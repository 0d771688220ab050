import { kept } from '../room/storage.ts';

const KEY = 'parley.ring';

/** Whether calls are heard in this browser. */
export const ringSound = {
  get: (): boolean => kept.getItem(KEY) !== 'off',
  set: (on: boolean): void => (on ? kept.removeItem(KEY) : kept.setItem(KEY, 'off')),
};

/** Two notes, Hz, and when they begin within one ring, seconds. */
const NOTES = [
  { pitch: 659.3, at: 0 },
  { pitch: 784, at: 0.22 },
  { pitch: 659.3, at: 0.44 },
] as const;
const NOTE_SECONDS = 0.2;
/** ms from one ring to the next. */
const AGAIN = 2_400;
/** Of 1: loud enough to be heard, soft enough for a headset. */
const LOUDNESS = 0.12;

function ringOnce(context: AudioContext): void {
  for (const { pitch, at } of NOTES) {
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
    oscillator.start(begin);
    oscillator.stop(begin + NOTE_SECONDS);
  }
}

/** Rings until the function that it returns is called. Silent where the browser allows no sound yet. */
export function startRinging(): () => void {
  if (typeof AudioContext !== 'function') return () => undefined;
  const context = new AudioContext();
  const ring = () => {
    if (context.state === 'running') ringOnce(context);
  };
  // Before the first touch of the page browsers keep it suspended; then the dialog alone has to do.
  void context.resume().then(ring, () => undefined);
  const timer = setInterval(ring, AGAIN);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => undefined);
  };
}
