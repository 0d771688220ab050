import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomConnection, TransferProgress } from '../../../src/client/index.ts';
import { begin, bytesOf, end, type FileServer, isSame, soon } from './fake-files.ts';

let server: FileServer;
let room: RoomConnection;
beforeEach(async () => {
  ({ server, room } = await begin());
});
afterEach(end);

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a download', () => {
  test('tells how far it is, and goes on where it broke off', async () => {
    const bytes = bytesOf(3_000_000);
    const info = server.has('a.bin', bytes);
    let isWhole = false;
    server.after = () => {
      if (isWhole) return undefined;
      isWhole = true;
      const half = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.subarray(0, 1_000_000)),
        pull: (controller) => controller.error(new TypeError('reset')),
      });
      return new Response(half, { headers: { etag: `"${info.hash}"` } });
    };
    const told: TransferProgress[] = [];
    const onProgress = (progress: TransferProgress) => told.push(progress);
    const blob = await soon(room.files.download(info, { onProgress }));
    expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true);
    expect(server.requests.at(-1)?.headers.get('range')).toBe('bytes=1000000-');
    expect(told.at(-1)).toMatchObject({ stage: 'receiving', done: 3_000_000, total: 3_000_000 });
  });

  test('that hears nothing for a minute goes on with another connection', async () => {
    const bytes = bytesOf(1_000);
    const info = server.has('a.bin', bytes);
    let isClosed = false;
    server.after = () => {
      if (server.requests.length > 1) return undefined;
      const stuck = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.subarray(0, 400)),
        cancel: () => {
          isClosed = true;
        },
      });
      return new Response(stuck, { headers: { etag: `"${info.hash}"` } });
    };
    const blob = await soon(room.files.download(info));
    expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true);
    expect(server.requests.at(-1)?.headers.get('range')).toBe('bytes=400-');
    expect(isClosed).toBe(true);
  });

  test.each([
    ['from another place', { etag: '"x"', 'content-range': 'bytes 0-999/1000' }],
    ['of another version', { etag: '"y"', 'content-range': 'bytes 400-999/1000' }],
    ['that does not say from where', { etag: '"x"' }],
  ])('is not put together with a part %s', async (_, headers) => {
    const bytes = bytesOf(1_000);
    const info = server.has('a.bin', bytes);
    server.after = () => {
      const times = server.requests.length;
      if (times > 2) return undefined;
      if (times === 2) return new Response(new Uint8Array(600).fill(9), { status: 206, headers });
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.subarray(0, 400)),
        pull: (controller) => controller.error(new TypeError('reset')),
      });
      return new Response(broken, { headers: { etag: '"x"' } });
    };
    const blob = await soon(room.files.download(info));
    expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true);
    expect(server.requests.at(-1)?.headers.has('range')).toBe(false);
  });

  test('of what was removed, or called off', async () => {
    const info = server.has('a.bin', bytesOf(10));
    server.files.clear();
    expect(await soon(caught(room.files.download(info)))).toMatchObject({ code: 'file_unknown' });
    const called = room.files.download(info, { signal: AbortSignal.abort() });
    expect(await soon(caught(called))).toMatchObject({ code: 'aborted' });
  });

  test('by an address that is asked for once to save, and each time to show: a film takes long', async () => {
    const { file } = server.has('a.bin', bytesOf(10));
    expect(await soon(room.files.url(file))).toMatch(/^http:\/\/meet\.test\/.*sig=1$/);
    await soon(room.files.url(file));
    expect(server.asked).toEqual(['POST files/link']);
    for (let one = 0; one < 2; one += 1)
      expect(await soon(room.files.url(file, { inline: true }))).toMatch(/sig=1&inline=1$/);
    expect(server.asked).toHaveLength(3);
  });
});
