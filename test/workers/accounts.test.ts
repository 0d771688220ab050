import { env, exports } from 'cloudflare:workers';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  AccountIdSchema,
  AccountResponseSchema,
  LIMITS,
  LogInResponseSchema,
  LoginsResponseSchema,
} from '../../src/protocol/index.ts';
import { createLogins } from '../../src/worker/accounts/logins.ts';
import { bodyOf, NOW, ORIGIN } from '../unit/worker/fake-room.ts';
import {
  DAY_MS,
  emptyTables,
  expectProblem,
  isGood,
  PASSWORD,
  rowsOf,
  serveAccounts,
} from './support/account-server.ts';

let server: ReturnType<typeof serveAccounts>;

beforeEach(async () => {
  await emptyTables();
  server = serveAccounts();
});

const loginsOf = async (token: string) =>
  (await bodyOf(await server.as(token, 'GET', '/v1/me/logins'), LoginsResponseSchema)).logins;

describe('registering', () => {
  test('makes an account and logs in', async () => {
    const response = await server.register('Ada.L', { name: 'Ada' });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/v1/me');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { account, token, expiresAt } = await bodyOf(response, LogInResponseSchema);
    expect(account).toEqual({ id: account.id, userName: 'Ada.L', name: 'Ada', avatar: null });
    expect(account.id).toMatch(/^a_/);
    expect(v.is(AccountIdSchema, account.id)).toBe(true);
    expect(token).toMatch(/^acc_[\w-]{43}$/);
    expect(expiresAt).toBe(NOW + 30 * DAY_MS);
    expect(await bodyOf(await server.as(token, 'GET', '/v1/me'), AccountResponseSchema)).toEqual({ account });
  });

  test('takes the user name for a name where none is given', async () => {
    expect((await server.person('Ada')).account.name).toBe('Ada');
  });

  test('keeps neither password nor token nor address in the database', async () => {
    const { token } = await bodyOf(
      await exports.default.fetch(`${ORIGIN}/v1/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'cf-connecting-ip': '203.0.113.77' },
        body: JSON.stringify({ userName: 'Ada', password: PASSWORD }),
      }),
      LogInResponseSchema,
    );
    const kept = JSON.stringify([await rowsOf('accounts'), await rowsOf('logins'), await rowsOf('tries')]);
    expect(kept).toContain('scrypt$16384$8$5$');
    for (const secret of [PASSWORD, token, token.slice(4), '203.0.113.77'])
      expect(kept).not.toContain(secret);
  });

  test('is refused where the name is taken, whatever its capitals', async () => {
    await server.person('Ada');
    for (const userName of ['Ada', 'ada', 'ADA']) {
      await expectProblem(await server.register(userName), 'user_name_taken');
    }
    expect(await rowsOf('accounts')).toMatchObject([{ user_name: 'Ada' }]);
  });

  test('of one name many times at once makes one account', async () => {
    const names = ['ada', 'Ada', 'ADA', 'aDa', 'adA'];
    const responses = await Promise.all(names.map((userName) => server.register(userName)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(await rowsOf('accounts')).toHaveLength(1);
    expect(await rowsOf('logins')).toHaveLength(1);
    const winner = responses.find(({ status }) => status === 201);
    if (winner === undefined) throw new Error('nobody won');
    const { token, account } = await bodyOf(winner, LogInResponseSchema);
    expect(await bodyOf(await server.as(token, 'GET', '/v1/me'), AccountResponseSchema)).toEqual({ account });
  });

  test('needs a password that is hard to guess', async () => {
    const problem = await expectProblem(
      await server.register('Ada', { password: 'password1' }),
      'password_weak',
    );
    expect(problem).toMatchObject({ detail: 'among the commonest' });
    expect(await rowsOf('accounts')).toEqual([]);
    expect(server.work).toEqual([]);
  });

  test.each(['ab', 'a b', '-ada', 'ada@example.org', 'Ädä', 'a'.repeat(33), ''])(
    'needs a user name that is one: %s',
    async (userName) => {
      await expectProblem(await server.register(userName), 'invalid');
    },
  );

  test('is refused where the server takes nobody more, who has an account keeps it', async () => {
    await server.person('Ada');
    server = serveAccounts({ REGISTRATION: 'closed' });
    await expectProblem(await server.register('Ben'), 'registration_closed');
    expect((await server.logIn('Ada')).status).toBe(200);
    expect(await (await server.fetch('/v1/accounts')).json()).toMatchObject({
      ...{ accounts: true, registration: false },
    });
  });

  test('is limited per address', async () => {
    server = serveAccounts({ RATE_REGISTRATIONS_PER_MINUTE: '2' });
    for (const name of ['ada', 'ben']) expect((await server.register(name)).status).toBe(201);
    const held = await server.register('cleo');
    expect(held.headers.get('retry-after')).toBe('30');
    await expectProblem(held, 'rate_limited');
    expect((await server.register('cleo', { address: '192.0.2.2' })).status).toBe(201);
  });

  test('is told what a body is', async () => {
    await expectProblem(await server.fetch('/v1/accounts', { method: 'POST', body: 'x' }), 'media_type');
    await expectProblem(await server.send('POST', '/v1/accounts', []), 'invalid');
    await expectProblem(await server.register('Ada', { name: '\u202e' }), 'invalid');
  });
});

describe('logging in', () => {
  test('gives a login of its own', async () => {
    const first = await server.person('Ada');
    const second = await server.another('ADA');
    expect(second.account).toEqual(first.account);
    expect(second.token).not.toBe(first.token);
    expect([await isGood(server, first.token), await isGood(server, second.token)]).toEqual([true, true]);
  });

  test('with a wrong password is answered as without an account, after the same work', async () => {
    await server.person('Ada');
    const misses = [
      { userName: 'Ada', password: 'wrong' },
      { userName: 'Nobody', password: 'wrong' },
      { userName: 'no name at all', password: 'wrong' },
      // What nobody's hash might be taken for.
      { userName: 'Nobody', password: PASSWORD },
    ];
    const answers = [];
    for (const { userName, password } of misses) {
      server.work.length = 0;
      const response = await server.logIn(userName, { password, address: '198.51.100.1' });
      const problem = await expectProblem(response, 'login_wrong');
      answers.push({ problem, headers: Object.fromEntries(response.headers), work: server.work.length });
    }
    expect(answers[0]?.work).toBe(1);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('counts as work of its address', async () => {
    await server.person('Ada');
    server = serveAccounts({ RATE_LOGINS_PER_MINUTE: '2' });
    for (let count = 0; count < 2; count += 1) expect((await server.logIn('Ada')).status).toBe(200);
    await expectProblem(await server.logIn('Ada'), 'rate_limited');
    expect(server.work).toHaveLength(2);
    expect((await server.logIn('Ada', { address: '192.0.2.2' })).status).toBe(200);
  });

  test('once too often ends the oldest login, and no other', async () => {
    const { token } = await server.person('Ada');
    const tokens = [token];
    const logIn = async () => tokens.push((await server.another('Ada')).token);
    while (tokens.length < LIMITS.logins) await logIn();
    expect(await isGood(server, token)).toBe(true);
    // Also where the clock was put back since.
    server.time.now -= DAY_MS;
    await logIn();
    expect(await isGood(server, token)).toBe(false);
    expect(await isGood(server, tokens[1] ?? '')).toBe(true);
    expect(await isGood(server, tokens.at(-1) ?? '')).toBe(true);
    expect(await rowsOf('logins')).toHaveLength(LIMITS.logins);
  });

  test('says which logins ended with it: too many, or expired', async () => {
    const { account } = await server.person('Ada');
    await server.person('Ben');
    const known = async () => (await server.accounts.logins(account.id, '')).map(({ id }) => id).toReversed();
    const logIn = async () => {
      const device = { userAgent: '', address: '192.0.2.1' };
      const done = await server.accounts.logIn({ userName: 'ada', password: PASSWORD }, device);
      return done.ok ? done.value.ended : done.error;
    };
    const [first] = await known();
    for (let count = 1; count < LIMITS.logins; count += 1) expect(await logIn()).toEqual([]);
    expect(await logIn()).toEqual([first]);
    const before = await known();
    server.time.now += 30 * DAY_MS;
    expect(await logIn()).toEqual(before);
  });

  test('clears away the account’s logins that have expired', async () => {
    await server.person('Ada');
    await server.person('Ben');
    server.time.now += 30 * DAY_MS;
    await server.another('Ada');
    const left = await rowsOf('logins');
    expect(left.map((row) => row.created_at).sort()).toEqual([NOW, server.time.now]);
  });

  test('comes to nothing where the password was changed, or the account deleted, in the meantime', async () => {
    const { account } = await server.person('Ada');
    const login = {
      ...{ id: 'l_1', account: account.id, password: 'plain of before', token: 't', tokenHash: 'h' },
      ...{ device: '', place: '', at: NOW },
    };
    const logins = createLogins(env.ACCOUNTS);
    const before = await rowsOf('logins');
    const [stale] = await env.ACCOUNTS.batch(logins.insert(login));
    const [gone] = await env.ACCOUNTS.batch(logins.insert({ ...login, account: 'a_gone' }));
    expect([stale?.results, gone?.results]).toEqual([[], []]);
    expect(await rowsOf('logins')).toEqual(before);
  });
});

describe('a token', () => {
  test.each(['acc_nonsense', `acc_${'A'.repeat(43)}`, 'hk_key', 'nonsense'])(
    'that is none opens nothing: %s',
    async (token) => {
      await server.person('Ada');
      await expectProblem(await server.as(token, 'GET', '/v1/me'), 'login_required');
    },
  );

  test.each([
    ['GET', '/v1/me'],
    ['PATCH', '/v1/me'],
    ['DELETE', '/v1/me'],
    ['POST', '/v1/me/password'],
    ['GET', '/v1/me/logins'],
    ['DELETE', '/v1/me/logins'],
    ['DELETE', '/v1/me/logins/current'],
  ])('is asked for by %s %s', async (method, path) => {
    const response = await server.fetch(path, { method });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    await expectProblem(response, 'login_required');
  });

  test('of a member, or what stands in the database, is no account’s', async () => {
    await server.person('Ada');
    const [row] = await rowsOf('logins');
    for (const token of [await server.token(), String(row?.token_hash), `acc_${String(row?.token_hash)}`]) {
      await expectProblem(await server.as(token, 'GET', '/v1/me'), 'login_required');
    }
  });

  test('lasts thirty days', async () => {
    const { token, expiresAt } = await server.person('Ada');
    server.time.now = expiresAt;
    await expectProblem(await server.as(token, 'GET', '/v1/me'), 'login_required');
  });

  test('is renewed by a use in its last six days, and not written before', async () => {
    const { token, expiresAt } = await server.person('Ada');
    const end = async () => (await rowsOf('logins'))[0]?.expires_at;
    server.time.now = expiresAt - 6 * DAY_MS;
    expect(await isGood(server, token)).toBe(true);
    expect(await end()).toBe(expiresAt);
    server.time.now += 1;
    expect(await isGood(server, token)).toBe(true);
    expect(await end()).toBe(server.time.now + 30 * DAY_MS);
    server.time.now = expiresAt;
    expect(await isGood(server, token)).toBe(true);
  });
});

describe('logins', () => {
  test('are listed, the newest first, with what made them', async () => {
    const first = await server.person('Ada');
    server.time.now += 1_000;
    await server.another('Ada', { address: '192.0.2.9' });
    await server.person('Ben');
    expect(await loginsOf(first.token)).toEqual([
      {
        id: expect.stringMatching(/^l_[\w-]{22}$/),
        device: 'Browser at 192.0.2.9',
        createdAt: NOW + 1_000,
        expiresAt: NOW + 1_000 + 30 * DAY_MS,
        current: false,
      },
      {
        id: expect.stringMatching(/^l_[\w-]{22}$/),
        device: 'Browser at 192.0.2.1',
        createdAt: NOW,
        expiresAt: NOW + 30 * DAY_MS,
        current: true,
      },
    ]);
  });

  test('say no more of what made them than is of use', async () => {
    const body = { userName: 'Ada', password: PASSWORD };
    const made = await server.send('POST', '/v1/accounts', body, { 'user-agent': 'x'.repeat(1_000) });
    const { token } = await bodyOf(made, LogInResponseSchema);
    await server.send('POST', '/v1/logins', body);
    expect((await loginsOf(token)).map(({ device }) => device)).toEqual(['', 'x'.repeat(200)]);
  });

  test('of another account can be neither seen nor ended', async () => {
    const ada = await server.person('Ada');
    const ben = await server.person('Ben');
    const [adas] = await loginsOf(ada.token);
    expect((await loginsOf(ben.token)).map(({ id }) => id)).not.toContain(adas?.id);
    const path = `/v1/me/logins/${adas?.id}`;
    await expectProblem(await server.as(ben.token, 'DELETE', path), 'login_unknown');
    expect((await server.as(ben.token, 'DELETE', '/v1/me/logins')).status).toBe(204);
    expect(await isGood(server, ada.token)).toBe(true);
    expect((await server.as(ada.token, 'DELETE', path)).status).toBe(204);
    expect(await isGood(server, ada.token)).toBe(false);
    expect(await isGood(server, ben.token)).toBe(true);
  });

  test('end one by one, and then are unknown', async () => {
    const first = await server.person('Ada');
    const second = await server.another('Ada');
    const other = (await loginsOf(first.token)).find(({ current }) => !current);
    const path = `/v1/me/logins/${other?.id}`;
    expect((await server.as(first.token, 'DELETE', path)).status).toBe(204);
    expect(await isGood(server, second.token)).toBe(false);
    await expectProblem(await server.as(first.token, 'DELETE', path), 'login_unknown');
    await expectProblem(await server.as(first.token, 'DELETE', '/v1/me/logins/nonsense'), 'login_unknown');
  });

  test('end by logging out', async () => {
    const first = await server.person('Ada');
    const second = await server.another('Ada');
    expect((await server.as(first.token, 'DELETE', '/v1/me/logins/current')).status).toBe(204);
    expect([await isGood(server, first.token), await isGood(server, second.token)]).toEqual([false, true]);
  });

  test('end all but the one that asks', async () => {
    const first = await server.person('Ada');
    const others = [await server.another('Ada'), await server.another('Ada')];
    expect((await server.as(first.token, 'DELETE', '/v1/me/logins')).status).toBe(204);
    expect(await isGood(server, first.token)).toBe(true);
    for (const { token } of others) expect(await isGood(server, token)).toBe(false);
  });
});
