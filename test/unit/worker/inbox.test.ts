import { describe, expect, test } from 'vitest';
import type { UserRpc } from '../../../src/platform/user-rpc.ts';
import { ConnectResponseSchema, fail, succeed } from '../../../src/protocol/index.ts';
import { ADAS, ADAS_TOKEN, knownPeople, PROVIDER, providerToken, WRONG_TOKEN } from './fake-people.ts';
import { bearer, bodyOf, fault, NOW, ORIGIN, problemOf, serve } from './fake-room.ts';
import { DEVICE, fakeUsers } from './fake-users.ts';

const ADA = { ...ADAS, userName: 'ada' };
const TICKET = `${ADAS.id}.${DEVICE}.secret`;
const upgrade = { upgrade: 'websocket', connection: 'Upgrade' };
const withTicket = { ...upgrade, 'sec-websocket-protocol': `parley.v1, parley.ticket.${TICKET}` };

function people(answers: Parameters<typeof fakeUsers>[0] = {}, vars: object = {}) {
  const fake = fakeUsers(answers);
  const { accounts } = knownPeople();
  const server = serve({}, { USERS: fake.users, ...vars }, { accounts, directory: fake.directory });
  const connect = (token: string, body: unknown = {}) =>
    server.send('POST', '/v1/me/connect', body, bearer(token));
  const run = (token: string, body: unknown) => server.send('POST', '/v1/me/commands', body, bearer(token));
  return { ...server, ...fake, connect, run };
}

describe('POST /v1/me/connect', () => {
  test('asks the own object for a ticket, and says where the socket is', async () => {
    const server = people();
    expect(await bodyOf(server.connect(ADAS_TOKEN), ConnectResponseSchema)).toEqual({
      device: DEVICE,
      ticket: TICKET,
      ticketExpiresAt: NOW + 30_000,
      url: `${ORIGIN.replace('https', 'wss')}/v1/me/connect`,
    });
    const known = `d_${'k'.repeat(22)}`;
    await server.connect(ADAS_TOKEN, { device: known });
    expect(server.made).toEqual([
      { account: ADAS.id, method: 'openDevice', args: [ADA, null, 'l_ada'] },
      { account: ADAS.id, method: 'openDevice', args: [ADA, known, 'l_ada'] },
    ]);
    expect(server.put).toEqual([]);
  });

  test('needs no body', async () => {
    const server = people();
    const response = await server.fetch('/v1/me/connect', { method: 'POST', headers: bearer(ADAS_TOKEN) });
    expect(response.status).toBe(200);
  });

  test("makes the provider's people findable, who have no login here", async () => {
    const server = people({}, PROVIDER);
    const response = await server.connect(await providerToken({ sub: '42', name: 'Grace' }));
    expect(response.status).toBe(200);
    const [person] = server.put;
    expect(person).toMatchObject({ userName: null, name: 'Grace', avatar: null });
    expect(person?.id).toMatch(/^x_/);
    expect(server.made).toMatchObject([{ account: person?.id, args: [person, null, null] }]);
  });

  test.each([
    ['nobody', '', 'login_required'],
    ['a wrong token', WRONG_TOKEN, 'login_required'],
    ['a token of another kind', 'eyJhbGciOiJIUzI1NiJ9.e30.x', 'login_required'],
  ])('refuses %s, and wakes no object', async (_, token, code) => {
    const server = people();
    const response = await server.fetch('/v1/me/connect', {
      method: 'POST',
      headers: token === '' ? {} : bearer(token),
    });
    expect(await problemOf(response)).toMatchObject({ status: 401, code });
    expect(server.made).toEqual([]);
  });

  test("refuses a provider's token that is not good", async () => {
    const server = people({}, PROVIDER);
    const expired = await providerToken({ sub: '42' }, { exp: NOW / 1_000 - 3_600 });
    expect(await problemOf(await server.connect(expired))).toMatchObject({ code: 'token_invalid' });
    expect(server.put).toEqual([]);
  });

  test('refuses what is no device id', async () => {
    const server = people();
    for (const device of ['d_short', 7, null])
      expect(await problemOf(await server.connect(ADAS_TOKEN, { device }))).toMatchObject({
        code: 'invalid',
      });
    expect(server.made).toEqual([]);
  });

  test('has people only where there are accounts and objects for them', async () => {
    const { accounts } = knownPeople();
    const { users, directory } = fakeUsers();
    for (const server of [
      serve({}, { USERS: users }),
      serve({}, {}, { accounts, directory }),
      serve({}, { USERS: users }, { accounts }),
    ]) {
      for (const path of ['/v1/me/connect', '/v1/me/commands']) {
        const response = await server.send('POST', path, {}, bearer(ADAS_TOKEN));
        expect(await problemOf(response)).toMatchObject({ status: 501, code: 'accounts_off' });
      }
      expect(await problemOf(await server.fetch('/v1/me/connect', { headers: withTicket }))).toMatchObject({
        code: 'accounts_off',
      });
    }
  });

  test('tries again what passes, because a ticket can be asked for twice', async () => {
    let tries = 0;
    const openDevice: UserRpc['openDevice'] = async () => {
      tries += 1;
      if (tries === 1) throw fault({ retryable: true });
      return fail('devices_full');
    };
    expect(await problemOf(await people({ openDevice }).connect(ADAS_TOKEN))).toMatchObject({
      status: 409,
      code: 'devices_full',
    });
    expect(tries).toBe(2);
  });
});

