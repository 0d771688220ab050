import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AccountStorage, Accounts, avatarUrl } from '../../../src/client/index.ts';
import { outcomeOf, problem, type Request } from './fake-server.ts';

const origin = 'https://meet.test';
const ADA = { id: `a_${'0'.repeat(22)}`, userName: 'ada', name: 'Ada', avatar: null };
const BEN = { ...ADA, id: `a_${'1'.repeat(22)}`, userName: 'ben', name: 'Ben' };
const loggedIn = (account: object, token: string) => Response.json({ account, token, expiresAt: 9_000 });
const done = () => new Response(null, { status: 204 });

let requests: Request[];
let replies: (Response | Error | Promise<Response>)[];
const fetch: typeof globalThis.fetch = async (input, init) => {
  const { method = 'GET', headers, body } = init ?? {};
  requests.push({ url: String(input), method, headers: new Headers(headers), body });
  const reply = (await replies.shift()) ?? new Error('no reply is left');
  if (reply instanceof Error) throw reply;
  return reply;
};

/** Each request as "method path token body". */
const asked = () =>
  requests.map(({ url, method, headers, body }) =>
    [method, url.replace(`${origin}/v1`, ''), headers.get('authorization')?.slice(7), body]
      .filter((part) => part !== undefined)
      .join(' '),
  );

