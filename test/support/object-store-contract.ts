import { beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../src/platform/object-store.ts';
import { bytesOf, pngOfBytes, streamOf } from './pictures.ts';

const bytes = pngOfBytes(20_000);
const SIZE = bytes.byteLength;
const KEY = 'rooms/a/one';

const headers = (fields: Record<string, string> = {}) => new Headers(fields);

/** What a room and the Worker count on in every object store. */
export function describeObjectStore(name: string, make: () => ObjectStore) {
  describe(`${name} keeps the contract of an object store`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = make();
      for (let keys = await store.list(''); keys.length > 0; keys = await store.list(''))
        await store.delete(keys);
    });

    const put = () => store.put(KEY, streamOf(bytes), SIZE, 'image/png');
    const read = async (fields: Record<string, string>, key = KEY) => {
      const object = await store.get(key, headers(fields));
      if (object === null) throw new Error('there is no such object');
      const { body, ...rest } = object;
      return { ...rest, bytes: body === null ? null : await bytesOf(body) };
    };

    test('gives back what a stream brought, byte by byte', async () => {
      await put();
      const object = await read({});
      expect(object).toMatchObject({ size: SIZE, type: 'image/png', range: null });
      expect(object.etag).toMatch(/^"[^"]+"$/);
      expect(object.bytes).toEqual(bytes);
    });

    test('takes bytes as well as a stream', async () => {
      await store.put(KEY, bytes, SIZE, 'image/png');
      expect((await read({})).bytes).toEqual(bytes);
    });

    test.each([
      ['fewer bytes than announced', () => streamOf(bytes.subarray(0, SIZE - 1))],
      ['more bytes than announced', () => streamOf(pngOfBytes(SIZE + 1))],
      ['a stream that fails', () => streamOf(bytes.subarray(0, 10_000), 4_096, true)],
      ['a stream that fails after the last byte', () => streamOf(bytes, 4_096, true)],
      ['too few bytes at once', () => bytes.subarray(1)],
      ['no bytes at all', () => streamOf(new Uint8Array())],
    ])('rejects %s and keeps nothing', async (_, body) => {
      await expect(store.put(KEY, body(), SIZE, 'image/png')).rejects.toThrow();
      expect(await store.get(KEY, headers())).toBeNull();
      expect(await store.list('')).toEqual([]);
    });

    test('answers null for what is not there, with and without a range', async () => {
      expect(await store.get('rooms/a/none', headers())).toBeNull();
      expect(await store.get('rooms/a/none', headers({ range: 'bytes=0-1' }))).toBeNull();
    });

    test.each([
      ['bytes=0-0', 0, 1],
      ['bytes=10-19', 10, 10],
      [`bytes=${SIZE - 1}-`, SIZE - 1, 1],
      ['bytes=19000-1000000', 19_000, 1_000],
      ['bytes=-5', SIZE - 5, 5],
      ['bytes=-1000000', 0, SIZE],
    ])('gives the part that "%s" asks for', async (range, offset, length) => {
      await put();
      const part = await read({ range });
      expect(part).toMatchObject({ size: SIZE, type: 'image/png', range: { offset, length } });
      expect(part.bytes).toEqual(bytes.slice(offset, offset + length));
    });

    test('gives the same to whoever knows its size', async () => {
      await put();
      const { etag } = await read({});
      const asked = [
        { range: 'bytes=10-19' },
        { range: 'bytes=-5' },
        { range: `bytes=${SIZE}-` },
        { range: 'bytes=10-19', 'if-match': '"other"' },
        { range: 'bytes=10-19', 'if-range': '"other"' },
        { range: 'bytes=10-19', 'if-range': etag },
        {},
      ];
      for (const fields of asked) {
        const object = await store.get(KEY, headers(fields), SIZE);
        const { body, ...rest } = object ?? { body: null };
        const known = { ...rest, bytes: body === null ? null : await bytesOf(body) };
        expect(known, JSON.stringify(fields)).toEqual(await read(fields));
      }
      expect(await store.get('rooms/a/none', headers({ range: 'bytes=0-1' }), SIZE)).toBeNull();
    });

    test.each(['bytes=0-1,5-6', 'bytes=5-1', 'bytes=-', 'lines=0-1', `bytes=${SIZE}-`, 'bytes=-0'])(
      'gives the whole where "%s" names no one part of it',
      async (range) => {
        await put();
        const object = await read({ range });
        expect(object.range).toBeNull();
        expect(object.bytes?.byteLength).toBe(SIZE);
      },
    );

    test('makes no body for somebody who has it already', async () => {
      await put();
      const { etag } = await read({});
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        expect(await read({ 'if-none-match': tags }), tags).toMatchObject({ size: SIZE, etag, bytes: null });
      }
      expect((await read({ 'if-none-match': '"other"' })).bytes).toEqual(bytes);
      expect((await read({ 'if-none-match': etag, range: 'bytes=0-9' })).bytes).toBeNull();
    });

    test('makes no body for somebody who wants another one', async () => {
      await put();
      const { etag } = await read({});
      expect((await read({ 'if-match': '"other"' })).bytes).toBeNull();
      expect((await read({ 'if-match': '"other"', range: 'bytes=0-9' })).bytes).toBeNull();
      expect((await read({ 'if-match': etag })).bytes).toEqual(bytes);
    });

    test('goes by the time where no tag is named', async () => {
      await put();
      const before = new Date(Date.now() - 3_600_000).toUTCString();
      const after = new Date(Date.now() + 3_600_000).toUTCString();
      expect((await read({ 'if-modified-since': after })).bytes).toBeNull();
      expect((await read({ 'if-modified-since': before })).bytes).toEqual(bytes);
      expect((await read({ 'if-unmodified-since': before })).bytes).toBeNull();
      expect((await read({ 'if-unmodified-since': after })).bytes).toEqual(bytes);
    });

    test('gives a part only of the object that If-Range names', async () => {
      await put();
      const { etag } = await read({});
      const range = 'bytes=10-19';
      expect((await read({ range, 'if-range': etag })).range).toEqual({ offset: 10, length: 10 });
      for (const other of ['"other"', `W/${etag}`, new Date().toUTCString()]) {
        expect(await read({ range, 'if-range': other }), other).toMatchObject({ range: null, bytes });
      }
    });

    test('removes what it is told to, and minds nothing that is not there', async () => {
      await put();
      await store.put('rooms/a/two', bytes, SIZE, 'image/png');
      await store.delete([KEY, 'rooms/a/none']);
      await store.delete([]);
      expect(await store.list('')).toEqual(['rooms/a/two']);
    });

    test('lists by prefix', async () => {
      for (const key of ['rooms/a/1', 'rooms/a/2', 'rooms/ab/1', 'rooms/b/1']) {
        await store.put(key, new Uint8Array([1]), 1, 'image/png');
      }
      expect(await store.list('rooms/a/')).toEqual(['rooms/a/1', 'rooms/a/2']);
      expect(await store.list('rooms/c/')).toEqual([]);
    });

    test('removes more than a thousand at once, a thousand listed at a time', {
      timeout: 30_000,
    }, async () => {
      const keys = Array.from({ length: 1_001 }, (_, index) => `rooms/a/${index}`);
      for (let from = 0; from < keys.length; from += 50) {
        await Promise.all(
          keys.slice(from, from + 50).map((key) => store.put(key, new Uint8Array([1]), 1, 'image/png')),
        );
      }
      expect(await store.list('rooms/a/')).toHaveLength(1_000);
      await store.delete(keys);
      expect(await store.list('rooms/a/')).toEqual([]);
    });
  });
}
