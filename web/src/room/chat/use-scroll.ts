import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** What is needed of a line. */
type Line = { readonly kind: string; readonly key: string };

/** Pixels from the end within which a reader counts as reading the newest. */
const NEAR = 80;

/** The first message and where it stood: where others are put in before it, it is to stand there again. */
interface Anchor {
  readonly row: Element;
  readonly top: number;
}

const topOf = (row: Element): number => row.getBoundingClientRect().top;

function anchorIn(box: Element): Anchor | null {
  // Lines that are no messages have no id.
  const row = box.querySelector('li[id]');
  return row === null ? null : { row, top: topOf(row) };
}

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
  }>({
    first: undefined,
    last: undefined,
    unsent: 0,
  });
  const anchor = useRef<Anchor | null>(null);
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
      anchor.current = anchorIn(element);
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
    else if (prepended && anchor.current !== null)
      element.scrollTop += topOf(anchor.current.row) - anchor.current.top;
    else if (last !== was.last) setUnseen(true);
    before.current = { first, last, unsent };
    anchor.current = anchorIn(element);
  }, [lines, unsent, toEnd]);

  return { box, isAtEnd: !unseen, toEnd };
}
