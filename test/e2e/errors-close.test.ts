// Every close code, brought about over a real port; and the room goes on without the one it was closed on.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CLOSE, type CloseName, shouldComeBack } from '../../src/protocol/index.ts';
import { INSIDE_CLOSES } from '../support/inside-errors.ts';
import { PEOPLE_CLOSES } from '../support/people-errors.ts';
import {
  Api,
  type Closed,
  type Person,
  type RawClient,
  type TestEvent,
  waitingClient,
} from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

const FAST = '100000/100000';
const BYTES = 4_000;

const seen = new Set<CloseName>();
let server: Server;
let forgetful: Server;
let api: Api;
let code: string;
let hostKey: string;
let witness: Person;
let ada: Person;
let n = 0;

beforeAll(async () => {
  const common = {
    RATE_REFUSALS_PER_MINUTE: '0',
    RATE_CREATIONS_PER_MINUTE: '0',
    RATE_CHAT: FAST,
    RATE_QUERY: FAST,
    SLOW_BYTES: '65536',
  };
  [server, forgetful] = await Promise.all([
    startServer({
      vars: {
        ...common,
        SLOW_SECONDS: '1',
        SILENT_SECONDS: '1',
        SWEEP_SECONDS: '1',
        RATE_ERROR: '0.001/5',
        RATE_MEDIA: '0.001/2',
      },
    }),
    startServer({ vars: { ...common, LOG_EVENTS: '400' } }),
  ]);
});
afterAll(() => Promise.all([server.close(), forgetful.close()]));

async function begin(on: Server) {
  api = new Api(on.url);
  ({ code, hostKey } = await api.create());
  witness = await api.enter(code, 'Witness', hostKey);
  ada = await api.enter(code, 'Ada');
  n = 0;
}
beforeEach(() => begin(server));

afterEach(async () => {
  if (witness.client.socket.readyState === witness.client.socket.OPEN) {
    expect(await say('and the room goes on')).toMatchObject({ t: 'chat.sent' });
    witness.client.close();
  }
  ada.client.socket.terminate();
});

const say = (text: string) => {
  n += 1;
  return witness.client.ask({ t: 'chat.send', n, body: { kind: 'text', text } });
};

function expectClosed(closed: Closed, name: CloseName): void {
  expect(closed).toEqual({ code: CLOSE[name].code, reason: CLOSE[name].reason });
  expect(shouldComeBack(closed.code)).toBe(CLOSE[name].comeBack);
  seen.add(name);
}

/** Comes back and resumes; answers what is told from where the client stood. */
async function comeBack(client: RawClient): Promise<RawClient> {
  const { epoch, seq, private: own } = client.position;
  const joined = await api.join(code, {}, ada.token);
  return api.connect(joined, `?epoch=${epoch}&seq=${seq}&private=${own}`);
}

/** Says so much that a member who does not read is sure to lag; answers how many messages that were. */
async function flood(isEnough: () => boolean): Promise<number> {
  const said = n;
  for (let round = 0; round < 60 && !isEnough(); round += 1) {
    for (let message = 0; message < 200; message += 1) {
      n += 1;
      witness.client.send({ t: 'chat.send', n, body: { kind: 'text', text: 'x'.repeat(BYTES) } });
    }
    await witness.client.barrier();
  }
  return n - said;
}

const isAway = (event: TestEvent) => event.member === ada.id;
const hasGone = () => witness.client.events().some((event) => event.t === 'member.away' && isAway(event));

test('left: by a command, and over HTTP', async () => {
  ada.client.send({ t: 'member.leave', n: 1 });
  expectClosed(await ada.client.closed, 'left');
  await witness.client.expectEvent(
    'member.left',
    (event) => event.member === ada.id && event.reason === 'left',
  );
  const ben = await api.enter(code, 'Ben');
  expect((await api.request('POST', `/v1/rooms/${code}/leave`, { token: ben.token })).status).toBe(204);
  expectClosed(await ben.client.closed, 'left');
  // Whoever leaves hears of it first.
  expect(ben.client.events().at(-1)).toMatchObject({ t: 'member.left', member: ben.id });
});

test('replaced: by a newer connection, whose room does not notice', async () => {
  const newer = await comeBack(ada.client);
  expectClosed(await ada.client.closed, 'replaced');
  expect(newer.ready).toMatchObject({ recovered: true, self: { id: ada.id } });
  await witness.client.barrier();
  expect(hasGone()).toBe(false);
  newer.socket.terminate();
});

