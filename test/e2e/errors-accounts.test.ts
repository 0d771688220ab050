// Every error that accounts bring, provoked over a real port. What is refused changes nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer as startWorkerd } from '../../bench/servers/server.ts';
import { variants } from '../../bench/servers/variants.ts';
import { type ErrorCode, LIMITS } from '../../src/protocol/index.ts';
import { ACCOUNT_ERRORS } from '../support/account-errors.ts';
import { testKeys } from '../support/keys.ts';
import { png, pngOfBytes, svg } from '../support/pictures.ts';
import { type Answer, Api, problemOf, refusedUpgrade } from '../support/raw-client.ts';
import { PASSWORD, register, UNLIMITED, whoIs } from './support/people.ts';
import { expectProblem, provoked } from './support/problems.ts';
import { prebuiltWorker, type Server, startServer } from './support/server.ts';

const UNKNOWN = `acc_${'x'.repeat(43)}`;

describe('of an account', () => {
  let server: Server;
  let api: Api;
  let token: string;
  let code: string;
  let before: unknown;
  beforeAll(async () => {
    server = await startServer({ vars: UNLIMITED });
    api = new Api(server.url);
    const ada = await register(server.url, 'Ada', 'Ada');
    await ada.setAvatar(png);
    ({ token } = whoIs(ada));
    ({ code } = await api.create());
    before = await state();
  });
  afterAll(() => server.close());

  const state = async () => [
    (await api.request('GET', '/v1/me', { token })).body,
    (await api.request('GET', '/v1/me/logins', { token })).body,
  ];
  type More = Parameters<Api['request']>[2];
  const me = (method: string, path: string, more: More = {}) =>
    api.request(method, `/v1/me${path}`, { token, ...more });
  const signUp = (userName: string, password = PASSWORD, more: object = {}) =>
    api.request('POST', '/v1/accounts', { body: { userName, password, ...more } });
  const picture = (bytes: Uint8Array | ReadableStream, type = 'image/png') =>
    me('PUT', '/avatar', { body: bytes, headers: { 'content-type': type } });
  const join = (bearer: string) =>
    api.request('POST', `/v1/rooms/${code}/join`, { token: bearer, body: { name: 'Eve' } });

  test.each<[ErrorCode, string, () => Promise<Answer>]>([
    ['user_name_taken', 'a name somebody has', () => signUp('Ada')],
    ['user_name_taken', 'the same in other capitals', () => signUp('aDA')],
    ['password_weak', 'a short one', () => signUp('bea', 'a1b2c3d')],
    ['password_weak', 'one of the commonest', () => signUp('bea', 'password123')],
    ['password_weak', 'the user name', () => signUp('beatrice', 'beatrice1')],
    ['password_weak', 'a new one', () => password(PASSWORD, '12345678')],
    ['invalid', 'a user name too short', () => signUp('be')],
    ['invalid', 'a user name that hides', () => signUp('bea\u202etrice')],
    ['invalid', 'a name that hides', () => signUp('bea', PASSWORD, { name: 'A\u202eb' })],
    ['invalid', 'a password too long', () => signUp('bea', 'x'.repeat(LIMITS.passwordLength + 1))],
    ['invalid', 'no password', () => api.request('POST', '/v1/accounts', { body: { userName: 'bea' } })],
    ['bad_json', 'half a body', () => api.request('POST', '/v1/logins', { body: '{', headers: json })],
    ['media_type', 'a form', () => api.request('POST', '/v1/logins', { body: 'a=b', headers: form })],
    ['login_wrong', 'a wrong password', () => logIn('Ada', 'a wrong guess')],
    ['login_wrong', 'nobody’s user name', () => logIn('nobody', PASSWORD)],
    ['login_wrong', 'what can be no user name', () => logIn("' OR 1=1 --", PASSWORD)],
    ['password_wrong', 'for another one', () => password('a wrong guess', 'nine lost keys')],
    ['password_wrong', 'for deleting', () => me('DELETE', '', { body: { password: 'a wrong guess' } })],
    ['login_required', 'no token', () => api.request('GET', '/v1/me')],
    ['login_required', 'a token that is none', () => me('GET', '', { token: UNKNOWN })],
    ['login_required', 'a member token', async () => me('GET', '', { token: await memberToken() })],
    ['login_required', 'a room with such a token', () => join(UNKNOWN)],
    [
      'login_required',
      'making a room with such a token',
      () => api.request('POST', '/v1/rooms', { token: UNKNOWN, body: { name: 'x' } }),
    ],
    [
      'login_required',
      'a socket with such a token',
      () =>
        refusedUpgrade(`${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect?name=Eve`, {
          headers: { authorization: `Bearer ${UNKNOWN}` },
        }),
    ],
    ['token_invalid', 'a room by an account that is no member', () => command(token)],
    ['login_unknown', 'a login that never was', () => me('DELETE', '/logins/l_0')],
    ['avatar_unknown', 'a picture that never was', () => api.request('GET', `/v1/avatars/${'0'.repeat(22)}`)],
    ['avatar_unknown', 'what is no key', () => api.request('GET', '/v1/avatars/..%2Frooms')],
    ['image_type', 'an SVG', () => picture(svg, 'image/svg+xml')],
    ['image_type', 'an SVG that says it is a PNG', () => picture(svg)],
    ['image_too_large', 'a picture over the limit', () => picture(pngOfBytes(LIMITS.avatarBytes + 1))],
    ['length_required', 'a picture of unknown length', () => picture(new Blob([png]).stream())],
    ['method_not_allowed', 'another method', () => me('PUT', '')],
    ['method_not_allowed', 'another method, of pictures', () => me('POST', '/avatar')],
    ['not_found', 'an address that is none', () => me('GET', '/secrets')],
  ])('%s: %s', async (expected, _, provoke) => {
    expectProblem(await provoke(), expected);
    expect(await state()).toEqual(before);
  });

  test('rate_limited: whoever tries passwords waits, and then even for the right one, but not the owner’s devices', async () => {
    await register(server.url, 'carl');
    const { token: owner } = whoIs(await register(server.url, 'cleo'));
    const answers: Answer[] = [];
    for (let times = 0; times < 7; times += 1) answers.push(await logIn('nobody.yet', `guess ${times}`));
    const codes = answers.map((answer) => problemOf(answer).code);
    expect(codes.at(0)).toBe('login_wrong');
    expect(codes.at(-1)).toBe('rate_limited');
    expectProblem(await logIn('nobody.yet', PASSWORD), 'rate_limited');
    // Those of an account wait just as long, and others are not held up.
    for (let times = 0; times < 7; times += 1) await logIn('carl', `guess ${times}`);
    const [known, unknown] = [await logIn('carl', PASSWORD), await logIn('nobody.yet', PASSWORD)];
    expect(problemOf(known).code).toBe('rate_limited');
    expect(Object.keys(known.body ?? {})).toEqual(Object.keys(unknown.body ?? {}));
    expect((await logIn('cleo', PASSWORD)).status).toBe(200);
    expect((await api.request('GET', '/v1/me', { token: owner })).status).toBe(200);
  });

  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const logIn = (userName: string, secret: string) =>
    api.request('POST', '/v1/logins', { body: { userName, password: secret } });
  const password = (current: string, next: string) => me('POST', '/password', { body: { current, next } });
  const memberToken = async () => (await api.join(code, { name: 'Eve' })).token;
  const command = (bearer: string) => api.command(code, bearer, { t: 'roster.page' });
});

