import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreateResponse, ImageResponse, JoinResponse } from '../../src/protocol/index.ts';
import { png, pngOfBytes, svg } from '../support/pictures.ts';
import { type Server, startServer } from './support/server.ts';

// Pictures over a real connection: what a request's length, its end and an early answer do shows only here.

interface Bucket {
  list(): Promise<{ readonly objects: readonly { readonly key: string }[] }>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json<T = { readonly code?: string }>(): T;
}

let server: Server;
let bucket: Bucket;
let code: string;
let token: string;

const postJson = async <T>(path: string, body: object): Promise<T> => {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return (await response.json()) as T;
};

beforeAll(async () => {
  server = await startServer({ vars: { RATE_IMAGE: '1000/1000', AWAY_GRACE_SECONDS: '600' } });
  bucket = (await server.harness.getWorker<{ PICTURES: Bucket }>().getEnv()).PICTURES;
});
afterAll(() => server.close());

beforeEach(async () => {
  ({ code } = await postJson<CreateResponse>('/v1/rooms', { name: 'Physics' }));
  const joined = await postJson<JoinResponse>(`/v1/rooms/${code}/join`, { name: 'Ada' });
  ({ token } = joined);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect`, [
    'parley.v1',
    `parley.ticket.${joined.ticket}`,
  ]);
  await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
  return () => socket.close();
});

const keys = async () => (await bucket.list()).objects.map(({ key }) => key);

/** Starts a request and leaves its body to `write`. */
const send = (
  method: string,
  path: string,
  headers: Record<string, string | number>,
  write: (body: ClientRequest) => void = (body) => body.end(),
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/v1/rooms/${code}/images${path}`,
      { method, headers: { authorization: `Bearer ${token}`, ...headers } },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(pieces);
          const { statusCode = 0, headers: answered } = response;
          resolve({ status: statusCode, headers: answered, body, json: () => JSON.parse(body.toString()) });
        });
      },
    );
    sent.on('error', reject);
    write(sent);
  });

const upload = (bytes: Uint8Array, headers: Record<string, string | number> = {}) =>
  send('POST', '', { 'content-length': bytes.byteLength, ...headers }, (body) => body.end(bytes));

const shared = async (bytes: Uint8Array) => {
  const answer = await upload(bytes);
  expect(answer.status).toBe(201);
  return answer.json<ImageResponse>().event.image;
};

describe('over a real connection', () => {
  test('ten megabytes go up and come down as they were, with their length', async () => {
    const before = (await keys()).length;
    const bytes = pngOfBytes(10_485_760);
    const image = await shared(bytes);
    expect(await keys()).toHaveLength(before + 1);
    const answer = await send('GET', `/${image}`, {});
    expect(answer.headers['content-length']).toBe('10485760');
    expect(answer.body.equals(bytes)).toBe(true);
    const part = await send('GET', `/${image}`, { range: 'bytes=1000-1999' });
    expect([part.status, part.headers['content-length'], part.headers['content-range']]).toEqual([
      206,
      '1000',
      'bytes 1000-1999/10485760',
    ]);
    expect(part.body.equals(bytes.subarray(1_000, 2_000))).toBe(true);
    expect((await send('DELETE', `/${image}`, {})).status).toBe(204);
    await expect.poll(async () => (await keys()).length).toBe(before);
  });

  test('HEAD has the length and no body, 304 has neither', async () => {
    const image = await shared(png);
    const head = await send('HEAD', `/${image}`, {});
    expect([head.status, head.headers['content-length'], head.body.byteLength]).toEqual([
      200,
      String(png.byteLength),
      0,
    ]);
    const unchanged = await send('GET', `/${image}`, { 'if-none-match': head.headers.etag ?? '' });
    expect([unchanged.status, unchanged.body.byteLength]).toEqual([304, 0]);
    expect(unchanged.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a body without a length is refused', async () => {
    const before = await keys();
    const answer = await send('POST', '', { 'transfer-encoding': 'chunked' }, (body) => body.end(png));
    expect([answer.status, answer.json().code]).toEqual([411, 'length_required']);
    expect(await keys()).toEqual(before);
  });

  test('what is refused early is told although more was to come', async () => {
    const before = await keys();
    const large = await upload(pngOfBytes(10_485_761));
    expect([large.status, large.json().code]).toEqual([413, 'image_too_large']);
    const padded = Buffer.concat([svg, Buffer.alloc(5_000_000, ' ')]);
    const script = await upload(padded, { 'content-type': 'image/png' });
    expect([script.status, script.json().code]).toEqual([415, 'image_type']);
    expect(await keys()).toEqual(before);
  });

  test('a connection that breaks in the middle leaves nothing, and the next upload works', async () => {
    const before = await keys();
    const bytes = pngOfBytes(4_000_000);
    const broken = send('POST', '', { 'content-length': bytes.byteLength }, (body) => {
      body.write(bytes.subarray(0, 2_000_000), () => setTimeout(() => body.destroy(), 100));
    });
    await expect(broken).rejects.toThrow();
    const image = await shared(pngOfBytes(5_000, 2));
    expect(await keys()).toHaveLength(before.length + 1);
    await send('DELETE', `/${image}`, {});
    await expect.poll(keys).toEqual(before);
  });
});
