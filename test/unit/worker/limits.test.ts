import { describe, expect, test } from 'vitest';
import { fail } from '../../../src/protocol/index.ts';
import { addressOf, bucketLimit } from '../../../src/worker/limits.ts';
import { bearer, CODE, NOW, problemOf, serve } from './fake-room.ts';

const from = (address: string) => ({ 'cf-connecting-ip': address });
const join = `/v1/rooms/${CODE}/join`;

describe('the address that counts', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('of %s is %s', (address, expected) => {
    expect(addressOf(new Headers(from(address)))).toBe(expected);
  });

  test('is one for all where the platform names none', () => {
    expect(addressOf(new Headers())).toBe('local');
  });
});

describe('a bucket', () => {
  test('holds a minute of them, and refills evenly', async () => {
    const limit = bucketLimit(3);
    for (let count = 0; count < 3; count += 1) expect(await limit.count('a', NOW)).toBe(0);
    expect(await limit.count('a', NOW)).toBe(20_000);
    expect(await limit.count('b', NOW)).toBe(0);
    expect(limit.waiting('a', NOW + 19_999)).toBe(1);
    expect(limit.waiting('a', NOW + 20_000)).toBe(0);
    expect(await limit.count('a', NOW + 20_000)).toBe(0);
    expect(await limit.count('a', NOW + 20_000)).toBe(20_000);
  });

  test('gives nothing for a clock that goes backwards', async () => {
    const limit = bucketLimit(1);
    await limit.count('a', NOW);
    expect(await limit.count('a', NOW - 120_000)).toBe(60_000);
  });

  test('does not wait until a clock that was put back shows the old time again', async () => {
    const limit = bucketLimit(1);
    await limit.count('a', NOW);
    await limit.count('a', NOW);
    expect(limit.waiting('a', NOW)).toBe(60_000);
    expect(limit.waiting('a', NOW - 3_600_000)).toBe(0);
    await limit.count('a', NOW - 3_600_000);
    expect(limit.waiting('a', NOW - 3_600_000)).toBe(60_000);
    expect(limit.waiting('a', NOW - 3_540_000)).toBe(0);
  });

  test('remembers a limited number of addresses', async () => {
    const limit = bucketLimit(1);
    for (let count = 0; count < 10_050; count += 1) await limit.count(`a${count}`, NOW);
    expect(limit.size()).toBe(10_000);
    expect(limit.waiting('a0', NOW)).toBe(0);
    expect(limit.waiting('a10049', NOW)).toBe(60_000);
  });
});

