/** The part of `document` that is used. */
type PageLike = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

/**
 * Asks for the pictures of those who are seen, and of nobody while the page itself is out of sight; sound comes all the same.
 * `members` null: everybody's, seen or not. Returns a function that ends it.
 */
export function watchSeen(
  call: { watchOnly(members: readonly string[] | null): void },
  members: readonly string[] | null,
  page: PageLike,
): () => void {
  const ask = () => call.watchOnly(page.hidden && members !== null ? [] : members);
  ask();
  page.addEventListener('visibilitychange', ask);
  return () => page.removeEventListener('visibilitychange', ask);
}
