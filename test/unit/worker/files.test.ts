import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOfParts } from '../../../src/platform/part-hash.ts';
import {
  FILE_PART_BYTES,
  fileName,
  fileType,
  isPlayable,
  partCount,
  partSize,
} from '../../../src/protocol/index.ts';
import { sourceOf } from '../../../src/worker/byte-source.ts';
import { type CopyCache, isCopied, readCopy } from '../../../src/worker/file-copies.ts';
import { contentDisposition } from '../../../src/worker/file-response.ts';
import { readChecksum, readMetadata, writeMetadata } from '../../../src/worker/tus.ts';

describe('a body is read in pieces of the wanted sizes', () => {
  const streamOf = (pieces: readonly Uint8Array[], kind: 'bytes' | 'any'): ReadableStream<Uint8Array> => {
    const left = pieces.map((piece) => piece.slice());
    if (kind === 'any')
      return new ReadableStream({
        pull(controller) {
          const next = left.shift();
          if (next === undefined) controller.close();
          else controller.enqueue(next);
        },
      });
    return new ReadableStream({
      type: 'bytes',
      pull(controller) {
        const next = left.shift();
        if (next !== undefined) return controller.enqueue(next);
        controller.close();
        controller.byobRequest?.respond(0);
      },
    });
  };

  test.each([['bytes'], ['any']] as const)('whatever comes, by a stream of %s', async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        async (pieces, wanted) => {
          const source = sourceOf(streamOf(pieces, kind));
          const got: number[] = [];
          for (let at = 0; ; at += 1) {
            const most = wanted[at % wanted.length] ?? 1;
            const piece = await source.next(most);
            if (typeof piece === 'string') {
              expect(piece).toBe('end');
              break;
            }
            expect(piece.byteLength).toBeGreaterThan(0);
            expect(piece.byteLength).toBeLessThanOrEqual(most);
            got.push(...piece);
          }
          expect(got).toEqual(pieces.flatMap((piece) => [...piece]));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a sender that goes away is no error', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('gone')),
    });
    const source = sourceOf(stream);
    expect(await source.next(10)).toBe('failed');
    source.release();
  });
});

describe('parts', () => {
  test('fill a file, all of one size but the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 * FILE_PART_BYTES }), (size) => {
        const sizes = Array.from({ length: partCount(size) }, (_, n) => partSize(size, n));
        expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(size);
        expect(sizes.slice(0, -1).every((one) => one === FILE_PART_BYTES)).toBe(true);
        expect(sizes.at(-1)).toBeGreaterThan(0);
      }),
    );
    expect(partCount(0)).toBe(0);
  });

  test('the hash of a whole is that of its one part, or of the hashes of its parts', async () => {
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
    const parts = [1, 2, 3].map((value) => new Uint8Array(10).fill(value));
    const hashes = parts.map((part) => hash(part).toString('base64url'));
    expect(await hashOfParts(hashes.slice(0, 1))).toBe(hashes[0]);
    expect(await hashOfParts(hashes)).toBe(hash(Buffer.concat(parts.map(hash))).toString('base64url'));
    expect(await hashOfParts(hashes.toReversed())).not.toBe(await hashOfParts(hashes));
  });
});

describe('names and types', () => {
  test.each([
    ['notes.txt', 'notes.txt'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\temp\\a.txt', 'C__temp_a.txt'],
    ['a:b*c?d"e<f>g|h.txt', 'a_b_c_d_e_f_g_h.txt'],
    ['12:30 ...', '12_30_'],
    ['.hidden', '.hidden'],
    ['NUL', '_NUL'],
    ['com1 .tar.gz', '_com1 .tar.gz'],
    ['console.txt', 'console.txt'],
    ['a\u202Etxt.exe', 'a_txt.exe'],
    ['a\nb\u0000.txt', 'a_b_.txt'],
    ['  padded  ', 'padded'],
    ['e\u0301.txt', 'é.txt'],
    ['..', '_'],
    ['\u200b', ''],
    ['', ''],
  ])('%j is kept as %j', (given, kept) => expect(fileName(given)).toBe(kept));

  test.each([
    ['Text/HTML; charset=utf-8', 'text/html'],
    ['video/mp4', 'video/mp4'],
    ['nonsense', 'application/octet-stream'],
    ['a/b\r\nset-cookie: x', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j is the type %j', (given, type) => expect(fileType(given)).toBe(type));

  test('nothing that can hold a page is played', () => {
    expect(
      ['text/html', 'image/svg+xml', 'application/pdf', 'application/octet-stream'].some(isPlayable),
    ).toBe(false);
    expect(['video/mp4', 'audio/mpeg', 'text/vtt'].every(isPlayable)).toBe(true);
  });
});

describe('Content-Disposition', () => {
  test.each([
    ['a b.txt', 'attachment; filename="a b.txt"'],
    ['naïve.txt', `attachment; filename="naive.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    ['100%.txt', `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
    ['"quoted"\\.txt', `attachment; filename="_quoted__.txt"; filename*=UTF-8''%22quoted%22%5C.txt`],
    ["it's (1).txt", `attachment; filename="it's (1).txt"`],
  ])('of %j', (name, header) => expect(contentDisposition('attachment', name)).toBe(header));

  test('gives any name back as it was, in ASCII alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name.isWellFormed()),
        (name) => {
          const header = contentDisposition('attachment', name);
          expect(header).toMatch(/^[\x20-\x7e]*$/);
          const extended = /filename\*=UTF-8''(\S+)$/.exec(header)?.[1];
          const plain = /^attachment; filename="([^"]*)"$/.exec(header)?.[1];
          expect(extended === undefined ? plain : decodeURIComponent(extended)).toBe(name);
        },
      ),
    );
  });
});

