import { useEffect, useState } from 'react';

/** True while `is`, and for so many ms after. */
export function useLinger(is: boolean, ms: number): boolean {
  const [lingers, setLingers] = useState(false);
  useEffect(() => {
    if (is) {
      setLingers(true);
      return;
    }
    const timer = setTimeout(() => setLingers(false), ms);
    return () => clearTimeout(timer);
  }, [is, ms]);
  return is || lingers;
}
