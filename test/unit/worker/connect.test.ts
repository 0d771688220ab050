import { describe, expect, test } from 'vitest';
import { createTokens } from '../../../src/platform/tokens.ts';
import { fail } from '../../../src/protocol/index.ts';
import { ADAS, ADAS_TOKEN, knownPeople, PROVIDER, providerToken, WRONG_TOKEN } from './fake-people.ts';
import { ADA, bearer, CODE, fault, NOW, ORIGIN, problemOf, serve } from './fake-room.ts';

const path = `/v1/rooms/${CODE}/connect`;
const upgrade = { upgrade: 'websocket', connection: 'Upgrade' };
const withTicket = { ...upgrade, 'sec-websocket-protocol': 'parley.v1, parley.ticket.tkt_1' };

describe('GET /v1/rooms/:code/connect', () => {
  test('forwards the ticket, the subprotocol and the position, and returns the answer untouched', async () => {
    const answer = new Response('switched', { headers: { 'sec-websocket-protocol': 'parley.v1' } });
    const server = serve({ fetch: async () => answer });
    const response = await server.fetch(`${path}?epoch=e1&seq=7&private=2&other=1`, { headers: withTicket });
    expect(response).toBe(answer);
    expect([...response.headers.keys()].sort()).toEqual(['content-type', 'sec-websocket-protocol']);
    const [request] = server.calls.upgrades;
    expect(request?.headers.get('x-parley-position')).toBe('epoch=e1&seq=7&private=2');
    expect(request?.headers.get('upgrade')).toBe('websocket');
    expect(request?.headers.get('x-parley-ticket')).toBe('tkt_1');
    expect(request?.headers.get('x-parley-subprotocol')).toBe('parley.v1');
    expect(request?.headers.has('x-parley-token')).toBe(false);
    expect(server.calls.stubs).toEqual([{ name: CODE }]);
    expect(server.calls.made).toEqual([]);
  });

  test('believes no x-parley header of a client, and forwards no other secret', async () => {
    const server = serve();
    await server.fetch(path, {
      headers: {
        ...withTicket,
        'x-parley-ticket': 'forged',
        'X-Parley-Token': 'forged',
        'x-parley-member': 'forged',
        'x-parley-position': 'epoch=forged',
        authorization: 'Bearer secret',
        cookie: 'a=b',
      },
    });
    const headers = server.calls.upgrades[0]?.headers ?? new Headers();
    expect([...headers].filter(([name]) => name.startsWith('x-parley-'))).toEqual([
      ['x-parley-subprotocol', 'parley.v1'],
      ['x-parley-ticket', 'tkt_1'],
    ]);
    expect([...headers.keys()].filter((name) => !name.startsWith('x-parley-'))).toEqual(['upgrade']);
  });

  test('admits in one step by name alone, without any subprotocol', async () => {
    const server = serve();
    await server.fetch(`${path}?name=%20Ada%20&hostKey=hk_x`, { headers: upgrade });
    expect(server.calls.made).toEqual([{ method: 'admit', args: [{ name: 'Ada' }] }]);
    const [request] = server.calls.upgrades;
    expect(request?.url).not.toContain('Ada');
    expect(request?.headers.get('x-parley-ticket')).toBe('tkt_1');
    expect(request?.headers.has('x-parley-subprotocol')).toBe(false);
    expect(request?.headers.has('x-parley-position')).toBe(false);
    const token = request?.headers.get('x-parley-token') ?? '';
    expect(await createTokens(server.env).verifyMember(token, CODE, NOW)).toBe(ADA);
  });

  test('passes on why somebody is not admitted, before any upgrade', async () => {
    const server = serve({ admit: async () => fail('room_full') });
    expect(await problemOf(await server.fetch(`${path}?name=Ada`, { headers: upgrade }))).toMatchObject({
      status: 409,
      code: 'room_full',
    });
    expect(server.calls.upgrades).toEqual([]);
  });

  test.each([
    ['a plain request', path, {}, 426, 'upgrade_required'],
    ['another upgrade', path, { upgrade: 'h2c' }, 426, 'upgrade_required'],
    ['a foreign page', path, { ...withTicket, origin: 'https://evil.example' }, 403, 'origin_refused'],
    ['a page without an origin', path, { ...withTicket, origin: 'null' }, 403, 'origin_refused'],
    [
      'another version',
      path,
      { ...upgrade, 'sec-websocket-protocol': 'parley.v9' },
      400,
      'version_unsupported',
    ],
    ['what can be no code', '/v1/rooms/abc/connect', withTicket, 404, 'room_not_found'],
    ['neither ticket nor name', path, upgrade, 401, 'ticket_invalid'],
    ['a name that is none', `${path}?name=%20`, upgrade, 422, 'invalid'],
  ])('refuses %s', async (_, address, headers, status, code) => {
    const server = serve();
    expect(
      await problemOf(await server.fetch(address, { headers: { ...headers } as Record<string, string> })),
    ).toMatchObject({
      status,
      code,
    });
    expect(server.calls.stubs).toEqual([]);
  });

  test('names the versions it speaks', async () => {
    const headers = { ...upgrade, 'sec-websocket-protocol': 'parley.v9' };
    expect(await problemOf(await serve().fetch(path, { headers }))).toMatchObject({ detail: 'parley.v1' });
  });

  test('lets in its own page and the origins that are allowed', async () => {
    const vars = { ALLOWED_ORIGINS: 'https://app.example, http://localhost:5173' };
    for (const origin of [ORIGIN, 'https://app.example', 'http://localhost:5173']) {
      const server = serve({}, vars);
      expect((await server.fetch(path, { headers: { ...withTicket, origin } })).status).toBe(200);
    }
    const server = serve({}, { ALLOWED_ORIGINS: '*' });
    expect((await server.fetch(path, { headers: { ...withTicket, origin: 'null' } })).status).toBe(200);
  });

  test('checks in order: upgrade, origin, version, code', async () => {
    const wrong = {
      origin: 'https://evil.example',
      'sec-websocket-protocol': 'parley.v9',
    };
    const code = async (headers: Record<string, string>) =>
      (await problemOf(await serve().fetch('/v1/rooms/abc/connect', { headers }))).code;
    expect(await code(wrong)).toBe('upgrade_required');
    expect(await code({ ...wrong, ...upgrade })).toBe('origin_refused');
    expect(await code({ ...wrong, ...upgrade, origin: ORIGIN })).toBe('version_unsupported');
    expect(await code({ ...withTicket, origin: ORIGIN })).toBe('room_not_found');
  });

  test('spends a ticket once, whatever happens to the object', async () => {
    const server = serve({ fetch: () => Promise.reject(fault({ retryable: true })) });
    expect(await problemOf(await server.fetch(path, { headers: withTicket }))).toMatchObject({
      status: 503,
      code: 'overloaded',
    });
    expect(server.calls.upgrades).toHaveLength(1);
  });

  test('has no other method', async () => {
    const response = await serve().fetch(path, { method: 'POST' });
    expect(response.headers.get('allow')).toBe('GET');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });
});

