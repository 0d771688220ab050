import type { StoredObject } from '../platform/object-store.ts';
import type { ImageType } from '../protocol/index.ts';
import { storedHeaders, storedResponse } from './stored-response.ts';

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

/**
 * A picture as an HTTP response: 200, 206, 304, 412 or 416. The bytes never change, so the reader's own cache may keep
 * them for so many seconds, and no other one: what is deleted must not live on there. `crossOrigin`: pages of other origins
 * may show them.
 */
export function pictureResponse(
  request: Request,
  { id, type, stored }: Picture,
  { crossOrigin, maxAge }: { readonly crossOrigin: boolean; readonly maxAge: number },
): Response {
  const cacheControl = `private, max-age=${maxAge}, immutable`;
  return storedResponse(request, stored, storedHeaders(stored.etag, { crossOrigin, cacheControl }), {
    'content-type': type,
    'content-disposition': `inline; filename="${id}.${EXTENSIONS[type]}"`,
  });
}
