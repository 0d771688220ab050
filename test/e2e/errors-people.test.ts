// Every error that people bring, and their close code, provoked over a real port. What is refused changes nothing, and
// every refusal comes over the socket as it does over HTTP.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CLOSE,
  type CloseName,
  ERRORS,
  type ErrorCode,
  LIMITS,
  shouldComeBack,
} from '../../src/protocol/index.ts';
import { PEOPLE_CLOSES, PEOPLE_ERRORS } from '../support/people-errors.ts';
import type { Answer } from '../support/raw-client.ts';
import { logIn, PASSWORD, register, whoIs } from './support/people.ts';
import type { Frame, PlainSocket } from './support/plain-socket.ts';
import { expectProblem, provoked } from './support/problems.ts';
import { type Server, startServer } from './support/server.ts';
import {
  api,
  ask,
  askServer,
  befriend,
  come,
  command,
  connect,
  done,
  frameOf,
  introduce,
  type Somebody,
  VARS,
} from './support/somebody.ts';

const NOBODY = `a_${'0'.repeat(22)}`;
const NO_CALL = `c_${'0'.repeat(22)}`;
const NO_DEVICE = `d_${'0'.repeat(22)}`;
const body = { kind: 'text', text: 'x' };

const closes = new Set<CloseName>();
/** Messages that are sent at a time. */
const BURST = 500;

describe('of people', () => {
  let server: Server;
  let ada: Somebody;
  let ben: Somebody;
  let cleo: Somebody;
  let dan: Somebody;
  let watching: string;
  let before: unknown;

  beforeAll(async () => {
    server = await startServer({ vars: VARS });
    askServer(server.url);
    ada = await come('ada');
    ben = await come('ben');
    cleo = await come('cleo');
    dan = await come('dan');
    await befriend(ada, ben);
    for (const { id } of [cleo, dan]) await ask('POST', '/v1/me/people', ada.token, { account: id });
    await done(ada, { t: 'person.block', account: cleo.id });
    const room = await api.create();
    const ring = { t: 'meeting.invite', to: ben.id, code: room.code, name: 'Room', ring: true };
    await done(ada, ring);
    await done(ada, { t: 'direct.send', to: ben.id, body });
    const watcher = await connect(ada.token);
    watching = watcher.device;
    watcher.socket.socket.terminate();
    // What comes back of all that (delivered) has come.
    for (let last = ''; ; ) {
      const now = JSON.stringify(await state());
      if (now === last) break;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  });
  afterAll(() => server.close());

  /** All that ada's devices see. */
  async function state(): Promise<unknown> {
    const { ready, socket } = await connect(ada.token, watching);
    socket.socket.terminate();
    return [ready.seq, ready.snapshot];
  }
  beforeEach(async () => {
    before = await state();
  });
  afterEach(async () => {
    expect(await state()).toEqual(before);
  });

  const invite = (to: string, more: object = {}) => ({
    t: 'meeting.invite',
    to,
    code: 'abc-defg-hjk',
    name: 'Room',
    ...more,
  });

  test.each<[ErrorCode, string, () => object]>([
    ['person_unknown', 'a message to nobody', () => ({ t: 'direct.send', to: NOBODY, body })],
    ['person_unknown', 'a question to nobody', () => ({ t: 'contact.ask', account: NOBODY })],
    ['person_unknown', 'blocking nobody', () => ({ t: 'person.block', account: NOBODY })],
    ['person_unknown', 'what nobody wrote', () => ({ t: 'direct.history', with: NOBODY })],
    ['person_unknown', 'an invitation of nobody', () => invite(NOBODY)],
    ['person_self', 'a message to oneself', () => ({ t: 'direct.send', to: ada.id, body })],
    ['person_self', 'a question to oneself', () => ({ t: 'contact.ask', account: ada.id })],
    ['person_self', 'blocking oneself', () => ({ t: 'person.block', account: ada.id })],
    ['not_contact', 'a message to a stranger', () => ({ t: 'direct.send', to: dan.id, body })],
    ['not_contact', 'a call of a stranger', () => invite(dan.id, { ring: true })],
    ['person_blocked', 'a message to somebody blocked', () => ({ t: 'direct.send', to: cleo.id, body })],
    ['person_blocked', 'a question to them', () => ({ t: 'contact.ask', account: cleo.id })],
    ['person_blocked', 'a call of them', () => invite(cleo.id, { ring: true })],
    ['request_unknown', 'a yes to whom nobody asked', () => ({ t: 'contact.accept', account: dan.id })],
    ['message_unknown', 'an edit of nothing', () => ({ t: 'direct.edit', with: ben.id, message: 99, body })],
    ['message_unknown', 'deleting nothing', () => ({ t: 'direct.delete', with: ben.id, message: 99 })],
    ['message_unknown', 'reading ahead', () => ({ t: 'direct.read', with: ben.id, upTo: 99 })],
    ['call_unknown', 'answering no call', () => ({ t: 'call.answer', call: NO_CALL })],
    ['call_unknown', 'declining no call', () => ({ t: 'call.decline', call: NO_CALL })],
    ['call_unknown', 'giving up no call', () => ({ t: 'call.cancel', call: NO_CALL })],
    ['call_placed', 'a second call of one person', () => invite(ben.id, { ring: true })],
    ['unknown_command', 'a command of rooms', () => ({ t: 'chat.send', body })],
    ['invalid', 'an account that is none', () => ({ t: 'direct.send', to: 'ben', body })],
    [
      'text_too_long',
      'a text too long',
      () => ({ t: 'direct.send', to: ben.id, body: { ...body, text: 'x'.repeat(LIMITS.textLength + 1) } }),
    ],
  ])('%s: %s', async (expected, _, given) => {
    expectProblem(await command(ada, given()), expected);
    const { socket } = await connect(ada.token, ada.device);
    socket.send({ ...given(), n: 1 });
    for (;;) {
      const frame = await frameOf(socket);
      if (frame.t !== 'error') continue;
      expect(frame).toMatchObject({ code: expected, message: ERRORS[expected].message, n: 1 });
      expect('retry' in frame).toBe(ERRORS[expected].retry);
      break;
    }
    socket.socket.terminate();
  });

  const unknown = () => ({ ...ada, device: NO_DEVICE });
  test.each<[ErrorCode, string, () => Promise<Answer>]>([
    ['person_unknown', 'looking nobody up', () => introduce(ada, NOBODY)],
    ['person_self', 'looking oneself up', () => introduce(ada, ada.id)],
    [
      'device_unknown',
      'a command of no device',
      () => command(unknown(), { t: 'presence.set', state: 'away' }),
    ],
    ['login_required', 'a command of a guest', () => api.request('POST', '/v1/me/commands', { body: {} })],
    ['login_required', 'a socket for a guest', () => api.request('POST', '/v1/me/connect')],
    ['method_not_allowed', 'another method', () => api.request('PUT', '/v1/me/connect')],
    ['media_type', 'a form', () => api.request('POST', '/v1/me/people', { token: ada.token, body: 'a=b' })],
  ])('%s: %s', async (expected, _, provoke) => {
    expectProblem(await provoke(), expected);
  });
});

describe('where there is too much', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ vars: VARS });
    askServer(server.url);
  });
  afterAll(() => server.close());

  test('devices_full: one more than may be connected; one that is closed makes room', async () => {
    const { token } = whoIs(await register(api.base, 'many'));
    const devices = await Promise.all(Array.from({ length: LIMITS.devices }, () => connect(token)));
    const more = () => api.request('POST', '/v1/me/connect', { token, body: {} });
    expectProblem(await more(), 'devices_full');
    // One that is known comes back all the same.
    const [first, second] = devices;
    if (first === undefined || second === undefined) throw new Error('no devices');
    (await connect(token, first.device)).socket.socket.terminate();
    second.socket.socket.terminate();
    for (let attempt = 0; (await more()).status !== 200; attempt += 1) {
      if (attempt === 200) throw new Error('no room for another device');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const { socket } of devices) socket.socket.terminate();
  });

  test('person_unreachable: far more than somebody takes of one person; later it is taken again', async () => {
    const [ada, ben] = [await come('ada'), await come('ben')];
    await befriend(ada, ben);
    const { socket } = await connect(ada.token, ada.device);
    let refused: Frame | undefined;
    let n = 0;
    // Not so fast that the object has no time to write.
    for (let round = 0; round < 100 && refused === undefined; round += 1) {
      for (let times = 0; times < BURST; times += 1) {
        n += 1;
        socket.send({ t: 'direct.send', n, to: ben.id, body });
      }
      socket.send({ t: 'direct.conversations', n: n + 1_000_000 });
      for (let frame = await frameOf(socket); frame.n !== n + 1_000_000; frame = await frameOf(socket))
        if (frame.t === 'error' && frame.code !== 'busy') refused ??= frame;
    }
    expect(refused).toMatchObject({ code: 'person_unreachable', retry: expect.any(Number) });
    for (let attempt = 0; ; attempt += 1) {
      const answer = await command(ada, { t: 'direct.send', to: ben.id, body });
      if (answer.status === 200) break;
      expectProblem(answer, 'person_unreachable');
      if (attempt === 150) throw new Error('nothing was carried');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    provoked.add('person_unreachable');
    socket.socket.terminate();
  });
});

