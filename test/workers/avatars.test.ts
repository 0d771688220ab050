import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/platform/hash.ts';
import { R2Store } from '../../src/platform/r2-store.ts';
import {
  type AccountResponse,
  ERRORS,
  type ErrorCode,
  LIMITS,
  type LogInResponse,
} from '../../src/protocol/index.ts';
import type { Env } from '../../src/worker/env.ts';
import { jpeg, pictures, png, pngOfBytes, streamOf, svg } from '../support/pictures.ts';
import { bearer, serve } from '../unit/worker/fake-room.ts';

// Pictures of accounts in a real bucket, of accounts in a real database.

const MINE = '/v1/me/avatar';
const PASSWORD = 'nine green lanterns';
const store = new R2Store(env.PICTURES);
const keys = () => store.list('');

let server: ReturnType<typeof serve>;
let ada: LogInResponse;
let ben: LogInResponse;
let people = 0;

const start = (vars: Partial<Env> = {}) => {
  server = serve({}, { PICTURES: env.PICTURES, ACCOUNTS: env.ACCOUNTS, ...vars });
};

async function register(name: string): Promise<LogInResponse> {
  people += 1;
  const response = await server.send('POST', '/v1/accounts', {
    userName: `${name}-${people}`,
    password: PASSWORD,
    name,
  });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<LogInResponse>();
}

// Once: each registration makes a password's hash.
beforeAll(async () => {
  start();
  ada = await register('Ada');
  ben = await register('Ben');
});

beforeEach(async () => {
  start();
  for (const who of [ada, ben]) await remove(who);
  for (let left = await keys(); left.length > 0; left = await keys()) await store.delete(left);
});

interface Upload {
  readonly who?: LogInResponse;
  readonly headers?: Record<string, string>;
  readonly size?: number | null;
}

const put = (body: BodyInit, { who = ada, headers = {}, size }: Upload = {}) => {
  const length = size === undefined ? (body as Uint8Array).byteLength : size;
  return server.fetch(MINE, {
    method: 'PUT',
    body,
    headers: {
      ...bearer(who.token),
      ...(length === null ? {} : { 'content-length': String(length) }),
      ...headers,
    },
  });
};

/** The path of the picture that is put. */
async function shown(bytes: Uint8Array<ArrayBuffer>, more: Upload = {}): Promise<string> {
  const response = await put(bytes, more);
  expect(response.status).toBe(200);
  const { avatar } = (await response.json<AccountResponse>()).account;
  if (avatar === null) throw new Error('the account has no picture');
  return avatar;
}

