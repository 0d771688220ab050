import { isSameForRange, readRange } from '../platform/byte-range.ts';
import type { StoredObject } from '../platform/object-store.ts';
import { problem } from '../platform/problem.ts';
import { refuse } from '../protocol/index.ts';

/** The store made no body because of a precondition: which one was it? If-Match comes before If-None-Match (RFC 9110, 13.2.2). */
function isUnchanged(request: Headers, etag: string): boolean {
  const tags = (header: string | null) =>
    (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  const match = request.get('if-match');
  if (match !== null && match.trim() !== '*' && !tags(match).includes(etag)) return false;
  return request.has('if-none-match') || request.has('if-modified-since');
}

/** What is said of stored bytes whatever they are: nothing in them can run, whatever a browser takes them for. */
export const storedHeaders = (
  etag: string,
  { crossOrigin, cacheControl }: { readonly crossOrigin: boolean; readonly cacheControl: string },
): Headers =>
  new Headers({
    etag,
    'cache-control': cacheControl,
    'accept-ranges': 'bytes',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': crossOrigin ? 'cross-origin' : 'same-origin',
  });

/** Lets go of what won't be sent. */
const release = (stored: StoredObject): void => {
  stored.body?.cancel().catch(() => {});
};

/**
 * What the store gave as an HTTP response: 200, 206, 304, 412 or 416. `headers` are those of `storedHeaders`; `about` those
 * of the bytes, which go with them only.
 */
export function storedResponse(
  request: Request,
  stored: StoredObject,
  headers: Headers,
  about: Readonly<Record<string, string>>,
): Response {
  if (stored.body === null) {
    return isUnchanged(request.headers, stored.etag)
      ? new Response(null, { status: 304, headers })
      : problem(refuse('precondition_failed'));
  }
  for (const [name, value] of Object.entries(about)) headers.set(name, value);
  const { size, range } = stored;
  const isHead = request.method === 'HEAD';
  const isBehindTheEnd = readRange(request.headers.get('range'), size) === 'unsatisfiable';
  // With If-Range of something else the Range counts for nothing.
  if (!isHead && isBehindTheEnd && isSameForRange(request.headers.get('if-range'), stored.etag)) {
    release(stored);
    return problem(refuse('range_unsatisfiable'), { 'content-range': `bytes */${size}` });
  }
  if (isHead) release(stored);
  if (isHead || range === null) {
    headers.set('content-length', String(size));
    return new Response(isHead ? null : stored.body, { status: 200, headers });
  }
  headers.set('content-range', `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`);
  headers.set('content-length', String(range.length));
  return new Response(stored.body, { status: 206, headers });
}
