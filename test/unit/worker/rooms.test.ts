import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { CreateResponseSchema, fail, succeed } from '../../../src/protocol/index.ts';
import { ADA, bearer, bodyOf, CODE, fault, ORIGIN, problemOf, room, serve } from './fake-room.ts';

const KEY = 'a-key-of-some-length';

/** An object that keeps rooms like a real one: a code is taken, or repeated, or repeated with another body. */
function keeper() {
  const kept = new Map<string, CreateRoom>();
  return async (request: CreateRoom) => {
    const known = kept.get(request.code);
    if (known === undefined) {
      kept.set(request.code, request);
      return succeed({ taken: false as const, room: { ...room, code: request.code } });
    }
    if (known.hostKeyHash !== request.hostKeyHash) return succeed({ taken: true as const });
    if (known.fingerprint !== request.fingerprint) return fail('idempotency_mismatch');
    return succeed({ taken: false as const, room: { ...room, code: request.code } });
  };
}

describe('POST /v1/rooms', () => {
  test('makes a room and shows its code, link and host key', async () => {
    const server = serve();
    const response = await server.send('POST', '/v1/rooms', {
      name: ' Physics ',
      policy: { chat: false },
      capacity: 5,
    });
    expect(response.status).toBe(201);
    const body = await bodyOf(response, CreateResponseSchema);
    expect(body).toEqual({
      id: 'r_1',
      code: expect.stringMatching(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/),
      link: `${ORIGIN}/r/${body.code}`,
      hostKey: expect.stringMatching(/^hk_[\w-]{43}$/),
      room: { ...room, code: body.code },
    });
    expect(response.headers.get('location')).toBe(`/v1/rooms/${body.code}`);
    expect(server.calls.stubs).toEqual([{ name: body.code }]);
    expect(server.calls.made).toEqual([
      {
        method: 'createRoom',
        args: [
          {
            name: 'Physics',
            policy: { chat: false },
            capacity: 5,
            code: body.code,
            hostKeyHash: await sha256(body.hostKey),
            fingerprint: null,
          },
        ],
      },
    ]);
  });

  test('puts the room where it was asked to be', async () => {
    const server = serve();
    const body = await bodyOf(
      server.send('POST', '/v1/rooms', { name: 'P', jurisdiction: 'eu', region: 'weur' }),
      CreateResponseSchema,
    );
    expect(body.code).toMatch(/^eu-[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    expect(server.calls.stubs).toEqual([{ name: body.code, jurisdiction: 'eu', region: 'weur' }]);
  });

  test('promises no jurisdiction where the platform has none', async () => {
    const server = serve();
    const jurisdiction = () => {
      throw new Error('Jurisdiction restrictions are not implemented in workerd.');
    };
    Object.assign(server.env.ROOMS, { jurisdiction });
    const created = await server.send('POST', '/v1/rooms', { name: 'P', jurisdiction: 'eu' });
    expect(await problemOf(created)).toMatchObject({
      status: 422,
      detail: expect.stringContaining('jurisdiction'),
    });
    const asked = await server.fetch(`/v1/rooms/eu-${CODE}`);
    expect(await problemOf(asked)).toMatchObject({ status: 404, code: 'room_not_found' });
    expect(server.calls.stubs).toEqual([]);
  });

  test('draws another code when one is taken', async () => {
    let asked = 0;
    const server = serve({
      createRoom: async ({ code }) => {
        asked += 1;
        return asked < 3 ? succeed({ taken: true }) : succeed({ taken: false, room: { ...room, code } });
      },
    });
    expect((await server.send('POST', '/v1/rooms', { name: 'P' })).status).toBe(201);
    expect(new Set(server.calls.stubs.map(({ name }) => name)).size).toBe(3);
  });

  test('gives up on a bug that calls every code taken', async () => {
    const server = serve({ createRoom: async () => succeed({ taken: true }) });
    expect(await problemOf(await server.send('POST', '/v1/rooms', { name: 'P' }))).toMatchObject({
      code: 'internal',
    });
    expect(server.calls.made).toHaveLength(5);
  });

  test('answers a repeated Idempotency-Key with the same room and host key', async () => {
    const server = serve({ createRoom: keeper() });
    const headers = { 'idempotency-key': KEY };
    const first = await server.send('POST', '/v1/rooms', { name: 'P', capacity: 3 }, headers);
    const again = await server.send('POST', '/v1/rooms', { capacity: 3, name: 'P' }, headers);
    expect(again.status).toBe(201);
    expect(await again.json()).toEqual(await first.json());
  });

  test('finds the same room again when the first derived code was taken', async () => {
    const keep = keeper();
    let foreign: string | undefined;
    const server = serve({
      createRoom: async (request) => {
        foreign ??= request.code;
        return request.code === foreign ? succeed({ taken: true }) : keep(request);
      },
    });
    const headers = { 'idempotency-key': KEY };
    const first = await bodyOf(
      server.send('POST', '/v1/rooms', { name: 'P' }, headers),
      CreateResponseSchema,
    );
    const again = await bodyOf(
      server.send('POST', '/v1/rooms', { name: 'P' }, headers),
      CreateResponseSchema,
    );
    expect(first.code).not.toBe(foreign);
    expect(again).toEqual(first);
  });

  test('refuses a repeated Idempotency-Key with another body', async () => {
    const server = serve({ createRoom: keeper() });
    const headers = { 'idempotency-key': KEY };
    await server.send('POST', '/v1/rooms', { name: 'P' }, headers);
    expect(await problemOf(await server.send('POST', '/v1/rooms', { name: 'Q' }, headers))).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    });
  });

  test('keeps two creators with the same Idempotency-Key apart', async () => {
    const server = serve({ createRoom: keeper() });
    const from = (address: string) => ({ 'idempotency-key': KEY, 'cf-connecting-ip': address });
    const one = await bodyOf(
      server.send('POST', '/v1/rooms', { name: 'P' }, from('192.0.2.1')),
      CreateResponseSchema,
    );
    const two = await bodyOf(
      server.send('POST', '/v1/rooms', { name: 'P' }, from('192.0.2.2')),
      CreateResponseSchema,
    );
    expect(two.code).not.toBe(one.code);
    expect(two.hostKey).not.toBe(one.hostKey);
  });

  test('refuses an Idempotency-Key that is too short to be unique', async () => {
    const server = serve();
    expect(
      await problemOf(await server.send('POST', '/v1/rooms', { name: 'P' }, { 'idempotency-key': 'short' })),
    ).toMatchObject({ status: 422, code: 'invalid', detail: expect.stringContaining('Idempotency-Key') });
    expect(server.calls.made).toEqual([]);
  });

  test('repeats a creation after a passing fault only when it has an Idempotency-Key', async () => {
    const failing = () => {
      let tried = 0;
      return async ({ code }: CreateRoom) => {
        tried += 1;
        if (tried === 1) throw fault({ retryable: true });
        return succeed({ taken: false as const, room: { ...room, code } });
      };
    };
    const keyed = serve({ createRoom: failing() });
    expect((await keyed.send('POST', '/v1/rooms', { name: 'P' }, { 'idempotency-key': KEY })).status).toBe(
      201,
    );
    expect(keyed.calls.stubs).toHaveLength(2);
    const bare = serve({ createRoom: failing() });
    expect((await bare.send('POST', '/v1/rooms', { name: 'P' })).status).toBe(503);
    expect(bare.calls.stubs).toHaveLength(1);
  });

  test.each([
    ['no name', {}, 'name'],
    ['a hidden name', { name: '\u200b' }, 'name'],
    ['no seats', { name: 'P', capacity: 0 }, 'capacity'],
    ['a region that does not exist', { name: 'P', region: 'moon' }, 'region'],
    ['a flag that is no flag', { name: 'P', policy: { chat: 'no' } }, 'policy.chat'],
  ])('refuses %s and names the field', async (_, body, field) => {
    const server = serve();
    expect(await problemOf(await server.send('POST', '/v1/rooms', body))).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: expect.stringContaining(field),
    });
    expect(server.calls.made).toEqual([]);
  });

  describe('where only holders of an API key may create', () => {
    const vars = { CREATE_ACCESS: 'api-key', API_KEYS: 'first-key-of-school, second-key-of-school' };

    test('takes each of the keys', async () => {
      for (const key of ['first-key-of-school', 'second-key-of-school']) {
        const server = serve({}, vars);
        expect((await server.send('POST', '/v1/rooms', { name: 'P' }, bearer(key))).status).toBe(201);
      }
    });

    test.each([
      ['none', {}],
      ['another', bearer('third-key-of-school')],
      ['a part of one', bearer('first-key-of-schoo')],
      ['both at once', bearer('first-key-of-school,second-key-of-school')],
    ])('refuses %s', async (_, headers) => {
      const server = serve({}, vars);
      expect(await problemOf(await server.send('POST', '/v1/rooms', { name: 'P' }, headers))).toMatchObject({
        status: 401,
        code: 'create_refused',
      });
      expect(server.calls.made).toEqual([]);
    });
  });
});