describe('GET /v1/me/connect', () => {
  test('goes to the object that the ticket names, with nothing of the client but ticket and position', async () => {
    const server = people();
    const response = await server.fetch('/v1/me/connect?epoch=e1&seq=7&private=2&other=1', {
      headers: { ...withTicket, authorization: 'Bearer secret', 'x-parley-ticket': 'forged' },
    });
    expect(await response.text()).toBe('upgraded');
    const [{ account, request } = {}] = server.upgrades;
    expect(account).toBe(ADAS.id);
    expect([...(request?.headers ?? [])].sort()).toEqual([
      ['upgrade', 'websocket'],
      ['x-parley-position', 'epoch=e1&seq=7&private=2'],
      ['x-parley-subprotocol', 'parley.v1'],
      ['x-parley-ticket', `${DEVICE}.secret`],
    ]);
    expect(server.made).toEqual([]);
  });

  test('returns the answer of the object untouched', async () => {
    const answer = new Response('switched', { headers: { 'sec-websocket-protocol': 'parley.v1' } });
    const response = await people({ fetch: async () => answer }).fetch('/v1/me/connect', {
      headers: withTicket,
    });
    expect(response).toBe(answer);
  });

  test.each([
    ['a plain request', {}, 426, 'upgrade_required'],
    ['a foreign page', { ...withTicket, origin: 'https://evil.example' }, 403, 'origin_refused'],
    ['another version', { ...upgrade, 'sec-websocket-protocol': 'parley.v9' }, 400, 'version_unsupported'],
    ['no ticket', upgrade, 401, 'ticket_invalid'],
    [
      'a ticket of nobody',
      { ...upgrade, 'sec-websocket-protocol': 'parley.ticket.x.y.z' },
      401,
      'ticket_invalid',
    ],
  ])('refuses %s, and wakes no object', async (_, headers, status, code) => {
    const server = people();
    const response = await server.fetch('/v1/me/connect', {
      headers: { ...headers } as Record<string, string>,
    });
    expect(await problemOf(response)).toMatchObject({ status, code });
    expect(server.upgrades).toEqual([]);
  });

  test('has no other methods but POST', async () => {
    const response = await people().fetch('/v1/me/connect', { method: 'PUT' });
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(response.status).toBe(405);
  });
});

describe('POST /v1/me/commands', () => {
  const command = { t: 'favourite.remove', kind: 'room', id: 'abc-defg-hij' };

  test('runs a command in the name of a device', async () => {
    const server = people({
      run: async () => ({ ok: true, value: { n: 3, events: ['{"t":"x","n":3}'], result: { a: 1 } } }),
    });
    const response = await server.run(ADAS_TOKEN, { device: DEVICE, command: { ...command, n: 3 } });
    expect(await response.json()).toEqual({ n: 3, events: [{ t: 'x', n: 3 }], result: { a: 1 } });
    expect(server.made).toMatchObject([
      { account: ADAS.id, method: 'run', args: [ADA, DEVICE, { t: command.t, n: 3 }] },
    ]);
  });

  test('repeats after a fault only what has a number', async () => {
    let tries = 0;
    const server = people({
      run: async () => {
        tries += 1;
        throw fault({ retryable: true });
      },
    });
    await server.run(ADAS_TOKEN, { device: DEVICE, command });
    expect(tries).toBe(1);
    await server.run(ADAS_TOKEN, { device: DEVICE, command: { ...command, n: 1 } });
    expect(tries).toBe(4);
  });

  test.each([
    ['no device', { command }, 'invalid'],
    ['no command', { device: DEVICE }, 'invalid'],
    ['a command that nobody knows', { device: DEVICE, command: { t: 'x.y' } }, 'unknown_command'],
    ['a wrong field', { device: DEVICE, command: { t: 'favourite.remove' } }, 'invalid'],
    ['a picture', { device: DEVICE, command: { t: 'image.upload', n: 1, caption: '' } }, 'binary_unexpected'],
  ])('refuses %s', async (_, body, code) => {
    const server = people();
    expect(await problemOf(await server.run(ADAS_TOKEN, body))).toMatchObject({ code });
    expect(server.made).toEqual([]);
  });
});

describe('an account that has changed', () => {
  const changed = { ...ADA, name: 'Countess' };
  const rename = async (answers: Parameters<typeof fakeUsers>[0], isBound = true) => {
    const fake = fakeUsers(answers);
    const accounts = { ...knownPeople().accounts, change: async () => succeed(changed) };
    const { directory, users } = fake;
    const server = serve({}, isBound ? { USERS: users } : {}, { accounts, directory });
    const response = await server.send('PATCH', '/v1/me', { name: 'Countess' }, bearer(ADAS_TOKEN));
    expect(await response.json()).toEqual({ account: changed });
    return { lines: server.lines, made: fake.made };
  };

  test('is told to its own object', async () => {
    const { lines, made } = await rename({});
    expect(made).toEqual([{ account: ADAS.id, method: 'changed', args: [changed] }]);
    expect(lines).toEqual([]);
  });

  test('stands, whether or not that hears of it; the log tells', async () => {
    for (const hears of [async () => fail('busy'), () => Promise.reject(new Error('a bug'))]) {
      const { lines } = await rename({ changed: hears });
      expect(lines).toMatchObject([
        { level: 'error', event: 'inbox.not_told', fields: { account: ADAS.id } },
      ]);
    }
    expect(await rename({}, false)).toEqual({ lines: [], made: [] });
  });
});
