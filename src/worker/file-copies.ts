import { isSameForRange, readRange } from '../platform/byte-range.ts';
import type { FilePlace } from '../platform/file-rpc.ts';
import type { ObjectStore, StoredObject } from '../platform/object-store.ts';
import { isPlayable } from '../protocol/index.ts';

// A film is read in hundreds of pieces, by everybody who watches it, and each would come from where the bucket is. So the
// data centre that reads it keeps a copy. Who may read is asked of the room before any of this, each time: of a file that
// was removed, or for somebody who has left, nothing here is looked at.

/** What is needed of the platform's cache. */
export type CopyCache = Pick<Cache, 'match' | 'put'>;

/** Named, so that no request from outside is ever answered from it, as from the one that all of a zone share. */
const CACHE = 'parley-files';

/**
 * Bytes of the largest file that is copied: the platform lets the copying go on for 30 s after the answer that caused it,
 * which is enough at 4.3 MiB/s.
 */
const MOST = 134_217_728;

/** s for which a copy is kept. Nobody is given it once the file is removed, but for so long its bytes lie there. */
const KEPT_FOR = 3_600;

/**
 * ms between two copyings of one file by this instance of the Worker, whatever came of the first: where the cache keeps
 * nothing (as under workers.dev), each piece of a film would cost a reading of the whole.
 */
const AGAIN_AFTER = 600_000;
/** Copyings that are remembered. */
const REMEMBERED = 1_000;

/** Of these R2 answers without bytes, or says that it will not; it alone knows which. */
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Whether a file is one of which copies are kept: one that is played, and not too large. */
export const isCopied = ({ type, size }: Pick<FilePlace, 'type' | 'size'>): boolean =>
  isPlayable(type) && size > 0 && size <= MOST;

/** What a copy is found by: never an address that is answered. The host is ours, or the platform would look it up. */
const addressOf = (url: string, key: string): string =>
  new URL(`/copies/${encodeURIComponent(key)}`, url).href;

/** What was asked for, out of a copy. Null: there is none, or it is not to be answered from one. */
export async function readCopy(
  cache: CopyCache,
  address: string,
  size: number,
  headers: Headers,
): Promise<StoredObject | null> {
  if (CONDITIONS.some((name) => headers.has(name))) return null;
  const wanted = readRange(headers.get('range'), size);
  if (wanted === 'unsatisfiable') return null;
  const range = wanted === 'whole' ? null : wanted;
  const last = range === null ? 0 : range.offset + range.length - 1;
  const asked = range === null ? {} : { range: `bytes=${range.offset}-${last}` };
  const found = await cache.match(new Request(address, { headers: asked }));
  if (found === undefined) return null;
  const etag = found.headers.get('etag');
  const isWhatWasAsked =
    range === null
      ? found.status === 200
      : found.status === 206 &&
        found.headers.get('content-range') === `bytes ${range.offset}-${last}/${size}`;
  if (etag === null || !isWhatWasAsked || !isSameForRange(headers.get('if-range'), etag)) {
    await found.body?.cancel();
    return null;
  }
  return { size, type: null, etag, range, body: found.body };
}

/** When each copying was begun, by address. ms. */
const begun = new Map<string, number>();

/** Makes a copy, unless that was tried a moment ago. Its bytes pass through, and are not held. */
async function copy(cache: CopyCache, address: string, store: ObjectStore, key: string): Promise<void> {
  const now = Date.now();
  if (now - (begun.get(address) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER) return;
  if (begun.size >= REMEMBERED) begun.clear();
  begun.set(address, now);
  const whole = await store.get(key, new Headers());
  if (whole === null) return;
  const headers = {
    'content-length': String(whole.size),
    etag: whole.etag,
    'cache-control': `public, max-age=${KEPT_FOR}, immutable`,
  };
  await cache.put(address, new Response(whole.body, { headers }));
}

/**
 * Reads a file that the reader may have, from a copy where there is one. Null: the store does not have it either.
 * `later` does what is not waited for.
 */
export async function readNear(
  store: ObjectStore,
  request: Request,
  { key, type, size }: FilePlace & { readonly key: string },
  later: (work: Promise<void>) => unknown,
): Promise<StoredObject | null> {
  const { headers } = request;
  if (request.method !== 'GET' || !isCopied({ type, size })) return store.get(key, headers, size);
  const address = addressOf(request.url, key);
  let cache: CopyCache;
  try {
    cache = await caches.open(CACHE);
    const near = await readCopy(cache, address, size, headers);
    if (near !== null) return near;
  } catch {
    // A runtime of one's own may have no cache, and some say so only when it is used.
    return store.get(key, headers, size);
  }
  const found = await store.get(key, headers, size);
  // Nobody waits for it, and nothing depends on it.
  if (found !== null && found.body !== null) later(copy(cache, address, store, key).catch(() => undefined));
  return found;
}
