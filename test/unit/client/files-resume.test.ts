import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomConnection, TransferProgress } from '../../../src/client/index.ts';
import { begin, bytesOf, end, type FileServer, fileHash, isSame, PART, soon, until } from './fake-files.ts';
import { problem, ready } from './fake-server.ts';

let server: FileServer;
let room: RoomConnection;
beforeEach(async () => {
  ({ server, room } = await begin());
});
afterEach(end);

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const LARGE = PART * 3 + 5;
const fileOf = (bytes: Uint8Array<ArrayBuffer>, name = 'film.mp4', lastModified = 5) =>
  new File([bytes], name, { type: 'video/mp4', lastModified });
const storage = () => {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
};
type Kept = ReturnType<typeof storage>;

/** An upload of which two parts arrive and that is then stopped, as by a closed tab. */
async function stoppedAfterTwo(file: File, kept: Kept): Promise<void> {
  const pause = new AbortController();
  server.delay = (n) => (n < 2 ? 0 : 1e7);
  const upload = caught(room.uploadFile(file, { storage: kept, pause: pause.signal }));
  await until(() => [...server.uploads.values()][0]?.parts.size === 2);
  pause.abort();
  expect(await soon(upload)).toMatchObject({ code: 'aborted' });
  server.delay = () => 0;
  server.requests.length = 0;
}

