import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import { createTokens } from '../../../src/platform/tokens.ts';
import { fail, JoinResponseSchema, TokenResponseSchema } from '../../../src/protocol/index.ts';
import { ADA, ada, bearer, bodyOf, CODE, fault, NOW, problemOf, serve } from './fake-room.ts';

const path = (action: string) => `/v1/rooms/${CODE}/${action}`;

describe('POST /v1/rooms/:code/join', () => {
  test('gives a member, a token that is theirs, a ticket and the address', async () => {
    const server = serve();
    const response = await server.send('POST', path('join'), { name: 'Ada', hostKey: 'hk_secret' });
    expect(response.status).toBe(200);
    const body = await bodyOf(response, JoinResponseSchema);
    expect(body).toEqual({
      member: { ...ada, presence: 'joining' },
      token: expect.any(String),
      tokenExpiresAt: NOW + 7_200_000,
      ticket: 'tkt_1',
      ticketExpiresAt: NOW + 30_000,
      url: `wss://meet.example/v1/rooms/${CODE}/connect`,
    });
    expect(await createTokens(server.env).verifyMember(body.token, CODE, NOW)).toBe(ADA);
    expect(server.calls.made).toEqual([
      { method: 'admit', args: [{ name: 'Ada', hostKeyHash: await sha256('hk_secret') }] },
    ]);
  });

  test('takes a member token for a return, which needs no body', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    expect((await server.fetch(path('join'), { method: 'POST', headers })).status).toBe(200);
    expect(server.calls.made).toEqual([{ method: 'admit', args: [{ member: ADA }] }]);
  });

  test('asks nothing of the room when the token is wrong', async () => {
    const server = serve();
    const token = await server.token(ADA, 'xyz-wxyz-xyz');
    const response = await server.send('POST', path('join'), { name: 'Ada' }, bearer(token));
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
    expect(server.calls.made).toEqual([]);
  });

  test('refuses a newcomer without a name', async () => {
    const server = serve();
    expect(await problemOf(await server.fetch(path('join'), { method: 'POST' }))).toMatchObject({
      status: 422,
      code: 'invalid',
      detail: expect.stringContaining('name'),
    });
    expect(server.calls.made).toEqual([]);
  });

  test.each([
    ['room_not_found', 404],
    ['room_ended', 410],
    ['room_full', 409],
    ['host_key_wrong', 403],
    ['member_gone', 403],
  ] as const)('passes on %s', async (code, status) => {
    const server = serve({ admit: async () => fail(code) });
    expect(await problemOf(await server.send('POST', path('join'), { name: 'Ada' }))).toEqual({
      status,
      code,
    });
  });

  test('is not repeated: it would hold a second seat', async () => {
    const server = serve({ admit: () => Promise.reject(fault({ retryable: true })) });
    expect((await server.send('POST', path('join'), { name: 'Ada' })).status).toBe(503);
    expect(server.calls.made).toHaveLength(1);
  });
});

describe('POST /v1/rooms/:code/token', () => {
  test('renews the token of a member who is there', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    server.time.now += 3_600_000;
    const response = await server.fetch(path('token'), { method: 'POST', headers });
    const body = await bodyOf(response, TokenResponseSchema);
    expect(body.tokenExpiresAt).toBe(NOW + 3_600_000 + 7_200_000);
    expect(await createTokens(server.env).verifyMember(body.token, CODE, NOW + 10_000_000)).toBe(ADA);
  });

  test('refuses an expired token', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    server.time.now += 7_200_001;
    expect(await problemOf(await server.fetch(path('token'), { method: 'POST', headers }))).toMatchObject({
      status: 401,
      code: 'token_invalid',
    });
  });

  test('refuses a member who is gone', async () => {
    const server = serve({ member: async () => fail('member_gone') });
    const headers = bearer(await server.token());
    expect(await problemOf(await server.fetch(path('token'), { method: 'POST', headers }))).toMatchObject({
      status: 403,
      code: 'member_gone',
    });
  });

  test('refuses without a token', async () => {
    expect(await problemOf(await serve().fetch(path('token'), { method: 'POST' }))).toMatchObject({
      status: 401,
      code: 'token_required',
    });
  });
});

describe('POST /v1/rooms/:code/leave', () => {
  test('leaves', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    expect((await server.fetch(path('leave'), { method: 'POST', headers })).status).toBe(204);
    expect(server.calls.made).toEqual([{ method: 'leave', args: [ADA] }]);
  });

  test('is for members, not for holders of the host key', async () => {
    const server = serve();
    const response = await server.fetch(path('leave'), { method: 'POST', headers: bearer('hk_secret') });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
  });

  test('is repeated after a passing fault', async () => {
    let tried = 0;
    const server = serve({
      leave: async () => {
        tried += 1;
        if (tried === 1) throw fault({ retryable: true });
        return { ok: true, value: null };
      },
    });
    const headers = bearer(await server.token());
    expect((await server.fetch(path('leave'), { method: 'POST', headers })).status).toBe(204);
  });
});
