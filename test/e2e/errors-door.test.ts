// Every error of coming in and of being out, provoked over a real port.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOOR_ERRORS } from '../support/door-errors.ts';
import { Api, refusedUpgrade, waitingClient } from '../support/raw-client.ts';
import { expectProblem, OPEN, provoked } from './support/problems.ts';
import { type Server, startServer } from './support/server.ts';

const FAST = '10000/10000';
const body = { kind: 'text', text: 'x' };

describe('at the door', () => {
  let server: Server;
  let api: Api;
  beforeAll(async () => {
    server = await startServer({
      vars: { ...OPEN, PENDING_CHARACTERS: '1', RATE_CHAT: FAST, RATE_ERROR: FAST },
    });
    api = new Api(server.url);
  });
  afterAll(() => server.close());

  const upgradeOf = (code: string) =>
    refusedUpgrade(`${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect?name=Eve`);
  const joinOf = (code: string) => api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve' } });

  test('room_full, before any upgrade, until somebody has left', async () => {
    const { code } = await api.create({ capacity: 1 });
    const ada = await api.enter(code, 'Ada');
    expectProblem(await joinOf(code), 'room_full');
    expectProblem(await upgradeOf(code), 'room_full');
    expect((await api.request('GET', `/v1/rooms/${code}`)).body).toMatchObject({
      status: 'full',
      members: 1,
    });
    await api.request('POST', `/v1/rooms/${code}/leave`, { token: ada.token });
    expect((await joinOf(code)).status).toBe(200);
  });

  test('room_locked, before any upgrade, and still_waiting in the lobby', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const set = (rules: object) => api.command(code, host.token, { t: 'door.set', ...rules });
    await set({ locked: true });
    expectProblem(await joinOf(code), 'room_locked');
    expectProblem(await upgradeOf(code), 'room_locked');
    await set({ locked: false, entry: 'nobody' });
    const joined = await api.join(code, { name: 'Eve' });
    const eve = await waitingClient(joined);
    expectProblem(await api.command(code, joined.token, { t: 'chat.send', body }), 'still_waiting');
    await host.client.expectEvent('lobby.joined', (event) => JSON.stringify(event).includes('Eve'));
    eve.close();
  });

  test('banned, before any upgrade, until the ban is lifted; hosts find who tried in the audit trail', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const eve = await api.enter(code, 'Eve');
    const ban = { t: 'member.ban', n: 1, member: eve.id };
    expect(await host.client.ask(ban)).toMatchObject({ t: 'member.left', reason: 'removed' });
    const again = () => api.request('POST', `/v1/rooms/${code}/join`, { token: eve.token, body: {} });
    expectProblem(await again(), 'banned');
    expectProblem(await again(), 'banned');
    expectProblem(
      await api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', hostKey: 'x'.repeat(43) } }),
      'host_key_wrong',
    );
    const trail = await api.command(code, host.token, { t: 'audit.page' });
    const { rows } = (trail.body as { result: { rows: { action: string; member: string | null }[] } }).result;
    expect(rows.map(({ action, member }) => [action, member])).toEqual([
      ['member.banned', eve.id],
      ['ban.refused', eve.id],
      ['host_key.refused', null],
    ]);
    await api.command(code, host.token, { t: 'ban.lift', n: 2, member: eve.id });
    expect((await again()).status).toBe(200);
  });

  test('not_open_yet, before any upgrade, for all but hosts', async () => {
    const { code, hostKey } = await api.create({ schedule: { opensAt: Date.now() + 3_600_000 } });
    expectProblem(await joinOf(code), 'not_open_yet');
    expectProblem(await upgradeOf(code), 'not_open_yet');
    expect((await api.enter(code, 'Host', hostKey)).id).toMatch(/^m_/);
  });

  test('passcode_required and passcode_wrong, and slower with each wrong one', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const set = await host.client.ask({ t: 'passcode.set', n: 1, passcode: 'open sesame' });
    expect(set).toMatchObject({ t: 'passcode.changed', passcode: true });
    const guess = (passcode: string) =>
      api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', passcode } });
    expectProblem(await joinOf(code), 'passcode_required');
    expectProblem(await upgradeOf(code), 'passcode_required');
    expect((await guess('open sesame')).status).toBe(200);
    for (const wrong of ['1111', '2222', '3333']) expectProblem(await guess(wrong), 'passcode_wrong');
    expectProblem(await guess('4444'), 'rate_limited');
    const frames = JSON.stringify(host.client.events());
    expect(frames).not.toContain('sesame');
    expect(frames).not.toContain('scrypt');
  });

  test('invite_invalid: unknown, used up or revoked', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const come = (invite: string) =>
      api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', invite } });
    const made = await host.client.ask({ t: 'invite.create', n: 1, role: 'viewer', uses: 1 });
    const { invite, secret } = ('result' in made ? made.result : {}) as { invite: string; secret: string };
    expectProblem(await come('guessed'), 'invite_invalid');
    const eve = await come(secret);
    expect(eve).toMatchObject({ status: 200, body: { member: { role: 'viewer' } } });
    expectProblem(await come(secret), 'invite_invalid');
    expect(await host.client.ask({ t: 'invite.revoke', n: 2, invite })).toMatchObject({ t: 'ok' });
    expectProblem(await come(secret), 'invite_invalid');
  });

  test('room_ended, before any upgrade, for whoever asks whatever', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    expect((await api.request('DELETE', `/v1/rooms/${code}`, { token: hostKey })).status).toBe(204);
    expectProblem(await joinOf(code), 'room_ended');
    expectProblem(await upgradeOf(code), 'room_ended');
    expectProblem(await api.command(code, host.token, { t: 'roster.page' }), 'room_ended');
    expectProblem(
      await api.request('POST', `/v1/rooms/${code}/join`, { token: host.token, body: {} }),
      'room_ended',
    );
    expectProblem(
      await api.request('PATCH', `/v1/rooms/${code}`, { token: hostKey, body: { name: 'x' } }),
      'room_ended',
    );
    expect((await api.request('GET', `/v1/rooms/${code}`)).body).toMatchObject({ status: 'ended' });
    expect(await host.client.closed).toMatchObject({ code: 4102 });
  });

  test('member_gone: whoever has left does nothing more until they come back', async () => {
    const { code } = await api.create();
    const ada = await api.enter(code, 'Ada');
    const ben = await api.enter(code, 'Ben');
    await api.request('POST', `/v1/rooms/${code}/leave`, { token: ada.token });
    expectProblem(await api.command(code, ada.token, { t: 'chat.send', body }), 'member_gone');
    expectProblem(await api.request('POST', `/v1/rooms/${code}/token`, { token: ada.token }), 'member_gone');
    await ben.client.barrier();
    expect(ben.client.events().map(({ t }) => t)).not.toContain('chat.sent');
    const back = await api.join(code, {}, ada.token);
    expect(back.member).toMatchObject({ id: ada.id, name: 'Ada' });
    await api.connect(back);
    expect((await api.command(code, ada.token, { t: 'chat.send', body })).status).toBe(200);
  });

  test('idempotency_mismatch: the same key for another room', async () => {
    const create = (name: string) =>
      api.request('POST', '/v1/rooms', {
        body: { name },
        headers: { 'idempotency-key': 'the-same-key-twice' },
      });
    const first = await create('Physics');
    const second = await create('Physics');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expectProblem(await create('Chemistry'), 'idempotency_mismatch');
  });

  test('busy: what does not fit into a commit is refused, each command by its number, and none is lost', async () => {
    const { code } = await api.create();
    const ada = await api.enter(code, 'Ada');
    const ben = await api.enter(code, 'Ben');
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const n of numbers) ada.client.send({ t: 'chat.send', n, body: { kind: 'text', text: `${n}` } });
    const answers = await Promise.all(numbers.map((n) => ada.client.answer(n)));
    const refused = answers.filter((answer) => answer.t === 'error');
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ code: 'busy', retry: expect.any(Number) });
    provoked.add('busy');
    await ben.client.barrier();
    const told = ben.client.events().flatMap(({ t, n }) => (t === 'chat.sent' ? [n] : []));
    expect(told).toEqual(answers.flatMap((answer) => (answer.t === 'chat.sent' ? [answer.n] : [])));
    expect(told.length + refused.length).toBe(200);
    expect(await ada.client.ask({ t: 'chat.send', n: 201, body })).toMatchObject({ t: 'chat.sent' });
  });
});

test('every error of the door has been seen', () => {
  expect([...DOOR_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
});
