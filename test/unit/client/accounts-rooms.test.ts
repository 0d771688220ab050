// Whoever is logged in makes rooms and comes into them as themselves.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Accounts, createRoom, type JoinOptions, joinRoom } from '../../../src/client/index.ts';
import { FakeServer, outcomeOf, problem, ROOM, ready, resumed, settle } from './fake-server.ts';

const ADA = { id: `a_${'0'.repeat(22)}`, userName: 'ada', name: 'Ada', avatar: null };

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Accounts in which Ada is logged in with `acc_1`. */
async function ada(): Promise<Accounts> {
  const accounts = new Accounts({ server: 'http://meet.test', fetch: server.fetch });
  server.replies.push(Response.json({ account: ADA, token: 'acc_1', expiresAt: 9_000 }));
  await accounts.logIn({ userName: 'ada', password: 'correct horse' });
  server.requests.length = 0;
  return accounts;
}

const bearers = () => server.requests.map(({ headers }) => headers.get('authorization')?.slice(7) ?? null);
const bodies = () => server.requests.map(({ body }) => JSON.parse(String(body)));

describe('a room', () => {
  const created = { id: 'r_1', code: ROOM.code, link: 'http://meet.test/abc', hostKey: 'k', room: ROOM };
  const create = (more: Partial<Parameters<typeof createRoom>[0]>) => {
    server.replies.push(Response.json(created, { status: 201 }));
    return createRoom({ server: 'http://meet.test', fetch: server.fetch, name: 'Standup', ...more });
  };

  test('is made in the name of a token, of whoever is logged in, or of nobody', async () => {
    const accounts = await ada();
    await create({ account: accounts });
    await create({ account: 'acc_9' });
    await create({ account: new Accounts({ server: 'http://meet.test', fetch: server.fetch }) });
    await create({});
    await create({ account: accounts, apiKey: 'key' });
    expect(bearers()).toEqual(['acc_1', 'acc_9', null, null, 'key']);
    expect(bodies()).toEqual(bearers().map(() => ({ name: 'Standup' })));
  });

  test('that is refused because the login has ended ends it here', async () => {
    const accounts = await ada();
    server.replies.push(problem('login_required', 401));
    expect(await outcomeOf(create({ account: accounts }))).toBe('login_required');
    expect(accounts.current).toBeNull();
  });
});

describe('joining', () => {
  /** Joins; answers what came of it, after the first frame where there is a socket. */
  async function join(options: Partial<JoinOptions>) {
    const { name: _, ...common } = server.options;
    const joining = joinRoom({ ...common, ...options });
    await settle();
    server.sockets.at(-1)?.tell(ready());
    return outcomeOf(joining);
  }

  test('shows the account, which has a name, and from then on the member token', async () => {
    const accounts = await ada();
    await server.join(ready(), { account: accounts, random: () => 0 });
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    expect(bearers()).toEqual(['acc_1', 'token-1']);
    expect(bodies()).toEqual([{ name: 'Ada' }, {}]);
  });

  test('with nobody logged in is a guest’s', async () => {
    await join({ name: 'Eve', account: new Accounts({ server: 'http://meet.test', fetch: server.fetch }) });
    expect(bearers()).toEqual([null]);
  });

  test('with a login that has ended is refused, and the login forgotten', async () => {
    const accounts = await ada();
    server.replies.push(problem('login_required', 401));
    expect(await join({ account: accounts })).toBe('login_required');
    expect(accounts.current).toBeNull();
    expect(server.sockets).toHaveLength(0);
  });

  test('returns by a saved member token, whoever is logged in', async () => {
    await join({ token: 'mine', account: await ada() });
    expect(bearers()).toEqual(['mine']);
  });

  test.each([
    ['token_invalid', 401],
    ['member_gone', 403],
  ])('joins anew with the account where the saved member token is refused as %s', async (code, status) => {
    const accounts = await ada();
    server.replies.push(problem(code, status));
    const room = await join({ token: 'mine', account: accounts, hostKey: 'hk' });
    expect(room).toMatchObject({ token: 'token-2' });
    expect(bearers()).toEqual(['mine', 'acc_1']);
    expect(bodies()).toEqual([{ hostKey: 'hk' }, { hostKey: 'hk' }]);
  });

  test.each([
    ['banned', 403],
    ['room_ended', 410],
    ['rate_limited', 429],
  ])('does not try a way around %s', async (code, status) => {
    server.replies.push(problem(code, status));
    expect(await join({ token: 'mine', account: 'acc_9' })).toBe(code);
    expect(bearers()).toEqual(['mine']);
  });

  test('without an account a saved member token that is of no use is refused', async () => {
    const nobody = new Accounts({ server: 'http://meet.test', fetch: server.fetch });
    server.replies.push(problem('token_invalid', 401), problem('token_invalid', 401));
    expect(await join({ token: 'mine', name: 'Eve' })).toBe('token_invalid');
    expect(await join({ token: 'mine', name: 'Eve', account: nobody })).toBe('token_invalid');
    expect(bearers()).toEqual(['mine', 'mine']);
  });

  test('a guest of whom the room knows nothing any more is new by the name that is given, and by none not at all', async () => {
    server.replies.push(problem('member_gone', 403));
    expect(await join({ token: 'mine', name: 'Ben' })).toMatchObject({ token: 'token-2' });
    expect(bearers()).toEqual(['mine', null]);
    server.replies.push(problem('member_gone', 403));
    expect(await join({ token: 'mine' })).toBe('member_gone');
    server.replies.push(problem('token_invalid', 401));
    expect(await join({ token: 'mine', name: 'Ben' })).toBe('token_invalid');
    expect(bearers()).toHaveLength(4);
  });

  test('who comes back and is refused is not let in as somebody else behind their back', async () => {
    const room = await server.join(ready(), { account: 'acc_9', random: () => 0 });
    server.replies.push(problem('token_invalid', 401));
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(room.state.connection).toMatchObject({ status: 'closed', error: { code: 'token_invalid' } });
    expect(bearers()).toEqual(['acc_9', 'token-1']);
  });
});
