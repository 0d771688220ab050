import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { joinRoom, type RoomConnection } from '../../../src/client/index.ts';
import { CLOSE, type Door, type Place, type WaitingFrame } from '../../../src/protocol/index.ts';
import {
  ADA,
  BEN,
  FakeServer,
  makeMember,
  memberId,
  outcomeOf,
  ready,
  resumed,
  said,
  settle,
} from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const PLACE: Place = { place: 2, reason: 'approval', message: 'One moment.' };

const waiting = (change: Partial<WaitingFrame> = {}): WaitingFrame => ({
  t: 'waiting',
  v: 1,
  epoch: 'e1',
  private: 0,
  acked: 0,
  self: { id: ADA.id, name: ADA.name },
  room: { code: 'abc-defg-hij', name: 'Standup' },
  lobby: PLACE,
  ...change,
});

const live = (event: object) => ({ t: 'live', events: [{ at: 30, ...event }] });

async function waitIn(options = {}): Promise<RoomConnection> {
  const joining = joinRoom({ ...server.options, random: () => 0.5, ...options });
  await settle();
  server.socket.tell(waiting());
  return joining;
}

async function reconnect(first: object): Promise<void> {
  server.socket.breaks();
  await vi.advanceTimersByTimeAsync(1_000);
  server.socket.tell(first);
}

describe('in the lobby', () => {
  test('joining resolves, with a place and as good as nothing of the room', async () => {
    const room = await waitIn();
    expect(room.state).toMatchObject({
      connection: { status: 'waiting', ...PLACE },
      waiting: PLACE,
      self: { id: ADA.id, name: 'Ada', role: 'member' },
      room: { code: 'abc-defg-hij', name: 'Standup' },
      count: 0,
      messages: [],
      door: null,
      lobby: [],
    });
    expect(room.state.members.size).toBe(0);
    expect(Object.values(room.state.policy)).not.toContain(true);
  });

  test('a change of place is told', async () => {
    const room = await waitIn();
    const told: unknown[] = [];
    room.on('lobby.placed', ({ place }) => told.push(place));
    server.socket.tell(live({ t: 'lobby.placed', place: 1, reason: 'full', message: '' }));
    expect(room.state.connection).toEqual({ status: 'waiting', place: 1, reason: 'full', message: '' });
    expect(told).toEqual([1]);
  });

  test('everything but leaving is refused, and never sent', async () => {
    const room = await waitIn();
    expect(await outcomeOf(room.chat('Let me in'))).toBe('still_waiting');
    expect(await outcomeOf(room.roster())).toBe('still_waiting');
    expect(await outcomeOf(room.setMedia({ camera: true }))).toBe('still_waiting');
    expect(server.socket.commands).toEqual([]);
    const leave = room.leave();
    expect(server.socket.commands).toEqual([{ t: 'member.leave', n: 1 }]);
    server.socket.breaks(CLOSE.left.code, CLOSE.left.reason);
    expect(await outcomeOf(leave)).toEqual({ status: 'done', result: undefined });
    expect(room.state.connection).toMatchObject({ status: 'closed', name: 'left' });
  });

  test('coming back asks for no replay, is no resync, and keeps the place while away', async () => {
    const room = await waitIn();
    const resyncs: unknown[] = [];
    room.on('resync', (info) => resyncs.push(info));
    server.socket.breaks();
    expect(room.state).toMatchObject({ connection: { status: 'reconnecting' }, waiting: PLACE });
    expect(await outcomeOf(room.chat('still here'))).toBe('still_waiting');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.url.search).toBe('');
    server.socket.tell(waiting({ lobby: { ...PLACE, place: 1 } }));
    expect(room.state.connection).toMatchObject({ status: 'waiting', place: 1 });
    expect(resyncs).toEqual([]);
  });

  test('being let in brings the whole room over the same socket, and is no resync', async () => {
    const room = await waitIn();
    const [resyncs, states]: [unknown[], string[]] = [[], []];
    room.on('resync', (info) => resyncs.push(info));
    room.on('connection', ({ status }) => states.push(status));
    server.socket.tell(ready({ seq: 7 }), {
      t: 'events',
      prev: 7,
      last: 8,
      events: [said(8, 'Welcome')],
    });
    expect(room.state).toMatchObject({ connection: { status: 'online' }, waiting: null, seq: 8, count: 2 });
    expect(room.state.messages).toHaveLength(1);
    expect([resyncs, states]).toEqual([[], ['online']]);
    expect(server.sockets).toHaveLength(1);
    void room.chat('Thank you');
    expect(server.socket.chats).toEqual(['1:Thank you']);
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.url.searchParams.get('seq')).toBe('8');
  });

  test('being turned away ends it, with what the host said', async () => {
    const room = await waitIn();
    server.socket.tell(live({ t: 'lobby.refused', reason: 'Not today.' }));
    expect(room.state.connection).toMatchObject({
      status: 'closed',
      code: 4108,
      name: 'refused',
      said: 'Not today.',
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets).toHaveLength(1);
  });
});