describe('an upload goes on', () => {
  test('after a pause, in another tab, with only what is missing', async () => {
    const kept = storage();
    const bytes = bytesOf(LARGE);
    await stoppedAfterTwo(fileOf(bytes), kept);
    expect(server.uploads.size).toBe(1);
    expect(kept.items.size).toBe(1);
    const told: TransferProgress[] = [];
    const other = await server.join();
    server.requests.length = 0;
    const onProgress = (progress: TransferProgress) => told.push(progress);
    const event = await soon(other.uploadFile(fileOf(bytes), { storage: kept, onProgress }));
    expect(event).toMatchObject({ hash: fileHash(bytes) });
    expect(server.partsSent).toEqual([2, 3]);
    expect(told.find(({ done }) => done > 0)?.done).toBe(2 * PART);
    expect(kept.items.size).toBe(0);
  });

  test.each<[string, File]>([
    ['name', fileOf(bytesOf(LARGE), 'other.mp4')],
    ['time of change', fileOf(bytesOf(LARGE), 'film.mp4', 6)],
    ['beginning', fileOf(bytesOf(LARGE, 2))],
    ['size', fileOf(bytesOf(LARGE + 1))],
  ])('but not with a file of another %s', async (_, other) => {
    const kept = storage();
    await stoppedAfterTwo(fileOf(bytesOf(LARGE)), kept);
    await soon(room.uploadFile(other, { storage: kept }));
    expect(server.partsSent).toEqual([0, 1, 2, 3]);
  });

  test('a file that only looks the same is not shared in pieces of both', async () => {
    const kept = storage();
    await stoppedAfterTwo(fileOf(bytesOf(LARGE)), kept);
    const bytes = bytesOf(LARGE);
    bytes[PART + 77] = 99;
    expect(await soon(caught(room.uploadFile(fileOf(bytes), { storage: kept })))).toMatchObject({
      code: 'file_hash',
    });
    expect(server.files.size).toBe(0);
    await soon(room.uploadFile(fileOf(bytes), { storage: kept }));
    expect(isSame([...server.files.values()][0]?.bytes, bytes)).toBe(true);
  });

  test('begins anew where the server has swept it, and where the file was removed', async () => {
    const kept = storage();
    const file = fileOf(bytesOf(LARGE));
    await stoppedAfterTwo(file, kept);
    const [[place, key] = ['', '']] = kept.items;
    server.uploads.clear();
    await soon(room.uploadFile(file, { storage: kept }));
    expect(server.files.size).toBe(1);
    // The tab was closed before it could forget it, and somebody has removed the file.
    kept.setItem(place, key);
    server.files.clear();
    await soon(room.uploadFile(file, { storage: kept }));
    expect(server.files.size).toBe(1);
  });

  test('one of another device, by its id; not with a file of another size', async () => {
    const bytes = bytesOf(LARGE);
    await stoppedAfterTwo(fileOf(bytes), storage());
    const [unfinished] = await soon(room.files.unfinished());
    const upload = unfinished?.upload ?? '';
    expect(unfinished).toMatchObject({ name: 'film.mp4', parts: [0, 1] });
    const wrong = room.uploadFile(fileOf(bytesOf(9)), { upload });
    expect(await soon(caught(wrong))).toMatchObject({ code: 'size_differs' });
    expect(server.uploads.size).toBe(1);
    await soon(room.uploadFile(fileOf(bytes), { upload }));
    expect(server.partsSent).toEqual([2, 3]);
    expect(server.files.size).toBe(1);
  });

  test('one that was paused is given up by its file, and nothing is left', async () => {
    const kept = storage();
    await stoppedAfterTwo(fileOf(bytesOf(LARGE)), kept);
    await soon(room.files.giveUp(fileOf(bytesOf(LARGE), 'other.mp4'), { storage: kept }));
    expect(server.uploads.size).toBe(1);
    server.before = () => (server.requests.length === 1 ? new TypeError('refused') : undefined);
    await soon(room.files.giveUp(fileOf(bytesOf(LARGE)), { storage: kept }));
    expect([server.uploads.size, kept.items.size]).toEqual([0, 0]);
  });

  test('in two tabs at once becomes one file', async () => {
    const kept = storage();
    const file = fileOf(bytesOf(LARGE));
    await stoppedAfterTwo(file, kept);
    const other = await server.join();
    // One tab is slower with a part, which has come from the other by then.
    let isSlow = true;
    server.delay = (n) => {
      if (n !== 2 || !isSlow) return 10;
      isSlow = false;
      return 3_000;
    };
    // Also where all that the slower one hears is that the upload is over.
    server.after = ({ method, url }) =>
      method === 'PUT' && server.files.size > 0 && url.endsWith('/2')
        ? problem('upload_unknown', 404)
        : undefined;
    const both = [room, other].map((one) => one.uploadFile(file, { storage: kept }));
    const events = await soon(Promise.all(both));
    expect(server.files.size).toBe(1);
    expect(events.map((event) => event.file)).toEqual(Array(2).fill([...server.files.keys()][0]));
    expect(server.asked.filter((line) => line === 'POST files')).toHaveLength(2);
  });

  test('that has become a file meanwhile is not taken for the sharing of another one', async () => {
    const kept = storage();
    const bytes = bytesOf(LARGE);
    await stoppedAfterTwo(fileOf(bytes), kept);
    const [unfinished] = await soon(room.files.unfinished());
    const upload = unfinished?.upload ?? '';
    await soon(room.uploadFile(fileOf(bytes), { storage: kept }));
    server.requests.length = 0;
    const event = await soon(room.uploadFile(fileOf(bytes), { upload }));
    expect(event).toMatchObject({ hash: fileHash(bytes) });
    const other = room.uploadFile(fileOf(bytesOf(LARGE, 7)), { upload });
    expect(await soon(caught(other))).toMatchObject({ code: 'file_hash' });
    // Nothing of it was sent here, so it is not removed.
    expect(server.files.size).toBe(1);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test.each<[string, (file: File, kept: Kept) => Promise<unknown>]>([
    [
      'was called off before it began',
      (file, kept) => room.uploadFile(file, { storage: kept, signal: AbortSignal.abort() }),
    ],
    [
      'can not be read any more',
      (file, kept) => {
        server.has('of the same size', bytesOf(LARGE, 3));
        const { files } = room.state;
        // Its beginning is read, by which it is known, and then no more.
        const { arrayBuffer } = Blob.prototype;
        const gone = vi.spyOn(Blob.prototype, 'arrayBuffer');
        gone.mockImplementationOnce(arrayBuffer).mockRejectedValue(new Error('moved'));
        expect(files.count).toBe(0);
        server.socket.tell({
          t: 'events',
          prev: 10,
          last: 11,
          events: [{ t: 'file.shared', ...[...server.files.values()][0]?.info, seq: 11 }],
        });
        return room.uploadFile(file, { storage: kept }).finally(() => gone.mockRestore());
      },
    ],
  ])('of a file that %s leaves nothing on the server', async (_, attempt) => {
    const kept = storage();
    const file = fileOf(bytesOf(LARGE));
    await stoppedAfterTwo(file, kept);
    expect(await soon(caught(attempt(file, kept)))).toMatchObject({
      code: expect.stringMatching(/^(aborted|unreadable)$/),
    });
    expect([server.uploads.size, kept.items.size]).toEqual([0, 0]);
    expect(server.partsSent).toEqual([]);
  });

  test('is called off at once, also while it is looked up whether the room has it', async () => {
    const signal = new AbortController();
    const { snapshot, ...first } = ready();
    if (snapshot === undefined) throw new Error('a first frame has a snapshot');
    const files = { count: 5_000, bytes: 5_000, newest: [] };
    const busy = await server.join({ ...first, snapshot: { ...snapshot, files } });
    const upload = caught(busy.uploadFile(fileOf(bytesOf(LARGE)), { signal: signal.signal }));
    await until(() => server.socket.texts.some((text) => text.includes('file.list')));
    const before = Date.now();
    signal.abort();
    expect(await soon(upload)).toMatchObject({ code: 'aborted' });
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(server.uploads.size).toBe(0);
  });

  test('or is given up', async () => {
    await stoppedAfterTwo(fileOf(bytesOf(LARGE)), storage());
    const [unfinished] = await soon(room.files.unfinished());
    await soon(room.files.abandon(unfinished?.upload ?? ''));
    expect(server.uploads.size).toBe(0);
  });
});

test('a problem with the token is told as such, and what is stored of the upload stays', async () => {
  server.before = (request) => (request.url.endsWith('/parts/2') ? problem('member_gone', 403) : undefined);
  expect(await soon(caught(room.uploadFile(fileOf(bytesOf(LARGE)))))).toMatchObject({
    code: 'member_gone',
  });
  expect(server.uploads.size).toBe(1);
});

describe('a stream', () => {
  const pieces = function* (bytes: Uint8Array) {
    for (let at = 0; at < bytes.byteLength; at += 1_000_003) yield bytes.subarray(at, at + 1_000_003);
  };
  const nodeStream = (bytes: Uint8Array) => Readable.from(pieces(bytes));

  test.each<[string, (bytes: Uint8Array) => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>]>([
    ['of Node', nodeStream],
    ['of the web', (bytes) => new Blob([new Uint8Array(bytes)]).stream()],
  ])('%s is uploaded in parts', async (_, make) => {
    for (const size of [0, 9, PART, LARGE]) {
      const bytes = bytesOf(size);
      const event = await soon(room.uploadFile(make(bytes), { name: 'log.bin', size }));
      expect(event).toMatchObject({ name: 'log.bin', size, hash: fileHash(bytes) });
    }
  });

  test('of unknown length is refused with what to do', async () => {
    const error = await soon(caught(room.uploadFile(nodeStream(bytesOf(5)))));
    expect(error).toMatchObject({ code: 'size_unknown', message: expect.stringMatching(/`size`.*Blob/) });
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['fewer', LARGE + 1],
    ['more', LARGE - 1],
    ['many more', LARGE - PART],
  ])('that has %s bytes than was said shares nothing', async (_, size) => {
    const upload = room.uploadFile(nodeStream(bytesOf(LARGE)), { size });
    expect(await soon(caught(upload))).toMatchObject({ code: 'size_differs' });
    expect([server.uploads.size, server.files.size]).toEqual([0, 0]);
  });

  test('that can not be told from others is let go of', async () => {
    let isClosed = false;
    const wrong = async function* () {
      try {
        yield 'a text' as unknown as Uint8Array;
        yield bytesOf(9);
      } finally {
        isClosed = true;
      }
    };
    expect(await soon(caught(room.uploadFile(wrong(), { size: 9 })))).toMatchObject({ code: 'unreadable' });
    expect(isClosed).toBe(true);
  });

  test('that fails', async () => {
    const failing = async function* () {
      yield bytesOf(100);
      throw new Error('the disk is gone');
    };
    const upload = room.uploadFile(failing(), { size: LARGE });
    expect(await soon(caught(upload))).toMatchObject({ code: 'unreadable', detail: 'the disk is gone' });
  });

  test('goes on with what is stored of it, read again from its beginning', async () => {
    const bytes = bytesOf(LARGE);
    const kept = storage();
    let isDown = true;
    server.before = (request) =>
      isDown && /parts\/[23]$/.test(request.url) ? new TypeError('refused') : undefined;
    const options = { name: 'log.bin', size: LARGE, storage: kept };
    expect(await soon(caught(room.uploadFile(nodeStream(bytes), options)))).toMatchObject({
      code: 'network',
    });
    isDown = false;
    server.requests.length = 0;
    await soon(room.uploadFile(nodeStream(bytes), options));
    expect(server.partsSent).toEqual([2, 3]);
    expect(isSame([...server.files.values()][0]?.bytes, bytes)).toBe(true);
  });
});
