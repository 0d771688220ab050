import { useEffect, useRef, useState } from 'react';
import { useRoom, useView } from '../../room/room-context.tsx';

/** ms between two times that the group is told: it need not know of each message. */
const PAUSE = 2_000;

/** Tells the group up to where it has been read, as long as it can be seen. */
export function useGroupRead(): void {
  const room = useRoom();
  const newest = useView((view) => view.messages.at(-1)?.seq ?? 0);
  const isOnline = useView((view) => view.connection.status === 'online');
  const toldAt = useRef(0);
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  useEffect(() => {
    if (newest === 0 || !isVisible || !isOnline) return;
    const tell = () => {
      toldAt.current = Date.now();
      room.send('group.read', { upTo: newest }).catch(() => undefined);
    };
    const timer = setTimeout(tell, Math.max(0, toldAt.current + PAUSE - Date.now()));
    return () => clearTimeout(timer);
  }, [room, newest, isVisible, isOnline]);
}
