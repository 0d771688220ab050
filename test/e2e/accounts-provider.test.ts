// A server for those with accounts only, which has none of its own to give: its operator's provider vouches for people.
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Accounts, createRoom, joinRoom } from '../../src/client/index.ts';
import { Api, RawClient, refusedUpgrade } from '../support/raw-client.ts';
import { refusal, register, UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

const ISSUER = 'https://login.example.org';
const AUDIENCE = 'https://meet.example.org';
const SECRET = 'the secret that the provider and this server share';

let server: Server;
let api: Api;
beforeAll(async () => {
  server = await startServer({
    vars: {
      ...UNLIMITED,
      REGISTRATION: 'closed',
      CREATE_ACCESS: 'account',
      JOIN_ACCESS: 'account',
      IDENTITY_ISSUER: ISSUER,
      IDENTITY_AUDIENCE: AUDIENCE,
      IDENTITY_SECRET: SECRET,
    },
  });
  api = new Api(server.url);
});
afterAll(() => server.close());

interface Claims {
  readonly subject?: string;
  readonly name?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds from now on. */
  readonly expires?: number;
  readonly secret?: string;
}

/** A token as the provider would sign it, but for what is given. */
function tokenOf({
  subject = 'u-1',
  name = 'Ada Lovelace',
  issuer = ISSUER,
  audience = AUDIENCE,
  expires = 600,
  secret = SECRET,
}: Claims = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT(name === '' ? {} : { name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + expires)
    .sign(new TextEncoder().encode(secret));
}

const makeRoom = async (account?: string) =>
  createRoom({ server: server.url, name: 'Standup', ...(account === undefined ? {} : { account }) });

test('says what it offers', async () => {
  const offer = await new Accounts({ server: server.url }).offer();
  expect(offer).toMatchObject({ registration: false, provider: true, join: 'account' });
});

test('the provider’s people make rooms and are their hosts, each as one account on all devices', async () => {
  const { code } = await makeRoom(await tokenOf());
  const host = await joinRoom({ server: server.url, code, account: await tokenOf() });
  expect(host.state.self).toMatchObject({ name: 'Ada Lovelace', role: 'host' });
  expect(host.state.self.account).toMatch(/^x_[\w-]{22}$/);
  // Signed anew, and called otherwise by now: the person is the same.
  const phone = await joinRoom({
    server: server.url,
    code,
    account: await tokenOf({ name: 'Ada', expires: 60 }),
  });
  expect(phone.state.self).toMatchObject({ account: host.state.self.account, role: 'host' });
  const ben = await joinRoom({
    server: server.url,
    code,
    account: await tokenOf({ subject: 'u-2', name: 'Ben' }),
  });
  expect(ben.state.self).toMatchObject({ name: 'Ben', role: 'member' });
  expect(ben.state.self.account).not.toBe(host.state.self.account);
  // A member token is enough to come back.
  ben.close();
  const back = await joinRoom({ server: server.url, code, token: ben.token });
  expect(back.state.self.id).toBe(ben.state.self.id);
  for (const room of [host, phone, back]) room.close();
});

test('somebody whose token says no name gives one, and stays who they are', async () => {
  const { code } = await makeRoom(await tokenOf());
  const nameless = await tokenOf({ subject: 'u-3', name: '' });
  expect(await refusal(joinRoom({ server: server.url, code, account: nameless }))).toBe('invalid');
  const room = await joinRoom({ server: server.url, code, account: nameless, name: 'Cleo' });
  expect(room.state.self).toMatchObject({ name: 'Cleo', account: expect.stringMatching(/^x_/) });
  room.close();
});

test.each<[string, Claims]>([
  ['has expired', { expires: -600 }],
  ['is for somebody else', { audience: 'https://elsewhere.example.org' }],
  ['is signed by somebody else', { secret: 'another secret that nobody here has ever heard of' }],
])('a token that %s opens nothing', async (_, claims) => {
  const { code } = await makeRoom(await tokenOf());
  const account = await tokenOf(claims);
  expect(await refusal(makeRoom(account))).toBe('token_invalid');
  expect(await refusal(joinRoom({ server: server.url, code, account, name: 'Eve' }))).toBe('token_invalid');
});

test('a token of another issuer is none: whoever shows it has shown no account', async () => {
  const { code } = await makeRoom(await tokenOf());
  const account = await tokenOf({ issuer: 'https://elsewhere.example.org' });
  expect(await refusal(makeRoom(account))).toBe('account_required');
  expect(await refusal(joinRoom({ server: server.url, code, account, name: 'Eve' }))).toBe('token_invalid');
});

test('a token that nobody has signed opens nothing', async () => {
  const [, claims] = (await tokenOf()).split('.');
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  expect(await refusal(makeRoom(`${header}.${claims}.`))).not.toBe('none');
});

test('guests make no rooms, and come into none: neither by joining nor by a socket', async () => {
  const { code, hostKey } = await makeRoom(await tokenOf());
  expect(await refusal(makeRoom())).toBe('account_required');
  expect(await refusal(joinRoom({ server: server.url, code, name: 'Eve' }))).toBe('account_required');
  expect(await refusal(joinRoom({ server: server.url, code, name: 'Eve', hostKey }))).toBe(
    'account_required',
  );
  const url = `${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect?name=Eve`;
  expect((await refusedUpgrade(url)).body).toMatchObject({ code: 'account_required' });
  const headers = { authorization: `Bearer ${await tokenOf({ subject: 'u-4', name: 'Dan' })}` };
  const dan = await RawClient.open(url, { headers });
  expect(dan.ready.self.account).toMatch(/^x_/);
  dan.close();
  // Whoever has only the code still may know what it leads to.
  expect((await api.request('GET', `/v1/rooms/${code}`)).status).toBe(200);
});

test('nobody registers where registration is closed, and the provider’s tokens are no logins', async () => {
  expect(await refusal(register(server.url, 'eve'))).toBe('registration_closed');
  const answer = await api.request('GET', '/v1/me', { token: await tokenOf() });
  expect(answer).toMatchObject({ status: 401, body: { code: 'login_required' } });
});
