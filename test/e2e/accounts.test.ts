// Accounts over a real port: what people do with their own, and can't do with another's.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Accounts, avatarUrl } from '../../src/client/index.ts';
import { LIMITS } from '../../src/protocol/index.ts';
import { jpeg, png } from '../support/pictures.ts';
import { Api, problemOf } from '../support/raw-client.ts';
import { logIn, PASSWORD, refusal, register, UNLIMITED, whoIs } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let api: Api;
beforeAll(async () => {
  server = await startServer({ vars: UNLIMITED });
  api = new Api(server.url);
});
afterAll(() => server.close());

interface Bindings {
  ACCOUNTS: { prepare(sql: string): { all(): Promise<{ readonly results: readonly object[] }> } };
  PICTURES: { list(): Promise<{ readonly objects: readonly { readonly key: string }[] }> };
}
/** All that the server keeps of accounts: the rows of every table, and the keys of pictures. */
async function kept(): Promise<string> {
  const { ACCOUNTS, PICTURES } = await server.harness.getWorker<Bindings>().getEnv();
  const rows = await Promise.all(
    ['accounts', 'logins', 'tries'].map((table) => ACCOUNTS.prepare(`SELECT * FROM ${table}`).all()),
  );
  const { objects } = await PICTURES.list();
  return JSON.stringify([rows.map(({ results }) => results), objects.map(({ key }) => key)]);
}

const pictureOf = (accounts: Accounts) => {
  const { avatar } = whoIs(accounts);
  if (avatar === null) throw new Error('no picture');
  return avatarUrl(avatar, server.url);
};
const statusOf = async (url: string) => {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
};

