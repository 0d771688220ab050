import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { joinRoom, ParleyError } from '../../../src/client/index.ts';
import { CLOSE } from '../../../src/protocol/index.ts';
import { events, FakeServer, outcomeOf, problem, ready, resumed, said, settle } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('getting in', () => {
  test('the ticket travels as a subprotocol and the first socket asks for no resume', async () => {
    await server.join();
    expect(server.socket.protocols).toEqual(['parley.v1', 'parley.ticket.ticket-1']);
    expect(server.socket.url.search).toBe('');
    expect(JSON.parse(String(server.requests[0]?.body))).toEqual({ name: 'Ada' });
  });

  test('joinRoom rejects with the refusal of the server', async () => {
    server.replies.push(problem('room_not_found', 404, { detail: 'abc' }));
    const error = await joinRoom(server.options).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ParleyError);
    expect(error).toMatchObject({ code: 'room_not_found', status: 404, detail: 'abc' });
  });

  test('joinRoom gives up after three sockets that never got ready', async () => {
    const joining = joinRoom({ ...server.options, random: () => 0 });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await pass(1);
      expect(server.sockets).toHaveLength(attempt);
      expect(await outcomeOf(joining)).toBe('open');
      server.socket.breaks();
    }
    expect(await outcomeOf(joining)).toBe('network');
    await pass(60_000);
    expect(server.sockets).toHaveLength(3);
  });

  test('a socket without a first frame is given up', async () => {
    const joining = joinRoom({ ...server.options, random: () => 0 });
    await settle();
    await pass(15_001);
    expect(server.sockets).toHaveLength(2);
    server.socket.tell(ready());
    expect((await joining).state.connection.status).toBe('online');
  });
});

describe('proof that nothing was missed', () => {
  test('frames that follow on are applied, known ones are dropped', async () => {
    const room = await server.join();
    server.socket.tell(
      events(10, 11, said(11, 'one')),
      events(10, 11, said(11, 'one')),
      events(11, 13, said(13, 'two')),
    );
    expect(room.state.seq).toBe(13);
    expect(room.state.messages.map(({ seq }) => seq)).toEqual([11, 13]);
  });

  test.each([
    ['public', events(12, 13, said(13, 'after a gap'))],
    ['private', { t: 'private', prev: 1, last: 2, events: [said(13, 'after a gap')] }],
  ])(
    'a gap in %s frames is never applied: the client resumes at once from where it stands',
    async (_, gap) => {
      const room = await server.join();
      const first = server.socket;
      first.tell(events(10, 11, said(11, 'one')), gap);
      expect(room.state.seq).toBe(11);
      expect(room.state.messages).toHaveLength(1);
      expect(first.closedWith).toBe(3000);
      await settle();
      expect(server.sockets).toHaveLength(2);
      expect(server.socket.url.search).toBe('?epoch=e1&seq=11&private=0');
      expect(server.socket.protocols).toContain('parley.ticket.ticket-2');
      expect(server.requests[1]?.headers.get('authorization')).toBe('Bearer token-1');

      // What the old socket still brings is not heard.
      first.tell(events(11, 12, said(12, 'ghost')));
      expect(room.state.seq).toBe(11);
      server.socket.tell(resumed(11, 0), events(11, 13, said(12, 'two'), said(13, 'three')));
      first.tell(events(13, 14, said(14, 'ghost')));
      expect(room.state.messages.map(({ seq }) => seq)).toEqual([11, 12, 13]);
      expect(room.state.connection.status).toBe('online');
    },
  );

  test('a second gap from the same place waits, so that two broken ends do not spin', async () => {
    const room = await server.join();
    server.socket.tell(events(12, 13));
    await settle();
    server.socket.tell(resumed(10, 0), events(12, 13));
    await settle();
    expect(server.sockets).toHaveLength(2);
    expect(room.state.connection).toMatchObject({ status: 'reconnecting', attempt: 2 });
    await pass(1_000);
    expect(server.sockets).toHaveLength(3);
  });

  test('a resume that speaks of another position is not believed', async () => {
    const room = await server.join();
    server.socket.breaks();
    await pass(1_000);
    server.socket.tell(resumed(12, 0));
    await pass(1_000);
    expect(room.state.seq).toBe(10);
    expect(server.socket.url.search).toBe('');
  });

  test('a snapshot that replaces what was known is told as resync, a recovered resume is not', async () => {
    const room = await server.join();
    const resyncs: string[] = [];
    room.on('resync', ({ reason }) => resyncs.push(reason));
    for (const next of [resumed(10, 0), ready({ seq: 500 }), ready({ epoch: 'e2' })]) {
      server.socket.breaks();
      await pass(5_000);
      server.socket.tell(next);
    }
    expect(resyncs).toEqual(['trimmed', 'restored']);
    expect(room.state).toMatchObject({ epoch: 'e2', seq: 10 });
  });

  test('a frame that cannot be read is not skipped: the client comes back for it', async () => {
    const room = await server.join();
    server.socket.tellText('{"t":"events","prev":10');
    expect(room.state.connection.status).toBe('reconnecting');
    await pass(1_000);
    server.socket.tell(resumed(10, 0));
    server.socket.tell({ t: 'events', prev: 10, last: 'x', events: [] });
    expect(room.state.connection.status).toBe('reconnecting');
  });

  test('frames and events of a newer version are ignored, their range counts', async () => {
    const room = await server.join();
    server.socket.tell({ t: 'weather', sun: true });
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [{ t: 'cake.baked', at: 1, seq: 11 }] });
    expect(room.state).toMatchObject({ seq: 11, connection: { status: 'online' } });
  });

  test('a room that woke elsewhere is resumed, one that woke here is not', async () => {
    const room = await server.join();
    server.socket.tell({ t: 'position', seq: 10, private: 0, acked: 0 });
    expect(room.state.connection.status).toBe('online');
    server.socket.tell({ t: 'position', seq: 12, private: 0, acked: 0 });
    await settle();
    expect(server.socket.url.search).toBe('?epoch=e1&seq=10&private=0');
  });
});

