import { type RefObject, useEffect } from 'react';
import { useCallSession } from './call-context.tsx';

/**
 * Whoever came into the call, or left it, by a key stood on a button that goes with it: its counterpart in this bar takes the
 * focus, or the first that can. `here`: the bar has it.
 */
export function useStanding(bar: RefObject<HTMLElement | null>, here: boolean): void {
  const session = useCallSession();
  useEffect(() => {
    const stood = here ? session.takeStood() : null;
    if (stood === null || (document.activeElement ?? document.body) !== document.body) return;
    const find = (which: string) => bar.current?.querySelector<HTMLElement>(`${which}:enabled`);
    (find(`[data-media="${stood}"]`) ?? find('button'))?.focus();
  }, [session, bar, here]);
}
