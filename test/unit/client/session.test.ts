import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE } from '../../../src/protocol/index.ts';
import { ADA, BEN, FakeServer, makeMember, outcomeOf, ready, resumed, settle } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Breaks the connection and opens the next one, up to its first frame. */
async function reconnect(first: ReturnType<typeof resumed>): Promise<void> {
  server.socket.breaks();
  await vi.advanceTimersByTimeAsync(1_000);
  server.socket.tell(first);
}

describe('the end', () => {
  const left = (seq: number, at: number, n?: number) => ({
    t: 'events',
    prev: seq - 1,
    last: seq,
    events: [
      {
        t: 'member.left',
        at,
        seq,
        by: ADA.id,
        ...(n === undefined ? {} : { n }),
        member: ADA.id,
        reason: 'left',
      },
    ],
  });

  test('comes with the own leave, before the socket is closed', async () => {
    const room = await server.join();
    const [chat, leave] = [room.chat('a'), room.leave()];
    const told: string[] = [];
    room.on('event', ({ t }) => told.push(t));
    const chatOutcome = outcomeOf(chat);
    server.socket.tell(left(11, 500, 2));
    expect(room.state.connection).toEqual({
      status: 'closed',
      code: 4100,
      reason: CLOSE.left.reason,
      name: 'left',
    });
    expect(server.socket.closedWith).toBe(1000);
    expect(told).toEqual(['member.left']);
    expect(await outcomeOf(leave)).toMatchObject({ event: { t: 'member.left' } });
    expect(await chatOutcome).toBe('closed');
    server.socket.breaks(CLOSE.left.code, CLOSE.left.reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  test('comes with the end of the meeting', async () => {
    const room = await server.join();
    const end = room.end();
    const event = { t: 'room.ended', at: 500, seq: 11, by: ADA.id, n: 1, reason: 'host' };
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [event] });
    expect(room.state.connection).toMatchObject({ status: 'closed', code: 4102, name: 'ended' });
    expect(await outcomeOf(end)).toMatchObject({ event: { t: 'room.ended' } });
  });

  test('of somebody else, or of an earlier stay that a replay tells of, is not ours', async () => {
    const room = await server.join();
    const gone = { t: 'member.left', at: 500, seq: 11, member: BEN.id, reason: 'left' };
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [gone] });
    await reconnect(resumed(11, 0, { self: makeMember('Ada', { joinedAt: 900 }) }));
    server.socket.tell(left(12, 800));
    expect(room.state.connection.status).toBe('online');
  });

  test('of a meeting that was opened again before we were back is not the end', async () => {
    const room = await server.join();
    const self = makeMember('Ada', { joinedAt: 900 });
    await reconnect(resumed(10, 0, { self }));
    const events = [
      { t: 'room.ended', at: 700, seq: 11, reason: 'host' },
      { t: 'room.reopened', at: 800, seq: 12 },
      { t: 'member.joined', at: 900, seq: 13, by: ADA.id, member: self },
    ];
    server.socket.tell({ t: 'events', prev: 10, last: 13, events });
    expect(room.state).toMatchObject({ connection: { status: 'online' }, count: 1 });
    expect([...room.state.members.keys()]).toEqual([ADA.id]);
  });

  test('is asked for again where coming back has undone it', async () => {
    const room = await server.join();
    const leave = room.leave();
    await reconnect(resumed(10, 1, { self: makeMember('Ada', { joinedAt: 900 }) }));
    expect(server.socket.commands.filter(({ t }) => t === 'member.leave')).toHaveLength(1);
    server.socket.tell(left(11, 800, 1));
    expect(await outcomeOf(leave)).toMatchObject({ status: 'done' });
    expect(room.state.connection.status).toBe('online');
    server.socket.tell(left(12, 1_000));
    expect(room.state.connection).toMatchObject({ name: 'left' });
  });
});

describe('an event that makes no sense', () => {
  const joined = { t: 'member.joined', at: 110, seq: 11 };

  test.each([
    ['for everybody', { t: 'events', prev: 10, last: 11, events: [joined] }],
    ['for one alone', { t: 'private', prev: 0, last: 1, events: [joined] }],
    ['told once', { t: 'live', events: [{ t: 'lobby.joined', at: 110, seq: 11 }] }],
  ])('(%s) changes nothing; the client comes back for a snapshot', async (_, frame) => {
    const room = await server.join();
    const { members } = room.state;
    server.socket.tell(frame);
    expect(room.state).toMatchObject({ seq: 10, private: 0, connection: { status: 'reconnecting' } });
    expect(room.state.members).toBe(members);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.url.searchParams.has('seq')).toBe(false);
    server.socket.tell(ready({ seq: 11 }));
    expect(room.state).toMatchObject({ seq: 11, connection: { status: 'online' } });
  });
});

