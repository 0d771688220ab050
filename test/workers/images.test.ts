import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { R2Store } from '../../src/platform/r2-store.ts';
import {
  DEFAULT_POLICY,
  ERRORS,
  type ErrorCode,
  type ImageResponse,
  type LinkResponse,
} from '../../src/protocol/index.ts';
import type { Env } from '../../src/worker/env.ts';
import { jpeg, pictures, png, pngOfBytes, streamOf, svg } from '../support/pictures.ts';
import { ADA, BEN, HOST, PictureRoom } from '../unit/images/room.ts';
import { bearer, CODE, NOW, ORIGIN, serve } from '../unit/worker/fake-room.ts';

const PATH = `/v1/rooms/${CODE}/images`;
const store = new R2Store(env.PICTURES);
const keys = () => store.list('');

let room: PictureRoom;
let server: ReturnType<typeof serve>;
let tokens: Record<'ada' | 'ben' | 'host', string>;

const start = async (vars: Partial<Env> = {}) => {
  server = serve(
    room.rpc((deleted) => store.delete(deleted)),
    { PICTURES: env.PICTURES, ...vars },
  );
  tokens = { ada: await server.token(ADA), ben: await server.token(BEN), host: await server.token(HOST) };
};

beforeEach(async () => {
  for (let left = await keys(); left.length > 0; left = await keys()) await store.delete(left);
  room = new PictureRoom();
  room.limits = { imageBytes: 10_485_760, roomBytes: 20_000_000 };
  await start();
});

interface Upload {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string;
  readonly size?: number | null;
}

const upload = (body: BodyInit, { query = '', headers = {}, token = tokens.ada, size }: Upload = {}) => {
  const length = size === undefined ? (body as Uint8Array).byteLength : size;
  return server.fetch(`${PATH}${query}`, {
    method: 'POST',
    body,
    headers: {
      ...bearer(token),
      ...(length === null ? {} : { 'content-length': String(length) }),
      ...headers,
    },
  });
};

const shared = async (bytes: Uint8Array<ArrayBuffer>, more: Upload = {}) => {
  const response = await upload(bytes, more);
  expect(response.status).toBe(201);
  return (await response.json<ImageResponse>()).event;
};

const read = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.fetch(`${PATH}/${id}`, { method, headers: { ...bearer(tokens.ben), ...headers } });

