// Files over a real port: uploads that outlive the server, downloads that go on where they broke off, and a client that
// knows nothing of us but the standard.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type PreviousUpload, Upload, type UploadOptions, type UrlStorage } from 'tus-js-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRoom, joinRoom, type RoomConnection, type UploadStorage } from '../../src/client/index.ts';
import { FILE_PART_BYTES as PART, partCount, type UploadState } from '../../src/protocol/index.ts';
import { inBucket, leftInBucket } from './support/bucket.ts';
import { UNLIMITED } from './support/people.ts';
import { type LastingServer, startServer } from './support/server.ts';
import { type SteadyAddress, steadyAddress } from './support/steady-address.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-files-'));
const persistTo = join(folder, 'state');
let server: LastingServer;
let address: SteadyAddress;
let room: { code: string; hostKey: string };
let joined: RoomConnection[] = [];

async function start(): Promise<void> {
  server = await startServer({ persistTo, vars: UNLIMITED });
  address.leadTo(server.url);
}
beforeAll(async () => {
  address = await steadyAddress();
  await start();
});
afterAll(async () => {
  await server.close();
  await address.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  room = await createRoom({ server: address.url, name: 'Exchange' });
});
// Each test leaves files in its room; what belongs to a room goes with it, to the last part.
afterEach(async () => {
  for (const connection of joined) connection.close();
  joined = [];
  expect(inBucket(persistTo)).not.toEqual([]);
  for (const command of [{ t: 'room.update', retentionSeconds: 0 }, { t: 'room.end' }])
    await request('/commands', { method: 'POST', body: JSON.stringify(command) });
  expect(await leftInBucket(persistTo)).toEqual([]);
});

const path = (rest: string): string => `/v1/rooms/${room.code}${rest}`;
/** A request with the token of somebody, or the host key. */
const request = (rest: string, init: RequestInit = {}, token = room.hostKey): Promise<Response> =>
  fetch(address.url + path(rest), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers, authorization: `Bearer ${token}` },
  });