describe('media after coming back', () => {
  const changed = (camera: boolean, microphone: boolean) => ({
    t: 'live',
    events: [
      {
        t: 'media.changed',
        at: 20,
        by: ADA.id,
        member: ADA.id,
        camera,
        microphone,
        screen: false,
        speaking: true,
      },
    ],
  });
  const announced = () =>
    server.socket.commands.filter(({ t }) => t === 'media.set').map(({ t, n, ...media }) => media);

  /** The server has said all that was missed: it answers what was asked behind it. */
  async function caughtUp(): Promise<void> {
    for (const { t, n } of server.socket.commands)
      if (t === 'roster.page')
        server.socket.tell({ t: 'ok', n, result: { members: [], count: 2, next: null } });
    await settle();
  }
  const stopped = (members: readonly string[], ...media: string[]) => ({
    t: 'events',
    prev: 10,
    last: 11,
    events: [{ t: 'media.stopped', at: 110, seq: 11, by: BEN.id, members, media }],
  });

  test('is announced again with keepMedia, and only then', async () => {
    await server.join();
    server.socket.tell(changed(true, true));
    await reconnect(resumed(10, 0));
    expect(announced()).toEqual([]);
    await server.join(ready(), { keepMedia: true });
    expect(announced()).toEqual([]);
    server.socket.tell(changed(true, true));
    await reconnect(resumed(10, 0));
    expect(announced()).toEqual([]);
    await caughtUp();
    expect(announced()).toEqual([{ camera: true, microphone: true }]);
  });

  test('is announced as far as it is still allowed', async () => {
    await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, true));
    const self = makeMember('Ada', { rights: { microphone: 'denied' } });
    await reconnect(resumed(10, 0, { self }));
    await caughtUp();
    expect(announced()).toEqual([{ camera: true }]);
    const policy = { ...ready().policy, camera: false };
    await reconnect(resumed(10, 0, { self, policy }));
    await caughtUp();
    expect(announced()).toEqual([]);
  });

  test('is what was asked for last, also while the connection was down', async () => {
    const room = await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, false));
    const lost = outcomeOf(room.setMedia({ screen: true }));
    server.socket.breaks();
    expect(await lost).toBe('network');
    void room.setMedia({ camera: false }).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    await caughtUp();
    expect(announced()).toEqual([{ camera: false }, { screen: true }]);
  });

  test('is announced once more where the connection drops again before the answer', async () => {
    await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, false));
    await reconnect(resumed(10, 0));
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(2_000);
    server.socket.tell(resumed(10, 0));
    await caughtUp();
    expect(announced()).toEqual([{ camera: true }]);
  });

  test('is not announced where a host has switched it off meanwhile', async () => {
    await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, true));
    await reconnect(resumed(10, 0));
    server.socket.tell(stopped([BEN.id], 'camera'), {
      ...stopped([ADA.id], 'microphone'),
      prev: 11,
      last: 12,
    });
    await caughtUp();
    expect(announced()).toEqual([{ camera: true }]);
  });

  test('is what was asked for since, where that is something else', async () => {
    const room = await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, true));
    await reconnect(resumed(10, 0));
    void room.setMedia({ camera: false }).catch(() => undefined);
    await caughtUp();
    expect(announced()).toEqual([{ camera: false }, { microphone: true }]);
  });

  test('is announced, too, where the room has too much to do just then to say what was missed', async () => {
    const room = await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, true));
    await reconnect(resumed(10, 0));
    const refused = server.socket.commands.findLast(({ t }) => t === 'roster.page');
    server.socket.tell({
      t: 'error',
      n: refused?.n,
      code: 'rate_limited',
      message: 'too much',
      retry: 2_000,
    });
    await settle();
    expect(announced()).toEqual([]);
    // What they say while they wait is what they want, also when it was taken long before.
    void room.setMedia({ camera: false });
    server.socket.tell({ t: 'ok', n: server.socket.commands.at(-1)?.n, result: {} });
    await vi.advanceTimersByTimeAsync(2_000);
    await caughtUp();
    expect(announced()).toEqual([{ camera: false }, { microphone: true }]);
  });

  test('is not announced where nobody can say what was switched off meanwhile', async () => {
    await server.join(ready(), { keepMedia: true });
    server.socket.tell(changed(true, true));
    await reconnect(ready({ seq: 500 }));
    await caughtUp();
    expect(announced()).toEqual([]);
  });
});
