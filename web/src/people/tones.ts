import { playNotes } from '../alerts/tones.ts';

/** One ring. */
const NOTES = [
  { pitch: 659.3, at: 0 },
  { pitch: 784, at: 0.22 },
  { pitch: 659.3, at: 0.44 },
] as const;
/** ms from one ring to the next. */
const AGAIN = 2_400;

/** Rings until the function that it returns is called. Silent where the browser allows no sound yet. */
export function startRinging(): () => void {
  if (typeof AudioContext !== 'function') return () => undefined;
  const context = new AudioContext();
  const ring = () => {
    if (context.state === 'running') playNotes(context, NOTES);
  };
  // Before the first touch of the page browsers keep it suspended; then the dialog alone has to do.
  void context.resume().then(ring, () => undefined);
  const timer = setInterval(ring, AGAIN);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => undefined);
  };
}
