import { describe, expect, test } from 'vitest';
import {
  ada,
  answerOf,
  ben,
  bytesFrom,
  fetch,
  fileHash,
  forged,
  isSame,
  killRoom,
  meetInEachTest,
  PART,
  partOf,
  type Sender,
  world,
} from './support/files.ts';
import { enter } from './support/room-sockets.ts';

meetInEachTest();

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const path = (file: string) => `/files/${file}`;

describe('a download', () => {
  test('is an attachment with the real name, and never a page', async () => {
    const { file } = await ada.sent(Uint8Array.from(new TextEncoder().encode('<script>alert(1)</script>')), {
      name: 'Отчёт "年度" 😀.html',
      type: 'text/html',
    });
    const response = await ben.request(path(file));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition':
        'attachment; filename="_____ ____ _.html"; filename*=UTF-8\'\'%D0%9E%D1%82%D1%87%D1%91%D1%82%20_%E5%B9%B4%E5%BA%A6_%20%F0%9F%98%80.html',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
    });
    await response.body?.cancel();
  });

  test('goes on where it broke off, across the parts it came in', async () => {
    const bytes = bytesFrom(PART + 3_000);
    const upload = await ada.begun(bytes.byteLength, { name: 'a' });
    await ada.put(upload, 0, partOf(bytes, 0));
    const { event } = await ada.put(upload, 1, partOf(bytes, 1));
    const file = event?.file ?? '';
    const head = await ben.request(path(file), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.byteLength)]);
    const etag = head.headers.get('etag') ?? '';

    // As `curl -C -` asks.
    const rest = await ben.request(path(file), { headers: { range: `bytes=${PART - 10}-` } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes ${PART - 10}-${bytes.byteLength - 1}/${bytes.byteLength}`,
    ]);
    expect(isSame(await bytesOf(rest), bytes.slice(PART - 10))).toBe(true);

    const same = await ben.request(path(file), { headers: { range: 'bytes=5-9', 'if-range': etag } });
    expect([same.status, await bytesOf(same)]).toEqual([206, bytes.slice(5, 10)]);
    const other = await ben.request(path(file), { headers: { range: 'bytes=5-9', 'if-range': '"other"' } });
    expect([other.status, (await bytesOf(other)).byteLength]).toEqual([200, bytes.byteLength]);
    const unchanged = await ben.request(path(file), { headers: { 'if-none-match': etag } });
    expect(unchanged.status).toBe(304);
    const changed = await ben.request(path(file), { headers: { 'if-match': '"other"' } });
    expect(changed.status).toBe(412);
    const last = { range: `bytes=${bytes.byteLength}-` };
    const same416 = await ben.request(path(file), { headers: { ...last, 'if-range': etag } });
    expect(same416.status).toBe(416);
    const other200 = await ben.request(path(file), { headers: { ...last, 'if-range': '"other"' } });
    expect([other200.status, (await bytesOf(other200)).byteLength]).toEqual([200, bytes.byteLength]);
    const behind = await ben.request(path(file), { headers: { range: `bytes=${bytes.byteLength}-` } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([
      416,
      `bytes */${bytes.byteLength}`,
    ]);
  });

  test('many at once are each whole', async () => {
    const bytes = bytesFrom(300_000);
    const { file } = await ada.sent(bytes);
    const all = await Promise.all(Array.from({ length: 20 }, () => ben.read(file)));
    expect(all.every((one) => isSame(one, bytes))).toBe(true);
  });

  test('is for members and signed links alone', async () => {
    const { file } = await ada.sent(bytesFrom(10));
    const whole = `/v1/rooms/${world.code}/files/${file}`;
    expect(await answerOf(await fetch(whole))).toMatchObject({ status: 401, code: 'token_required' });
    const { url } = await (await ben.request(`${path(file)}/link`, { method: 'POST' })).json<{
      url: string;
    }>();
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(forged(url))).status).toBe(403);
    ben.member.send({ t: 'member.leave', n: 1 });
    await ada.hears('member.left');
    expect(await answerOf(await ben.request(path(file)))).toMatchObject({ status: 403, code: 'member_gone' });
  });

  test.each([
    ['text/javascript', 'application/octet-stream'],
    ['text/css', 'application/octet-stream'],
    ['image/svg+xml', 'application/octet-stream'],
    ['application/pdf', 'application/octet-stream'],
    ['image/png', 'image/png'],
    ['video/mp4', 'video/mp4'],
    ['text/vtt', 'text/vtt'],
  ])('of %s is sent as %s', async (type, sent) => {
    const { file } = await ada.sent(bytesFrom(10), { name: 'a', type });
    const { url } = await (await ben.request(`${path(file)}/link`, { method: 'POST' })).json<{
      url: string;
    }>();
    for (const response of [await ben.request(path(file)), await fetch(`${url}&inline=1`)]) {
      expect(response.headers.get('content-type')).toBe(sent);
      await response.arrayBuffer();
    }
  });

  test('by a link is over for who is put out, and for whoever has it from them; not for who leaves', async () => {
    const { file } = await ada.sent(bytesFrom(10));
    const linkOf = async (sender: Sender) => {
      const link = await sender.request(`${path(file)}/link`, { method: 'POST' });
      return (await link.json<{ url: string }>()).url;
    };
    const [bens, adas] = [await linkOf(ben), await linkOf(ada)];
    const opened = async (url: string) => {
      const response = await fetch(url);
      await response.arrayBuffer();
      return response.status;
    };
    ben.member.send({ t: 'member.leave', n: 1 });
    await ada.hears('member.left');
    expect([await opened(bens), await opened(adas)]).toEqual([200, 200]);
    await world.asHost({ t: 'member.ban', member: ben.member.id });
    expect([await opened(bens), await opened(adas)]).toEqual([403, 200]);
    // A player asks again and again: that is nobody guessing.
    for (let at = 0; at < 70; at += 1) await opened(bens);
    expect(await answerOf(await fetch(bens))).toMatchObject({ status: 403, code: 'link_invalid' });
    // Whose it is is signed as well.
    expect(await opened(bens.replace(ben.member.id, ada.member.id))).toBe(403);
    expect(await opened(bens.replace(/for=[^&]*&/, ''))).toBe(403);
  });

  test('is shown in a page only where it is played, and only by a link', async () => {
    const video = await ada.sent(bytesFrom(5_000), { name: 'film.mp4', type: 'video/mp4' });
    const page = await ada.sent(bytesFrom(5_001), { name: 'page.html', type: 'text/html' });
    const shown = async (file: string, query: string) => {
      const link = await ben.request(`${path(file)}/link`, { method: 'POST' });
      const { url } = await link.json<{ url: string }>();
      const response = await fetch(`${url}${query}`, { headers: { range: 'bytes=0-0' } });
      await response.body?.cancel();
      expect([response.status, response.headers.get('x-content-type-options')]).toEqual([206, 'nosniff']);
      return response.headers.get('content-disposition')?.split(';')[0];
    };
    expect(await shown(video.file, '&inline=1')).toBe('inline');
    expect(await shown(video.file, '')).toBe('attachment');
    expect(await shown(page.file, '&inline=1')).toBe('attachment');
    const byToken = await ben.request(`${path(video.file)}?inline=1`);
    expect(byToken.headers.get('content-disposition')).toMatch(/^attachment/);
    await byToken.body?.cancel();
  });

  test('a link to what is played outlives the film, others do not', async () => {
    const expiry = async (type: string, seed: number) => {
      const { file } = await ada.sent(bytesFrom(10, seed), { name: `${seed}`, type });
      const link = await ben.request(`${path(file)}/link`, { method: 'POST' });
      return (await link.json<{ expiresAt: number }>()).expiresAt - Date.now();
    };
    expect(await expiry('video/mp4', 1)).toBeGreaterThan(14_000_000);
    expect(await expiry('text/plain', 2)).toBeLessThan(1_300_000);
  });
});

describe('what others see of files', () => {
  test('a newcomer sees the newest in the snapshot and all in history, without those removed', async () => {
    const one = await ada.sent(bytesFrom(10, 1), { name: 'one' });
    const two = await ada.sent(bytesFrom(20, 2), { name: 'two' });
    const gone = await ada.sent(bytesFrom(30, 3), { name: 'a secret name' });
    await ada.request(path(gone.file), { method: 'DELETE' });
    await killRoom(world.code);
    const { first } = await enter(world.code, 'Late');
    const snapshot = first.snapshot as {
      files: { count: number; bytes: number; newest: { file: string }[] };
      history: { t: string; file?: string }[];
    };
    expect(snapshot.files).toMatchObject({ count: 2, bytes: 30 });
    expect(snapshot.files.newest.map(({ file }) => file)).toEqual([two.file, one.file]);
    expect(snapshot.history.flatMap(({ t, file }) => (t === 'file.shared' ? [file] : []))).toEqual([
      one.file,
      two.file,
    ]);
    expect(JSON.stringify(first)).not.toContain('a secret name');
  });

  test('the list is searched, ordered and paged', async () => {
    const made = [
      { name: 'Zeta.txt', size: 5 },
      { name: 'éclair.txt', size: 50 },
      { name: 'alpha.pdf', size: 500 },
    ];
    for (const [seed, { name, size }] of made.entries()) await ada.sent(bytesFrom(size, seed + 1), { name });
    const names = async (fields: object) => (await ben.list(fields)).map(({ name }) => name);
    expect(await names({})).toEqual(['alpha.pdf', 'éclair.txt', 'Zeta.txt']);
    expect(await names({ order: 'oldest' })).toEqual(['Zeta.txt', 'éclair.txt', 'alpha.pdf']);
    expect(await names({ order: 'name' })).toEqual(['alpha.pdf', 'éclair.txt', 'Zeta.txt']);
    expect(await names({ order: 'size' })).toEqual(['alpha.pdf', 'éclair.txt', 'Zeta.txt']);
    expect(await names({ search: 'ECLAIR' })).toEqual(['éclair.txt']);
    const [first] = await ben.list({ order: 'name', limit: 1 });
    expect(await names({ order: 'name', after: first?.file })).toEqual(['éclair.txt', 'Zeta.txt']);
  });

  test('progress is told where the sender wishes, at most once a second, and ends with the upload', async () => {
    const bytes = bytesFrom(3 * PART);
    const upload = await ada.begun(bytes.byteLength, { name: 'film', announce: true });
    await ada.put(upload, 0, partOf(bytes, 0));
    await ben.hears('file.progress');
    await ada.put(upload, 1, partOf(bytes, 1));
    expect(ben.heard('file.progress').length).toBeLessThanOrEqual(2);
    expect(ben.heard('file.progress')[0]).toMatchObject({
      member: ada.member.id,
      uploads: [{ upload, name: 'film', size: bytes.byteLength, received: PART }],
    });
    await ada.put(upload, 2, partOf(bytes, 2));
    await ben.hears('file.shared');
    await expect.poll(() => ben.heard('file.progress').at(-1)).toMatchObject({ uploads: [] });
    expect((await enter(world.code, 'Late')).first.latest).toEqual([]);

    const quiet = await ada.begun(bytes.byteLength, { name: 'quiet' });
    await ada.put(quiet, 0, partOf(bytes, 1));
    expect(JSON.stringify(ben.member.frames)).not.toContain('quiet');
  });

  test('known content is told to the whole room as any file is', async () => {
    const bytes = bytesFrom(1_000);
    await ada.sent(bytes, { name: 'one' });
    const known = await ben.begin(1_000, { name: 'one', hash: await fileHash(bytes) });
    expect(known.event).toMatchObject({ name: 'one (2)', by: ben.member.id });
    expect(await ada.hears('file.shared', 2)).toEqual(known.event);
  });
});
