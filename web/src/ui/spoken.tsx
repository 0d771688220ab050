import { type ReactNode, useCallback, useState } from 'react';

/** Where texts are read aloud to screen readers, seen by nobody, and what has one read there. */
export function useSpoken(): [place: ReactNode, speak: (text: string) => void] {
  const [{ text, turn }, setSpoken] = useState({ text: '', turn: 0 });
  const speak = useCallback(
    (next: string) => setSpoken((before) => ({ text: next, turn: before.turn + 1 })),
    [],
  );
  const place = (
    <p role="log" aria-live="polite" className="sr-only">
      {/* The same text once more is another one. */}
      <span key={turn}>{text}</span>
    </p>
  );
  return [place, speak];
}
