import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import { fail, succeed } from '../../../src/protocol/index.ts';
import { ADAS, ADAS_TOKEN, knownPeople, PROVIDER, providerToken, WRONG_TOKEN } from './fake-people.ts';
import { ADA, bearer, CODE, NOW, problemOf, room, serve } from './fake-room.ts';

const json = (body: object, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('what somebody shows at the door', () => {
  test('goes to the room: the passcode as it is, of an invitation the hash', async () => {
    const server = serve();
    await server.fetch(`/v1/rooms/${CODE}/join`, json({ name: 'Ada', passcode: '1234', invite: 'secret' }));
    expect(server.calls.made).toEqual([
      {
        method: 'admit',
        args: [{ name: 'Ada', passcode: '1234', inviteHash: await sha256('secret') }],
      },
    ]);
  });

  test.each(['passcode', 'invite'])('never stands in an address: %s', async (field) => {
    const server = serve();
    const response = await server.fetch(`/v1/rooms/${CODE}/connect?name=Ada&${field}=1234`, {
      headers: { upgrade: 'websocket' },
    });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid' });
    expect(server.calls.made).toEqual([]);
  });

  test.each([
    ['passcode_required', undefined],
    ['passcode_wrong', 2_000],
    ['invite_invalid', undefined],
    ['not_open_yet', 60_000],
  ] as const)('may not do: %s', async (code, retry) => {
    const server = serve({ admit: async () => fail(code, retry === undefined ? {} : { retry }) });
    const response = await server.fetch(`/v1/rooms/${CODE}/join`, json({ name: 'Ada' }));
    expect(await problemOf(response)).toMatchObject({ status: 403, code });
    expect(response.headers.get('retry-after')).toBe(retry === undefined ? null : String(retry / 1_000));
  });
});

describe('a schedule at creation', () => {
  test('goes to the room', async () => {
    const server = serve();
    const schedule = { opensAt: NOW + 1_000, expiresAt: NOW + 2_000, maxMinutes: 30, title: 'Waves' };
    const made = await server.fetch('/v1/rooms', json({ name: 'Physics', schedule }));
    expect(made.status).toBe(201);
    expect(server.calls.made[0]?.args[0]).toMatchObject({ schedule });
  });

  test.each([
    { expiresAt: NOW },
    { opensAt: NOW + 10, expiresAt: NOW + 10 },
    { maxMinutes: 0 },
    { opensAt: 'tomorrow' },
  ])('that makes no sense makes no room: %j', async (schedule) => {
    const server = serve();
    const response = await server.fetch('/v1/rooms', json({ name: 'Physics', schedule }));
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid' });
    expect(server.calls.made).toEqual([]);
  });
});

describe('POST /v1/rooms/:code/reopen', () => {
  const path = `/v1/rooms/${CODE}/reopen`;

  test('answers the room; by host key or the host’s token', async () => {
    const server = serve();
    const byKey = await server.fetch(path, { method: 'POST', headers: bearer('hk_x') });
    expect(await byKey.json()).toEqual({ room });
    await server.fetch(path, { method: 'POST', headers: bearer(await server.token()) });
    expect(server.calls.made).toEqual([
      { method: 'reopenRoom', args: [{ hostKeyHash: await sha256('hk_x') }] },
      { method: 'reopenRoom', args: [{ member: ADA }] },
    ]);
  });

  test('is open to the account whose room it is, of this server or of the provider', async () => {
    const server = serve({}, PROVIDER, knownPeople());
    for (const token of [ADAS_TOKEN, await providerToken({ sub: 'ada', name: 'Ada' })]) {
      const response = await server.fetch(path, { method: 'POST', headers: bearer(token) });
      expect(await response.json()).toEqual({ room });
    }
    expect(server.calls.made).toMatchObject([
      { method: 'reopenRoom', args: [{ account: ADAS.id }] },
      { method: 'reopenRoom', args: [{ account: expect.stringMatching(/^x_/) }] },
    ]);
    const wrong = await server.fetch(path, { method: 'POST', headers: bearer(WRONG_TOKEN) });
    expect(await problemOf(wrong)).toMatchObject({ status: 401, code: 'login_required' });
    expect(server.calls.made).toHaveLength(2);
  });

  test('is refused without either, with a wrong key, and when it is too late', async () => {
    const server = serve();
    expect(await problemOf(await server.fetch(path, { method: 'POST' }))).toMatchObject({
      code: 'token_required',
    });
    expect(server.calls.made).toEqual([]);
    for (const code of ['host_key_wrong', 'role_required', 'room_ended'] as const) {
      const refusing = serve({ reopenRoom: async () => fail(code) });
      const response = await refusing.fetch(path, { method: 'POST', headers: bearer('hk_x') });
      expect(await problemOf(response)).toMatchObject({ code });
    }
    expect((await server.fetch(path)).status).toBe(405);
  });

  test('is asked again after a passing fault', async () => {
    let asked = 0;
    const server = serve({
      reopenRoom: async () => {
        asked += 1;
        if (asked === 1) throw Object.assign(new Error('gone'), { retryable: true });
        return succeed(room);
      },
    });
    expect((await server.fetch(path, { method: 'POST', headers: bearer('hk_x') })).status).toBe(200);
    expect(asked).toBe(2);
  });
});
