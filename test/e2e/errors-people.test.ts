// Every error that people and groups bring, and their close code, provoked over a real port. What is refused changes
// nothing, and every refusal comes over the socket as it does over HTTP.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CLOSE,
  type CloseName,
  type ConnectResponse,
  ERRORS,
  type ErrorCode,
  LIMITS,
  shouldComeBack,
} from '../../src/protocol/index.ts';
import { PEOPLE_CLOSES, PEOPLE_ERRORS } from '../support/people-errors.ts';
import { type Answer, Api, problemOf } from '../support/raw-client.ts';
import { logIn, PASSWORD, register, UNLIMITED, whoIs } from './support/people.ts';
import { type Frame, PlainSocket } from './support/plain-socket.ts';
import { type Server, startServer } from './support/server.ts';

const FAST = { RATE_CHAT: '100000/100000', RATE_CONTROL: '100000/100000', RATE_QUERY: '100000/100000' };
const VARS = { ...UNLIMITED, ...FAST, RATE_ERROR: '100000/100000' };
const NOBODY = `a_${'0'.repeat(22)}`;
const NO_CALL = `c_${'0'.repeat(22)}`;
const NO_DEVICE = `d_${'0'.repeat(22)}`;
const body = { kind: 'text', text: 'x' };

const provoked = new Set<ErrorCode>();
const closes = new Set<CloseName>();
/** Messages that are sent at a time. */
const BURST = 500;

/** A complete problem, with the status of the table, and with a time to wait exactly where that helps. */
function expectProblem(answer: Answer, code: ErrorCode): void {
  const problem = problemOf(answer);
  expect(problem.code, JSON.stringify(problem)).toBe(code);
  expect(answer.status).toBe(ERRORS[code].status);
  expect(problem.title).toBe(ERRORS[code].message);
  expect(problem.retry !== undefined).toBe(ERRORS[code].retry);
  expect(answer.headers.has('retry-after')).toBe(ERRORS[code].retry);
  provoked.add(code);
}

/** Somebody with an account and one device that is connected. */
interface Somebody {
  readonly id: string;
  readonly token: string;
  readonly device: string;
  readonly socket: PlainSocket;
}

let api: Api;

