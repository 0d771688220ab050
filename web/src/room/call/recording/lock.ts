/** Holds a name among the tabs of this browser; answers how to let go of it, null: another tab holds it. */
export function holdLock(name: string): Promise<(() => void) | null> {
  const { locks } = navigator;
  // Not there on pages that came over http; then one tab is taken to be all there are.
  if (locks === undefined) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    void locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((free) => resolve(() => free()));
      })
      .catch(() => resolve(null));
  });
}
