import { describe, expect, test } from 'vitest';
import { ADAS_TOKEN, knownPeople, PROVIDER, providerToken, WRONG_TOKEN } from './fake-people.ts';
import { bearer, problemOf, serve } from './fake-room.ts';

const MINE = '/v1/me/avatar';
const METHODS = ['PUT', 'DELETE'] as const;

const send = (server: ReturnType<typeof serve>, method: string, headers: Record<string, string> = {}) =>
  server.fetch(MINE, { method, headers });

describe.each(METHODS)('%s /v1/me/avatar', (method) => {
  test('is for accounts of this server', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    const attempts: Record<string, string>[] = [
      {},
      bearer(WRONG_TOKEN),
      bearer('hk_secret'),
      bearer(await server.token()),
      bearer(await providerToken({ sub: 'ada', name: 'Ada' })),
    ];
    for (const headers of attempts) {
      expect(await problemOf(await send(server, method, headers))).toMatchObject({
        status: 401,
        code: 'login_required',
      });
    }
  });

  test('is off where there are no accounts, or no object store', async () => {
    expect(await problemOf(await send(serve(), method, bearer(ADAS_TOKEN)))).toMatchObject({
      status: 501,
      code: 'accounts_off',
    });
    const server = serve({}, {}, knownPeople());
    expect(await problemOf(await send(server, method, bearer(ADAS_TOKEN)))).toMatchObject({
      status: 501,
      code: 'images_off',
    });
  });

  test('counts wrong tokens as guesses, but not who shows none', async () => {
    const people = knownPeople();
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '1' }, people);
    for (let count = 0; count < 3; count += 1) expect((await send(server, method)).status).toBe(401);
    expect((await send(server, method, bearer(WRONG_TOKEN))).status).toBe(401);
    for (const token of [WRONG_TOKEN, ADAS_TOKEN]) {
      expect((await send(server, method, bearer(token))).status).toBe(429);
    }
    expect(people.asked).toEqual([WRONG_TOKEN]);
  });
});

describe('GET /v1/avatars/:key', () => {
  test('is off where there is no object store', async () => {
    expect(await problemOf(await serve().fetch(`/v1/avatars/${'k'.repeat(22)}`))).toMatchObject({
      status: 501,
      code: 'images_off',
    });
  });
});

test.each([
  ['GET', MINE, 'PUT, DELETE'],
  ['POST', `/v1/avatars/${'k'.repeat(22)}`, 'GET, HEAD'],
])('%s %s is told which methods there are', async (method, path, allow) => {
  const response = await serve().fetch(path, { method });
  expect(response.headers.get('allow')).toBe(allow);
  expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
});
