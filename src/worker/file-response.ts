import type { StoredObject } from '../platform/object-store.ts';
import { isPlayable } from '../protocol/index.ts';
import { storedHeaders, storedResponse } from './stored-response.ts';

/** Characters that may stand unescaped in `filename*` (RFC 8187, attr-char). */
const ATTRIBUTE = /[A-Za-z0-9!#$&+.^_`|~-]/;
const encoder = new TextEncoder();

const extended = (name: string): string =>
  Array.from(name, (character) =>
    ATTRIBUTE.test(character) && character.length === 1
      ? character
      : Array.from(
          encoder.encode(character),
          (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        ).join(''),
  ).join('');

/** A page of ours may take it for a picture, a film or a sound, and for nothing else. */
const isHarmless = (type: string): boolean =>
  isPlayable(type) || (type.startsWith('image/') && !type.endsWith('xml'));

/** What older readers get: ASCII, without what would end the quotes or be taken for an escape. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_');

/** Content-Disposition with the real name, in any script (RFC 6266). */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const fallback = `${kind}; filename="${plain(name)}"`;
  return plain(name) === name ? fallback : `${fallback}; filename*=UTF-8''${extended(name)}`;
}

/** What a file without bytes is: it has no object in the store. */
export const emptyObject = (): StoredObject => ({
  size: 0,
  type: null,
  etag: '"empty"',
  range: null,
  body: new ReadableStream({ start: (controller) => controller.close() }),
});

export interface FileShown {
  readonly name: string;
  readonly type: string;
  readonly stored: StoredObject;
  /** For a player in a page, where the type is one that is only ever played. */
  readonly inline: boolean;
}

/**
 * A file as an HTTP response: 200, 206, 304, 412 or 416. To be saved, never shown as a page: whatever is in it, it has no
 * rights. The reader's own cache asks each time whether it is still there.
 */
export function fileResponse(
  request: Request,
  { name, type, stored, inline }: FileShown,
  { crossOrigin }: { readonly crossOrigin: boolean },
): Response {
  const kind = inline && isPlayable(type) ? 'inline' : 'attachment';
  const headers = storedHeaders(stored.etag, { crossOrigin, cacheControl: 'private, no-cache' });
  return storedResponse(request, stored, headers, {
    // Not as the script or style that its sender says it is: those a page of this origin would run, saved or not.
    'content-type': isHarmless(type) ? type : 'application/octet-stream',
    'content-disposition': contentDisposition(kind, name),
  });
}
