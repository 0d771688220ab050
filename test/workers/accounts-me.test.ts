import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { AccountResponseSchema } from '../../src/protocol/index.ts';
import { png } from '../support/pictures.ts';
import { bodyOf } from '../unit/worker/fake-room.ts';
import {
  emptyTables,
  expectProblem,
  isGood,
  PASSWORD,
  rowsOf,
  serveAccounts,
} from './support/account-server.ts';

const NEXT = 'another horse, another staple';
const KEY = 'k'.repeat(22);

let server: ReturnType<typeof serveAccounts>;

beforeEach(async () => {
  await emptyTables();
  server = serveAccounts({ PICTURES: env.PICTURES });
});

describe('looking', () => {
  test('at one’s account and logins is limited, for each account by itself', async () => {
    const ada = await server.person('Ada');
    const ben = await server.person('Ben');
    const look = (token: string, path = '/v1/me') => server.as(token, 'GET', path);
    for (let count = 0; count < 60; count += 1) {
      expect((await look(ada.token)).status).toBe(200);
      expect((await look(ada.token, '/v1/me/logins')).status).toBe(200);
    }
    for (const path of ['/v1/me', '/v1/me/logins']) {
      const held = await look(ada.token, path);
      expect(held.headers.get('retry-after')).toBe('1');
      await expectProblem(held, 'rate_limited');
    }
    expect((await look(ben.token)).status).toBe(200);
    // What changes something is no look.
    expect((await server.as(ada.token, 'PATCH', '/v1/me', { name: 'A.' })).status).toBe(200);
  });
});

describe('the name', () => {
  test('is changed so often and no more, for each account by itself: all who know them are told', async () => {
    const ada = await server.person('Ada');
    const ben = await server.person('Ben');
    const rename = (token: string, name: string) => server.as(token, 'PATCH', '/v1/me', { name });
    for (let count = 0; count < 20; count += 1)
      expect((await rename(ada.token, `Ada ${count}`)).status).toBe(200);
    await expectProblem(await rename(ada.token, 'Ada once more'), 'rate_limited');
    const kept = await bodyOf(await server.as(ada.token, 'GET', '/v1/me'), AccountResponseSchema);
    expect(kept.account.name).toBe('Ada 19');
    expect((await rename(ben.token, 'Ben')).status).toBe(200);
  });

  test('is changed, for this account alone', async () => {
    const ada = await server.person('Ada');
    const ben = await server.person('Ben');
    const changed = await server.as(ada.token, 'PATCH', '/v1/me', { name: '  Ada Lovelace ' });
    expect(await bodyOf(changed, AccountResponseSchema)).toEqual({
      account: { ...ada.account, name: 'Ada Lovelace' },
    });
    expect(await bodyOf(await server.as(ben.token, 'GET', '/v1/me'), AccountResponseSchema)).toEqual({
      account: ben.account,
    });
  });

  test.each([{}, { name: '' }, { name: 7 }, { name: 'x'.repeat(65) }])('must be one: %j', async (body) => {
    const { token } = await server.person('Ada');
    await expectProblem(await server.as(token, 'PATCH', '/v1/me', body), 'invalid');
  });

  test('of an account that was deleted meanwhile is not changed', async () => {
    const gone = await server.accounts.change('a_gone', { name: 'Eve' });
    expect(gone).toMatchObject({ ok: false, error: { code: 'login_required' } });
    const avatar = await server.accounts.setAvatar('a_gone', '/v1/avatars/x');
    expect(avatar).toMatchObject({ ok: false, error: { code: 'login_required' } });
  });
});

describe('the picture’s path', () => {
  test('is kept, and the one before is told', async () => {
    const { account } = await server.person('Ada');
    const first = await server.accounts.setAvatar(account.id, '/v1/avatars/1');
    expect(first).toEqual({
      ok: true,
      value: { before: null, account: { ...account, avatar: '/v1/avatars/1' } },
    });
    const second = await server.accounts.setAvatar(account.id, null);
    expect(second).toEqual({ ok: true, value: { before: '/v1/avatars/1', account } });
  });
});