describe('coming back', () => {
  /** ms until the next socket is opened. */
  async function waitOfNextAttempt(): Promise<number> {
    const before = server.sockets.length;
    for (let ms = 0; ms <= 40_000; ms += 50) {
      if (server.sockets.length > before) return ms;
      await pass(50);
    }
    throw new Error('no attempt');
  }

  test('the wait doubles from attempt to attempt, with jitter, up to 15 s', async () => {
    await server.join(ready(), { random: () => 1 });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      server.socket.breaks();
      waits.push(await waitOfNextAttempt());
    }
    expect(waits).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  test('who was unlucky with short waits does not pay for it: the ceiling follows the time, not the attempts', async () => {
    let next = 0.1;
    await server.join(ready(), { random: () => next });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      server.socket.breaks();
      waits.push(await waitOfNextAttempt());
    }
    expect(waits).toEqual([100, 100, 100, 100, 100, 100]);
    // 600 ms were waited: the next wait is still drawn from the first second, the one after from 1.6 s.
    next = 1;
    for (const expected of [1_000, 1_600]) {
      server.socket.breaks();
      expect(await waitOfNextAttempt()).toBe(expected);
    }
  });

  test('many who drop at one instant come back spread evenly over a second', async () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let member = 0; member < 500; member += 1) {
      const own = new FakeServer();
      const room = await own.join(ready(), { random: Math.random });
      own.socket.breaks();
      const { connection } = room.state;
      const wait = connection.status === 'reconnecting' ? connection.retryAt - Date.now() : -1;
      tenths[Math.floor(wait / 100)] = (tenths[Math.floor(wait / 100)] ?? 0) + 1;
      room.close();
    }
    expect(tenths).toHaveLength(10);
    // 50 each, give or take five standard deviations.
    for (const count of tenths) expect(Math.abs(count - 50)).toBeLessThan(34);
  });

  test('a random number near zero makes the wait short', async () => {
    const room = await server.join(ready(), { random: () => 0.02 });
    server.socket.breaks();
    expect(room.state.connection).toEqual({ status: 'reconnecting', attempt: 1, retryAt: Date.now() + 20 });
  });

  test('only a connection that lasted ten seconds makes the backoff start anew', async () => {
    const room = await server.join();
    const attempts: unknown[] = [];
    for (const online of [9_000, 9_000, 11_000]) {
      server.socket.breaks();
      attempts.push(room.state.connection);
      await waitOfNextAttempt();
      server.socket.tell(resumed(10, 0));
      await pass(online);
    }
    server.socket.breaks();
    attempts.push(room.state.connection);
    expect(attempts).toMatchObject([{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }, { attempt: 1 }]);
  });

  test.each(Object.entries(CLOSE))('close code of %s', async (name, { code, comeBack, reason }) => {
    const room = await server.join();
    server.socket.breaks(code, reason);
    const { connection } = room.state;
    if (comeBack) expect(connection.status).toBe('reconnecting');
    else expect(connection).toEqual({ status: 'closed', code, reason, name });
    await pass(comeBack ? 1_000 : 60_000);
    expect(server.sockets).toHaveLength(comeBack ? 2 : 1);
  });

  test.each([
    ['room_ended', 410],
    ['room_not_found', 404],
    ['token_invalid', 401],
    ['member_gone', 403],
    ['room_full', 409],
  ])('%s on the way back closes for good, with the error', async (code, status) => {
    const room = await server.join();
    const seen: string[] = [];
    room.on('connection', (state) => seen.push(state.status));
    server.replies.push(problem(code, status));
    server.socket.breaks();
    await pass(1_000);
    expect(room.state.connection).toMatchObject({ status: 'closed', error: { code, status } });
    expect(seen).toEqual(['reconnecting', 'closed']);
    await pass(60_000);
    expect(server.requests).toHaveLength(2);
  });

  test('rate limits and faults on the way back are waited out, at least as long as the server says', async () => {
    const room = await server.join(ready(), { random: () => 0 });
    server.replies.push(
      problem('rate_limited', 429, { retry: 7_000 }),
      new TypeError('offline'),
      new Response('<html>', { status: 502 }),
    );
    server.socket.breaks();
    await pass(1);
    expect(room.state.connection).toMatchObject({ status: 'reconnecting', attempt: 2 });
    await pass(6_990);
    expect(server.requests).toHaveLength(2);
    await pass(20);
    expect(server.sockets).toHaveLength(2);
  });

  test('the browser telling that the network is back ends the wait', async () => {
    const target = new EventTarget();
    vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
    const remove = vi.fn(target.removeEventListener.bind(target));
    vi.stubGlobal('removeEventListener', remove);
    try {
      const room = await server.join(ready(), { random: () => 1 });
      server.socket.breaks();
      target.dispatchEvent(new Event('online'));
      await settle();
      expect(server.sockets).toHaveLength(2);
      room.close();
      expect(remove).toHaveBeenCalledOnce();
      target.dispatchEvent(new Event('online'));
      await pass(60_000);
      expect(server.sockets).toHaveLength(2);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('close drops the connection for good', async () => {
    const room = await server.join();
    room.close();
    expect(server.socket.closedWith).toBe(1000);
    expect(room.state.connection).toMatchObject({ status: 'closed', code: 1000, name: null });
    await pass(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  test('a listener may close the connection as soon as it is there', async () => {
    const room = await server.join();
    room.on('resync', () => room.close());
    server.socket.breaks();
    await pass(1_000);
    server.socket.tell(ready({ seq: 20 }));
    expect(room.state.connection.status).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('liveness', () => {
  test('a ping goes out every 25 s, and its pong keeps the connection', async () => {
    const room = await server.join();
    for (let ping = 1; ping <= 3; ping += 1) {
      await pass(25_000);
      expect(server.socket.texts.filter((text) => text === 'ping')).toHaveLength(ping);
      server.socket.tellText('pong');
    }
    expect(room.state.connection.status).toBe('online');
  });

  test('any frame within 10 s will do instead of the pong', async () => {
    const room = await server.join();
    await pass(30_000);
    server.socket.tell(events(10, 11, said(11, 'still here')));
    await pass(10_000);
    expect(room.state.connection.status).toBe('online');
  });

  test('a line that brings frames but never a pong is dead upwards, and the client comes back', async () => {
    const room = await server.join();
    for (let seq = 10; seq < 26; seq += 1) {
      await pass(5_250);
      server.socket.tell(events(seq, seq + 1, said(seq + 1, 'still here')));
    }
    expect(room.state.connection.status).toBe('online');
    await pass(1_100);
    expect(server.socket.closedWith).toBe(3001);
    expect(room.state.connection.status).toBe('reconnecting');
  });

  test('a pong that waited behind much else keeps the connection', async () => {
    const room = await server.join();
    for (let seq = 10; seq < 30; seq += 1) {
      await pass(5_000);
      server.socket.tell(events(seq, seq + 1, said(seq + 1, 'a line of a book')));
      if (seq % 5 === 4) server.socket.tellText('pong');
    }
    expect(room.state.seq).toBe(30);
    expect(room.state.connection.status).toBe('online');
  });

  test('silence after a ping drops the socket, and the client comes back', async () => {
    const room = await server.join();
    await pass(34_900);
    expect(room.state.connection.status).toBe('online');
    await pass(200);
    expect(server.socket.closedWith).toBe(3001);
    expect(room.state.connection.status).toBe('reconnecting');
    await pass(1_000);
    expect(server.sockets).toHaveLength(2);
  });

  test('the token is renewed at half its life, and the new one is used', async () => {
    server.tokenLife = 1_000_000;
    const room = await server.join();
    server.socket.answersPings = true;
    let told = 0;
    room.subscribe(() => {
      told += 1;
    });
    server.replies.push(new TypeError('offline'));
    await pass(499_000);
    expect(server.requests).toHaveLength(1);
    await pass(1_500);
    expect(server.requests[1]).toMatchObject({
      url: 'http://meet.test/v1/rooms/abc-defg-hij/token',
      method: 'POST',
    });
    server.replies.push(Response.json({ token: 'renewed', tokenExpiresAt: Date.now() + 1_000_000 }));
    const before = told;
    await pass(60_000);
    expect(room.token).toBe('renewed');
    expect(told).toBeGreaterThan(before);
  });
});