describe('guessing', () => {
  const guess = (server: ReturnType<typeof serve>, address = '192.0.2.1') =>
    server.send('POST', join, { name: 'Eve' }, { ...from(address), ...bearer('wrong') });

  test('is held off after the limit, for that address alone, and forgotten after a while', async () => {
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '3' });
    for (let count = 0; count < 3; count += 1) expect((await guess(server)).status).toBe(401);
    const held = await guess(server);
    expect(held.headers.get('retry-after')).toBe('20');
    expect(await problemOf(held)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await guess(server, '192.0.2.2')).status).toBe(401);
    server.time.now += 20_000;
    expect((await guess(server)).status).toBe(401);
  });

  test('does not learn of a hit while it is held off, by any door', async () => {
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '2' });
    for (let count = 0; count < 2; count += 1) await guess(server);
    const headers = from('192.0.2.1');
    for (const response of [
      await server.send('POST', join, { name: 'Eve' }, headers),
      await server.fetch(`/v1/rooms/${CODE}`, { headers }),
      await server.fetch(`/v1/rooms/${CODE}/connect?name=Eve`, {
        headers: { ...headers, upgrade: 'websocket' },
      }),
      await server.fetch(`/v1/rooms/${CODE}/attendance`, { headers: { ...headers, ...bearer('hk_guess') } }),
    ]) {
      expect(await problemOf(response)).toMatchObject({ status: 429, code: 'rate_limited' });
    }
    expect(server.calls.made).toEqual([]);
  });

  test('does not keep out members who sit beside it', async () => {
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '1' });
    await guess(server);
    expect((await guess(server)).status).toBe(429);
    const headers = { ...from('192.0.2.1'), ...bearer(await server.token()) };
    expect((await server.fetch(join, { method: 'POST', headers })).status).toBe(200);
  });

  test.each([
    [
      'unknown codes',
      () => serve({ status: async () => fail('room_not_found') }, { RATE_REFUSALS_PER_MINUTE: '1' }),
      `/v1/rooms/${CODE}`,
      {},
    ],
    [
      'host keys',
      () => serve({ attendance: async () => fail('host_key_wrong') }, { RATE_REFUSALS_PER_MINUTE: '1' }),
      `/v1/rooms/${CODE}/attendance`,
      bearer('hk_x'),
    ],
    [
      'tickets',
      () =>
        serve({ fetch: async () => new Response(null, { status: 401 }) }, { RATE_REFUSALS_PER_MINUTE: '1' }),
      `/v1/rooms/${CODE}/connect`,
      { upgrade: 'websocket', 'sec-websocket-protocol': 'parley.ticket.x' },
    ],
  ])('counts for %s', async (_, start, path, headers) => {
    const server = start();
    expect((await server.fetch(path, { headers })).status).toBeGreaterThan(400);
    expect((await server.fetch(path, { headers })).status).toBe(429);
  });

  test('is not what a school does that joins at once, nor who finds the room full', async () => {
    const server = serve({}, { RATE_REFUSALS_PER_MINUTE: '1' });
    for (let count = 0; count < 40; count += 1) {
      expect((await server.send('POST', join, { name: `Pupil ${count}` }, from('192.0.2.1'))).status).toBe(
        200,
      );
    }
    const full = serve({ admit: async () => fail('room_full') }, { RATE_REFUSALS_PER_MINUTE: '1' });
    for (let count = 0; count < 5; count += 1) {
      expect((await full.send('POST', join, { name: 'Late' }, from('192.0.2.1'))).status).toBe(409);
    }
  });

  test('is counted by the platform where its counter is bound, whose no is remembered', async () => {
    const keys: string[] = [];
    const REFUSALS: RateLimit = {
      limit: async ({ key }) => {
        keys.push(key);
        return { success: keys.length < 3 };
      },
    };
    const server = serve({}, { REFUSALS, RATE_REFUSALS_PER_MINUTE: '1' });
    for (const expected of [401, 401, 429, 429, 429]) expect((await guess(server)).status).toBe(expected);
    expect(keys).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.1']);
    server.time.now += 10_000;
    await guess(server);
    expect(keys).toHaveLength(4);
    server.time.now -= 3_600_000;
    await guess(server);
    expect(keys).toHaveLength(5);
  });

  test('is not counted at all when the setting is 0', async () => {
    const REFUSALS: RateLimit = { limit: async () => ({ success: false }) };
    const server = serve({}, { REFUSALS, RATE_REFUSALS_PER_MINUTE: '0' });
    for (let count = 0; count < 100; count += 1) expect((await guess(server)).status).toBe(401);
  });
});

describe('creating rooms', () => {
  test('is limited per address', async () => {
    const server = serve({}, { RATE_CREATIONS_PER_MINUTE: '2' });
    const create = (address: string) => server.send('POST', '/v1/rooms', { name: 'P' }, from(address));
    expect((await create('192.0.2.1')).status).toBe(201);
    expect((await create('192.0.2.1')).status).toBe(201);
    const held = await create('192.0.2.1');
    expect(held.headers.get('retry-after')).toBe('30');
    expect(await problemOf(held)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await create('192.0.2.2')).status).toBe(201);
    expect(server.calls.made).toHaveLength(3);
  });

  test('counts no request that made none', async () => {
    const server = serve({}, { RATE_CREATIONS_PER_MINUTE: '1' });
    for (let count = 0; count < 5; count += 1) {
      expect((await server.send('POST', '/v1/rooms', {})).status).toBe(422);
    }
    expect((await server.send('POST', '/v1/rooms', { name: 'P' })).status).toBe(201);
  });
});
