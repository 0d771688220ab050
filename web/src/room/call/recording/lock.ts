const nameOf = (key: string): string => `parley.recording/${key}`;

/** Holds a recording among the tabs of this browser; answers how to let go of it, null: another tab holds it. */
export function holdLock(key: string): Promise<(() => void) | null> {
  const { locks } = navigator;
  // Not there on pages that came over http; those can't record either.
  if (locks === undefined) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    void locks
      .request(nameOf(key), { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((free) => resolve(() => free()));
      })
      .catch(() => resolve(null));
  });
}

/** Tells of a recording whether a tab holds it at this moment. */
export async function heldLocks(): Promise<(key: string) => boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const names = new Set(held.map(({ name }) => name));
  return (key) => names.has(nameOf(key));
}
