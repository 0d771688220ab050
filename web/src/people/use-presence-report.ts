import { useEffect } from 'react';
import { useInbox } from './inbox-context.ts';
import { PresenceWatch } from './presence-watch.ts';

const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Tells the others whether somebody is at this page: away while it is hidden or nothing is touched, back at once. */
export function usePresenceReport(): void {
  const inbox = useInbox();
  useEffect(() => {
    const watch = new PresenceWatch(
      {
        isVisible: () => !document.hidden,
        now: () => Date.now(),
        later: (check, ms) => {
          const timer = setTimeout(check, ms);
          return () => clearTimeout(timer);
        },
      },
      (presence) => inbox.setAway(presence === 'away'),
    );
    const touch = () => watch.touched();
    // Coming back to a page is a touch of it.
    const look = () => (document.hidden ? watch.look() : watch.touched());
    for (const name of TOUCHES) window.addEventListener(name, touch, { passive: true, capture: true });
    document.addEventListener('visibilitychange', look);
    return () => {
      watch.end();
      for (const name of TOUCHES) window.removeEventListener(name, touch, { capture: true });
      document.removeEventListener('visibilitychange', look);
    };
  }, [inbox]);
}