async function ask<T>(method: string, path: string, token: string, content?: object): Promise<T> {
  const answer = await api.request(
    method,
    path,
    content === undefined ? { token } : { token, body: content },
  );
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

/** The next frame that has not been read yet. */
async function frameOf(socket: PlainSocket): Promise<Frame> {
  for (;;) {
    const text = await socket.nextText();
    if (text !== 'pong') return JSON.parse(text) as Frame;
  }
}

/** Connects one of somebody's devices (null: a new one), and answers its first frame. */
async function connect(
  token: string,
  device: string | null = null,
): Promise<{ readonly device: string; readonly socket: PlainSocket; readonly ready: Frame }> {
  const opened = await ask<ConnectResponse>(
    'POST',
    '/v1/me/connect',
    token,
    device === null ? {} : { device },
  );
  const socket = await PlainSocket.open(opened.url, ['parley.v1', `parley.ticket.${opened.ticket}`]);
  // A socket over which nothing was sent takes the platform seconds to close.
  socket.socket.send('ping');
  return { device: opened.device, socket, ready: await frameOf(socket) };
}

async function come(userName: string): Promise<Somebody> {
  const { id, token } = whoIs(await register(api.base, userName));
  const { device, socket } = await connect(token);
  return { id, token, device, socket };
}

const command = ({ token, device }: Somebody, given: object): Promise<Answer> =>
  api.request('POST', '/v1/me/commands', { token, body: { device, command: given } });

async function done(somebody: Somebody, given: object): Promise<void> {
  const answer = await command(somebody, given);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

const introduce = ({ token }: Somebody, account: string): Promise<Answer> =>
  api.request('POST', '/v1/me/people', { token, body: { account } });

/** Makes two people contacts of each other. */
async function befriend(one: Somebody, other: Somebody): Promise<void> {
  await ask('POST', '/v1/me/people', one.token, { account: other.id });
  await done(one, { t: 'contact.ask', account: other.id });
  for (let attempt = 0; ; attempt += 1) {
    const accepted = await command(other, { t: 'contact.accept', account: one.id });
    if (accepted.status === 200) break;
    if (attempt === 100) throw new Error(JSON.stringify(accepted.body));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (let attempt = 0; ; attempt += 1) {
    const { ready, socket } = await connect(one.token, one.device);
    socket.socket.terminate();
    const { contacts } = ready.snapshot as { readonly contacts: readonly { readonly state: string }[] };
    if (contacts.some(({ state }) => state === 'contact')) return;
    if (attempt === 100) throw new Error('they are not contacts');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

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
    api = new Api(server.url);
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

describe('of a group', () => {
  let server: Server;
  let owner: Somebody;
  let other: Somebody;
  let group: string;
  let room: { code: string; hostKey: string };
  let member: string;
  let before: unknown;

  beforeAll(async () => {
    server = await startServer({ vars: { ...VARS, EVERYBODY_GROUP: 'All of us', ADMINISTRATORS: 'owner' } });
    api = new Api(server.url);
    owner = await come('owner');
    other = await come('other');
    const made = await ask<{ standing: { group: string } }>('POST', '/v1/groups', owner.token, {
      name: 'Few',
    });
    ({ group } = made.standing);
    room = await api.create();
    const joined = await api.join(group, {}, owner.token);
    member = joined.token;
    await api.connect(joined);
    before = await state();
  });
  afterAll(() => server.close());

  const state = () => ask('GET', `/v1/groups/${group}`, owner.token);
  const inGroup = (given: object) => api.command(group, member, given);
  const inRoom = (given: object) => api.command(room.code, room.hostKey, given);

  /** The group of everybody, once it is on somebody's list. */
  async function everybody(): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      const { groups } = await ask<{ groups: { group: string; everybody: boolean }[] }>(
        'GET',
        '/v1/me/groups',
        other.token,
      );
      const found = groups.find((one) => one.everybody);
      if (found !== undefined) return found.group;
      if (attempt === 200) throw new Error('nobody was enrolled in the group of everybody');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test.each<[ErrorCode, string, () => Promise<Answer>]>([
    ['not_enrolled', 'joining from outside', () => join(group, other.token)],
    ['owner_stays', 'the owner leaves', () => leave(group, owner.token)],
    ['room_not_found', 'asking where only invited people come in', () => enrol(group, other.token)],
    ['enrolled_unknown', 'removing somebody else', () => inGroup({ t: 'group.remove', account: other.id })],
    [
      'enrolled_unknown',
      'a role for somebody else',
      () => inGroup({ t: 'group.role', account: other.id, role: 'admin' }),
    ],
    ['group_differs', 'ending it as a meeting', () => inGroup({ t: 'room.end' })],
    ['group_differs', 'a passcode for it', () => inGroup({ t: 'passcode.set', passcode: null })],
    ['not_a_group', 'inviting into a meeting', () => inRoom({ t: 'group.invite', account: other.id })],
    ['not_a_group', 'its people', () => inRoom({ t: 'group.members' })],
    ['group_fixed', 'leaving everybody', async () => leave(await everybody(), other.token)],
    [
      'request_unknown',
      'an answer to nobody',
      () => inGroup({ t: 'group.decide', account: other.id, accept: true }),
    ],
    ['login_required', 'a guest', () => enrol(group, `acc_${'x'.repeat(43)}`)],
  ])('%s: %s', async (expected, _, provoke) => {
    expectProblem(await provoke(), expected);
    expect(await state()).toEqual(before);
  });

  /** The owner opens another group, into which the other one has come, or asks to. */
  async function another(joining: 'open' | 'request'): Promise<{ code: string; owners: string }> {
    const { standing } = await ask<{ standing: { group: string } }>('POST', '/v1/groups', owner.token, {
      name: 'Another',
      joining,
    });
    const joined = await api.join(standing.group, {}, owner.token);
    await api.connect(joined);
    expect((await enrol(standing.group, other.token)).status).toBe(joining === 'open' ? 200 : 202);
    return { code: standing.group, owners: joined.token };
  }

  test('group_removed: whoever was taken out comes back by an invitation alone', async () => {
    const { code, owners } = await another('open');
    const remove = { t: 'group.remove', account: other.id };
    expect((await api.command(code, owners, remove)).status).toBe(200);
    expectProblem(await enrol(code, other.token), 'group_removed');
    expectProblem(await join(code, other.token), 'not_enrolled');
    expect((await api.command(code, owners, { t: 'group.invite', account: other.id })).status).toBe(200);
    expect((await enrol(code, other.token)).status).toBe(200);
  });

  test('group_declined: whoever was turned away asks again later, or is invited', async () => {
    const { code, owners } = await another('request');
    const no = { t: 'group.decide', account: other.id, accept: false };
    expect((await api.command(code, owners, no)).status).toBe(200);
    expectProblem(await enrol(code, other.token), 'group_declined');
    expect((await api.command(code, owners, { t: 'group.invite', account: other.id })).status).toBe(200);
    expect((await enrol(code, other.token)).status).toBe(200);
  });

  const join = (code: string, token: string) =>
    api.request('POST', `/v1/rooms/${code}/join`, { token, body: {} });
  const enrol = (code: string, token: string) => api.request('POST', `/v1/groups/${code}/enrol`, { token });
  const leave = (code: string, token: string) => api.request('DELETE', `/v1/groups/${code}/enrol`, { token });
});

describe('where there is too much', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ vars: VARS });
    api = new Api(server.url);
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
    api = new Api(server.url);
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
