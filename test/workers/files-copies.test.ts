// Films are read from copies near those who watch. What stands between a copy and a stranger is the room alone.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import {
  ada,
  answerOf,
  ben,
  bytesFrom,
  fetch,
  forged,
  isSame,
  keys,
  meetInEachTest,
  nothingLeft,
  ORIGIN,
  world,
} from './support/files.ts';

meetInEachTest();

const SIZE = 300_000;
let seed = 0;
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
const path = (file: string) => `/v1/rooms/${world.code}/files/${file}`;

/** The only key in the bucket. */
async function keyOf(): Promise<string> {
  const [key = '', ...others] = await keys();
  expect(others).toEqual([]);
  return key;
}
/** Where its copy lies, that nobody can ask for. */
const addressOf = (key: string): string => `${ORIGIN}/copies/${encodeURIComponent(key)}`;
async function isThere(key: string): Promise<boolean> {
  const copy = await (await caches.open('parley-files')).match(addressOf(key));
  await copy?.body?.cancel();
  return copy !== undefined;
}

/** Shares a film, and watches a piece of it, so that a copy is made. */
async function watched(type = 'video/mp4') {
  seed += 1;
  const bytes = bytesFrom(SIZE, seed);
  const { file } = await ada.sent(bytes, { name: `${seed}`, type });
  const link = await ben.request(`/files/${file}/link`, { method: 'POST' });
  const { url } = await link.json<{ url: string }>();
  const key = await keyOf();
  const piece = await fetch(`${url}&inline=1`, { headers: { range: 'bytes=100-199' } });
  const etag = piece.headers.get('etag') ?? '';
  expect([piece.status, isSame(await bytesOf(piece), bytes.subarray(100, 200))]).toEqual([206, true]);
  return { bytes, file, url: `${url}&inline=1`, key, etag };
}
async function copied() {
  const film = await watched();
  await expect.poll(() => isThere(film.key)).toBe(true);
  return film;
}

describe('a film that somebody watches', () => {
  test('is read from its copy, whole and in pieces', async () => {
    const { bytes, file, url, key, etag } = await copied();
    // Whoever can do without the bucket has it from somewhere else.
    await env.PICTURES.delete(key);
    const asked: [headers: Record<string, string>, range: string | null, from: number, to: number][] = [
      [{ range: 'bytes=1000-1999' }, `bytes 1000-1999/${SIZE}`, 1_000, 2_000],
      [{ range: 'bytes=299000-' }, `bytes 299000-299999/${SIZE}`, 299_000, SIZE],
      [{ range: 'bytes=299000-900000' }, `bytes 299000-299999/${SIZE}`, 299_000, SIZE],
      [{ range: 'bytes=-10' }, `bytes 299990-299999/${SIZE}`, 299_990, SIZE],
      [{ range: 'bytes=7-7', 'if-range': etag }, `bytes 7-7/${SIZE}`, 7, 8],
      [{ range: 'bytes=1-2,4-5' }, null, 0, SIZE],
      [{}, null, 0, SIZE],
    ];
    for (const [headers, range, from, to] of asked) {
      const response = await fetch(url, { headers });
      expect([response.status, response.headers.get('content-range')]).toEqual([
        range === null ? 200 : 206,
        range,
      ]);
      expect(response.headers.get('content-length')).toBe(String(to - from));
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('cache-control')).toBe('private, no-cache');
      expect(response.headers.get('content-type')).toBe('video/mp4');
      expect(isSame(await bytesOf(response), bytes.subarray(from, to))).toBe(true);
    }
    expect(isSame(await ben.read(file), bytes)).toBe(true);
  });

  test('is asked of the bucket where the answer may be another than bytes', async () => {
    const { bytes, url, etag } = await copied();
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(url, { headers });
      return [response.status, (await bytesOf(response)).byteLength];
    };
    expect(await ask({ 'if-none-match': etag })).toEqual([304, 0]);
    expect((await ask({ 'if-match': '"other"' }))[0]).toBe(412);
    expect((await ask({ range: `bytes=${SIZE}-` }))[0]).toBe(416);
    expect(await ask({ range: 'bytes=5-9', 'if-range': '"other"' })).toEqual([200, bytes.byteLength]);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(SIZE)]);
  });

  test('that is deleted is given to nobody, though its copy is there', async () => {
    const { file, url, key } = await copied();
    expect((await ada.request(`/files/${file}`, { method: 'DELETE' })).status).toBe(204);
    await nothingLeft();
    expect(await isThere(key)).toBe(true);
    for (const headers of [{}, { range: 'bytes=0-9' }] as Record<string, string>[]) {
      expect(await answerOf(await fetch(url, { headers }))).toMatchObject({
        status: 404,
        code: 'file_unknown',
      });
      expect(await answerOf(await ben.request(`/files/${file}`, { headers }))).toMatchObject({
        status: 404,
        code: 'file_unknown',
      });
    }
  });

  test('is for members alone, though its copy is there', async () => {
    const { file, url, key } = await copied();
    expect(await answerOf(await fetch(path(file)))).toMatchObject({ status: 401, code: 'token_required' });
    expect((await fetch(forged(url))).status).toBe(403);
    // There is nothing, as at any path that nobody knows.
    const [copy, nothing] = await Promise.all([fetch(addressOf(key)), fetch(addressOf('nothing'))]);
    expect(await copy.text()).toBe(await nothing.text());
    ben.member.send({ t: 'member.leave', n: 1 });
    await ada.hears('member.left');
    expect(await answerOf(await ben.request(`/files/${file}`))).toMatchObject({
      status: 403,
      code: 'member_gone',
    });
    await world.asHost({ t: 'member.ban', member: ben.member.id });
    expect(await answerOf(await fetch(url))).toMatchObject({ status: 403, code: 'link_invalid' });
    await world.asHost({ t: 'room.update', retentionSeconds: 0 });
    await world.asHost({ t: 'room.end' });
    await nothingLeft();
    expect(await isThere(key)).toBe(true);
    expect([404, 410]).toContain((await fetch(url)).status);
  });
});

test('of what is only saved no copy is made', async () => {
  const { url, key } = await watched('application/zip');
  await bytesOf(await fetch(url));
  // A film that comes after it has its own.
  await env.PICTURES.delete(key);
  await copied();
  expect(await isThere(key)).toBe(false);
});