describe('GET /v1/rooms/:code', () => {
  test('tells what anybody with the code may know', async () => {
    const response = await serve().fetch(`/v1/rooms/${CODE}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ code: CODE, status: 'open' });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('reads the code as people write it', async () => {
    const server = serve();
    await server.fetch('/v1/rooms/ABC%20DEFG%20HIJ');
    expect(server.calls.stubs).toEqual([{ name: CODE }]);
  });

  test('wakes no object for what can be no code', async () => {
    const server = serve();
    expect(await problemOf(await server.fetch('/v1/rooms/abc-def'))).toMatchObject({
      status: 404,
      code: 'room_not_found',
    });
    expect(server.calls.stubs).toEqual([]);
  });

  test('passes on what the room says', async () => {
    const server = serve({ status: async () => fail('room_not_found') });
    expect(await problemOf(await server.fetch(`/v1/rooms/${CODE}`))).toMatchObject({
      status: 404,
      code: 'room_not_found',
    });
  });

  test('asks again after a passing fault, on a new stub, three times at most', async () => {
    const server = serve({ status: () => Promise.reject(fault({ retryable: true })) });
    expect(await problemOf(await server.fetch(`/v1/rooms/${CODE}`))).toMatchObject({
      status: 503,
      code: 'overloaded',
    });
    expect(server.calls.stubs).toHaveLength(3);
  });

  test('never asks an overloaded object again', async () => {
    const server = serve({ status: () => Promise.reject(fault({ retryable: true, overloaded: true })) });
    const response = await server.fetch(`/v1/rooms/${CODE}`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(server.calls.stubs).toHaveLength(1);
  });
});

describe('PATCH /v1/rooms/:code', () => {
  test('changes settings and policy by the commands of the room', async () => {
    const server = serve();
    const body = { name: 'Chemistry', policy: { chat: false } };
    const response = await server.send('PATCH', `/v1/rooms/${CODE}`, body, bearer(await server.token()));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ room });
    const caller = { member: ADA };
    expect(server.calls.made).toEqual([
      { method: 'run', args: [caller, { t: 'room.update', fields: { name: 'Chemistry' } }] },
      { method: 'run', args: [caller, { t: 'policy.set', fields: { policy: { chat: false } } }] },
      { method: 'room', args: [caller] },
    ]);
  });

  test('takes the host key in place of a member token', async () => {
    const server = serve();
    const hostKey = `hk_${'k'.repeat(43)}`;
    await server.send('PATCH', `/v1/rooms/${CODE}`, { capacity: 9 }, bearer(hostKey));
    expect(server.calls.made.map(({ args }) => args[0])).toEqual([
      { hostKeyHash: await sha256(hostKey) },
      { hostKeyHash: await sha256(hostKey) },
    ]);
  });

  test.each(['not_allowed', 'role_required', 'host_key_wrong'] as const)(
    'passes on %s, and stops there',
    async (code) => {
      const server = serve({ run: async () => fail(code) });
      const body = { name: 'Chemistry', policy: { chat: false } };
      const response = await server.send('PATCH', `/v1/rooms/${CODE}`, body, bearer(await server.token()));
      expect(await problemOf(response)).toMatchObject({ status: 403, code });
      expect(server.calls.made).toHaveLength(1);
    },
  );
});

describe('DELETE /v1/rooms/:code', () => {
  const end = async (server: ReturnType<typeof serve>) =>
    server.fetch(`/v1/rooms/${CODE}`, { method: 'DELETE', headers: bearer(await server.token()) });

  test('ends the meeting', async () => {
    const server = serve();
    expect((await end(server)).status).toBe(204);
    expect(server.calls.made).toEqual([
      { method: 'run', args: [{ member: ADA }, { t: 'room.end', fields: {} }] },
    ]);
  });

  test('is content when a host ends it again', async () => {
    expect((await end(serve({ run: async () => fail('room_ended') }))).status).toBe(204);
  });

  test('tells a stranger of an ended room nothing but no', async () => {
    const server = serve({
      run: async () => fail('room_ended'),
      attendance: async () => fail('role_required'),
    });
    expect(await problemOf(await end(server))).toMatchObject({ status: 403, code: 'role_required' });
  });

  test('refuses without a token', async () => {
    const server = serve();
    const response = await server.fetch(`/v1/rooms/${CODE}`, { method: 'DELETE' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_required' });
    expect(server.calls.made).toEqual([]);
  });
});
