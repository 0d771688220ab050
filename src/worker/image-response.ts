import { readRange } from '../platform/byte-range.ts';
import type { StoredObject } from '../platform/object-store.ts';
import { problem } from '../platform/problem.ts';
import { type ImageType, refuse } from '../protocol/index.ts';

const EXTENSIONS: Readonly<Record<ImageType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
};

export interface Picture {
  readonly id: string;
  readonly type: ImageType;
  readonly stored: StoredObject;
}

/** The store made no body because of a precondition: which one was it? If-Match comes before If-None-Match (RFC 9110, 13.2.2). */
function isUnchanged(request: Headers, etag: string): boolean {
  const tags = (header: string | null) =>
    (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  const match = request.get('if-match');
  if (match !== null && match.trim() !== '*' && !tags(match).includes(etag)) return false;
  return request.has('if-none-match') || request.has('if-modified-since');
}

/**
 * A picture as an HTTP response: 200, 206, 304, 412 or 416. The bytes never change, so the reader's own cache may keep
 * them for so many seconds, and no other one: what is deleted must not live on there; nothing in them can run, whatever a browser takes them for. `crossOrigin`: pages
 * of other origins may show them.
 */
export function pictureResponse(
  request: Request,
  { id, type, stored }: Picture,
  { crossOrigin, maxAge }: { readonly crossOrigin: boolean; readonly maxAge: number },
): Response {
  const headers = new Headers({
    etag: stored.etag,
    'cache-control': `private, max-age=${maxAge}, immutable`,
    'accept-ranges': 'bytes',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': crossOrigin ? 'cross-origin' : 'same-origin',
  });
  if (stored.body === null) {
    return isUnchanged(request.headers, stored.etag)
      ? new Response(null, { status: 304, headers })
      : problem(refuse('precondition_failed'));
  }
  headers.set('content-type', type);
  headers.set('content-disposition', `inline; filename="${id}.${EXTENSIONS[type]}"`);

  const { size, range } = stored;
  const isHead = request.method === 'HEAD';
  const isBehindTheEnd = readRange(request.headers.get('range'), size) === 'unsatisfiable';
  if (!isHead && isBehindTheEnd && !request.headers.has('if-range')) {
    return problem(refuse('range_unsatisfiable'), { 'content-range': `bytes */${size}` });
  }
  if (isHead || range === null) {
    headers.set('content-length', String(size));
    return new Response(isHead ? null : stored.body, { status: 200, headers });
  }
  headers.set('content-range', `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`);
  headers.set('content-length', String(range.length));
  return new Response(stored.body, { status: 206, headers });
}
