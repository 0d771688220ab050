import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import { createTokens } from '../../../src/platform/tokens.ts';
import { fail, JoinResponseSchema, TokenResponseSchema } from '../../../src/protocol/index.ts';
import {
  ADAS,
  ADAS_TOKEN,
  BENS_TOKEN,
  knownPeople,
  PROVIDER,
  providerToken,
  WRONG_TOKEN,
} from './fake-people.ts';
import { ADA, ada, bearer, bodyOf, CODE, fault, NOW, problemOf, serve } from './fake-room.ts';

const path = (action: string) => `/v1/rooms/${CODE}/${action}`;

describe('POST /v1/rooms/:code/join', () => {
  test('gives a member, a token that is theirs, a ticket and the address', async () => {
    const server = serve();
    const response = await server.send('POST', path('join'), { name: 'Ada', hostKey: 'hk_secret' });
    expect(response.status).toBe(200);
    const body = await bodyOf(response, JoinResponseSchema);
    expect(body).toEqual({
      member: { ...ada, presence: 'joining' },
      token: expect.any(String),
      tokenExpiresAt: NOW + 7_200_000,
      ticket: 'tkt_1',
      ticketExpiresAt: NOW + 30_000,
      url: `wss://meet.example/v1/rooms/${CODE}/connect`,
    });
    expect(await createTokens(server.env).verifyMember(body.token, CODE, NOW)).toBe(ADA);
    expect(server.calls.made).toEqual([
      { method: 'admit', args: [{ name: 'Ada', hostKeyHash: await sha256('hk_secret') }] },
    ]);
  });

  test('takes a member token for a return, which needs no body', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    expect((await server.fetch(path('join'), { method: 'POST', headers })).status).toBe(200);
    expect(server.calls.made).toEqual([{ method: 'admit', args: [{ member: ADA }] }]);
  });

  test('asks nothing of the room when the token is wrong', async () => {
    const server = serve();
    const token = await server.token(ADA, 'xyz-wxyz-xyz');
    const response = await server.send('POST', path('join'), { name: 'Ada' }, bearer(token));
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
    expect(server.calls.made).toEqual([]);
  });

  test('refuses a newcomer without a name', async () => {
    const server = serve();
    expect(await problemOf(await server.fetch(path('join'), { method: 'POST' }))).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: expect.stringContaining('name'),
    });
    expect(server.calls.made).toEqual([]);
  });

  test.each([
    ['room_not_found', 404],
    ['room_ended', 410],
    ['room_full', 409],
    ['host_key_wrong', 403],
    ['member_gone', 403],
  ] as const)('passes on %s', async (code, status) => {
    const server = serve({ admit: async () => fail(code) });
    expect(await problemOf(await server.send('POST', path('join'), { name: 'Ada' }))).toEqual({
      status,
      code,
    });
  });

  test('is not repeated: it would hold a second seat', async () => {
    const server = serve({ admit: () => Promise.reject(fault({ retryable: true })) });
    expect((await server.send('POST', path('join'), { name: 'Ada' })).status).toBe(503);
    expect(server.calls.made).toHaveLength(1);
  });
});

