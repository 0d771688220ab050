import { describe, expect, test } from 'vitest';
import type { Env } from '../../../src/worker/env.ts';
import { readSettings } from '../../../src/worker/settings.ts';
import { problemOf, serve } from './fake-room.ts';

const read = (vars: Partial<Env>) => readSettings({ ...serve().env, ...vars });
const PROVIDER = { IDENTITY_ISSUER: 'https://id.example', IDENTITY_AUDIENCE: 'parley' };
const SECRET = 's'.repeat(32);
const KEYS = 'https://id.example/keys';

test('left out, everybody may create, join and register, and nobody else vouches for people', () => {
  const empty = {
    CREATE_ACCESS: '',
    JOIN_ACCESS: '',
    REGISTRATION: '',
    IDENTITY_ISSUER: '',
    IDENTITY_JWKS: '',
  };
  for (const vars of [{}, empty]) {
    expect(read(vars)).toMatchObject({
      ...{ createAccess: 'everybody', creators: null, joinAccess: 'everybody', registration: 'open' },
      ...{ identity: null, loginsPerMinute: 120, registrationsPerMinute: 20 },
    });
  }
});

describe('a provider', () => {
  test('has public keys or a secret', () => {
    const { issuer, audience } = { issuer: 'https://id.example', audience: 'parley' };
    expect(read({ ...PROVIDER, IDENTITY_JWKS: KEYS }).identity).toEqual({
      issuer,
      audience,
      keys: { jwks: new URL(KEYS) },
    });
    expect(read({ ...PROVIDER, IDENTITY_SECRET: SECRET }).identity).toEqual({
      issuer,
      audience,
      keys: { secret: new TextEncoder().encode(SECRET) },
    });
  });

  test('on this machine may be asked without encryption', () => {
    const jwks = 'http://127.0.0.1:9000/keys';
    expect(read({ ...PROVIDER, IDENTITY_JWKS: jwks }).identity?.keys).toEqual({ jwks: new URL(jwks) });
  });
});

describe('what can not be used is named', () => {
  test.each<[string, Partial<Env>]>([
    ['REGISTRATION', { REGISTRATION: 'perhaps' }],
    ['JOIN_ACCESS', { JOIN_ACCESS: 'api-key' }],
    ['JOIN_ACCESS', { JOIN_ACCESS: 'account' }],
    ['CREATE_ACCESS', { CREATE_ACCESS: 'account' }],
    ['RATE_LOGINS_PER_MINUTE', { RATE_LOGINS_PER_MINUTE: 'many' }],
    ['RATE_REGISTRATIONS_PER_MINUTE', { RATE_REGISTRATIONS_PER_MINUTE: '-1' }],
    ['IDENTITY_AUDIENCE', { IDENTITY_ISSUER: 'https://id.example', IDENTITY_JWKS: KEYS }],
    ['IDENTITY_ISSUER', { IDENTITY_AUDIENCE: 'parley', IDENTITY_JWKS: KEYS }],
    ['IDENTITY_ISSUER', { IDENTITY_SECRET: SECRET }],
    ['IDENTITY_JWKS', PROVIDER],
    ['IDENTITY_JWKS', { ...PROVIDER, IDENTITY_JWKS: KEYS, IDENTITY_SECRET: SECRET }],
    ['IDENTITY_JWKS', { ...PROVIDER, IDENTITY_JWKS: 'id.example/keys' }],
    ['IDENTITY_JWKS', { ...PROVIDER, IDENTITY_JWKS: 'http://id.example/keys' }],
    ['IDENTITY_SECRET', { ...PROVIDER, IDENTITY_SECRET: 'short' }],
  ])('%s', (name, vars) => {
    expect(() => read(vars)).toThrow(name);
  });

  test('but a door for accounts stands where a provider alone gives them', () => {
    const vars = { ...PROVIDER, IDENTITY_SECRET: SECRET, JOIN_ACCESS: 'account', CREATE_ACCESS: 'account' };
    expect(read(vars)).toMatchObject({ joinAccess: 'account', createAccess: 'account' });
  });
});

describe('a server without accounts', () => {
  test('says so', async () => {
    expect(await (await serve().fetch('/v1/accounts')).json()).toEqual({
      ...{ accounts: false, registration: false, provider: false, join: 'everybody' },
    });
    const vars = { ...PROVIDER, IDENTITY_SECRET: SECRET, JOIN_ACCESS: 'account' };
    expect(await (await serve({}, vars).fetch('/v1/accounts')).json()).toEqual({
      ...{ accounts: false, registration: false, provider: true, join: 'account' },
    });
  });

  test.each([
    ['POST', '/v1/accounts'],
    ['POST', '/v1/logins'],
    ['GET', '/v1/me'],
    ['PATCH', '/v1/me'],
    ['DELETE', '/v1/me'],
    ['POST', '/v1/me/password'],
    ['GET', '/v1/me/logins'],
    ['DELETE', '/v1/me/logins'],
    ['DELETE', '/v1/me/logins/current'],
  ])('refuses %s %s', async (method, path) => {
    expect(await problemOf(await serve().fetch(path, { method }))).toMatchObject({
      status: 501,
      code: 'accounts_off',
    });
  });
});

test.each([
  ['PUT', '/v1/accounts', 'GET, HEAD, POST'],
  ['GET', '/v1/logins', 'POST'],
  ['POST', '/v1/me', 'GET, HEAD, PATCH, DELETE'],
  ['GET', '/v1/me/password', 'POST'],
  ['POST', '/v1/me/logins', 'GET, HEAD, DELETE'],
  ['GET', '/v1/me/logins/current', 'DELETE'],
])('%s %s is told which methods there are', async (method, path, allow) => {
  const response = await serve().fetch(path, { method });
  expect(response.headers.get('allow')).toBe(allow);
  expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
});
