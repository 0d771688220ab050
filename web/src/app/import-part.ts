/** Files that are here or on their way, by their address. Those that the page begins with are here: this runs out of them. */
const files = new Map<string, Promise<void>>();
for (const first of document.querySelectorAll<HTMLElement>('script[src], link[rel=modulepreload]'))
  files.set(addressOf(first.getAttribute('src') ?? first.getAttribute('href') ?? ''), Promise.resolve());

function addressOf(file: string): string {
  return new URL(file, new URL(import.meta.env.BASE_URL, location.href)).href;
}

/** Rejects where it does not come; it is asked for anew then. */
function bring(file: string): Promise<void> {
  const address = addressOf(file);
  const known = files.get(address);
  if (known !== undefined) return known;
  const coming = fetch(address).then(async (response) => {
    if (!response.ok) throw new TypeError(`unable to load ${address}: ${response.status}`);
    // To its end: what was cut off is not in the cache.
    await response.arrayBuffer();
  });
  files.set(address, coming);
  coming.catch(() => files.delete(address));
  return coming;
}

/**
 * Imports a part of the page once all files that it needs are in the browser's cache, where their names keep them for good.
 *
 * Every `import()` of the page is built to go this way. An import that failed for want of the network fails for as long as the
 * page lives in browsers until 2026 (https://github.com/whatwg/html/issues/6768), and so does all that needs one of its files: a
 * fetch can be tried again.
 */
export async function importPart<T>(load: () => Promise<T>, needed: readonly string[] = []): Promise<T> {
  await Promise.all(needed.map(bring));
  return await load();
}