async function expectProblem(response: Response, code: ErrorCode) {
  expect(await response.json()).toMatchObject({ code, status: ERRORS[code].status });
  expect(response.status).toBe(ERRORS[code].status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
}

/** Refused, nothing in the bucket, nothing pending or told. */
async function expectNothing(response: Response, code: ErrorCode) {
  await expectProblem(response, code);
  expect(await keys()).toEqual([]);
  expect(room.rows()).toEqual([]);
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe('an upload', () => {
  test.each(Object.entries(pictures))('of %s is stored, told and served', async (type, bytes) => {
    const response = await upload(bytes, {
      query: '?caption=the%20board&n=7',
      headers: { 'content-type': type },
    });
    expect(response.status).toBe(201);
    const { event } = await response.json<ImageResponse>();
    expect(event).toMatchObject({
      ...{ t: 'image.shared', by: ADA, n: 7, caption: 'the board', type, size: bytes.byteLength },
      ...{ width: 4, height: 2 },
    });
    expect(response.headers.get('location')).toBe(`${PATH}/${event.image}`);
    const served = await read(event.image);
    expect(served.headers.get('content-type')).toBe(type);
    expect(await bytesOf(served)).toEqual(bytes);
  });

  test('of ten megabytes passes through', async () => {
    const bytes = pngOfBytes(10_485_760);
    const { image } = await shared(bytes);
    const digest = async (data: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    expect(await digest(await bytesOf(await read(image)))).toEqual(await digest(bytes));
  });

  test('of the same picture by two people is stored once', async () => {
    const first = await shared(png);
    const second = await shared(png, { token: tokens.ben });
    expect(second.image).not.toBe(first.image);
    expect(await keys()).toHaveLength(1);
    expect(await bytesOf(await read(second.image))).toEqual(png);
  });

  test('sent twice with one Idempotency-Key is one picture', async () => {
    const headers = { 'idempotency-key': 'a-request-0123456789' };
    const first = await shared(png, { headers });
    expect(await shared(png, { headers })).toEqual(first);
    expect(room.rows()).toHaveLength(1);
    expect(await keys()).toHaveLength(1);
  });

  test.each([
    ['an SVG', svg, 'image/svg+xml', 'image_type'],
    ['an SVG that says it is a PNG', svg, 'image/png', 'image_type'],
    ['a JPEG that says it is a PNG', jpeg, 'image/png', 'image_type'],
    ['half a header', png.slice(0, 20), 'image/png', 'image_type'],
  ] as const)('of %s is refused', async (_, bytes, type, code) => {
    await expectNothing(await upload(bytes, { headers: { 'content-type': type } }), code);
  });

  test.each([
    ['fewer bytes than announced', () => streamOf(pngOfBytes(99_999))],
    ['more bytes than announced', () => streamOf(pngOfBytes(100_001))],
    ['a connection that breaks', () => streamOf(pngOfBytes(50_000), 4_096, true)],
    ['a connection that breaks after the last byte', () => streamOf(pngOfBytes(100_000), 4_096, true)],
  ])('with %s leaves nothing', async (_, body) => {
    await expectNothing(await upload(body(), { size: 100_000 }), 'image_broken_off');
  });

  test('without a length, too large, or with a length that is none', async () => {
    await expectNothing(await upload(streamOf(png), { size: null }), 'length_required');
    await expectNothing(await upload(png, { headers: { 'content-length': '1e3' } }), 'length_required');
    await expectNothing(await upload(png, { size: 10_485_761 }), 'image_too_large');
    expect(server.calls.made).toEqual([]);
  });

  test('over the quota of the room', async () => {
    room.limits = { imageBytes: 1_000, roomBytes: png.byteLength - 1 };
    await expectNothing(await upload(png), 'quota_exceeded');
  });

  test('by somebody who may not, or may no longer when the bytes are there', async () => {
    room.changeRoom({ policy: { ...DEFAULT_POLICY, image: false } });
    await expectNothing(await upload(png), 'not_allowed');
    room.changeRoom({ policy: DEFAULT_POLICY });
    const bytes = pngOfBytes(50_000);
    let piece = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(bytes.slice(piece * 10_000, (piece + 1) * 10_000));
        piece += 1;
        if (piece === 3) room.changeRoom({ policy: { ...DEFAULT_POLICY, image: false } });
        if (piece === 5) controller.close();
      },
    });
    await expectNothing(await upload(body, { size: bytes.byteLength }), 'not_allowed');
  });

  test('by a stranger, with a bad caption, number or key', async () => {
    await expectNothing(await server.fetch(PATH, { method: 'POST', body: png }), 'token_required');
    await expectNothing(await upload(png, { token: 'nonsense' }), 'token_invalid');
    await expectNothing(await upload(png, { query: `?caption=${'x'.repeat(501)}` }), 'text_too_long');
    await expectNothing(await upload(png, { query: '?caption=%00' }), 'invalid');
    for (const n of ['0', '-1', '1.5', 'x', ''])
      await expectNothing(await upload(png, { query: `?n=${n}` }), 'invalid');
    await expectNothing(await upload(png, { headers: { 'idempotency-key': 'short' } }), 'invalid');
  });

  test('where there is no object store', async () => {
    const { PICTURES: _, ...without } = server.env;
    const app = serve(
      room.rpc(async () => {}),
      without,
    );
    await expectProblem(
      await app.fetch(PATH, {
        method: 'POST',
        body: png,
        headers: { ...bearer(tokens.ada), 'content-length': '102' },
      }),
      'images_off',
    );
  });

  test('whose room fails when it is told is taken back, and its bytes with it', async () => {
    const calls = room.rpc((deleted) => store.delete(deleted));
    const broken = { ...calls, shareImage: () => Promise.reject(new Error('reset')) };
    const failing = serve(broken, { PICTURES: env.PICTURES });
    const response = await failing.fetch(PATH, {
      method: 'POST',
      body: png,
      headers: { ...bearer(tokens.ada), 'content-length': String(png.byteLength) },
    });
    await expectNothing(response, 'internal');
  });
});

describe('reading', () => {
  test('has headers that keep a browser from running or sharing it', async () => {
    const { image } = await shared(png);
    const response = await read(image);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.byteLength),
      'content-disposition': `inline; filename="${image}.png"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'same-origin',
      'accept-ranges': 'bytes',
    });
    await response.arrayBuffer();
  });

  test('is open to other pages where other origins are allowed', async () => {
    const { image } = await shared(png);
    await start({ ALLOWED_ORIGINS: 'https://app.example' });
    const response = await read(image);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    await response.arrayBuffer();
  });

  test('answers 304 to who has it, and HEAD without a body', async () => {
    const { image } = await shared(png);
    const head = await read(image, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(png.byteLength)]);
    expect((await bytesOf(head)).byteLength).toBe(0);
    const etag = head.headers.get('etag') ?? '';
    const unchanged = await read(image, { 'if-none-match': etag });
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, etag]);
    expect(unchanged.headers.get('cache-control')).toContain('immutable');
    expect((await read(image, { 'if-none-match': '"other"' })).status).toBe(200);
    await expectProblem(await read(image, { 'if-match': '"other"' }), 'precondition_failed');
    expect((await read(image, { 'if-match': etag, 'if-none-match': etag })).status).toBe(304);
  });

  test('answers 206 with a part, 416 to a part that is not there, and the whole where the tag is another', async () => {
    const { image } = await shared(png);
    const size = png.byteLength;
    const part = await read(image, { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${size}`]);
    expect(await bytesOf(part)).toEqual(png.slice(10, 20));
    const outside = await read(image, { range: `bytes=${size}-` });
    expect(outside.headers.get('content-range')).toBe(`bytes */${size}`);
    await expectProblem(outside, 'range_unsatisfiable');
    for (const headers of [{ range: 'bytes=0-1,4-5' }, { range: 'bytes=10-19', 'if-range': '"other"' }]) {
      const whole = await read(image, headers);
      expect(whole.status).toBe(200);
      expect(await bytesOf(whole)).toEqual(png);
    }
    const same = await read(image, { range: 'bytes=0-0', 'if-range': part.headers.get('etag') ?? '' });
    expect(same.status).toBe(206);
    await same.arrayBuffer();
  });

  test('is for members', async () => {
    const { image } = await shared(png);
    await expectProblem(await server.fetch(`${PATH}/${image}`), 'token_required');
    await expectProblem(await read(image, bearer('nonsense')), 'token_invalid');
    room.changeMember(BEN, { presence: 'left' });
    await expectProblem(await read(image), 'member_gone');
    await expectProblem(await read(`i_${'x'.repeat(22)}`, bearer(tokens.ada)), 'image_unknown');
    await expectProblem(await read('nonsense', bearer(tokens.ada)), 'image_unknown');
  });
});