/** A browser's storage, and the windows that look into it. */
class Shared implements AccountStorage {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

let storageEvents: EventTarget;
/** What a browser tells of a change in another tab. */
const tellTabs = (key: string | null) =>
  storageEvents.dispatchEvent(Object.assign(new Event('storage'), { key }));

beforeEach(() => {
  requests = [];
  replies = [];
  storageEvents = new EventTarget();
  vi.stubGlobal('addEventListener', storageEvents.addEventListener.bind(storageEvents));
  vi.stubGlobal('removeEventListener', storageEvents.removeEventListener.bind(storageEvents));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Accounts in which Ada is logged in, and how often they have said that something changed. */
async function ada(storage?: AccountStorage) {
  const accounts = new Accounts({ server: origin, fetch, ...(storage === undefined ? {} : { storage }) });
  replies.push(loggedIn(ADA, 'acc_1'));
  await accounts.logIn({ userName: 'ada', password: 'correct horse' });
  requests = [];
  const changes: unknown[] = [];
  accounts.subscribe(() => changes.push(accounts.current));
  return { accounts, changes };
}

describe('who is logged in', () => {
  test('is nobody at first, and whoever registers or logs in from then on', async () => {
    const accounts = new Accounts({ server: origin, fetch });
    expect(accounts.current).toBeNull();
    replies.push(loggedIn(ADA, 'acc_1'), loggedIn(BEN, 'acc_2'));
    const request = { userName: 'ada', password: 'correct horse', name: 'Ada' };
    expect(await accounts.register(request)).toEqual(ADA);
    expect(accounts.current).toEqual({ account: ADA, token: 'acc_1' });
    await accounts.logIn({ userName: 'ben', password: 'battery' });
    expect(accounts.current).toEqual({ account: BEN, token: 'acc_2' });
    expect(asked()).toEqual([
      `POST /accounts ${JSON.stringify(request)}`,
      'POST /logins {"userName":"ben","password":"battery"}',
    ]);
  });

  test('stays who it was where logging in is refused', async () => {
    const { accounts, changes } = await ada();
    replies.push(problem('login_wrong', 401));
    expect(await outcomeOf(accounts.logIn({ userName: 'ben', password: 'x' }))).toBe('login_wrong');
    expect(accounts.current?.account).toEqual(ADA);
    expect(changes).toEqual([]);
  });

  test('is kept by the storage, for each server by itself, and never the password', async () => {
    const storage = new Shared();
    await ada(storage);
    expect(new Accounts({ server: origin, fetch, storage }).current).toEqual({
      account: ADA,
      token: 'acc_1',
    });
    expect(new Accounts({ server: 'https://other.test', fetch, storage }).current).toBeNull();
    expect(JSON.stringify([...storage.kept])).not.toContain('horse');
  });

  test.each([
    ['is no JSON', '{'],
    ['is not an account', '{"account":{"id":"a"},"token":"acc_1"}'],
    ['has no token', JSON.stringify({ account: ADA })],
  ])('is nobody where what was kept %s', async (_, text) => {
    const storage = new Shared();
    await ada(storage);
    for (const key of storage.kept.keys()) storage.setItem(key, text);
    expect(new Accounts({ server: origin, fetch, storage }).current).toBeNull();
  });

  test('is known to this page only where the storage is full or forbidden', async () => {
    const forbidden = (): never => {
      throw new Error('denied');
    };
    const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    const { accounts } = await ada(storage);
    expect(accounts.current?.token).toBe('acc_1');
    replies.push(done());
    await accounts.logOut();
    expect(accounts.current).toBeNull();
  });
});

describe('logging out', () => {
  test('ends the login on the server and here', async () => {
    const storage = new Shared();
    const { accounts, changes } = await ada(storage);
    replies.push(done());
    await accounts.logOut();
    await accounts.logOut();
    expect(asked()).toEqual(['DELETE /me/logins/current acc_1']);
    expect(changes).toEqual([null]);
    expect(storage.kept.size).toBe(0);
  });

  test('forgets the login here also where the server can not be told, and says so', async () => {
    const storage = new Shared();
    const { accounts } = await ada(storage);
    replies.push(new TypeError('offline'));
    expect(await outcomeOf(accounts.logOut())).toBe('network');
    expect(accounts.current).toBeNull();
    expect(storage.kept.size).toBe(0);
  });

  test('is no error where the login had ended before', async () => {
    const { accounts } = await ada();
    replies.push(problem('login_required', 401));
    await accounts.logOut();
    expect(accounts.current).toBeNull();
  });
});

describe('a login that the server has ended', () => {
  test('is forgotten with the first answer that says so', async () => {
    const storage = new Shared();
    const { accounts, changes } = await ada(storage);
    replies.push(problem('login_required', 401));
    expect(await outcomeOf(accounts.me())).toBe('login_required');
    expect(changes).toEqual([null]);
    expect(storage.kept.size).toBe(0);
    expect(await outcomeOf(accounts.me())).toBe('login_required');
    expect(requests).toHaveLength(1);
  });

  test('other refusals leave it alone', async () => {
    const { accounts, changes } = await ada();
    replies.push(problem('password_wrong', 403), problem('rate_limited', 429, { retry: 50 }));
    expect(await outcomeOf(accounts.changePassword('x', 'y'))).toBe('password_wrong');
    expect(await outcomeOf(accounts.deleteAccount('x'))).toBe('rate_limited');
    expect(accounts.current?.token).toBe('acc_1');
    expect(changes).toEqual([]);
  });

  test('does not take a newer one with it', async () => {
    const { accounts } = await ada();
    const refused = Promise.withResolvers<Response>();
    replies.push(refused.promise, loggedIn(ADA, 'acc_2'));
    const asking = accounts.me();
    await accounts.logIn({ userName: 'ada', password: 'correct horse' });
    refused.resolve(problem('login_required', 401));
    expect(await outcomeOf(asking)).toBe('login_required');
    expect(accounts.current?.token).toBe('acc_2');
  });

  test('gives way to what another tab has kept meanwhile', async () => {
    const storage = new Shared();
    const { accounts, changes } = await ada(storage);
    const [key = ''] = storage.kept.keys();
    storage.setItem(key, JSON.stringify({ account: BEN, token: 'acc_2' }));
    replies.push(problem('login_required', 401));
    expect(await outcomeOf(accounts.me())).toBe('login_required');
    expect(changes).toEqual([{ account: BEN, token: 'acc_2' }]);
    expect(storage.kept.size).toBe(1);
  });
});

describe('several tabs', () => {
  const openTab = (storage: AccountStorage) => new Accounts({ server: origin, fetch, storage });

  test('log in and out as one', async () => {
    const storage = new Shared();
    const [one, other] = [openTab(storage), openTab(storage)];
    const changes: unknown[] = [];
    other.subscribe(() => changes.push(other.current));
    replies.push(loggedIn(ADA, 'acc_1'), Response.json({ account: { ...ADA, name: 'A.' } }), done());
    await one.logIn({ userName: 'ada', password: 'correct horse' });
    const [key = ''] = storage.kept.keys();
    tellTabs(key);
    expect(other.current).toEqual(one.current);
    await one.rename('A.');
    tellTabs('something else');
    expect(other.current?.account.name).toBe('Ada');
    tellTabs(key);
    tellTabs(key);
    expect(other.current?.account.name).toBe('A.');
    await one.logOut();
    tellTabs(key);
    expect(other.current).toBeNull();
    expect(changes).toHaveLength(3);
  });

  test('know that nobody is logged in when all is removed; one that is closed listens no more', async () => {
    const storage = new Shared();
    await ada(storage);
    const [open, closed] = [openTab(storage), openTab(storage)];
    closed.close();
    storage.kept.clear();
    tellTabs(null);
    expect(open.current).toBeNull();
    expect(closed.current?.token).toBe('acc_1');
  });
});

describe('an account', () => {
  test('changes by what the server answers', async () => {
    const { accounts, changes } = await ada();
    const named = (name: string) => ({ ...ADA, name });
    replies.push(
      Response.json({ account: named('A.') }),
      Response.json({ account: named('B.') }),
      Response.json({ account: named('B.') }),
    );
    expect(await accounts.me()).toEqual(named('A.'));
    await accounts.rename('B.');
    await accounts.removeAvatar();
    expect(changes).toEqual([
      { account: named('A.'), token: 'acc_1' },
      { account: named('B.'), token: 'acc_1' },
    ]);
    expect(asked()).toEqual(['GET /me acc_1', 'PATCH /me acc_1 {"name":"B."}', 'DELETE /me/avatar acc_1']);
  });

  test('is not taken from an answer that comes after the log out', async () => {
    const { accounts } = await ada();
    replies.push(Response.json({ account: ADA }), done());
    const asking = accounts.me();
    const leaving = accounts.logOut();
    expect(await asking).toEqual(ADA);
    await leaving;
    expect(accounts.current).toBeNull();
  });

  test('has its password changed, its logins listed and ended', async () => {
    const { accounts, changes } = await ada();
    const logins = [{ id: 'l/1', device: '', createdAt: 1, expiresAt: 2, current: true }];
    replies.push(done(), Response.json({ logins }), done(), done());
    await accounts.changePassword('correct horse', 'battery staple');
    expect(await accounts.logins()).toEqual(logins);
    await accounts.endLogin('l/1');
    await accounts.endOtherLogins();
    expect(asked()).toEqual([
      'POST /me/password acc_1 {"current":"correct horse","next":"battery staple"}',
      'GET /me/logins acc_1',
      'DELETE /me/logins/l%2F1 acc_1',
      'DELETE /me/logins acc_1',
    ]);
    expect(changes).toEqual([]);
  });

  test('is gone here when it is deleted', async () => {
    const storage = new Shared();
    const { accounts, changes } = await ada(storage);
    replies.push(done());
    await accounts.deleteAccount('correct horse');
    expect(asked()).toEqual(['DELETE /me acc_1 {"password":"correct horse"}']);
    expect(changes).toEqual([null]);
    expect(storage.kept.size).toBe(0);
  });

  test('gets a picture, with progress, and once more after a passing fault', async () => {
    vi.useFakeTimers();
    const { accounts } = await ada();
    const file = new Blob(['abc'], { type: 'image/png' });
    const avatar = '/v1/avatars/k';
    replies.push(new TypeError('reset'), Response.json({ account: { ...ADA, avatar } }));
    const progress: number[] = [];
    const setting = accounts.setAvatar(file, { onProgress: (sent) => progress.push(sent) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await setting).toEqual({ ...ADA, avatar });
    expect(accounts.current?.account.avatar).toBe(avatar);
    expect(progress).toEqual([0, 0, 3]);
    expect(requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', `${origin}/v1/me/avatar`, file],
      ['PUT', `${origin}/v1/me/avatar`, file],
    ]);
    expect(requests[1]?.headers.get('content-type')).toBe('image/png');
    expect(requests[1]?.headers.get('authorization')).toBe('Bearer acc_1');
  });

  test('whose picture is refused keeps the one before', async () => {
    const { accounts, changes } = await ada();
    replies.push(problem('image_type', 415));
    expect(await outcomeOf(accounts.setAvatar(new Uint8Array([1])))).toBe('image_type');
    expect(changes).toEqual([]);
  });

  test('that nobody is logged in with is asked of no server', async () => {
    const accounts = new Accounts({ server: origin, fetch });
    const all = [
      accounts.me(),
      accounts.rename('x'),
      accounts.setAvatar(new Blob(['abc'])),
      accounts.removeAvatar(),
      accounts.changePassword('x', 'y'),
      accounts.deleteAccount('x'),
      accounts.logins(),
      accounts.endLogin('x'),
      accounts.endOtherLogins(),
    ];
    expect(await Promise.all(all.map(outcomeOf))).toEqual(all.map(() => 'login_required'));
    expect(requests).toEqual([]);
  });
});

test('what a server offers is told to anybody', async () => {
  const offer = { accounts: true, registration: false, provider: false, join: 'everybody' };
  replies.push(Response.json(offer));
  expect(await new Accounts({ server: origin, fetch }).offer()).toEqual(offer);
  expect(asked()).toEqual(['GET /accounts']);
});

test('the address of a picture is complete where the server is known', () => {
  expect(avatarUrl('/v1/avatars/k', 'https://meet.test/')).toBe('https://meet.test/v1/avatars/k');
  expect(avatarUrl('/v1/avatars/k')).toBe('/v1/avatars/k');
});