describe('signed_out', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ vars: VARS });
    askServer(server.url);
  });
  afterAll(() => server.close());

  async function expectSignedOut({ closed }: PlainSocket): Promise<void> {
    const { code, reason } = CLOSE.signed_out;
    expect(await closed).toEqual({ code, reason });
    expect(shouldComeBack(code)).toBe(false);
    closes.add('signed_out');
  }

  test('a login that ends takes its devices along, and no others', async () => {
    const here = whoIs(await register(api.base, 'ada'));
    const there = whoIs(await logIn(api.base, 'ada'));
    const [one, other] = [await connect(here.token), await connect(there.token)];
    await ask('DELETE', '/v1/me/logins', here.token);
    await expectSignedOut(other.socket);
    expect(one.socket.socket.readyState).toBe(one.socket.socket.OPEN);
    await ask('DELETE', '/v1/me/logins/current', here.token);
    await expectSignedOut(one.socket);
  });

  test('an account that is deleted takes all of them along', async () => {
    const { token } = whoIs(await register(api.base, 'ben'));
    const device = await connect(token);
    await ask('DELETE', '/v1/me', token, { password: PASSWORD });
    await expectSignedOut(device.socket);
  });
});

test('every error and close code of people has been seen', () => {
  expect([...PEOPLE_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
  expect([...PEOPLE_CLOSES].filter((name) => !closes.has(name))).toEqual([]);
});
