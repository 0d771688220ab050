import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { CreateResponseSchema } from '../../../src/protocol/index.ts';
import {
  ADAS,
  ADAS_TOKEN,
  BENS_TOKEN,
  knownPeople,
  PROVIDER,
  providerToken,
  WRONG_TOKEN,
} from './fake-people.ts';
import { bearer, bodyOf, NOW, problemOf, serve } from './fake-room.ts';

const KEY = 'a-key-of-some-length';
const API_KEY = 'first-key-of-school';

type Server = ReturnType<typeof serve>;
const create = (server: Server, token: string | null, more: Record<string, string> = {}) =>
  server.send('POST', '/v1/rooms', { name: 'P' }, { ...(token === null ? {} : bearer(token)), ...more });
const asked = (server: Server) => server.calls.made.map(({ args }) => args[0] as CreateRoom);

describe('creating with an account', () => {
  test('makes it the owner, and shows the host key all the same', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    const made = await bodyOf(create(server, ADAS_TOKEN), CreateResponseSchema);
    expect(made.hostKey).toMatch(/^hk_[\w-]{43}$/);
    await create(server, await providerToken({ sub: 'ada' }));
    expect(asked(server)).toMatchObject([
      { owner: ADAS.id },
      { owner: expect.stringMatching(/^x_[\w-]{22}$/) },
    ]);
  });

  test('is not what a guest does, whose room has no owner, nor can a body say who it is', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    await create(server, null);
    await create(server, 'nonsense');
    await server.send('POST', '/v1/rooms', { name: 'P', owner: ADAS.id });
    for (const room of asked(server)) expect(room).not.toHaveProperty('owner');
    expect(asked(server)).toHaveLength(3);
  });

  test('is refused with a token that is not good, and not taken for a guest’s', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    const forged = await providerToken({ sub: 'ada' }, { secret: 'a secret that only a thief knows' });
    const expired = await providerToken({ sub: 'ada' }, { exp: NOW / 1_000 - 3_600 });
    for (const [token, code] of [
      [WRONG_TOKEN, 'login_required'],
      [forged, 'token_invalid'],
      [expired, 'token_invalid'],
    ] as const) {
      expect(await problemOf(await create(server, token))).toMatchObject({ status: 401, code });
    }
    expect(server.calls.made).toEqual([]);
  });

  test('counts wrong tokens as guesses, and holds off tokens but not guests from there', async () => {
    const people = knownPeople();
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '1' }, people);
    expect((await create(server, WRONG_TOKEN)).status).toBe(401);
    expect((await create(server, ADAS_TOKEN)).status).toBe(429);
    expect((await create(server, null)).status).toBe(201);
    expect(people.asked).toEqual([WRONG_TOKEN]);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = { 'idempotency-key': KEY };

  test('of an account comes to the same room from any address', async () => {
    const server = serve({}, {}, knownPeople());
    const [one, two] = await Promise.all(
      ['192.0.2.1', '192.0.2.2'].map((address) =>
        bodyOf(create(server, ADAS_TOKEN, { ...keyed, 'cf-connecting-ip': address }), CreateResponseSchema),
      ),
    );
    expect(two).toEqual(one);
    expect(new Set(asked(server).map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  test('keeps two accounts and a guest apart, by code, host key and fingerprint', async () => {
    const server = serve({}, {}, knownPeople());
    for (const token of [ADAS_TOKEN, BENS_TOKEN, null]) await create(server, token, keyed);
    const rooms = asked(server);
    for (const field of ['code', 'hostKeyHash', 'fingerprint'] as const) {
      expect(new Set(rooms.map((room) => room[field])).size, field).toBe(3);
    }
  });

  test('of a guest has the fingerprint that it always had', async () => {
    const server = serve();
    await create(server, null, keyed);
    expect(asked(server)[0]?.fingerprint).toBe(await sha256('{"name":"P"}'));
  });
});

describe('where only accounts may create', () => {
  const vars = { ...PROVIDER, CREATE_ACCESS: 'account' };

  test('takes each of them', async () => {
    for (const token of [ADAS_TOKEN, BENS_TOKEN, await providerToken({ sub: 'cy' })]) {
      const server = serve({}, vars, knownPeople());
      expect((await create(server, token)).status).toBe(201);
      expect(asked(server)[0]?.owner).toBeDefined();
    }
  });

  test.each([
    ['a guest', null, 'account_required'],
    ['a token of another kind', 'nonsense', 'account_required'],
    ['a wrong token', WRONG_TOKEN, 'login_required'],
  ])('refuses %s', async (_, token, code) => {
    const server = serve({}, vars, knownPeople());
    expect(await problemOf(await create(server, token))).toMatchObject({ status: 401, code });
    expect(server.calls.made).toEqual([]);
  });

  test('takes API keys, too, where there are any, and counts wrong ones', async () => {
    const server = serve({}, { ...vars, API_KEYS: API_KEY, RATE_REFUSALS_PER_MINUTE: '1' }, knownPeople());
    expect((await create(server, API_KEY)).status).toBe(201);
    expect(asked(server)[0]).not.toHaveProperty('owner');
    expect((await create(server, ADAS_TOKEN)).status).toBe(201);
    expect(await problemOf(await create(server, null))).toMatchObject({ code: 'account_required' });
    expect(await problemOf(await create(server, 'second-key-of-school'))).toMatchObject({
      status: 401,
      code: 'create_refused',
    });
    expect((await create(server, API_KEY)).status).toBe(429);
  });
});

test('where only holders of an API key may create, an account is none', async () => {
  const vars = { CREATE_ACCESS: 'api-key', API_KEYS: API_KEY };
  const server = serve({}, vars, knownPeople());
  expect(await problemOf(await create(server, ADAS_TOKEN))).toMatchObject({
    status: 401,
    code: 'create_refused',
  });
  expect((await create(server, API_KEY)).status).toBe(201);
});
