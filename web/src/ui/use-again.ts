import { useEffect, useEffectEvent } from 'react';

/** ms from one try to the next where the server can't be reached. */
const AGAIN = 15_000;

/** As long as something failed for want of the network: tries it again now and then, and as soon as there is one. */
export function useAgain(isCut: boolean, again: () => void): void {
  const retry = useEffectEvent(again);
  useEffect(() => {
    if (!isCut) return;
    const onOnline = () => retry();
    const timer = setInterval(onOnline, AGAIN);
    window.addEventListener('online', onOnline);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', onOnline);
    };
  }, [isCut]);
}