describe('sent back to the lobby', () => {
  test('nothing of the meeting stays, and what is under way is refused', async () => {
    const room = await server.join();
    const chat = outcomeOf(room.chat('on its way'));
    server.socket.tell(
      {
        t: 'events',
        prev: 10,
        last: 11,
        events: [{ t: 'member.left', at: 500, seq: 11, by: BEN.id, member: ADA.id, reason: 'lobby' }],
      },
      waiting(),
    );
    expect(room.state).toMatchObject({ connection: { status: 'waiting' }, messages: [], count: 0, seq: 0 });
    expect([...room.state.names.values()]).toEqual(['Ada']);
    expect(await chat).toBe('still_waiting');
    server.socket.tell(ready({ seq: 12 }));
    expect(room.state).toMatchObject({ connection: { status: 'online' }, waiting: null, seq: 12 });
  });

  test('while away: what was accepted before is settled, the rest is refused', async () => {
    const room = await server.join();
    const [first, second] = [room.chat('a'), room.chat('b')];
    second.catch(() => undefined);
    await reconnect(waiting({ acked: 1 }));
    expect(await outcomeOf(first)).toEqual({ status: 'settled' });
    expect(await outcomeOf(second)).toBe('still_waiting');
    expect(server.socket.commands).toEqual([]);
  });

  test('media are not announced again by themselves after that, and are by hand', async () => {
    const room = await server.join(ready(), { keepMedia: true });
    const camera = { member: ADA.id, camera: true, microphone: false, screen: false, speaking: false };
    server.socket.tell(live({ t: 'media.changed', ...camera }));
    await reconnect(waiting());
    server.socket.tell(ready({ seq: 12 }));
    expect(server.socket.commands).toEqual([]);
    void room.setMedia({ camera: true });
    expect(server.socket.commands).toEqual([{ t: 'media.set', camera: true, n: 1 }]);
  });
});

describe('what hosts know of the door', () => {
  const DOOR: Door = { entry: 'nobody', locked: true, waitForHost: false, whenFull: 'wait', message: 'Hm.' };
  const one = (name: string, since: number) => ({
    id: memberId(name),
    name,
    account: null,
    since,
    reason: 'approval',
  });
  const HOST = makeMember('Ada', { role: 'host' });
  const own = (prev: number, event: object) => ({
    t: 'private',
    prev,
    last: prev + 1,
    events: [{ at: 40, seq: 10, ...event }],
  });
  const names = (room: RoomConnection) => room.state.lobby.map(({ name }) => name);

  test('is in the first frame and follows who comes, goes and is let in', async () => {
    const first = ready({ self: HOST, lobby: [{ ...one('Cleo', 5), reason: 'approval' }] });
    const room = await server.join({
      ...first,
      snapshot: first.snapshot && { ...first.snapshot, door: DOOR },
    });
    expect(room.state.door).toEqual(DOOR);
    expect(names(room)).toEqual(['Cleo']);
    server.socket.tell(own(0, { t: 'lobby.joined', waiting: one('Dan', 9) }));
    server.socket.tell(own(1, { t: 'lobby.joined', waiting: one('Eve', 7) }));
    // The same person once more: as after a drop.
    server.socket.tell(own(2, { t: 'lobby.joined', waiting: one('Dan', 9) }));
    expect(names(room)).toEqual(['Cleo', 'Eve', 'Dan']);
    server.socket.tell(own(3, { t: 'lobby.left', member: memberId('Cleo') }));
    expect(names(room)).toEqual(['Eve', 'Dan']);
    // Replayed after a drop it is the same as having been there.
    await reconnect(resumed(10, 0, { self: HOST, private: 4 }));
    server.socket.tell(own(4, { t: 'lobby.left', member: memberId('Eve') }));
    expect(names(room)).toEqual(['Dan']);
    const open = { ...DOOR, entry: 'everybody' };
    server.socket.tell({
      t: 'events',
      prev: 10,
      last: 11,
      events: [{ t: 'door.changed', at: 50, seq: 11, door: open }],
    });
    expect(room.state.door).toEqual(open);
  });

  test('is asked for by who becomes co-host, and forgotten with the role', async () => {
    const room = await server.join();
    const role = (seq: number, value: string) => ({
      t: 'events',
      prev: seq - 1,
      last: seq,
      events: [{ t: 'role.changed', at: seq, seq, by: BEN.id, member: ADA.id, role: value }],
    });
    server.socket.tell(role(11, 'cohost'));
    expect(server.socket.commands).toEqual([{ t: 'lobby.list', n: 1 }]);
    server.socket.tell({ t: 'ok', n: 1, result: { waiting: [one('Dan', 9)] } });
    expect(names(room)).toEqual(['Dan']);
    server.socket.tell(role(12, 'viewer'));
    expect(names(room)).toEqual([]);
    expect(server.socket.commands).toHaveLength(1);
  });

  test('is steered by commands of its own', async () => {
    const room = await server.join(ready({ self: HOST }));
    void room.setDoor({ locked: true });
    void room.admit('all');
    void room.turnAway([BEN.id], 'Full.');
    void room.turnAway('all');
    void room.sendToLobby(BEN.id);
    const list = room.lobby();
    expect(server.socket.commands).toEqual([
      { t: 'door.set', locked: true, n: 1 },
      { t: 'lobby.admit', members: 'all', n: 2 },
      { t: 'lobby.refuse', members: [BEN.id], reason: 'Full.', n: 3 },
      { t: 'lobby.refuse', members: 'all', n: 4 },
      { t: 'lobby.send', member: BEN.id, n: 5 },
      { t: 'lobby.list', n: 6 },
    ]);
    server.socket.tell({ t: 'ok', n: 6, result: { waiting: [one('Dan', 9)] } });
    expect(await outcomeOf(list)).toMatchObject({ waiting: [{ name: 'Dan' }] });
    expect(names(room)).toEqual(['Dan']);
  });
});