describe('changing the password', () => {
  const change = (token: string, current: string, next: string) =>
    server.as(token, 'POST', '/v1/me/password', { current, next });

  test('ends all other logins, and the old password', async () => {
    const first = await server.person('Ada');
    const second = await server.another('Ada');
    expect((await change(first.token, PASSWORD, NEXT)).status).toBe(204);
    expect([await isGood(server, first.token), await isGood(server, second.token)]).toEqual([true, false]);
    await expectProblem(await server.logIn('Ada'), 'login_wrong');
    expect((await server.logIn('Ada', { password: NEXT })).status).toBe(200);
  });

  test('needs the one before', async () => {
    const first = await server.person('Ada');
    const second = await server.another('Ada');
    await expectProblem(await change(first.token, 'wrong', NEXT), 'password_wrong');
    expect(await isGood(server, second.token)).toBe(true);
    expect((await server.logIn('Ada')).status).toBe(200);
  });

  test('needs one that is hard to guess', async () => {
    const { token } = await server.person('Ada');
    for (const next of ['short', 'hi ADA!!', 'qwertyuiop', 'welcome123']) {
      await expectProblem(await change(token, PASSWORD, next), 'password_weak');
    }
    expect((await server.logIn('Ada')).status).toBe(200);
    // Whoever has the right one may look for a good one for as long as it takes.
    for (let count = 0; count < 8; count += 1) {
      await expectProblem(await change(token, PASSWORD, 'short'), 'password_weak');
    }
  });

  test('on two devices at once is done on one, which stays logged in', async () => {
    const tokens = [(await server.person('Ada')).token, (await server.another('Ada')).token];
    const changed = await Promise.all(
      tokens.map((token, index) => change(token, PASSWORD, `${NEXT} ${index}`)),
    );
    expect(changed.map(({ status }) => status).sort()).toEqual([204, 403]);
    const won = changed.findIndex(({ status }) => status === 204);
    expect((await server.logIn('Ada', { password: `${NEXT} ${won}` })).status).toBe(200);
    expect(await isGood(server, tokens[won] ?? '')).toBe(true);
    expect(await isGood(server, tokens[1 - won] ?? '')).toBe(false);
  });

  test('can be tried five times by whoever found a device, which locks nobody else out', async () => {
    const { token } = await server.person('Ada');
    for (let count = 0; count < 5; count += 1) {
      await expectProblem(await change(token, `guess ${count}`, NEXT), 'password_wrong');
    }
    server.work.length = 0;
    const held = await change(token, PASSWORD, NEXT);
    expect(held.headers.get('retry-after')).toBe('120');
    await expectProblem(held, 'rate_limited');
    await expectProblem(await server.as(token, 'DELETE', '/v1/me', { password: PASSWORD }), 'rate_limited');
    expect(server.work).toEqual([]);
    const other = await server.another('Ada');
    expect((await change(other.token, PASSWORD, NEXT)).status).toBe(204);
  });

  test('counts as work of its address', async () => {
    const { token } = await server.person('Ada');
    server = serveAccounts({ RATE_LOGINS_PER_MINUTE: '1' });
    expect((await change(token, PASSWORD, NEXT)).status).toBe(204);
    await expectProblem(await change(token, NEXT, PASSWORD), 'rate_limited');
  });
});

describe('deleting the account', () => {
  const remove = (token: string, password = PASSWORD) => server.as(token, 'DELETE', '/v1/me', { password });

  test('leaves nothing of it, and all of others', async () => {
    const ada = await server.person('Ada');
    await server.another('Ada', { address: '192.0.2.9' });
    const ben = await server.person('Ben');
    // Something of each kind that is counted: at the account, and by strangers.
    await expectProblem(await remove(ada.token, 'wrong'), 'password_wrong');
    for (const address of ['198.51.100.1', '198.51.100.2']) {
      await expectProblem(await server.logIn('Ada', { password: 'wrong', address }), 'login_wrong');
    }
    await expectProblem(await server.logIn('Ben', { password: 'wrong', address: 'x' }), 'login_wrong');
    const before = await rowsOf('tries');
    expect(before.length).toBeGreaterThan(3);
    expect((await remove(ada.token)).status).toBe(204);
    expect(await rowsOf('accounts')).toMatchObject([{ id: ben.account.id }]);
    expect(await rowsOf('logins')).toMatchObject([{ account: ben.account.id }]);
    expect(await rowsOf('tries')).toHaveLength(2);
    await expectProblem(await server.as(ada.token, 'GET', '/v1/me'), 'login_required');
    await expectProblem(await server.logIn('Ada'), 'login_wrong');
    expect(await isGood(server, ben.token)).toBe(true);
    expect(server.lines).toContainEqual({
      level: 'info',
      event: 'account.deleted',
      fields: { account: ada.account.id },
    });
  });

  test('deletes its picture', async () => {
    const { account, token } = await server.person('Ada');
    await env.PICTURES.put(`avatars/${KEY}`, png);
    await env.PICTURES.put('avatars/of-somebody-else', png);
    await server.accounts.setAvatar(account.id, `/v1/avatars/${KEY}`);
    expect((await remove(token)).status).toBe(204);
    expect(await env.PICTURES.head(`avatars/${KEY}`)).toBeNull();
    expect(await env.PICTURES.head('avatars/of-somebody-else')).not.toBeNull();
    await env.PICTURES.delete('avatars/of-somebody-else');
  });

  test('needs the password', async () => {
    const { token } = await server.person('Ada');
    await expectProblem(await remove(token, 'wrong'), 'password_wrong');
    await expectProblem(await server.as(token, 'DELETE', '/v1/me', {}), 'invalid');
    expect(await isGood(server, token)).toBe(true);
  });

  test('frees the user name, for an account that is another one', async () => {
    const before = await server.person('Ada');
    await remove(before.token);
    const after = await server.person('ada');
    expect(after.account.id).not.toBe(before.account.id);
    expect(await isGood(server, before.token)).toBe(false);
  });

  test('twice at once is done once', async () => {
    const { token } = await server.person('Ada');
    const statuses = (await Promise.all([remove(token), remove(token)])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  });
});
