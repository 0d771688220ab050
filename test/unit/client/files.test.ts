import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomConnection, TransferProgress } from '../../../src/client/index.ts';
import { begin, bytesOf, end, type FileServer, fileHash, isSame, PART, soon, until } from './fake-files.ts';
import { problem, type Request } from './fake-server.ts';

let server: FileServer;
let room: RoomConnection;
beforeEach(async () => {
  ({ server, room } = await begin());
});
afterEach(end);

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
/** Three parts and a bit. */
const LARGE = PART * 3 + 5;
const large = (seed?: number, name = 'film.mp4') =>
  new File([bytesOf(LARGE, seed)], name, { type: 'video/mp4', lastModified: 5 });
const isPart = (n: number) => (request: Request) => request.method === 'PUT' && request.url.endsWith(`/${n}`);
/** Does something to the first requests that fit. */
function first<T>(fits: (request: Request) => boolean, times: number, what: () => T) {
  let left = times;
  return (request: Request): T | undefined => {
    if (!fits(request) || left === 0) return undefined;
    left -= 1;
    return what();
  };
}
const only = () => {
  const [file] = server.files.values();
  if (file === undefined || server.files.size > 1) throw new Error('there is not exactly one file');
  return file;
};
const isLeft = () => ({ uploads: server.uploads.size, files: server.files.size });

describe('an upload', () => {
  test('brings a small file in one request, with its hash', async () => {
    const bytes = bytesOf(1_000);
    const file = new File([bytes], 'Größe 漢字.txt', { type: 'text/plain' });
    const event = await soon(room.uploadFile(file, { announce: true }));
    expect(event).toMatchObject({
      t: 'file.shared',
      name: 'Größe 漢字.txt',
      hash: fileHash(bytes),
      size: 1_000,
    });
    expect(server.asked).toEqual(['POST files']);
    expect(server.metadata).toMatch(/sha256 .*announce MQ==/);
    expect(isSame(only().bytes, bytes)).toBe(true);
  });

  test('brings an empty file', async () => {
    expect(await soon(room.uploadFile(new Blob([]), { name: 'nothing' }))).toMatchObject({ size: 0 });
    expect(server.asked).toEqual(['POST files']);
  });

  test('brings a large one in parts, three at once, in whatever order they arrive', async () => {
    server.together = 3;
    server.delay = (n) => (4 - n) * 100;
    const event = await soon(room.uploadFile(large()));
    expect(event).toMatchObject({ size: LARGE, hash: fileHash(bytesOf(LARGE)), type: 'video/mp4' });
    expect(server.most).toBe(3);
    expect(isSame(only().bytes, bytesOf(LARGE))).toBe(true);
    expect(server.partsSent).toEqual([0, 1, 2, 3]);
  });

  test('sends nothing of what the room has already', async () => {
    const known = server.has('other name.mp4', bytesOf(LARGE));
    server.socket.tell({
      t: 'events',
      prev: 10,
      last: 11,
      events: [{ t: 'file.shared', ...known, seq: 11 }],
    });
    await soon(room.uploadFile(large()));
    expect(server.asked).toEqual(['POST files']);
    expect(server.files.size).toBe(2);
  });

  test('does not read a file twice where the room can not have it', async () => {
    await soon(room.uploadFile(large()));
    expect(server.metadata).not.toMatch(/sha256/);
  });

  test('tells how far it is, how fast, and for how long still', async () => {
    const told: TransferProgress[] = [];
    server.delay = () => 1_000;
    await soon(room.uploadFile(large(), { onProgress: (progress) => told.push(progress) }));
    expect(told.at(-1)).toMatchObject({ stage: 'finishing', done: LARGE, total: LARGE });
    const rates = told.filter(({ stage, rate }) => stage === 'sending' && rate !== null);
    expect(rates.length).toBeGreaterThan(0);
    for (const { rate, left, done } of rates) {
      // Nothing has gone out yet where reading took long.
      if (done === 0) continue;
      expect(rate).toBeGreaterThan(PART / 4);
      expect(left).toBeCloseTo(((LARGE - done) / (rate ?? 1)) * 1_000, -2);
    }
  });
});