describe('of a server', () => {
  test('registration_closed and account_required: where only those with an account come in', async () => {
    const server = await startServer({
      vars: { ...UNLIMITED, REGISTRATION: 'closed', JOIN_ACCESS: 'account' },
    });
    const api = new Api(server.url);
    const signUp = { body: { userName: 'ada', password: PASSWORD } };
    expectProblem(await api.request('POST', '/v1/accounts', signUp), 'registration_closed');
    const { code, hostKey } = await api.create();
    const join = (body: object) => api.request('POST', `/v1/rooms/${code}/join`, { body });
    expectProblem(await join({ name: 'Eve' }), 'account_required');
    expectProblem(await join({ name: 'Eve', hostKey }), 'account_required');
    expectProblem(
      await refusedUpgrade(`${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect?name=Eve`),
      'account_required',
    );
    expect((await api.request('GET', '/v1/accounts')).body).toMatchObject({
      registration: false,
      join: 'account',
    });
    await server.close();
  });

  test('accounts_off: without a database for them everything else is as ever', async () => {
    const parley = variants.find(({ name }) => name === 'parley');
    if (parley === undefined) throw new Error('no such variant');
    // workerd by itself, with no binding but that of the rooms.
    const server = await startWorkerd({
      ...parley.config,
      main: `${prebuiltWorker}/index.js`,
      no_bundle: true,
      vars: { PARLEY_KEYS: testKeys },
    });
    const api = new Api(`http://127.0.0.1:${server.port}`);
    const body = { userName: 'ada', password: PASSWORD };
    expectProblem(await api.request('POST', '/v1/accounts', { body }), 'accounts_off');
    expectProblem(await api.request('POST', '/v1/logins', { body }), 'accounts_off');
    for (const [method, path] of [
      ['GET', '/v1/me'],
      ['GET', '/v1/me/logins'],
      ['DELETE', '/v1/me/logins'],
      ['DELETE', '/v1/me/avatar'],
    ] as const)
      expectProblem(await api.request(method, path, { token: UNKNOWN }), 'accounts_off');
    expect((await api.request('GET', '/v1/accounts')).body).toEqual({
      accounts: false,
      registration: false,
      provider: false,
      join: 'everybody',
    });
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Ada', hostKey);
    expect(host.client.ready.self).toMatchObject({ role: 'host', account: null });
    host.client.close();
    await server.close();
  });
});

test('every error of accounts has been seen', () => {
  expect([...ACCOUNT_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
});
