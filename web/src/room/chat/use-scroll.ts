import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Line } from './timeline.ts';

/** Pixels from the end within which a reader counts as reading the newest. */
const NEAR = 80;

interface Scroll {
  readonly box: RefObject<HTMLElement | null>;
  /** False while something new stands below what is in sight. */
  readonly isAtEnd: boolean;
  toEnd(): void;
}

/**
 * Keeps the newest in sight for those who are at the end, and what is being read in place for those who are not: also
 * when earlier messages are put in before it.
 */
export function useScroll(lines: readonly Line[], unsent: number): Scroll {
  const box = useRef<HTMLElement>(null);
  const stick = useRef(true);
  const before = useRef<{
    first: string | undefined;
    last: string | undefined;
    unsent: number;
    height: number;
  }>({
    first: undefined,
    last: undefined,
    unsent: 0,
    height: 0,
  });
  const [unseen, setUnseen] = useState(false);

  const toEnd = useCallback(() => {
    stick.current = true;
    setUnseen(false);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, []);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onScroll = () => {
      stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      if (stick.current) setUnseen(false);
    };
    // Pictures that load and a keyboard that opens change heights, too.
    const watcher = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    watcher.observe(element);
    if (element.firstElementChild !== null) watcher.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', onScroll);
      watcher.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const first = lines.find((line) => line.kind === 'message')?.key;
    const last = lines.at(-1)?.key;
    const was = before.current;
    const prepended = was.first !== undefined && first !== was.first && last === was.last;
    const ownIsNew = unsent > was.unsent;
    if (stick.current || ownIsNew) toEnd();
    else if (prepended) element.scrollTop += element.scrollHeight - was.height;
    else if (last !== was.last) setUnseen(true);
    before.current = { first, last, unsent, height: element.scrollHeight };
  }, [lines, unsent, toEnd]);

  return { box, isAtEnd: !unseen, toEnd };
}