describe('faults on the way', () => {
  test.each<[string, () => Response | Error]>([
    ['no connection', () => new TypeError('refused')],
    ['a proxy that fails', () => new Response('<html>', { status: 502 })],
    ['too much to do', () => problem('overloaded', 503, { retry: 2_000 })],
    ['bytes that were changed on the way', () => problem('file_checksum', 460)],
    ['bytes that are missing', () => problem('file_broken_off', 400, { retry: 1_000 })],
    ['another part in its place', () => problem('file_part_differs', 409)],
  ])('%s: the part is sent again', async (_, fault) => {
    server.before = first(isPart(1), 3, fault);
    await soon(room.uploadFile(large()));
    expect(isSame(only().bytes, bytesOf(LARGE))).toBe(true);
    expect(server.partsSent.filter((n) => n === 1)).toHaveLength(4);
  });

  test('an answer that is lost: what arrived is not sent again', async () => {
    server.after = first(isPart(1), 1, () => new TypeError('reset'));
    await soon(room.uploadFile(large()));
    expect(server.partsSent.filter((n) => n === 1)).toHaveLength(1);
    expect(server.files.size).toBe(1);
  });

  test('the last answer lost: the file is shared once', async () => {
    server.after = (request) =>
      request.method === 'PUT' && server.files.size === 1 && server.requests.filter(isPart(3)).length === 1
        ? new TypeError('reset')
        : undefined;
    expect(await soon(room.uploadFile(large()))).toMatchObject({ size: LARGE });
    expect(server.files.size).toBe(1);
  });

  test('the answer to its beginning lost: there are not two uploads', async () => {
    server.after = first(
      ({ method }) => method === 'POST',
      2,
      () => new TypeError('reset'),
    );
    await soon(room.uploadFile(large()));
    await soon(room.uploadFile(new Blob([bytesOf(9)])));
    expect(isLeft()).toEqual({ uploads: 0, files: 2 });
  });

  test('parts that were stored and are lost come again', async () => {
    let lost = false;
    server.before = (request) => {
      if (lost || !isPart(3)(request)) return undefined;
      lost = true;
      for (const upload of server.uploads.values()) upload.parts.delete(0);
      return problem('file_incomplete', 409, { retry: 1_000 });
    };
    await soon(room.uploadFile(large()));
    expect(isSame(only().bytes, bytesOf(LARGE))).toBe(true);
  });

  test('waits longer each time, gives up after some minutes, and goes on later with what is there', async () => {
    server.before = (request) => (isPart(2)(request) ? new TypeError('refused') : undefined);
    const before = Date.now();
    expect(await soon(caught(room.uploadFile(large())))).toMatchObject({ code: 'network' });
    expect(Date.now() - before).toBeGreaterThan(30_000);
    expect(server.uploads.size).toBe(1);
    server.before = () => undefined;
    server.requests.length = 0;
    await soon(room.uploadFile(large()));
    expect(server.partsSent).toContain(2);
    expect(server.partsSent).not.toContain(0);
    expect(isSame(only().bytes, bytesOf(LARGE))).toBe(true);
  });
});

describe('what can not be', () => {
  test.each<[string, Response]>([
    ['quota_exceeded', problem('quota_exceeded', 413)],
    ['not_allowed', problem('not_allowed', 403, { detail: 'file' })],
    ['room_ended', problem('room_ended', 410)],
  ])('%s in the middle: it ends at once and nothing is left', async (code, refusal) => {
    server.before = first(isPart(1), 1, () => refusal);
    server.delay = (n) => (n === 0 ? 100_000 : 0);
    expect(await soon(caught(room.uploadFile(large())))).toMatchObject({ code });
    expect(isLeft()).toEqual({ uploads: 0, files: 0 });
    expect(server.partsSent).not.toContain(3);
  });

  test('refused at its beginning it is not asked for again', async () => {
    server.before = () => problem('file_too_large', 413);
    expect(await soon(caught(room.uploadFile(large())))).toMatchObject({ code: 'file_too_large' });
    expect(server.asked).toEqual(['POST files']);
  });

  test('a file that has other bytes when it is sent than when it was looked at', async () => {
    const known = server.has('same size.bin', bytesOf(LARGE, 7));
    server.socket.tell({
      t: 'events',
      prev: 10,
      last: 11,
      events: [{ t: 'file.shared', ...known, seq: 11 }],
    });
    const bytes = bytesOf(LARGE);
    server.after = first(
      ({ method }) => method === 'POST',
      1,
      () => {
        bytes[PART * 2] = 99;
        return undefined;
      },
    );
    expect(await soon(caught(room.uploadFile(bytes)))).toMatchObject({ code: 'unreadable' });
    expect(isLeft()).toEqual({ uploads: 0, files: 1 });
  });

  test('a file that was changed meanwhile', async () => {
    const file = large();
    const slice = file.slice.bind(file);
    let reads = 0;
    file.slice = (...range) => {
      reads += 1;
      const piece = slice(...range);
      if (reads > 3) piece.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
      return piece;
    };
    expect(await soon(caught(room.uploadFile(file)))).toMatchObject({ code: 'unreadable' });
    expect(isLeft()).toEqual({ uploads: 0, files: 0 });
  });
});

describe('calling it off', () => {
  test('in the middle leaves nothing', async () => {
    const stop = new AbortController();
    server.delay = () => 1e7;
    const upload = caught(room.uploadFile(large(), { signal: stop.signal }));
    await until(() => server.open === 3);
    stop.abort();
    expect(await soon(upload)).toMatchObject({ code: 'aborted' });
    expect(isLeft()).toEqual({ uploads: 0, files: 0 });
  });

  test.each([
    ['small', 100],
    ['large', LARGE],
  ])('while a %s one begins leaves nothing either, although nobody heard its id', async (_, size) => {
    const stop = new AbortController();
    server.after = first(
      ({ method }) => method === 'POST',
      1,
      () => {
        stop.abort();
        return new TypeError('reset');
      },
    );
    const upload = room.uploadFile(new Blob([bytesOf(size)]), { signal: stop.signal });
    expect(await soon(caught(upload))).toMatchObject({ code: 'aborted' });
    expect(isLeft()).toEqual({ uploads: 0, files: 0 });
  });

  test('while it waits to try again', async () => {
    const stop = new AbortController();
    server.before = (request) => (request.method === 'PUT' ? new TypeError('refused') : undefined);
    const upload = caught(room.uploadFile(large(), { signal: stop.signal }));
    await until(() => server.partsSent.length >= 3);
    stop.abort();
    expect(await soon(upload)).toMatchObject({ code: 'aborted' });
    expect(isLeft()).toEqual({ uploads: 0, files: 0 });
  });

  test('before it begins asks for nothing', async () => {
    expect(await soon(caught(room.uploadFile(large(), { signal: AbortSignal.abort() })))).toMatchObject({
      code: 'aborted',
    });
    expect(server.asked).toEqual([]);
  });
});