test('ended: by the host, for all, after all have heard of it', async () => {
  expect((await api.request('DELETE', `/v1/rooms/${code}`, { token: hostKey })).status).toBe(204);
  for (const { client } of [ada, witness]) {
    expectClosed(await client.closed, 'ended');
    expect(client.events().at(-1)).toMatchObject({ t: 'room.ended', reason: 'host' });
  }
});

test.each([
  ['removed', 'member.remove', false],
  ['banned', 'member.ban', true],
] as const)('%s: by a host, and told why first', async (name, t, banned) => {
  n += 1;
  witness.client.send({ t, n, member: ada.id, reason: 'enough' });
  expectClosed(await ada.client.closed, name);
  const told = ada.client.events();
  expect(told.find((event) => event.t === 'member.left')).toMatchObject({
    member: ada.id,
    reason: 'removed',
  });
  expect(told.find((event) => event.t === 'member.dismissed')).toMatchObject({ reason: 'enough', banned });
  const others = await witness.client.expectEvent('member.left', isAway);
  expect(JSON.stringify(others)).not.toContain('enough');
  const back = await api.request('POST', `/v1/rooms/${code}/join`, { body: {}, token: ada.token });
  expect(back.status).toBe(banned ? 403 : 200);
  if (!banned) expect(back.body).toMatchObject({ member: { id: ada.id, presence: 'joining' } });
});

test('refused: by a host, at the door', async () => {
  await api.command(code, witness.token, { t: 'door.set', entry: 'nobody' });
  const waiting = await waitingClient(await api.join(code, { name: 'Eve' }));
  await api.command(code, witness.token, { t: 'lobby.refuse', members: 'all', reason: 'Not today.' });
  expectClosed(await waiting.closed, 'refused');
});

test('errors: a client that does nothing but err', async () => {
  for (let times = 0; times < 6; times += 1) ada.client.send('nonsense');
  expectClosed(await ada.client.closed, 'errors');
  expect(ada.client.frames.filter(({ t }) => t === 'error')).toHaveLength(5);
  await witness.client.expectEvent('member.away', isAway);
});

test('flood: a client that does not stop when it is told to wait', async () => {
  for (let times = 0; times < 20; times += 1) ada.client.send({ t: 'media.set', camera: times % 2 === 0 });
  expectClosed(await ada.client.closed, 'flood');
  expect(ada.client.frames.filter((frame) => frame.t === 'error')).toMatchObject(
    Array(5).fill({ code: 'rate_limited' }),
  );
  await witness.client.expectEvent('member.away', isAway);
});

test('silent: a client that pinged, and then was not heard of', async () => {
  const ben = await api.enter(code, 'Ben');
  ada.client.send('ping');
  expectClosed(await ada.client.closed, 'silent');
  await witness.client.expectEvent('member.away', isAway);
  // Who never pings can't be told from who is silent.
  await ben.client.barrier();
  const back = await comeBack(ada.client);
  expect(back.ready.recovered).toBe(true);
  back.socket.terminate();
  ben.client.close();
});

test('too_slow: a client that does not read; it comes back to everything it missed', async () => {
  ada.client.socket.pause();
  const said = await flood(hasGone);
  await witness.client.expectEvent('member.away', isAway);
  ada.client.socket.resume();
  expectClosed(await ada.client.closed, 'too_slow');
  const back = await comeBack(ada.client);
  expect(back.ready.recovered).toBe(true);
  await back.expectEvent('chat.sent', (event) => event.n === n);
  const told = [ada.client, back].flatMap((client) => client.events());
  const numbers = told.flatMap((event) => (event.t === 'chat.sent' ? [event.n] : []));
  expect(numbers).toEqual(Array.from({ length: said }, (_, index) => n - said + index + 1));
  back.socket.terminate();
});

test('restart: a client that fell behind what the log still holds; it comes back to a snapshot', async () => {
  await begin(forgetful);
  ada.client.socket.pause();
  await flood(() => false);
  ada.client.socket.resume();
  expectClosed(await ada.client.closed, 'restart');
  const back = await comeBack(ada.client);
  expect(back.ready).toMatchObject({ recovered: false, snapshot: expect.anything() });
  back.socket.terminate();
});

test('a frame far over any limit ends the connection and nothing else', async () => {
  ada.client.socket.send(new Uint8Array(40 * 1024 * 1024));
  // A proxy in between says so by itself, with the code of the WebSocket protocol.
  expect([CLOSE.too_large.code, 1009]).toContain((await ada.client.closed).code);
  await witness.client.expectEvent('member.away', isAway);
});

test('every close code of the table has been seen', () => {
  expect([...seen, ...INSIDE_CLOSES, ...PEOPLE_CLOSES].sort()).toEqual(Object.keys(CLOSE).sort());
});
