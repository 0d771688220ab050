import { beforeEach, describe, expect, test } from 'vitest';
import { emptyTables, expectProblem, HOME, rowsOf, serveAccounts } from './support/account-server.ts';

/** One try from one place, after the first five. */
const ONE_PLACE_MS = 120_000;
/** One try from all places together, after the first hundred. */
const ANYWHERE_MS = 30_000;
const STRANGER = '198.51.100.1';

let server: ReturnType<typeof serveAccounts>;

beforeEach(async () => {
  await emptyTables();
  server = serveAccounts({ RATE_LOGINS_PER_MINUTE: '0', RATE_REFUSALS_PER_MINUTE: '0' });
});

const guess = (address = STRANGER, userName = 'Ada') =>
  server.logIn(userName, { password: 'wrong', address });

async function guessFrom(places: number): Promise<void> {
  for (let place = 0; place < places; place += 1) {
    await expectProblem(await guess(`203.0.113.${place}`), 'login_wrong');
  }
}

describe('from one place', () => {
  test('five passwords may be tried, then one every two minutes', async () => {
    await server.person('Ada');
    for (let count = 0; count < 5; count += 1) await expectProblem(await guess(), 'login_wrong');
    const held = await guess();
    expect(held.headers.get('retry-after')).toBe('120');
    expect(await expectProblem(held, 'rate_limited')).toMatchObject({ retry: ONE_PLACE_MS });
    server.time.now += ONE_PLACE_MS - 1;
    expect(await expectProblem(await guess(), 'rate_limited')).toMatchObject({ retry: 1 });
    server.time.now += 1;
    await expectProblem(await guess(), 'login_wrong');
    await expectProblem(await guess(), 'rate_limited');
  });

  test('the right one is not looked at while it has to wait, or the limit would hide only the misses', async () => {
    await server.person('Ada');
    for (let count = 0; count < 5; count += 1) await guess();
    server.work.length = 0;
    await expectProblem(await server.logIn('Ada', { address: STRANGER }), 'rate_limited');
    expect(server.work).toEqual([]);
  });

  test('no more are looked at where many are sent at once', async () => {
    await server.person('Ada');
    server.work.length = 0;
    const responses = await Promise.all(Array.from({ length: 20 }, () => guess()));
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(15);
    expect(server.work).toHaveLength(5);
  });

  test('all this is the same for a name that nobody has', async () => {
    for (let count = 0; count < 5; count += 1) {
      await expectProblem(await guess(STRANGER, 'Nobody'), 'login_wrong');
    }
    await expectProblem(await guess(STRANGER, 'Nobody'), 'rate_limited');
    await expectProblem(await guess(STRANGER, 'NOBODY'), 'rate_limited');
  });

  test('other names and other places are not held up', async () => {
    await server.person('Ada');
    await server.person('Ben');
    for (let count = 0; count < 6; count += 1) await guess();
    expect((await server.logIn('Ben', { address: STRANGER })).status).toBe(200);
    expect((await server.logIn('Ada', { address: '198.51.100.2' })).status).toBe(200);
    expect((await server.logIn('Ada', { address: HOME })).status).toBe(200);
  });

  test('the right one forgives the wrong ones', async () => {
    await server.person('Ada');
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) await guess(HOME);
      expect((await server.logIn('Ada', { address: HOME })).status).toBe(200);
    }
  });

  test('a clock that was put back holds nobody up until it shows the old time again', async () => {
    await server.person('Ada');
    for (let count = 0; count < 6; count += 1) await guess();
    server.time.now -= 86_400_000;
    await expectProblem(await guess(), 'login_wrong');
    // And counts on from there.
    await expectProblem(await guess(), 'rate_limited');
  });
});

describe('from many places', () => {
  test('a hundred passwords may be tried, then one every half a minute', async () => {
    await server.person('Ada');
    await guessFrom(100);
    expect(await expectProblem(await guess(), 'rate_limited')).toMatchObject({ retry: ANYWHERE_MS });
    server.time.now += ANYWHERE_MS;
    await expectProblem(await guess(), 'login_wrong');
    await expectProblem(await guess('198.51.100.3'), 'rate_limited');
  });

  test('does not hold up the owner where they are logged in, and elsewhere for half a minute', async () => {
    await server.person('Ada');
    await guessFrom(100);
    expect((await server.logIn('Ada', { address: HOME })).status).toBe(200);
    await expectProblem(await server.logIn('Ada', { address: '192.0.2.200' }), 'rate_limited');
    server.time.now += ANYWHERE_MS;
    expect((await server.logIn('Ada', { address: '192.0.2.200' })).status).toBe(200);
  });

  test('costs the owner no try where they are not looked at', async () => {
    await server.person('Ada');
    await guessFrom(100);
    for (let count = 0; count < 8; count += 1) {
      const held = await expectProblem(await server.logIn('Ada', { address: '192.0.2.200' }), 'rate_limited');
      expect(held).toMatchObject({ retry: ANYWHERE_MS });
    }
    server.time.now += ANYWHERE_MS;
    expect((await server.logIn('Ada', { address: '192.0.2.200' })).status).toBe(200);
  });

  test('holds up the owner where only somebody else is logged in', async () => {
    await server.person('Ada');
    await server.register('Ben', { address: '192.0.2.200' });
    await guessFrom(100);
    await expectProblem(await server.logIn('Ada', { address: '192.0.2.200' }), 'rate_limited');
  });

  test('a right one is given back', async () => {
    await server.person('Ada');
    await guessFrom(99);
    for (const address of ['192.0.2.50', '192.0.2.51', '192.0.2.52']) {
      expect((await server.logIn('Ada', { address })).status).toBe(200);
    }
    await expectProblem(await guess(), 'login_wrong');
    await expectProblem(await guess('198.51.100.3'), 'rate_limited');
  });
});

test('what was counted is gone when it counts no more', async () => {
  await guess();
  expect(await rowsOf('tries')).toHaveLength(2);
  server.time.now += ONE_PLACE_MS;
  await guess('198.51.100.9', 'Nobody');
  const names = (await rowsOf('tries')).map(({ name }) => name);
  expect(names).toHaveLength(2);
  expect(new Set(names).size).toBe(1);
});
