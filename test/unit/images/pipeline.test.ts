import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Digest } from '../../../src/platform/digest.ts';
import { storeImage, type Upload } from '../../../src/platform/image-pipeline.ts';
import { readDeclared, readDimensions, sniffType } from '../../../src/platform/image-type.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import {
  joined,
  jpegWith,
  pictures,
  png,
  pngOf,
  pngOfBytes,
  streamOf,
  svg,
  TURNED,
} from '../../support/pictures.ts';

const LIMIT = 10_485_760;
const KEY = 'rooms/r/k';

function nodeDigest(): Digest {
  const hash = createHash('sha256');
  return { update: (chunk) => void hash.update(chunk), finish: () => hash.digest('base64url') };
}

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

const send = (body: Uint8Array | ReadableStream<Uint8Array>, more: Partial<Upload> = {}) =>
  storeImage({
    store,
    key: KEY,
    body,
    size: body instanceof Uint8Array ? body.byteLength : 0,
    declaredType: null,
    limitBytes: LIMIT,
    digest: nodeDigest,
    ...more,
  });

/** Refused with this code, and nothing is left in the store. */
async function expectRefusal(sent: ReturnType<typeof send>, code: string, detail?: string) {
  const outcome = await sent;
  expect(outcome).toMatchObject({ ok: false, error: { code, ...(detail === undefined ? {} : { detail }) } });
  expect(store.objects.size).toBe(0);
}

describe('a picture is stored', () => {
  test.each(Object.entries(pictures))('%s, from a stream and from bytes', async (type, bytes) => {
    const meta = { type, size: bytes.byteLength, width: 4, height: 2, hash: nodeHash(bytes) };
    expect(await send(bytes)).toEqual({ ok: true, value: meta });
    store.objects.clear();
    expect(await send(streamOf(bytes, 7), { size: bytes.byteLength, declaredType: type })).toEqual({
      ok: true,
      value: meta,
    });
    expect(store.objects.get(KEY)).toMatchObject({ bytes, type });
  });

  test('of many pieces, byte by byte', async () => {
    const bytes = pngOfBytes(1_000_000);
    const outcome = await send(streamOf(bytes, 4_096), { size: bytes.byteLength });
    expect(outcome).toMatchObject({ ok: true, value: { size: 1_000_000, hash: nodeHash(bytes) } });
    expect(nodeHash(store.objects.get(KEY)?.bytes ?? new Uint8Array())).toBe(nodeHash(bytes));
  });

  test('and a photo that lies on its side has the dimensions it is shown with', async () => {
    expect(await send(jpegWith(0xe1, TURNED))).toMatchObject({ ok: true, value: { width: 2, height: 4 } });
  });

  test('and a photo with a long preview before its dimensions is read on', async () => {
    const preview = new Uint8Array(60_000);
    const bytes = jpegWith(0xe2, preview, preview, preview);
    expect(await send(streamOf(bytes), { size: bytes.byteLength })).toMatchObject({
      ok: true,
      value: { width: 4 },
    });
  });

  test('exactly as large as allowed', async () => {
    expect(await send(png, { limitBytes: png.byteLength })).toMatchObject({ ok: true });
  });

  test.each([
    ['image/png; charset=binary', png],
    ['IMAGE/PNG', png],
    ['application/octet-stream', png],
    ['image/*', png],
    ['image/jpg', pictures['image/jpeg']],
  ])('declared as %s', async (declaredType, bytes) => {
    expect(await send(bytes, { declaredType })).toMatchObject({ ok: true });
  });
});

describe('a file that lies is refused', () => {
  test.each([
    ['SVG', svg],
    ['SVG behind a byte order mark', joined(new Uint8Array([0xef, 0xbb, 0xbf]), svg)],
    ['HTML', new TextEncoder().encode(`<!doctype html><script>alert(1)</script>${' '.repeat(100)}`)],
    ['PDF', new TextEncoder().encode(`%PDF-1.7${' '.repeat(100)}`)],
    ['HEIC', heif('heic', ['mif1', 'heic'])],
    ['MP4', heif('isom', ['avc1', 'avif'])],
    ['a RIFF file that is a sound', new TextEncoder().encode(`RIFF0000WAVEfmt ${' '.repeat(100)}`)],
    [
      'a PNG without a header chunk',
      joined(png.subarray(0, 12), new TextEncoder().encode('IDAT'), png.subarray(16)),
    ],
    ['a JPEG without dimensions', joined(pictures['image/jpeg'].subarray(0, 3), new Uint8Array(300_000))],
    ['an AVIF without dimensions', joined(pictures['image/avif'].subarray(0, 28), new Uint8Array(100))],
    ['nothing', new Uint8Array()],
  ])('%s', async (_, bytes) => {
    await expectRefusal(send(bytes), 'image_type');
    await expectRefusal(send(streamOf(bytes), { size: bytes.byteLength }), 'image_type');
  });

  test('whose Content-Type is that of another kind of picture', async () => {
    await expectRefusal(send(png, { declaredType: 'image/jpeg' }), 'image_type', 'the bytes are image/png');
  });

  test.each(['image/svg+xml', 'text/html', 'multipart/form-data; boundary=x'])(
    'whose Content-Type is %s',
    async (declaredType) => {
      await expectRefusal(send(png, { declaredType }), 'image_type', 'Content-Type');
    },
  );

  test.each([
    [0, 10],
    [10, 0],
    [30_001, 1],
    [10_001, 10_000],
    [4_294_967_295, 4_294_967_295],
  ])('with dimensions of %i × %i', async (width, height) => {
    await expectRefusal(send(pngOf(width, height)), 'image_type', `${width} × ${height} pixels`);
  });

  test('with the largest dimensions that are taken, it is not', async () => {
    expect(await send(pngOf(10_000, 10_000))).toMatchObject({ ok: true });
  });
});

