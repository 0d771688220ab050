import { beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '../../../src/platform/directory.ts';
import { fail, succeed } from '../../../src/protocol/index.ts';
import type { Accounts } from '../../../src/worker/accounts/accounts.ts';
import { ADAS, ADAS_TOKEN, knownPeople, PROVIDER, providerToken } from './fake-people.ts';
import { bearer, fault, NOW, problemOf, serve } from './fake-room.ts';
import { DEVICE, fakeUsers } from './fake-users.ts';

const BODY = { password: 'correct horse' };
const ANSWER = { account: { ...ADAS, userName: 'ada' }, token: ADAS_TOKEN, expiresAt: NOW };

/** What was done, in order: to the database, and to somebody's object. */
let order: string[];
beforeEach(() => {
  order = [];
});

function people(
  answers: Parameters<typeof fakeUsers>[0] = {},
  given: Partial<Accounts> & { readonly directory?: Partial<Directory> } = {},
  vars: object = {},
) {
  const noting = <Args extends unknown[], T>(name: string, act: (...args: Args) => T) => {
    return (...args: Args): T => {
      order.push(name);
      return act(...args);
    };
  };
  const fake = fakeUsers({
    expectFarewell: noting('object expects', answers.expectFarewell ?? (async () => succeed(null))),
    remove: noting('object removed', answers.remove ?? (async () => succeed(null))),
    signedOut: noting('object signed out', answers.signedOut ?? (async () => succeed(null))),
    ...(answers.openDevice === undefined ? {} : { openDevice: answers.openDevice }),
  });
  const { accounts } = knownPeople();
  const server = serve(
    {},
    { USERS: fake.users, ...vars },
    {
      accounts: {
        ...accounts,
        delete: noting('deleted', async () => succeed({ avatar: null })),
        ...given,
      },
      directory: {
        ...fake.directory,
        dropProviderPerson: noting('dropped', async () => {}),
        ...given.directory,
      },
    },
  );
  const as = (token: string, method: string, path: string, body: unknown = {}) =>
    server.send(method, path, body, bearer(token));
  return { ...server, ...fake, as };
}

describe('an account', () => {
  test('is deleted once its object knows that it may be, which then hears of it', async () => {
    const server = people();
    expect((await server.as(ADAS_TOKEN, 'DELETE', '/v1/me', BODY)).status).toBe(204);
    expect(order).toEqual(['object expects', 'deleted', 'object removed']);
  });

  test('is not deleted where its object can not be told before: it would not find out', async () => {
    const server = people({ expectFarewell: () => Promise.reject(fault({ overloaded: true })) });
    const refused = await server.as(ADAS_TOKEN, 'DELETE', '/v1/me', BODY);
    expect(await problemOf(refused)).toMatchObject({ code: 'overloaded' });
    expect(order).toEqual(['object expects']);
  });

  test('is deleted where its object hears nothing after that: it will look', async () => {
    const server = people({ remove: () => Promise.reject(fault({ overloaded: true })) });
    expect((await server.as(ADAS_TOKEN, 'DELETE', '/v1/me', BODY)).status).toBe(204);
    expect(server.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'inbox.not_told' }));
  });
});

test.each([
  ['DELETE', '/v1/me', BODY],
  ['POST', '/v1/me/password', { current: 'x', next: 'y' }],
  ['DELETE', '/v1/me/logins', undefined],
  ['DELETE', '/v1/me/logins/l_x', undefined],
  ['POST', '/v1/logins', { userName: 'ada', password: 'x' }],
])(
  'the platform is told to finish %s %s, whether or not the client waits for it',
  async (method, path, body) => {
    const done = async () => succeed(null);
    const server = people(
      {},
      { endLogin: done, changePassword: done, logIn: async () => fail('login_wrong') },
    );
    const kept: Promise<unknown>[] = [];
    const around = {
      waitUntil: (work: Promise<unknown>) => kept.push(work),
      passThroughOnException: () => {},
    };
    const headers = { ...bearer(ADAS_TOKEN), 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    await server.app.request(`https://meet.example${path}`, init, server.env, around as never);
    expect(kept).toHaveLength(1);
  },
);

describe('somebody of the provider', () => {
  const token = () => providerToken({ sub: '42', name: 'Grace' });

  test('is forgotten by their token alone, in the same order', async () => {
    const server = people({}, {}, PROVIDER);
    const response = await server.fetch('/v1/me', { method: 'DELETE', headers: bearer(await token()) });
    expect(response.status).toBe(204);
    expect(order).toEqual(['object expects', 'dropped', 'object removed']);
    expect(new Set(server.made.map(({ account }) => account.slice(0, 2)))).toEqual(new Set(['x_']));
  });

  test('keeps everything where the token is not good, or the object can not be told', async () => {
    const server = people(
      { expectFarewell: () => Promise.reject(fault({ overloaded: true })) },
      {},
      PROVIDER,
    );
    const expired = await providerToken({ sub: '42' }, { exp: NOW / 1_000 - 3_600 });
    expect(await problemOf(await server.as(expired, 'DELETE', '/v1/me'))).toMatchObject({
      code: 'token_invalid',
    });
    expect(await problemOf(await server.as(await token(), 'DELETE', '/v1/me'))).toMatchObject({
      code: 'overloaded',
    });
    expect(order).toEqual(['object expects']);
  });

  test('can not do it without end', async () => {
    const server = people({}, {}, PROVIDER);
    const statuses: number[] = [];
    for (let count = 0; count < 21; count += 1)
      statuses.push((await server.as(await token(), 'DELETE', '/v1/me')).status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('a login', () => {
  const verifying = (times: number): Partial<Accounts> => {
    let left = times;
    const { verify } = knownPeople().accounts;
    return {
      verify: async (token) => {
        left -= 1;
        return left < 0 ? null : verify(token);
      },
    };
  };

  test('that ended while a device was made of it takes that device with it', async () => {
    const server = people({}, verifying(1));
    const refused = await server.as(ADAS_TOKEN, 'POST', '/v1/me/connect');
    expect(await problemOf(refused)).toMatchObject({ code: 'login_required' });
    expect(server.made.map(({ method, args }) => [method, ...(method === 'signedOut' ? args : [])])).toEqual([
      ['openDevice'],
      ['signedOut', { logins: ['l_ada'] }],
    ]);
  });

  test('that stands is looked at once more, and no more than that', async () => {
    const response = await people({}, verifying(2)).as(ADAS_TOKEN, 'POST', '/v1/me/connect');
    expect(await response.json()).toMatchObject({ device: DEVICE });
  });

  test('that made way for another one takes its devices with it', async () => {
    const logIn = (ended: readonly string[]) =>
      people({}, { logIn: async () => succeed({ answer: ANSWER, ended }) });
    const server = logIn(['l_old', 'l_older']);
    const response = await server.send('POST', '/v1/logins', { userName: 'ada', password: 'x' });
    expect(await response.json()).toEqual(ANSWER);
    expect(server.made).toEqual([
      { account: ADAS.id, method: 'signedOut', args: [{ logins: ['l_old', 'l_older'] }] },
    ]);
    const other = logIn([]);
    expect((await other.send('POST', '/v1/logins', { userName: 'ada', password: 'x' })).status).toBe(200);
    expect(other.made).toEqual([]);
  });

  test('that was not known ends nothing', async () => {
    const server = people({}, { endLogin: async () => fail('login_unknown') });
    expect((await server.as(ADAS_TOKEN, 'DELETE', '/v1/me/logins/l_x')).status).toBe(404);
    expect(server.made).toEqual([]);
  });
});