describe('an account', () => {
  test('is offered by a server that has them', async () => {
    const { body } = await api.request('GET', '/v1/accounts');
    expect(body).toEqual({ accounts: true, registration: true, provider: false, join: 'everybody' });
  });

  test('is registered once, logged out, and logged in again, whatever the capitals of its user name', async () => {
    const mia = await register(server.url, 'Mia.Wu', 'Mia');
    const { id, token } = whoIs(mia);
    expect(await mia.me()).toEqual({ id, userName: 'Mia.Wu', name: 'Mia', avatar: null });
    expect(await refusal(register(server.url, 'mia.wu'))).toBe('user_name_taken');
    await mia.logOut();
    expect(problemOf(await api.request('GET', '/v1/me', { token })).code).toBe('login_required');
    const again = await logIn(server.url, 'mia.wu');
    expect(whoIs(again)).toMatchObject({ id, userName: 'Mia.Wu', name: 'Mia' });
    expect(whoIs(again).token).not.toBe(token);
  });

  test('is called by its user name where it gives no name, and can be renamed', async () => {
    const nora = await register(server.url, 'nora');
    expect(whoIs(nora).name).toBe('nora');
    await nora.rename('Nora Ó Briain');
    expect((await logIn(server.url, 'nora')).current?.account.name).toBe('Nora Ó Briain');
  });

  test('has ids and tokens that differ, tell nothing, and lead nowhere by themselves', async () => {
    const [one, two] = [whoIs(await register(server.url, 'otto')), whoIs(await register(server.url, 'olga'))];
    for (const { id, token } of [one, two]) {
      expect(id).toMatch(/^a_[\w-]{22}$/);
      expect(token).toMatch(/^acc_[\w-]{22,}$/);
      expect(token).not.toContain(id.slice(2));
      for (const path of [`/v1/accounts/${id}`, `/v1/me/${id}`, `/v1/avatars/${id.slice(2)}`])
        expect((await api.request('GET', path)).status).toBe(404);
    }
    expect(one.id).not.toBe(two.id);
    expect(one.token.slice(0, 12)).not.toBe(two.token.slice(0, 12));
  });

  test('is kept without anything to log in with', async () => {
    const uma = await register(server.url, 'uma');
    const { token } = whoIs(uma);
    expect(await kept()).toContain('"uma"');
    for (const secret of [PASSWORD, token, token.slice(4)]) expect(await kept()).not.toContain(secret);
  });

  test('has a picture that anybody may see, another one, and none; what was replaced is gone', async () => {
    const pia = await register(server.url, 'pia');
    await pia.setAvatar(png);
    const first = pictureOf(pia);
    const shown = await fetch(first);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('cache-control')).toContain('immutable');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
    await pia.setAvatar(new Blob([jpeg], { type: 'image/jpeg' }));
    const second = pictureOf(pia);
    expect(second).not.toBe(first);
    expect([await statusOf(first), await statusOf(second)]).toEqual([404, 200]);
    expect(await refusal(pia.setAvatar(new Blob(['<svg/>'], { type: 'image/png' })))).toBe('image_type');
    expect(await refusal(pia.setAvatar(new Uint8Array(LIMITS.avatarBytes + 1)))).toBe('image_too_large');
    expect([(await pia.me()).avatar, await statusOf(second)]).toEqual([whoIs(pia).avatar, 200]);
    await pia.removeAvatar();
    expect(whoIs(pia).avatar).toBeNull();
    expect(await statusOf(second)).toBe(404);
  });

  test('has a login for each device, of which each can end the others', async () => {
    const phone = await register(server.url, 'quinn');
    const [laptop, library, cafe] = [
      await logIn(server.url, 'quinn'),
      await logIn(server.url, 'quinn'),
      await logIn(server.url, 'quinn'),
    ];
    const logins = await laptop.logins();
    expect(logins.map(({ current }) => current)).toEqual([false, false, true, false]);
    expect(new Set(logins.map(({ id }) => id)).size).toBe(4);
    expect(JSON.stringify(logins)).not.toContain('acc_');
    const [newest] = logins;
    if (newest === undefined) throw new Error('no login');
    await phone.endLogin(newest.id);
    expect(await refusal(cafe.me())).toBe('login_required');
    expect(cafe.current).toBeNull();
    expect(await refusal(phone.endLogin(newest.id))).toBe('login_unknown');
    await laptop.endOtherLogins();
    expect([await refusal(phone.me()), await refusal(library.me())]).toEqual([
      'login_required',
      'login_required',
    ]);
    expect(await laptop.logins()).toMatchObject([{ current: true }]);
  });

  test('changes its password with the one before, which ends all other logins', async () => {
    const here = await register(server.url, 'rosa');
    const there = await logIn(server.url, 'rosa');
    expect(await refusal(here.changePassword('a wrong guess', 'ten brown bears'))).toBe('password_wrong');
    expect(await refusal(here.changePassword(PASSWORD, 'short'))).toBe('password_weak');
    await there.me();
    await here.changePassword(PASSWORD, 'ten brown bears');
    expect((await here.me()).userName).toBe('rosa');
    expect(await refusal(there.me())).toBe('login_required');
    expect(await refusal(logIn(server.url, 'rosa'))).toBe('login_wrong');
    expect(whoIs(await logIn(server.url, 'rosa', 'ten brown bears')).id).toBe(whoIs(here).id);
  });

  test('is deleted with its password and nothing is left: no login, no picture, no name', async () => {
    const here = await register(server.url, 'saul', 'Saul');
    const there = await logIn(server.url, 'saul');
    await here.setAvatar(png);
    const [{ id, token }, picture] = [whoIs(here), pictureOf(here)];
    const key = picture.split('/').at(-1);
    expect([await kept()]).toEqual([expect.stringContaining(id)]);
    expect([await kept()]).toEqual([expect.stringContaining(`avatars/${key}`)]);
    expect(await refusal(here.deleteAccount('a wrong guess'))).toBe('password_wrong');
    expect(await statusOf(picture)).toBe(200);
    await here.deleteAccount(PASSWORD);
    expect(here.current).toBeNull();
    expect(problemOf(await api.request('GET', '/v1/me', { token })).code).toBe('login_required');
    expect(await refusal(there.me())).toBe('login_required');
    expect(await refusal(logIn(server.url, 'saul'))).toBe('login_wrong');
    expect(await statusOf(picture)).toBe(404);
    for (const trace of [id, key, 'saul', 'Saul']) expect(await kept()).not.toContain(trace);
    const another = await register(server.url, 'saul');
    expect(whoIs(another)).toMatchObject({ name: 'saul', avatar: null });
    expect(whoIs(another).id).not.toBe(id);
  });
});