const remove = (who = ada) => server.fetch(MINE, { method: 'DELETE', headers: bearer(who.token) });
const avatarOf = async (who: LogInResponse) => {
  const response = await server.fetch('/v1/me', { headers: bearer(who.token) });
  return (await response.json<AccountResponse>()).account.avatar;
};
const objectOf = (path: string) => path.replace('/v1/', '');
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function expectProblem(response: Response, code: ErrorCode) {
  expect(await response.json()).toMatchObject({ code, status: ERRORS[code].status });
  expect(response.status).toBe(ERRORS[code].status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
}

describe('a picture of an account', () => {
  test.each(Object.entries(pictures))('of %s is stored, and shown to anybody', async (type, bytes) => {
    const path = await shown(bytes, { headers: { 'content-type': type } });
    expect(path).toMatch(/^\/v1\/avatars\/[\w-]{22}$/);
    expect(await avatarOf(ada)).toBe(path);
    expect(await keys()).toEqual([objectOf(path)]);
    const served = await server.fetch(path);
    expect(served.headers.get('content-type')).toBe(type);
    expect(await bytesOf(served)).toEqual(bytes);
  });

  test('may be put twenty times a minute by one account, whatever becomes of it', async () => {
    for (let count = 0; count < 20; count += 1) await expectProblem(await put(svg), 'image_type');
    await expectProblem(await put(png), 'rate_limited');
    expect(await keys()).toEqual([]);
    await shown(png, { who: ben });
  });

  test('of the largest size passes through', async () => {
    const bytes = pngOfBytes(LIMITS.avatarBytes);
    const served = await server.fetch(await shown(bytes));
    expect(await sha256(await bytesOf(served))).toBe(await sha256(bytes));
  });

  test('takes the place of the one before, which is gone with its address', async () => {
    const first = await shown(png);
    const second = await shown(jpeg);
    expect(second).not.toBe(first);
    expect(await keys()).toEqual([objectOf(second)]);
    await expectProblem(await server.fetch(first), 'avatar_unknown');
    expect(await bytesOf(await server.fetch(second))).toEqual(jpeg);
  });

  test('is one, however many are put at once', async () => {
    const paths = await Promise.all([1, 2, 3, 4].map((seed) => shown(pngOfBytes(5_000, seed))));
    const path = await avatarOf(ada);
    expect(paths).toContain(path);
    expect(await keys()).toEqual([objectOf(path ?? '')]);
  });

  test('is gone when it is taken away, also twice', async () => {
    const path = await shown(png);
    for (let count = 0; count < 2; count += 1) {
      const response = await remove();
      expect(response.status).toBe(200);
      expect((await response.json<AccountResponse>()).account).toMatchObject({ name: 'Ada', avatar: null });
      expect(await keys()).toEqual([]);
    }
    await expectProblem(await server.fetch(path), 'avatar_unknown');
  });

  test('is gone with the account', async () => {
    const carl = await register('Carl');
    const path = await shown(png, { who: carl });
    const others = await shown(jpeg, { who: ben });
    const gone = await server.send('DELETE', '/v1/me', { password: PASSWORD }, bearer(carl.token));
    expect(gone.status).toBe(204);
    expect(await keys()).toEqual([objectOf(others)]);
    await expectProblem(await server.fetch(path), 'avatar_unknown');
    await expectProblem(await put(png, { who: carl }), 'login_required');
  });
});

describe('another account', () => {
  test('changes its own picture and nobody else’s', async () => {
    const path = await shown(png);
    const others = await shown(jpeg, { who: ben });
    expect(await avatarOf(ada)).toBe(path);
    expect((await remove(ben)).status).toBe(200);
    expect(await avatarOf(ada)).toBe(path);
    expect(await keys()).toEqual([objectOf(path)]);
    await expectProblem(await server.fetch(others), 'avatar_unknown');
  });

  test('can not touch it by its address', async () => {
    const path = await shown(png);
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      const response = await server.fetch(path, { method, headers: bearer(ben.token) });
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      await expectProblem(response, 'method_not_allowed');
    }
    expect(await keys()).toEqual([objectOf(path)]);
  });
});

describe('an upload that is refused changes nothing', () => {
  let path: string;
  beforeEach(async () => {
    path = await shown(png);
  });

  async function expectUnchanged(response: Response, code: ErrorCode) {
    await expectProblem(response, code);
    expect(await avatarOf(ada)).toBe(path);
    expect(await keys()).toEqual([objectOf(path)]);
  }

  test.each([
    ['an SVG', svg, 'image/svg+xml', 'image_type'],
    ['an SVG that says it is a PNG', svg, 'image/png', 'image_type'],
    ['a JPEG that says it is a PNG', jpeg, 'image/png', 'image_type'],
    [
      'a page',
      new TextEncoder().encode('<!doctype html><script>alert(1)</script>'),
      'text/html',
      'image_type',
    ],
  ] as const)('%s', async (_, bytes, type, code) => {
    await expectUnchanged(await put(bytes, { headers: { 'content-type': type } }), code);
  });

  test.each([
    ['fewer bytes than announced', () => streamOf(pngOfBytes(99_999))],
    ['more bytes than announced', () => streamOf(pngOfBytes(100_001))],
    ['a connection that breaks', () => streamOf(pngOfBytes(50_000), 4_096, true)],
    ['a connection that breaks after the last byte', () => streamOf(pngOfBytes(100_000), 4_096, true)],
  ])('%s', async (_, body) => {
    await expectUnchanged(await put(body(), { size: 100_000 }), 'image_broken_off');
  });

  test('one without a length, with a length that is none, or too large, also where it lies about that', async () => {
    await expectUnchanged(await put(streamOf(png), { size: null }), 'length_required');
    await expectUnchanged(await put(png, { headers: { 'content-length': '1e3' } }), 'length_required');
    await expectUnchanged(await put(png, { size: LIMITS.avatarBytes + 1 }), 'image_too_large');
    const lie = streamOf(pngOfBytes(LIMITS.avatarBytes + 1));
    await expectUnchanged(await put(lie, { size: LIMITS.avatarBytes }), 'image_broken_off');
  });

  test('one with no token, a wrong one, a room’s, or of a login that has ended', async () => {
    const body = png;
    const length = { 'content-length': String(png.byteLength) };
    const attempts: Record<string, string>[] = [
      {},
      bearer(`acc_${'x'.repeat(43)}`),
      bearer('nonsense'),
      bearer(await server.token()),
    ];
    for (const headers of attempts) {
      for (const method of ['PUT', 'DELETE']) {
        const sent = method === 'PUT' ? { body, headers: { ...length, ...headers } } : { headers };
        await expectUnchanged(await server.fetch(MINE, { method, ...sent }), 'login_required');
      }
    }
    const dora = await register('Dora');
    const login = '/v1/me/logins/current';
    const ended = await server.fetch(login, { method: 'DELETE', headers: bearer(dora.token) });
    expect(ended.status).toBe(204);
    await expectUnchanged(await put(jpeg, { who: dora }), 'login_required');
    await expectUnchanged(await remove(dora), 'login_required');
  });
});