describe('a link', () => {
  const link = async (image: string) => {
    const response = await server.fetch(`${PATH}/${image}/link`, {
      method: 'POST',
      headers: bearer(tokens.ada),
    });
    expect(response.status).toBe(200);
    return response.json<LinkResponse>();
  };
  const open = (url: string) => server.fetch(url.slice(ORIGIN.length));

  test('opens the picture without a token, for ten minutes at least and twenty at most', async () => {
    const { image } = await shared(png);
    const { url, expiresAt } = await link(image);
    expect(url.startsWith(`${ORIGIN}${PATH}/${image}?`)).toBe(true);
    expect(expiresAt - NOW).toBeGreaterThanOrEqual(600_000);
    expect(expiresAt - NOW).toBeLessThanOrEqual(1_200_000);
    expect(await bytesOf(await open(url))).toEqual(png);
    server.time.now = expiresAt - 1;
    expect((await open(url)).status).toBe(200);
    server.time.now = expiresAt;
    await expectProblem(await open(url), 'link_invalid');
  });

  test('is the same one within a period, so that a browser finds it in its cache', async () => {
    const { image } = await shared(png);
    const period = Math.floor(NOW / 600_000) * 600_000;
    server.time.now = period + 1;
    const first = await link(image);
    server.time.now = period + 600_000;
    expect(await link(image)).toEqual(first);
    server.time.now = period + 600_001;
    expect((await link(image)).url).not.toBe(first.url);
  });

  test('that was changed, or is of another picture, opens nothing', async () => {
    const { image } = await shared(png);
    const other = await shared(jpeg);
    const { url, expiresAt } = await link(image);
    for (const changed of [
      url.replace(`exp=${expiresAt}`, `exp=${expiresAt + 1}`),
      url.replace(image, other.image),
      url.replace(/exp=\d+/, 'exp=x'),
      url.replace(/exp=\d+&/, ''),
      url.replace(/sig=.*/, 'sig='),
    ]) {
      await expectProblem(await open(changed), 'link_invalid');
    }
  });

  test('that has run out counts as no guess, however often a page asks for it', async () => {
    await start({ RATE_REFUSALS_PER_MINUTE: '2' });
    const { image } = await shared(png);
    const { url, expiresAt } = await link(image);
    server.time.now = expiresAt;
    for (let count = 0; count < 5; count += 1) await expectProblem(await open(url), 'link_invalid');
  });

  test('is for members, and for pictures that are there', async () => {
    const { image } = await shared(png);
    await expectProblem(await server.fetch(`${PATH}/${image}/link`, { method: 'POST' }), 'token_required');
    const unknown = `${PATH}/i_${'x'.repeat(22)}/link`;
    await expectProblem(
      await server.fetch(unknown, { method: 'POST', headers: bearer(tokens.ada) }),
      'image_unknown',
    );
  });
});

describe('removing', () => {
  const remove = (image: string, token: string) =>
    server.fetch(`${PATH}/${image}`, { method: 'DELETE', headers: bearer(token) });

  test('takes the picture, its bytes and its link away', async () => {
    const { image } = await shared(png);
    expect((await remove(image, tokens.ada)).status).toBe(204);
    expect(await keys()).toEqual([]);
    await expectProblem(await read(image), 'image_unknown');
    await expectProblem(await remove(image, tokens.ada), 'image_unknown');
  });

  test('is for the sender and the host', async () => {
    const { image } = await shared(png);
    await expectProblem(await remove(image, tokens.ben), 'role_required');
    expect(await keys()).toHaveLength(1);
    expect((await remove(image, tokens.host)).status).toBe(204);
  });
});

test('other methods are told which ones there are', async () => {
  for (const [path, allow] of [
    ['', 'POST'],
    [`/i_${'x'.repeat(22)}`, 'GET, HEAD, DELETE'],
    [`/i_${'x'.repeat(22)}/link`, 'POST'],
  ]) {
    const response = await server.fetch(`${PATH}${path}`, { method: 'PUT' });
    expect(response.headers.get('allow')).toBe(allow);
    await expectProblem(response, 'method_not_allowed');
  }
});