describe('joining with an account', () => {
  const join = (server: ReturnType<typeof serve>, token: string | null, body: object = {}) =>
    server.send('POST', path('join'), body, token === null ? {} : bearer(token));
  const admitted = (server: ReturnType<typeof serve>) => server.calls.made.map(({ args }) => args[0]);

  test('tells the room whose device it is, and needs no name', async () => {
    const server = serve({}, {}, knownPeople());
    expect((await join(server, ADAS_TOKEN)).status).toBe(200);
    expect((await join(server, ADAS_TOKEN, { name: 'Ada, phone', hostKey: 'hk_x' })).status).toBe(200);
    expect(admitted(server)).toEqual([
      { account: ADAS },
      { name: 'Ada, phone', hostKeyHash: await sha256('hk_x'), account: ADAS },
    ]);
  });

  test('gives a member token as to everybody, which is a return as the member and asks for no account', async () => {
    const people = knownPeople();
    const server = serve({}, { ...PROVIDER, JOIN_ACCESS: 'account' }, people);
    const { token } = await bodyOf(join(server, ADAS_TOKEN), JoinResponseSchema);
    expect((await join(server, token)).status).toBe(200);
    expect(admitted(server)).toEqual([{ account: ADAS }, { member: ADA }]);
    expect(people.asked).toEqual([ADAS_TOKEN]);
  });

  test('is refused with a token that is not good, and not taken for a guest’s', async () => {
    const server = serve({}, {}, knownPeople());
    expect(await problemOf(await join(server, WRONG_TOKEN, { name: 'Ada' }))).toMatchObject({
      status: 401,
      code: 'login_required',
    });
    // A server without accounts has no good ones.
    const without = serve();
    expect(await problemOf(await join(without, ADAS_TOKEN, { name: 'Ada' }))).toMatchObject({
      code: 'login_required',
    });
    expect([...server.calls.made, ...without.calls.made]).toEqual([]);
  });

  test('counts wrong tokens as guesses, and holds off who goes on', async () => {
    const people = knownPeople();
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '2' }, people);
    for (const expected of [401, 401, 429, 429]) {
      expect((await join(server, WRONG_TOKEN, { name: 'Ada' })).status).toBe(expected);
    }
    // Not even a hit is told, and no database is asked.
    expect((await join(server, ADAS_TOKEN)).status).toBe(429);
    expect(people.asked).toEqual([WRONG_TOKEN, WRONG_TOKEN]);
    expect(server.calls.made).toEqual([]);
  });

  test('of the provider’s tells the room of an account of theirs', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    const token = await providerToken({ sub: 'ada', name: 'Ada of the provider' });
    expect((await join(server, token)).status).toBe(200);
    const id = `x_${(await sha256('https://id.example ada')).slice(0, 22)}`;
    expect(admitted(server)).toEqual([{ account: { id, name: 'Ada of the provider', avatar: null } }]);
  });

  test('of the provider’s needs a name where the provider gives none', async () => {
    const server = serve({}, PROVIDER);
    const token = await providerToken({ sub: 'ada' });
    expect(await problemOf(await join(server, token))).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: 'name: is missing',
    });
    expect((await join(server, token, { name: 'Ada' })).status).toBe(200);
    expect(admitted(server)).toEqual([
      { name: 'Ada', account: { id: expect.stringMatching(/^x_[\w-]{22}$/), name: '', avatar: null } },
    ]);
  });

  test.each([
    ['forged', { secret: 'a secret that only a thief knows' }],
    ['expired', { exp: NOW / 1_000 - 3_600 }],
  ])('is refused with a token of the provider’s that is %s', async (_, how) => {
    const server = serve({}, PROVIDER);
    const token = await providerToken({ sub: 'ada', name: 'Ada' }, how);
    expect(await problemOf(await join(server, token, { name: 'Ada' }))).toMatchObject({
      status: 401,
      code: 'token_invalid',
    });
    expect(server.calls.made).toEqual([]);
  });

  describe('where guests are kept out', () => {
    const start = () => serve({}, { ...PROVIDER, JOIN_ACCESS: 'account' }, knownPeople());

    test('lets accounts in, ours and the provider’s', async () => {
      for (const token of [ADAS_TOKEN, BENS_TOKEN, await providerToken({ sub: 'cy', name: 'Cy' })]) {
        expect((await join(start(), token)).status).toBe(200);
      }
    });

    test('lets a member back in who was let in before', async () => {
      const server = start();
      expect((await join(server, await server.token())).status).toBe(200);
    });

    test('refuses a guest, with or without a name, key or passcode, and asks nothing of the room', async () => {
      const server = start();
      for (const body of [{}, { name: 'Eve' }, { name: 'Eve', hostKey: 'hk_x', passcode: '1234' }]) {
        expect(await problemOf(await join(server, null, body))).toMatchObject({
          status: 401,
          code: 'account_required',
        });
      }
      expect(server.calls.made).toEqual([]);
    });

    test('does not count that as a guess', async () => {
      const server = serve({}, { ...PROVIDER, JOIN_ACCESS: 'account', RATE_REFUSALS_PER_MINUTE: '1' });
      for (let count = 0; count < 4; count += 1) {
        expect((await join(server, null, { name: 'Eve' })).status).toBe(401);
      }
    });
  });
});

describe('POST /v1/rooms/:code/token', () => {
  test('renews the token of a member who is there', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    server.time.now += 3_600_000;
    const response = await server.fetch(path('token'), { method: 'POST', headers });
    const body = await bodyOf(response, TokenResponseSchema);
    expect(body.tokenExpiresAt).toBe(NOW + 3_600_000 + 7_200_000);
    expect(await createTokens(server.env).verifyMember(body.token, CODE, NOW + 10_000_000)).toBe(ADA);
  });

  test('refuses an expired token', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    server.time.now += 7_200_001;
    expect(await problemOf(await server.fetch(path('token'), { method: 'POST', headers }))).toMatchObject({
      status: 401,
      code: 'token_invalid',
    });
  });

  test('refuses a member who is gone', async () => {
    const server = serve({ member: async () => fail('member_gone') });
    const headers = bearer(await server.token());
    expect(await problemOf(await server.fetch(path('token'), { method: 'POST', headers }))).toMatchObject({
      status: 403,
      code: 'member_gone',
    });
  });

  test('refuses without a token', async () => {
    expect(await problemOf(await serve().fetch(path('token'), { method: 'POST' }))).toMatchObject({
      status: 401,
      code: 'token_required',
    });
  });
});

describe('POST /v1/rooms/:code/leave', () => {
  test('leaves', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    expect((await server.fetch(path('leave'), { method: 'POST', headers })).status).toBe(204);
    expect(server.calls.made).toEqual([{ method: 'leave', args: [ADA] }]);
  });

  test('is for members, not for holders of the host key', async () => {
    const server = serve();
    const response = await server.fetch(path('leave'), { method: 'POST', headers: bearer('hk_secret') });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
  });

  test('is repeated after a passing fault', async () => {
    let tried = 0;
    const server = serve({
      leave: async () => {
        tried += 1;
        if (tried === 1) throw fault({ retryable: true });
        return { ok: true, value: null };
      },
    });
    const headers = bearer(await server.token());
    expect((await server.fetch(path('leave'), { method: 'POST', headers })).status).toBe(204);
  });
});