describe('reading', () => {
  test('has headers that let anybody keep it and nobody run it', async () => {
    const path = await shown(png);
    const response = await server.fetch(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.byteLength),
      'content-disposition': `inline; filename="${path.slice('/v1/avatars/'.length)}.png"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
      'cross-origin-resource-policy': 'same-origin',
      'accept-ranges': 'bytes',
    });
    await response.arrayBuffer();
  });

  test('is open to other pages where other origins are allowed', async () => {
    const path = await shown(png);
    start({ ALLOWED_ORIGINS: 'https://app.example' });
    const response = await server.fetch(path);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    await response.arrayBuffer();
  });

  test('answers 304 to who has it, HEAD without a body, and a part to who asks for one', async () => {
    const path = await shown(png);
    const head = await server.fetch(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(png.byteLength)]);
    expect((await bytesOf(head)).byteLength).toBe(0);
    const etag = head.headers.get('etag') ?? '';
    const unchanged = await server.fetch(path, { headers: { 'if-none-match': etag } });
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, etag]);
    const part = await server.fetch(path, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${png.byteLength}`]);
    expect(await bytesOf(part)).toEqual(png.slice(10, 20));
    const outside = await server.fetch(path, { headers: { range: `bytes=${png.byteLength}-` } });
    await expectProblem(outside, 'range_unsatisfiable');
  });

  test('tells nothing of a key that is none: it answers as for one that never was', async () => {
    await shown(png);
    await store.put('rooms/r_1/secret', png, png.byteLength, 'image/png');
    const unknown = await (await server.fetch(`/v1/avatars/${'x'.repeat(22)}`)).text();
    expect(unknown).toContain('avatar_unknown');
    for (const key of [
      'x',
      'x'.repeat(23),
      'x'.repeat(2_000),
      '..%2Frooms%2Fr_1%2Fsecret',
      '%00',
      'avatars',
    ]) {
      const response = await server.fetch(`/v1/avatars/${key}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe(unknown);
    }
    const known = await server.fetch(`/v1/avatars/${'x'.repeat(22)}`, { headers: { 'if-none-match': '*' } });
    await expectProblem(known, 'avatar_unknown');
  });
});

test('where there is no object store, there are no pictures', async () => {
  const { PICTURES: _, ...without } = server.env;
  server = serve({}, without);
  await expectProblem(await put(png), 'images_off');
  await expectProblem(await remove(), 'images_off');
  await expectProblem(await server.fetch(`/v1/avatars/${'x'.repeat(22)}`), 'images_off');
});

test('a page of an allowed origin may put and take away', async () => {
  start({ ALLOWED_ORIGINS: 'https://app.example' });
  for (const method of ['PUT', 'DELETE']) {
    const headers = { origin: 'https://app.example', 'access-control-request-method': method };
    const preflight = await server.fetch(MINE, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-methods')?.split(',')).toContain(method);
  }
});

test('other methods are told which ones there are', async () => {
  const response = await server.fetch(MINE, { method: 'GET', headers: bearer(ada.token) });
  expect(response.headers.get('allow')).toBe('PUT, DELETE');
  await expectProblem(response, 'method_not_allowed');
});
