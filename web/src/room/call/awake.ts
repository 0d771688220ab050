/** The part of `document` that is used. */
type PageLike = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/**
 * Keeps the screen from going dark, until the function that it returns is called. Browsers give that up by themselves when the page
 * is out of sight: seen again it asks anew. `lock` undefined: this browser has none to give.
 */
export function keepAwake(page: PageLike, lock: Pick<WakeLock, 'request'> | undefined): () => void {
  let held: Promise<WakeLockSentinel | null> = Promise.resolve(null);
  const letGo = () => void held.then((sentinel) => sentinel?.release());
  const hold = () => {
    if (page.visibilityState !== 'visible' || lock === undefined) return;
    letGo();
    // Refused where the battery is low: then the screen goes dark as it always does.
    held = lock.request('screen').catch(() => null);
  };
  hold();
  page.addEventListener('visibilitychange', hold);
  return () => {
    page.removeEventListener('visibilitychange', hold);
    letGo();
  };
}