describe('headers of tus', () => {
  test('metadata comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
        ),
        (pairs) => {
          expect(Object.fromEntries(readMetadata(writeMetadata(pairs)) ?? [])).toEqual({ ...pairs });
        },
      ),
    );
    expect(readMetadata('filename')).toEqual(new Map([['filename', '']]));
    for (const wrong of ['a !!!', 'a YQ== b', 'a /w==']) expect(readMetadata(wrong)).toBeNull();
  });

  test('checksums are read in base64, and no other algorithms', () => {
    const base64 = createHash('sha256').update('x').digest('base64');
    expect(readChecksum(undefined)).toEqual({ ok: true, value: null });
    expect(readChecksum(`sha256 ${base64}`)).toEqual({
      ok: true,
      value: { algorithm: 'SHA-256', value: createHash('sha256').update('x').digest('base64url') },
    });
    expect(readChecksum('md5 AAAA')).toMatchObject({ error: { code: 'tus_unsupported' } });
    expect(readChecksum('sha256 AAAA')).toMatchObject({ error: { code: 'invalid' } });
    expect(readChecksum(`sha1 ${base64}`)).toMatchObject({ error: { code: 'invalid' } });
  });
});

describe('copies of what is played', () => {
  test('are made of films, and not of large ones', () => {
    expect(isCopied({ type: 'video/mp4', size: 134_217_728 })).toBe(true);
    expect(isCopied({ type: 'video/mp4', size: 134_217_729 })).toBe(false);
    expect(isCopied({ type: 'video/mp4', size: 0 })).toBe(false);
    expect(isCopied({ type: 'application/zip', size: 10 })).toBe(false);
  });

  /** A cache that answers everything with this. */
  const always = (status: number, headers: Record<string, string>) => {
    const asked: (string | null)[] = [];
    const answered: Response[] = [];
    const cache: CopyCache = {
      match: async (request) => {
        asked.push(new Request(request as Request).headers.get('range'));
        const response = new Response('0123456789', { status, headers });
        answered.push(response);
        return response as never;
      },
      put: () => Promise.reject(new Error('not asked for')),
    };
    const read = (range?: string) =>
      readCopy(cache, 'http://parley.test/copy', 10, new Headers(range === undefined ? {} : { range }));
    return { asked, answered, read };
  };

  test('are asked for by the very bytes that are wanted', async () => {
    const { asked, read } = always(206, { etag: '"e"', 'content-range': 'bytes 4-9/10' });
    expect(await read('bytes=-6')).toMatchObject({ size: 10, etag: '"e"', range: { offset: 4, length: 6 } });
    expect(await read('bytes=4-99')).toMatchObject({ range: { offset: 4, length: 6 } });
    expect(asked).toEqual(['bytes=4-9', 'bytes=4-9']);
    expect(await read('bytes=10-')).toBeNull();
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['the whole where a piece was asked for', 200, { etag: '"e"' }, 'bytes=4-9'],
    ['another piece', 206, { etag: '"e"', 'content-range': 'bytes 0-5/10' }, 'bytes=4-9'],
    [
      'a piece of something of another size',
      206,
      { etag: '"e"', 'content-range': 'bytes 4-9/11' },
      'bytes=4-9',
    ],
    [
      'a piece where the whole was asked for',
      206,
      { etag: '"e"', 'content-range': 'bytes 4-9/10' },
      undefined,
    ],
    ['something without a tag', 200, {}, undefined],
  ] as const)('that are %s are not taken', async (_, status, headers, range) => {
    const { answered, read } = always(status, headers);
    expect(await read(range)).toBeNull();
    expect(answered).toHaveLength(1);
    // Let go of, and not left to hang.
    expect((await answered[0]?.body?.getReader().read())?.done).toBe(true);
  });
});
