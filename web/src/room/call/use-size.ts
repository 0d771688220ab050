import { type RefObject, useLayoutEffect, useState } from 'react';

/** Width and height of an element that has no padding, in CSS pixels, as they change. */
export function useSize(element: RefObject<HTMLElement | null>): readonly [width: number, height: number] {
  const [size, setSize] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const look = () => setSize([current.clientWidth, current.clientHeight]);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