async function enter(
  name: string,
  options: { readonly token?: string; readonly fetch?: typeof fetch } = {},
): Promise<RoomConnection> {
  const timing = { firstWithin: 200, backoff: 200, backoffMost: 500 };
  const connection = await joinRoom({ server: address.url, code: room.code, name, timing, ...options });
  joined.push(connection);
  return connection;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
/** The whole file that somebody downloads now. */
const download = async (file: string, token: string): Promise<Uint8Array> =>
  bytesOf(await request(`/files/${file}`, {}, token));
const unfinished = async (token: string): Promise<readonly UploadState[]> =>
  ((await (await request('/uploads', {}, token)).json()) as { uploads: UploadState[] }).uploads;

describe('an upload goes on after the server was killed', () => {
  const SIZE = 6 * PART - 1_000_000;
  const bytes = randomBytes(SIZE);
  const all = Array.from({ length: partCount(SIZE) }, (_, n) => n);

  /** A way to the server that notes which parts go along it. With the second that came through it is shut. */
  function wayOf(parts = 2) {
    const [middle, opening] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isOpen = true;
    let sent: number[] = [];
    let through = 0;
    const travel: typeof fetch = async (input, init) => {
      if (!isOpen) await opening.promise;
      const n = /\/parts\/(\d+)$/.exec(String(input))?.[1];
      if (n !== undefined) sent.push(Number(n));
      const response = await fetch(input, init);
      if (n === undefined || !response.ok) return response;
      through += 1;
      if (through !== parts) return response;
      isOpen = false;
      middle.resolve();
      return response;
    };
    const reopen = (): void => {
      sent = [];
      isOpen = true;
      opening.resolve();
    };
    return { fetch: travel, middle: middle.promise, reopen, sent: () => sent.toSorted((a, b) => a - b) };
  }

  /** Kills the server when some parts are there and others on their way; answers which of them the next one has. */
  async function die(middle: Promise<void>, token: string): Promise<readonly number[]> {
    await middle;
    await server.kill();
    await start();
    const [upload, ...others] = await unfinished(token);
    expect(others).toEqual([]);
    const there = upload?.parts ?? [];
    expect(there.length).toBeGreaterThanOrEqual(2);
    expect(there.length).toBeLessThan(all.length);
    return there;
  }
  const missing = (there: readonly number[]): number[] => all.filter((n) => !there.includes(n));

  test('from a Blob', async () => {
    const way = wayOf();
    const ada = await enter('Ada', { fetch: way.fetch });
    const uploading = ada.uploadFile(new Blob([bytes]), { name: 'film.bin' });
    const there = await die(way.middle, ada.token);
    way.reopen();
    const shared = await uploading;
    expect(way.sent()).toEqual(missing(there));
    expect(shared).toMatchObject({ name: 'film.bin', size: SIZE });
    expect(sha256(await download(shared.file, ada.token))).toBe(sha256(bytes));
  });

  test('from a stream of Node', async () => {
    const onDisk = join(folder, 'film.bin');
    writeFileSync(onDisk, bytes);
    const way = wayOf();
    const ada = await enter('Ada', { fetch: way.fetch });
    const uploading = ada.uploadFile(createReadStream(onDisk), { name: 'film.bin', size: SIZE });
    const there = await die(way.middle, ada.token);
    way.reopen();
    const { file } = await uploading;
    expect(way.sent()).toEqual(missing(there));
    expect(sha256(await download(file, ada.token))).toBe(sha256(bytes));
  });

  test('in another tab, that finds it by the file', async () => {
    const kept = new Map<string, string>();
    const storage: UploadStorage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
    const chosen = () => new File([bytes], 'film.bin', { lastModified: 1 });
    const closed = wayOf();
    const tab = await enter('Ada', { fetch: closed.fetch });
    const first = tab.uploadFile(chosen(), { storage });
    const there = await die(closed.middle, tab.token);
    // The tab is closed with all that it did: its way stays shut.
    first.catch(() => undefined);
    const { token } = tab;
    tab.close();
    expect(kept.size).toBe(1);

    const way = wayOf(Number.POSITIVE_INFINITY);
    const again = await enter('Ada', { token, fetch: way.fetch });
    const { file } = await again.uploadFile(chosen(), { storage });
    expect(way.sent()).toEqual(missing(there));
    expect(sha256(await download(file, token))).toBe(sha256(bytes));
    expect(kept.size).toBe(0);
  });
});

describe('tus-js-client', () => {
  const bytes = randomBytes(20_000_000);

  /** Where it keeps its uploads. */
  function urlStorage(): UrlStorage {
    const kept = new Map<string, PreviousUpload>();
    const found = (print: string) => Array.from(kept).filter(([key]) => key.startsWith(print));
    return {
      findAllUploads: async () => Array.from(kept.values()),
      findUploadsByFingerprint: async (print) =>
        found(print).map(([urlStorageKey, upload]) => ({ ...upload, urlStorageKey })),
      removeUpload: async (key) => void kept.delete(key),
      addUpload: async (print, upload) => {
        const key = `${print} ${kept.size}`;
        kept.set(key, upload);
        return key;
      },
    };
  }

  /** Reads a file whose disk stops for good at this place. */
  const stuckAt = (place: number): NonNullable<UploadOptions['fileReader']> => ({
    openFile: async (input: Buffer) => ({
      size: input.byteLength,
      slice: async (from, to) => {
        const pieces = async function* () {
          for (let at = from; at < Math.min(to, place); at += 65_536)
            yield input.subarray(at, Math.min(at + 65_536, to, place));
          await new Promise(() => undefined);
        };
        return {
          value: Object.assign(Readable.from(pieces()), { size: to - from }),
          done: to >= input.byteLength,
        };
      },
      close: () => undefined,
    }),
  });

  /** An upload of the bytes, and the requests that it makes: method, offset, bytes that are sent. */
  function uploadOf(token: string, options: UploadOptions = {}) {
    const requests: [method: string, offset: number, sent: number][] = [];
    const done = Promise.withResolvers<string>();
    const upload = new Upload(bytes, {
      endpoint: address.url + path('/files'),
      headers: { authorization: `Bearer ${token}` },
      metadata: { filename: 'Größe.bin', filetype: 'video/mp4' },
      fingerprint: async () => 'film',
      retryDelays: null,
      onAfterResponse: (sent) => {
        const length = Number(sent.getUnderlyingObject().getHeader('content-length') ?? 0);
        requests.push([sent.getMethod(), Number(sent.getHeader('Upload-Offset') ?? 0), length]);
      },
      onSuccess: ({ lastResponse }) => done.resolve(lastResponse.getHeader('content-location') ?? ''),
      onError: done.reject,
      ...options,
    });
    return { upload, requests, done: done.promise };
  }
  const isWhole = async (location: string, token: string) => {
    expect(location).toMatch(/\/files\/f_[\w-]{22}$/);
    const response = await fetch(address.url + location, { headers: { authorization: `Bearer ${token}` } });
    expect(sha256(await bytesOf(response))).toBe(sha256(bytes));
    // Only what a page can do nothing with but show it is sent as what it is.
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''Gr%C3%B6%C3%9Fe.bin");
  };

  test('as it is by default is stopped in the middle, and goes on', async () => {
    const { token } = await enter('Ada');
    const storage = { urlStorage: urlStorage() };
    const begun = uploadOf(token, { ...storage, fileReader: stuckAt(PART + 4_000_000) });
    begun.upload.start();
    await expect.poll(async () => (await unfinished(token))[0]?.parts).toEqual([0]);
    await begun.upload.abort();

    const { upload, requests, done } = uploadOf(token, storage);
    const [previous, ...others] = await upload.findPreviousUploads();
    expect(others).toEqual([]);
    if (previous === undefined) return expect.unreachable('no upload to go on with');
    upload.resumeFromPreviousUpload(previous);
    upload.start();
    await isWhole(await done, token);
    expect(requests).toEqual([
      ['HEAD', 0, 0],
      ['PATCH', PART, bytes.byteLength - PART],
    ]);
  });

  test('in pieces that are no parts is told after each where to go on', async () => {
    const { token } = await enter('Ada');
    const { upload, requests, done } = uploadOf(token, { chunkSize: 10_000_000 });
    upload.start();
    await isWhole(await done, token);
    expect(requests).toEqual([
      ['POST', 0, 0],
      ['PATCH', 0, 10_000_000],
      ['PATCH', PART, 10_000_000],
      ['PATCH', 2 * PART, bytes.byteLength - 2 * PART],
    ]);
  });

  test('takes back what it has begun', async () => {
    const ada = await enter('Ada');
    await ada.uploadFile(new Blob(['beside']));
    const { upload } = uploadOf(ada.token, { fileReader: stuckAt(PART + 4_000_000) });
    upload.start();
    await expect.poll(async () => (await unfinished(ada.token))[0]?.parts).toEqual([0]);
    expect(inBucket(persistTo)).toHaveLength(2);
    await upload.abort(true);
    expect(await unfinished(ada.token)).toEqual([]);
    await expect.poll(() => inBucket(persistTo).length).toBe(1);
  });
});

describe('a download', () => {
  const bytes = randomBytes(30_000_000);
  let ada: RoomConnection;
  let file: string;
  beforeEach(async () => {
    ada = await enter('Ada');
    ({ file } = await ada.uploadFile(new Blob([bytes]), { name: 'film.bin' }));
  });

  /** Its body, that nobody reads yet. */
  const begin = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ada.token}` };
      get(address.url + path(`/files/${file}`), { headers, agent: false }, resolve).on('error', reject);
    });
  /** What comes of it before `most` bytes are there, or it ends or breaks off. */
  async function read(body: IncomingMessage, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of body) {
        pieces.push(piece);
        size += piece.byteLength;
        if (size >= most) break;
      }
    } catch {
      // It broke off.
    }
    return Buffer.concat(pieces);
  }

  // This is what `curl -C -` asks, and with If-Range what browsers and wget ask; not every machine has curl.
  test('that broke off goes on where it stopped, as with `curl -C -`', async () => {
    const body = await begin();
    const { etag = '' } = body.headers;
    const came = await read(body, 5_000_000);
    expect(came.byteLength).toBeLessThan(bytes.byteLength);
    const range = `bytes=${came.byteLength}-`;
    for (const more of [{}, { 'if-range': etag }]) {
      const rest = await request(`/files/${file}`, { headers: { range, ...more } }, ada.token);
      expect([rest.status, rest.headers.get('content-range')]).toEqual([
        206,
        `bytes ${came.byteLength}-${bytes.byteLength - 1}/${bytes.byteLength}`,
      ]);
      expect(sha256(Buffer.concat([came, await bytesOf(rest)]))).toBe(sha256(bytes));
    }
    // Of another file it would be the wrong rest: then all of it comes.
    const other = { range, 'if-range': '"another"' };
    const whole = await request(`/files/${file}`, { headers: other }, ada.token);
    expect([whole.status, sha256(await bytesOf(whole))]).toEqual([200, sha256(bytes)]);
    // When all is there curl asks once more.
    const end = { range: `bytes=${bytes.byteLength}-` };
    expect((await request(`/files/${file}`, { headers: end }, ada.token)).status).toBe(416);
  });

  test('of one file by many at once is whole for each', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, async () => sha256(await read(await begin()))));
    expect(new Set(all)).toEqual(new Set([sha256(bytes)]));
  });

  test('of a file that is deleted meanwhile gives the rest or breaks off, and never other bytes', async () => {
    const bodies = await Promise.all(Array.from({ length: 6 }, begin));
    await ada.removeFile(file);
    expect(await leftInBucket(persistTo)).toEqual([]);
    // Another one comes into the bucket before they read on.
    const { file: next } = await ada.uploadFile(new Blob([randomBytes(30_000_000)]), { name: 'film.bin' });
    for (const body of bodies) {
      const came = await read(body);
      expect(came.byteLength).toBeGreaterThan(0);
      expect(came.equals(bytes.subarray(0, came.byteLength))).toBe(true);
      if (body.complete) expect(came.byteLength).toBe(bytes.byteLength);
    }
    const late = await request(`/files/${file}`, { headers: { range: 'bytes=1000-' } }, ada.token);
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([404, 'file_unknown']);
    expect((await download(next, ada.token)).byteLength).toBe(bytes.byteLength);
  });
});