describe('an upload that goes wrong leaves nothing', () => {
  const large = pngOfBytes(500_000);

  test('too large: nothing of it is read', async () => {
    const pull = vi.fn();
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    await expectRefusal(send(body, { size: LIMIT + 1 }), 'image_too_large');
    expect(pull).not.toHaveBeenCalled();
  });

  test.each([
    ['fewer bytes than announced', () => streamOf(large.subarray(0, 499_999))],
    ['one more byte than announced', () => streamOf(joined(large, new Uint8Array(1)))],
    ['a broken connection in the middle', () => streamOf(large.subarray(0, 250_000), 16_384, true)],
    ['a broken connection in the header', () => streamOf(large.subarray(0, 20), 4, true)],
    ['a broken connection after the last byte', () => streamOf(large, 16_384, true)],
    ['an end in the header', () => streamOf(large.subarray(0, 20))],
    ['an end before the type is known', () => streamOf(large.subarray(0, 3))],
    ['an end before the first byte', () => streamOf(new Uint8Array())],
  ])('%s', async (_, body) => {
    await expectRefusal(send(body(), { size: large.byteLength }), 'image_broken_off');
  });

  test('a JPEG that ends before its dimensions', async () => {
    const bytes = jpegWith(0xe2, new Uint8Array(60_000));
    await expectRefusal(
      send(streamOf(bytes.subarray(0, 30_000)), { size: bytes.byteLength }),
      'image_broken_off',
    );
  });

  test('more bytes than announced in one piece with the header', async () => {
    await expectRefusal(send(png, { size: png.byteLength - 1 }), 'image_broken_off');
  });

  test('a sender who falls silent', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(large.slice(0, 1_000)),
    });
    await expectRefusal(send(body, { size: large.byteLength, timeoutMs: 50 }), 'image_broken_off');
  });

  test('what a store keeps in spite of an abort is deleted', async () => {
    vi.spyOn(store, 'put').mockImplementation(async (key, body) => {
      store.objects.set(key, { bytes: new Uint8Array(), etag: '"x"', type: '', storedAt: 0 });
      if (!(body instanceof Uint8Array)) for await (const _ of body);
    });
    await expectRefusal(
      send(streamOf(large.subarray(0, 400_000)), { size: large.byteLength }),
      'image_broken_off',
    );
  });

  test.each(['before it reads', 'after some bytes'])(
    'a store that fails %s is a fault and no refusal',
    async (when) => {
      vi.spyOn(store, 'put').mockImplementation(async (_key, body) => {
        if (when === 'after some bytes' && !(body instanceof Uint8Array)) {
          const reader = body.getReader();
          await reader.read();
        }
        throw new Error('the store is down');
      });
      await expect(send(streamOf(large), { size: large.byteLength })).rejects.toThrow('the store is down');
    },
  );
});

describe('reading headers', () => {
  test('AVIF is told by its brands', () => {
    expect(sniffType(heif('avis', ['msf1']))).toBe('image/avif');
    expect(sniffType(heif('mif1', ['miaf', 'avif']))).toBe('image/avif');
    expect(sniffType(heif('mif1', ['miaf', 'heic']))).toBeNull();
    // Behind the box it is no brand.
    expect(sniffType(joined(heif('mif1', ['miaf']), new TextEncoder().encode('avif')))).toBeNull();
  });

  test('of an AVIF made of tiles the whole counts', () => {
    const ispe = (width: number, height: number) => box('ispe', u32(0), u32(width), u32(height));
    const properties = box('iprp', box('ipco', ispe(64, 64), ispe(640, 480), ispe(16, 12)));
    const bytes = joined(
      heif('avif', ['mif1']),
      box('meta', u32(0), box('pitm', u32(0), u32(1)), properties),
    );
    expect(readDimensions('image/avif', bytes)).toEqual({ width: 640, height: 480 });
  });

  test.each([
    ['AVIF boxes without end', 'image/avif', joined(heif('avif', []), manyBoxes())],
    [
      'a JPEG without a marker',
      'image/jpeg',
      joined(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), new Uint8Array(262_000)),
    ],
  ] as const)('%s take less than a second', (_, type, bytes) => {
    const start = performance.now();
    readDimensions(type, bytes);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('a view into a larger buffer is not read past its end', () => {
    const whole = joined(new Uint8Array(100), png, new Uint8Array(100));
    expect(readDimensions('image/png', whole.subarray(100, 100 + png.byteLength))).toEqual({
      width: 4,
      height: 2,
    });
    expect(readDimensions('image/png', whole.subarray(100, 118))).toBeNull();
  });

  test('what a Content-Type claims', () => {
    expect(readDeclared(null)).toBe('any');
    expect(readDeclared('image/avif')).toBe('image/avif');
    expect(readDeclared('image/tiff')).toBeNull();
  });
});

function nodeHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function box(name: string, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = joined(...content);
  return joined(u32(8 + body.byteLength), new TextEncoder().encode(name), body);
}

function heif(major: string, compatible: readonly string[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  return box('ftyp', text.encode(major), u32(0), ...compatible.map((brand) => text.encode(brand)));
}

/** As many boxes as the longest header holds: a reader that looks from each of them to the end is slow. */
function manyBoxes(): Uint8Array {
  const ispe = box('ispe', u32(0), u32(1), u32(1));
  return box('meta', u32(0), box('iprp', box('ipco', ...Array.from({ length: 3_200 }, () => ispe))));
}
