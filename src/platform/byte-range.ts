export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a Range header (RFC 9110, 14.1.2) against a size in bytes. 'whole': there is none, it asks for several ranges,
 * or it is not understood, and then the whole is the answer. 'unsatisfiable': it asks for what is not there (416).
 */
export function readRange(header: string | null, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const found = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '');
  if (found === null) return 'whole';
  const [, first = '', last = ''] = found;
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < offset) return 'whole';
  return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 };
}

/**
 * Whether a Range may be honoured: If-Range names the very object that is stored. Strong comparison, so a weak tag
 * never does, and neither does a date, of which we give none.
 */
export const isSameForRange = (ifRange: string | null, etag: string): boolean =>
  ifRange === null || ifRange.trim() === etag;
