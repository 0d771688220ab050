import { beforeEach, describe, expect, test } from 'vitest';
import {
  type ObjectStore,
  type PartStore,
  PartsGone,
  type WriteBytes,
} from '../../src/platform/object-store.ts';
import { bytesOf } from './pictures.ts';

const PART = 5_242_880;
const KEY = 'rooms/a/large';

const filled = (size: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(value);
const writing =
  (bytes: Uint8Array, piece = 1_000_000) =>
  async (write: WriteBytes): Promise<void> => {
    for (let at = 0; at < bytes.byteLength; at += piece) await write(bytes.slice(at, at + piece));
  };

/** What a room and the Worker count on in every object store that takes parts. */
export function describePartStore(name: string, make: () => ObjectStore & PartStore) {
  describe(`${name} keeps the contract of a store of parts`, () => {
    let store: ObjectStore & PartStore;
    let multipart: string;
    beforeEach(async () => {
      store = make();
      await store.delete(await store.list(''));
      multipart = await store.beginParts(KEY, 'video/mp4');
    });

    const put = async (number: number, bytes: Uint8Array, upload = multipart) => ({
      number,
      etag: await store.putPart({ key: KEY, multipart: upload, number }, bytes.byteLength, writing(bytes)),
    });
    const read = async () => {
      const object = await store.get(KEY, new Headers());
      return object === null || object.body === null
        ? null
        : { size: object.size, type: object.type, bytes: await bytesOf(object.body) };
    };

    test('puts parts together in their order, however they came', async () => {
      const [third, first, second] = [
        await put(3, filled(100, 3)),
        await put(1, filled(PART, 1)),
        await put(2, filled(PART, 2)),
      ];
      expect(await store.list('')).toEqual([]);
      expect(await store.completeParts(KEY, multipart, [first, second, third])).toBe('done');
      const object = await read();
      expect(object).toMatchObject({ size: 2 * PART + 100, type: 'video/mp4' });
      const { bytes = new Uint8Array() } = object ?? {};
      expect([bytes[0], bytes[PART - 1], bytes[PART], bytes[2 * PART], bytes.at(-1)]).toEqual([
        1, 1, 2, 3, 3,
      ]);
      // Whoever was killed before they knew does it again.
      expect(await store.completeParts(KEY, multipart, [first, second, third])).toBe('done');
    });

    test('a part that comes again takes the place of the first', async () => {
      const before = await put(1, filled(10, 1));
      const after = await put(1, filled(10, 2));
      if (before.etag !== after.etag)
        expect(await store.completeParts(KEY, multipart, [before])).toBe('mismatch');
      expect(await store.completeParts(KEY, multipart, [after])).toBe('done');
      expect((await read())?.bytes[0]).toBe(2);
    });

    test('keeps nothing of a part whose bytes break off, are too few, or too many', async () => {
      const place = { key: KEY, multipart, number: 1 };
      const failing = async (write: WriteBytes) => {
        await write(filled(50, 1));
        throw new Error('broke off');
      };
      await expect(store.putPart(place, 100, failing)).rejects.toThrow('broke off');
      await expect(store.putPart(place, 100, writing(filled(99, 1)))).rejects.toThrow();
      await expect(store.putPart(place, 100, writing(filled(101, 1)))).rejects.toThrow();
      expect(await store.completeParts(KEY, multipart, [{ number: 1, etag: 'none' }])).toBe('mismatch');
      expect(await store.list('')).toEqual([]);
    });

    test('takes no parts of different sizes', async () => {
      const parts = [
        await put(1, filled(PART, 1)),
        await put(2, filled(PART + 1, 2)),
        await put(3, filled(10, 3)),
      ];
      expect(await store.completeParts(KEY, multipart, parts)).toBe('mismatch');
    });

    test('gives up: nothing is left, and nothing more is taken', async () => {
      const part = await put(1, filled(10, 1));
      await store.abortParts(KEY, multipart);
      await store.abortParts(KEY, multipart);
      await expect(put(2, filled(10, 1))).rejects.toThrow(PartsGone);
      expect(await store.completeParts(KEY, multipart, [part])).toBe('gone');
      expect(await store.list('')).toEqual([]);
    });
  });
}
