import { useEffect, useState } from 'react';
import { useIsHost, useRoom, useView } from '../room-context.tsx';

/** Seconds until you may write to everybody again; 0: now. By this machine's own clock: the server's may differ. */
export function useSlow(): number {
  const room = useRoom();
  const slow = useView((view) => view.slowSeconds);
  const isExempt = useIsHost();
  const [sentAt, setSentAt] = useState<number | null>(null);
  const [now, setNow] = useState(0);
  useEffect(
    () =>
      room.on('chat.sent', ({ by, to }) => {
        if (by !== room.state.self.id || to !== undefined) return;
        setSentAt(Date.now());
        setNow(Date.now());
      }),
    [room],
  );
  const left =
    isExempt || sentAt === null ? 0 : Math.max(0, Math.ceil((sentAt + slow * 1_000 - now) / 1_000));
  const isWaiting = left > 0;
  useEffect(() => {
    if (!isWaiting) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return left;
}