describe('connecting by one step with an account', () => {
  const connect = (server: ReturnType<typeof serve>, query: string, token: string | null) =>
    server.fetch(`${path}${query}`, { headers: { ...upgrade, ...(token === null ? {} : bearer(token)) } });
  const admitted = (server: ReturnType<typeof serve>) => server.calls.made.map(({ args }) => args[0]);

  test('joins as the account, by its name or another one', async () => {
    const server = serve({}, {}, knownPeople());
    for (const query of ['', '?name=Ada%2C%20lamp']) {
      expect((await connect(server, query, ADAS_TOKEN)).status).toBe(200);
    }
    expect(admitted(server)).toEqual([{ account: ADAS }, { name: 'Ada, lamp', account: ADAS }]);
    expect(server.calls.upgrades.map(({ headers }) => headers.get('x-parley-ticket'))).toEqual([
      'tkt_1',
      'tkt_1',
    ]);
  });

  test('tells the object the ticket and nothing of the account’s token', async () => {
    const server = serve({}, {}, knownPeople());
    await connect(server, '', ADAS_TOKEN);
    expect(JSON.stringify([...(server.calls.upgrades[0]?.headers ?? [])])).not.toContain(ADAS_TOKEN);
  });

  test.each([
    ['a wrong token', '?name=Ada', WRONG_TOKEN, 401, 'login_required'],
    ['a wrong token and no name', '', WRONG_TOKEN, 401, 'login_required'],
    ['a name that is none', '?name=%20', ADAS_TOKEN, 422, 'invalid'],
  ])('is refused with %s', async (_, query, token, status, code) => {
    const server = serve({}, {}, knownPeople());
    expect(await problemOf(await connect(server, query, token))).toMatchObject({ status, code });
    expect(server.calls.stubs).toEqual([]);
  });

  test('counts wrong tokens as guesses', async () => {
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '1' }, knownPeople());
    expect((await connect(server, '?name=Ada', WRONG_TOKEN)).status).toBe(401);
    expect((await connect(server, '?name=Ada', ADAS_TOKEN)).status).toBe(429);
  });

  test('takes the provider’s token, and asks for a name where it has none', async () => {
    const server = serve({}, PROVIDER);
    const nameless = await providerToken({ sub: 'ada' });
    expect(await problemOf(await connect(server, '', nameless))).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: 'name: is missing',
    });
    expect(server.calls.stubs).toEqual([]);
    expect((await connect(server, '?name=Ada', nameless)).status).toBe(200);
    const forged = await providerToken({ sub: 'ada' }, { secret: 'a secret that only a thief knows' });
    expect(await problemOf(await connect(server, '?name=Ada', forged))).toMatchObject({
      status: 401,
      code: 'token_invalid',
    });
  });

  test('looks at no other bearer: it is a guest’s, as ever', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    for (const token of ['nonsense', await server.token()]) {
      expect((await connect(server, '?name=Ada', token)).status).toBe(200);
    }
    expect(admitted(server)).toEqual([{ name: 'Ada' }, { name: 'Ada' }]);
  });

  test('needs an account where guests are kept out; a ticket was given to somebody who has one', async () => {
    const server = serve({}, { ...PROVIDER, JOIN_ACCESS: 'account' }, knownPeople());
    for (const token of [null, await server.token()]) {
      expect(await problemOf(await connect(server, '?name=Eve', token))).toMatchObject({
        status: 401,
        code: 'account_required',
      });
    }
    expect(server.calls.stubs).toEqual([]);
    expect((await connect(server, '', ADAS_TOKEN)).status).toBe(200);
    expect((await server.fetch(path, { headers: withTicket })).status).toBe(200);
  });
});
