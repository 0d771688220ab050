import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRoom, joinRoom, ParleyError, roomRecords, roomStatus } from '../../../src/client/index.ts';
import { statsFixture } from '../../support/stats.ts';
import { FakeServer, imageId, outcomeOf, problem, ROOM, ready } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const origin = 'http://meet.test/';

describe('requests', () => {
  test('createRoom sends the settings, the API key and the Idempotency-Key', async () => {
    const created = { id: 'r_1', code: ROOM.code, link: 'http://meet.test/abc', hostKey: 'k', room: ROOM };
    server.replies.push(Response.json(created, { status: 201 }));
    const room = await createRoom({
      server: origin,
      fetch: server.fetch,
      apiKey: 'secret',
      idempotencyKey: 'once',
      name: 'Standup',
      capacity: 5,
    });
    expect(room).toEqual(created);
    const [request] = server.requests;
    expect(request).toMatchObject({ url: 'http://meet.test/v1/rooms', method: 'POST' });
    expect(request?.headers.get('authorization')).toBe('Bearer secret');
    expect(request?.headers.get('idempotency-key')).toBe('once');
    expect(JSON.parse(String(request?.body))).toEqual({ name: 'Standup', capacity: 5 });
  });

  test('roomStatus asks about one code', async () => {
    const status = {
      code: ROOM.code,
      name: 'Standup',
      status: 'open',
      members: 1,
      capacity: 5,
      createdAt: 1,
    };
    server.replies.push(Response.json(status));
    expect(await roomStatus({ server: origin, fetch: server.fetch, code: 'abc defg hij' })).toEqual(status);
    expect(server.requests[0]).toMatchObject({
      url: 'http://meet.test/v1/rooms/abc%20defg%20hij',
      method: 'GET',
    });
  });

  test.each([
    [
      'a problem of the server',
      () => problem('rate_limited', 429, { retry: 300, detail: 'x' }),
      { code: 'rate_limited', status: 429, retry: 300, detail: 'x' },
    ],
    [
      'a page of a proxy',
      () => new Response('<html>', { status: 502, headers: { 'retry-after': '3' } }),
      { code: 'overloaded', status: 502, retry: 3_000 },
    ],
    ['an answer of something else', () => new Response('hello'), { code: 'network' }],
    ['no answer', () => new TypeError('refused'), { code: 'network', detail: 'refused' }],
  ])('%s becomes a ParleyError', async (_, reply, expected) => {
    server.replies.push(reply());
    const error = await caught(roomStatus({ server: origin, fetch: server.fetch, code: 'a' }));
    expect(error).toBeInstanceOf(ParleyError);
    expect(error).toMatchObject(expected);
  });

  test('a request without an answer fails after 15 s', async () => {
    const hanging: typeof fetch = (_, init) =>
      new Promise((__, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    const status = roomStatus({ server: origin, fetch: hanging, code: 'a' });
    const failure = expect(status).rejects.toMatchObject({ code: 'network' });
    await vi.advanceTimersByTimeAsync(14_900);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    await failure;
  });

  test('attendance as JSON and as CSV', async () => {
    const room = await server.join();
    const list = { room: { code: ROOM.code, name: 'x', createdAt: 1, endedAt: null }, attendees: [] };
    server.replies.push(Response.json(list), new Response('name,minutes\n'));
    expect(await room.attendance()).toEqual(list);
    expect(await room.attendance('csv')).toBe('name,minutes\n');
    expect(server.requests.slice(1).map(({ url }) => url.split('/').at(-1))).toEqual([
      'attendance?format=json',
      'attendance?format=csv',
    ]);
  });

  test('records of a room that lets nobody in, for whoever shows that they host it', async () => {
    const list = { room: { code: ROOM.code, name: 'x', createdAt: 1, endedAt: 2 }, attendees: [] };
    server.replies.push(Response.json(list), new Response('Ada: Hello'), problem('role_required', 403));
    const records = roomRecords({ server: origin, fetch: server.fetch, code: 'abc defg', bearer: 'key' });
    expect(await records.attendance('json')).toEqual(list);
    expect(await (await records.export('transcript', 'txt')).text()).toBe('Ada: Hello');
    expect(await caught(records.export('polls'))).toMatchObject({ code: 'role_required' });
    expect(server.requests.map(({ url }) => url.replace('http://meet.test/v1', ''))).toEqual([
      '/rooms/abc%20defg/attendance?format=json',
      '/rooms/abc%20defg/export/transcript?format=txt',
      '/rooms/abc%20defg/export/polls?format=json',
    ]);
    for (const { headers } of server.requests) expect(headers.get('authorization')).toBe('Bearer key');
  });

  test('stats of the room', async () => {
    const room = await server.join();
    server.replies.push(Response.json(statsFixture), problem('role_required', 403));
    expect(await room.stats()).toEqual(statsFixture);
    expect(server.requests.at(-1)).toMatchObject({ method: 'GET', url: expect.stringMatching(/\/stats$/) });
    expect(await caught(room.stats())).toMatchObject({ code: 'role_required', status: 403 });
  });

  test('exports come as a blob, and may take longer than other answers', async () => {
    const room = await server.join();
    let finish = (): void => {};
    const slow = new ReadableStream<Uint8Array>({
      start(controller) {
        finish = () => {
          controller.enqueue(new TextEncoder().encode('[]'));
          controller.close();
        };
      },
    });
    server.replies.push(new Response(slow), problem('role_required', 403));
    const blob = room.export('transcript');
    await vi.advanceTimersByTimeAsync(30_000);
    finish();
    expect(await (await blob).text()).toBe('[]');
    expect(await caught(room.export('polls', 'csv'))).toMatchObject({ code: 'role_required', status: 403 });
    expect(server.requests.slice(1).map(({ url, method }) => `${method} ${url.split('/v1').at(-1)}`)).toEqual(
      [
        `GET /rooms/${ROOM.code}/export/transcript?format=json`,
        `GET /rooms/${ROOM.code}/export/polls?format=csv`,
      ],
    );
    expect(server.requests[1]?.headers.get('authorization')).toBe(`Bearer ${room.token}`);
  });
});

describe('pictures', () => {
  const event = {
    t: 'image.shared',
    at: 5,
    seq: 11,
    by: 'm',
    image: imageId('a'),
    type: 'image/png',
    size: 3,
    width: 1,
    height: 1,
    caption: 'hé',
  };
  const file = new Blob(['abc'], { type: 'image/png' });

  test('an upload resolves with its event and tells its progress', async () => {
    const room = await server.join();
    server.replies.push(Response.json({ event }, { status: 201 }));
    const progress: number[][] = [];
    expect(await room.upload(file, { caption: 'hé', onProgress: (...now) => progress.push(now) })).toEqual(
      event,
    );
    expect(progress).toEqual([
      [0, 3],
      [3, 3],
    ]);
    expect(server.requests[1]).toMatchObject({
      url: 'http://meet.test/v1/rooms/abc-defg-hij/images?caption=h%C3%A9',
      method: 'POST',
      body: file,
    });
    expect(server.requests[1]?.headers.get('content-type')).toBe('image/png');
    expect(server.requests[1]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  test('a passing fault is tried again under the same Idempotency-Key, another upload has its own', async () => {
    const room = await server.join();
    server.replies.push(
      new TypeError('reset'),
      problem('busy', 503, { retry: 700 }),
      Response.json({ event }),
    );
    const upload = room.upload(new Uint8Array([1, 2, 3]));
    await vi.advanceTimersByTimeAsync(1_700);
    expect(await upload).toEqual(event);
    server.replies.push(Response.json({ event }));
    await room.upload(file);
    const keys = server.requests.slice(1).map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[3]).not.toBe(keys[0]);
  });

  test('a refusal is not tried again', async () => {
    const room = await server.join();
    server.replies.push(problem('image_type', 415));
    expect(await caught(room.upload(file))).toMatchObject({ code: 'image_type' });
    expect(server.requests).toHaveLength(2);
  });

  test('an upload can be called off, also while it waits to try again', async () => {
    const room = await server.join();
    const [early, late] = [new AbortController(), new AbortController()];
    early.abort();
    expect(await caught(room.upload(file, { signal: early.signal }))).toMatchObject({ code: 'aborted' });
    server.replies.push(problem('busy', 503, { retry: 5_000 }));
    const upload = room.upload(file, { signal: late.signal });
    expect(await outcomeOf(upload)).toBe('open');
    late.abort();
    expect(await outcomeOf(upload)).toBe('aborted');
    expect(server.requests).toHaveLength(2);
  });

  test('in a browser the bytes go out by XMLHttpRequest, which has progress', async () => {
    const sent: unknown[] = [];
    class Xhr extends EventTarget {
      readonly upload = new EventTarget();
      readonly status = 201;
      readonly responseText = JSON.stringify({ event });
      readonly headers: Record<string, string> = {};
      open(method: string, url: string): void {
        sent.push(method, url);
      }
      setRequestHeader(name: string, value: string): void {
        this.headers[name] = value;
      }
      getResponseHeader(): null {
        return null;
      }
      send(body: unknown): void {
        sent.push(body, this.headers.authorization);
        this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded: 2, total: 3 }));
        this.dispatchEvent(new Event('load'));
      }
    }
    vi.stubGlobal('XMLHttpRequest', Xhr);
    vi.stubGlobal('fetch', server.fetch);
    const { fetch: _, ...options } = server.options;
    const joining = joinRoom(options);
    await outcomeOf(joining);
    server.socket.tell(ready());
    const room = await joining;
    const progress: number[][] = [];
    expect(await room.upload(file, { onProgress: (...now) => progress.push(now) })).toEqual(event);
    expect(sent).toEqual(['POST', 'http://meet.test/v1/rooms/abc-defg-hij/images', file, 'Bearer token-1']);
    expect(progress).toEqual([[2, 3]]);
  });

  test('a link is asked for once and again shortly before its end', async () => {
    const room = await server.join();
    const link = (url: string) => Response.json({ url, expiresAt: Date.now() + 300_000 });
    server.replies.push(link('/v1/signed-1'));
    const both = await Promise.all([room.imageUrl(imageId('a')), room.imageUrl(imageId('a'))]);
    expect(both).toEqual(['http://meet.test/v1/signed-1', 'http://meet.test/v1/signed-1']);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.setSystemTime(Date.now() + 262_000);
    await room.imageUrl(imageId('a'));
    const asked = () => server.requests.filter(({ url }) => url.endsWith('/link')).length;
    expect(asked()).toBe(1);
    vi.setSystemTime(Date.now() + 5_000);
    server.replies.push(link('http://cdn.test/signed-2'));
    expect(await room.imageUrl(imageId('a'))).toBe('http://cdn.test/signed-2');
  });

  test('a link that was refused is asked for again', async () => {
    const room = await server.join();
    server.replies.push(
      problem('image_unknown', 404),
      Response.json({ url: '/x', expiresAt: Date.now() + 300_000 }),
    );
    expect(await caught(room.imageUrl(imageId('a')))).toMatchObject({ code: 'image_unknown' });
    expect(await room.imageUrl(imageId('a'))).toBe('http://meet.test/x');
  });
});
