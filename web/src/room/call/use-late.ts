import { useEffect, useState } from 'react';

/** True from so many ms after `is` has become true, for as long as it is. */
export function useLate(is: boolean, ms: number): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!is) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [is, ms]);
  return is && isLate;
}