describe('with the token of somebody else', () => {
  let ada: Accounts;
  let eve: Accounts;
  let before: unknown;
  beforeAll(async () => {
    [ada, eve] = [await register(server.url, 'ada', 'Ada'), await register(server.url, 'eve', 'Eve')];
    await logIn(server.url, 'ada');
    await ada.setAvatar(png);
    before = [await ada.me(), await ada.logins()];
  });

  const asEve = (method: string, path: string, body?: unknown) =>
    api.request(method, path, { token: whoIs(eve).token, ...(body === undefined ? {} : { body }) });
  const untouched = async () => {
    expect([await ada.me(), await ada.logins()]).toEqual(before);
    expect(await statusOf(pictureOf(ada))).toBe(200);
  };

  test.each<[string, string, unknown?]>([
    ['GET', '/v1/me'],
    ['GET', '/v1/me/logins'],
    ['PATCH', '/v1/me', { name: 'Eve II' }],
    ['PUT', '/v1/me/avatar', png],
    ['DELETE', '/v1/me/avatar'],
    ['DELETE', '/v1/me/logins'],
    ['POST', '/v1/me/password', { current: PASSWORD, next: 'nine lost keys' }],
  ])('%s %s is about one’s own account', async (method, path, body) => {
    const answer = await asEve(method, path, body);
    expect([200, 204]).toContain(answer.status);
    const said = JSON.stringify(answer.body) ?? '';
    for (const secret of [whoIs(ada).id, whoIs(ada).avatar, '"ada"']) expect(said).not.toContain(secret);
    await untouched();
  });

  test('a login can be ended by nobody else, even by its id', async () => {
    for (const { id } of await ada.logins()) {
      const answer = await asEve('DELETE', `/v1/me/logins/${id}`);
      expect(problemOf(answer).code).toBe('login_unknown');
    }
    await untouched();
  });

  test('a body that names another account changes nothing of it', async () => {
    const { id, userName } = whoIs(ada);
    await asEve('PATCH', '/v1/me', { name: 'Eve', id, account: id, userName, user: { id } });
    expect(whoIs(eve).userName).toBe('eve');
    expect((await eve.me()).userName).toBe('eve');
    await untouched();
  });

  test.each([
    ['none', undefined],
    ['made up', `acc_${'x'.repeat(32)}`],
    ['an account’s id', 'id'],
    ['of a login that is listed', 'login'],
    ['the own one with another end', 'changed'],
  ])('%s, nobody is let in', async (_, kind) => {
    const [login] = await ada.logins();
    const own = whoIs(ada).token;
    const tokens: Record<string, string> = {
      id: whoIs(ada).id,
      login: `acc_${login?.id}`,
      changed: `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`,
    };
    const token = kind === undefined ? undefined : (tokens[kind] ?? kind);
    for (const [method, path, body] of [
      ['GET', '/v1/me'],
      ['GET', '/v1/me/logins'],
      ['PATCH', '/v1/me', { name: 'Eve' }],
      ['DELETE', '/v1/me', { password: PASSWORD }],
      ['POST', '/v1/me/password', { current: PASSWORD, next: 'nine lost keys' }],
      ['PUT', '/v1/me/avatar', png],
      ['DELETE', '/v1/me/avatar'],
      ['DELETE', '/v1/me/logins'],
      ['DELETE', '/v1/me/logins/current'],
    ] as const) {
      const answer = await api.request(method, path, {
        ...(token === undefined ? {} : { token }),
        ...(body === undefined ? {} : { body }),
      });
      expect(problemOf(answer).code, `${method} ${path}`).toBe('login_required');
    }
    await untouched();
  });

  test('deleting is about one’s own account, too', async () => {
    const [finn, token] = [await register(server.url, 'finn'), whoIs(eve).token];
    const answer = await api.request('DELETE', '/v1/me', {
      token: whoIs(finn).token,
      body: { password: PASSWORD },
    });
    expect(answer.status).toBe(204);
    await untouched();
    expect((await api.request('GET', '/v1/me', { token })).status).toBe(200);
  });
});

test('whether a user name is taken shows only to whoever registers: a wrong name and a wrong password look the same', async () => {
  await register(server.url, 'tess');
  const guess = async (userName: string) => {
    const answer = await api.request('POST', '/v1/logins', { body: { userName, password: 'a wrong guess' } });
    return [answer.status, answer.body, answer.headers.get('retry-after')];
  };
  const answers = [await guess('tess'), await guess('nobody'), await guess('no name at all!')];
  expect(answers[0]).toMatchObject([401, { code: 'login_wrong' }, null]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});
