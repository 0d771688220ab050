import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { fail } from '../../../src/protocol/index.ts';
import { secure } from '../../../src/worker/secure.ts';
import { bearer, CODE, ORIGIN, problemOf, serve } from './fake-room.ts';

const status = `/v1/rooms/${CODE}`;
const APP = 'https://app.example';

describe('addresses and methods', () => {
  test.each(['/', '/v1', '/v1/room', '/v2/rooms', `${status}/nothing`, `${status}/join/more`])(
    '%s is not found',
    async (path) => {
      expect(await problemOf(await serve().fetch(path))).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  test.each([
    ['GET', '/v1/rooms', 'POST'],
    ['PUT', status, 'GET, HEAD, PATCH, DELETE'],
    ['GET', `${status}/join`, 'POST'],
    ['GET', `${status}/token`, 'POST'],
    ['GET', `${status}/leave`, 'POST'],
    ['DELETE', `${status}/commands`, 'POST'],
    ['POST', `${status}/attendance`, 'GET, HEAD'],
    ['POST', `${status}/export/polls`, 'GET, HEAD'],
    ['POST', `${status}/stats`, 'GET, HEAD'],
  ])('%s %s is told which methods there are', async (method, path, allow) => {
    const server = serve();
    const response = await server.fetch(path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(server.calls.made).toEqual([]);
  });

  test('HEAD answers like GET', async () => {
    expect((await serve().fetch(status, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('a problem', () => {
  test('has type, title, status and our code', async () => {
    const response = await serve({ status: async () => fail('room_ended', { detail: 'an hour ago' }) }).fetch(
      status,
    );
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'urn:parley:error:room_ended',
      title: 'unable to join; the meeting has ended',
      status: 410,
      code: 'room_ended',
      detail: 'an hour ago',
    });
  });

  test('from a bug says nothing but the number under which the log has it', async () => {
    const bug = new Error('secret');
    const server = serve({ status: () => Promise.reject(bug) });
    const response = await server.fetch(status, { headers: { 'cf-ray': '8f1' } });
    const text = await response.clone().text();
    expect(text).not.toContain('secret');
    expect(await problemOf(response)).toEqual({ status: 500, code: 'internal', detail: 'request 8f1' });
    expect(server.lines).toEqual([
      {
        level: 'error',
        event: 'request.failed',
        fields: expect.objectContaining({ request: '8f1', method: 'GET', error: bug }),
      },
    ]);
    expect(JSON.stringify(server.lines)).not.toContain(CODE);
  });
});

describe('settings that can not be used', () => {
  test.each([
    ['CREATE_ACCESS', { CREATE_ACCESS: 'nobody' }],
    ['API_KEYS', { CREATE_ACCESS: 'api-key' }],
    ['API_KEYS', { CREATE_ACCESS: 'api-key', API_KEYS: 'short' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'app.example' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://app.example/' }],
    ['TOKEN_TTL_SECONDS', { TOKEN_TTL_SECONDS: 'an hour' }],
    ['RATE_REFUSALS_PER_MINUTE', { RATE_REFUSALS_PER_MINUTE: '-1' }],
    ['RATE_CREATIONS_PER_MINUTE', { RATE_CREATIONS_PER_MINUTE: 'many' }],
    ['PARLEY_KEYS', { PARLEY_KEYS: '' }],
  ])('%s is named in the log, nothing is guessed', async (name, vars) => {
    const server = serve({}, vars);
    expect((await server.fetch(status)).status).toBe(500);
    expect(server.lines).toMatchObject([{ fields: { error: { message: expect.stringContaining(name) } } }]);
    expect(server.calls.made).toEqual([]);
  });
});

describe('other origins', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization, content-type',
    },
  });

  test('that are allowed may ask, send and read', async () => {
    const server = serve({}, { ALLOWED_ORIGINS: APP });
    const asked = await server.fetch(status, preflight(APP));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(APP);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    const response = await server.fetch(status, { headers: { origin: APP } });
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test('that are allowed can read why something was refused', async () => {
    const server = serve({ status: () => Promise.reject(new Error('bug')) }, { ALLOWED_ORIGINS: APP });
    for (const path of [status, '/v1/nothing', '/v1/rooms/abc']) {
      const response = await server.fetch(path, { headers: { origin: APP } });
      expect(response.headers.get('access-control-allow-origin')).toBe(APP);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  test.each(['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null'])(
    'that are not allowed get no word to the browser: %s',
    async (origin) => {
      const server = serve({}, { ALLOWED_ORIGINS: APP });
      expect((await server.fetch(status, preflight(origin))).headers.has('access-control-allow-origin')).toBe(
        false,
      );
      expect(
        (await server.fetch(status, { headers: { origin } })).headers.has('access-control-allow-origin'),
      ).toBe(false);
    },
  );

  test('the page of this address may always', async () => {
    const response = await serve().fetch(status, { headers: { origin: ORIGIN } });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });
});

test('every answer is marked as data that no page runs and no cache keeps', async () => {
  const server = serve();
  for (const response of [
    await server.fetch(status),
    await server.fetch('/v1/nothing'),
    await server.fetch(`${status}/attendance?format=csv`, { headers: bearer(await server.token()) }),
  ]) {
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});

test('a route that needs another value of such a header keeps its own', async () => {
  const app = new Hono().use(secure).get('/', (c) => c.body('x', 200, { 'cache-control': 'private' }));
  expect((await app.request('/')).headers.get('cache-control')).toBe('private');
});
