import { useEffect, useRef } from 'react';
import { useRoom } from '../room-context.tsx';

/** ms after which it is said again that somebody still writes. */
const AGAIN = 3_000;

/** Tells those who will read it that something is being written. Nobody is told of a question to the hosts. */
export function useTyping(text: string, to: string | null, allowed: boolean): void {
  const room = useRoom();
  const said = useRef<{ at: number; to: string | null } | null>(null);
  useEffect(() => {
    const isTyping = text.trim() !== '' && allowed && to !== 'hosts';
    // Telling it may fail: the connection is away, or the right is gone. Then nobody misses anything.
    const tell = (typing: boolean, whom: string | null) =>
      void room.setTyping(typing, whom ?? undefined).catch(() => undefined);
    const before = said.current;
    if (before !== null && (!isTyping || before.to !== to)) {
      tell(false, before.to);
      said.current = null;
    }
    const now = Date.now();
    if (!isTyping || now - (said.current?.at ?? 0) < AGAIN) return;
    tell(true, to);
    said.current = { at: now, to };
  }, [room, text, to, allowed]);
}
