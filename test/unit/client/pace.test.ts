import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { FakeServer, ready, resumed } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('many that waited', () => {
  const fast = { sendAtOnce: 3, sendEvery: 100 };
  const say = (room: RoomConnection, ...all: string[]) => {
    for (const text of all) void room.chat(text).catch(() => undefined);
  };

  test('are sent at a pace, in order, and what is given meanwhile goes behind them', async () => {
    const room = await server.join(ready(), { timing: fast });
    server.socket.breaks();
    say(room, 'a', 'b', 'c', 'd', 'e');
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    expect(server.socket.chats).toEqual(['1:a', '2:b', '3:c']);
    say(room, 'f');
    await vi.advanceTimersByTimeAsync(99);
    expect(server.socket.chats).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.socket.chats).toEqual(['1:a', '2:b', '3:c', '4:d']);
    await vi.advanceTimersByTimeAsync(200);
    expect(server.socket.chats).toEqual(['1:a', '2:b', '3:c', '4:d', '5:e', '6:f']);
    // Nothing waits any more: what is given goes out at once.
    say(room, 'g');
    expect(server.socket.chats.at(-1)).toBe('7:g');
  });

  test('keep their numbers and their order when the connection drops in the middle', async () => {
    const room = await server.join(ready(), { timing: { ...fast, firstWithin: 0, backoff: 0 } });
    say(room, 'sent');
    server.socket.breaks();
    say(room, 'b', 'c', 'd', 'e');
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    expect(server.socket.chats).toEqual(['1:sent', '2:b', '3:c']);
    const before = server.socket;
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1);
    server.socket.tell(resumed(10, 2));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(before.chats).toHaveLength(3);
    expect(server.socket.chats).toEqual(['3:c', '4:d', '5:e']);
  });

  test('are counted together with what went out just before the drop', async () => {
    const room = await server.join(ready(), { timing: { ...fast, firstWithin: 0 } });
    say(room, 'a', 'b', 'c', 'd');
    expect(server.socket.chats).toHaveLength(4);
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1);
    server.socket.tell(resumed(10, 0));
    expect(server.socket.chats).toEqual([]);
    await vi.advanceTimersByTimeAsync(400);
    expect(server.socket.chats).toEqual(['1:a', '2:b', '3:c', '4:d']);
  });

  test('stay below what a server takes of one member by default', async () => {
    const room = await server.join();
    server.socket.breaks();
    say(room, ...Array.from({ length: 100 }, (_, index) => String(index)));
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    for (let second = 0; second < 10; second += 1) {
      expect(server.socket.chats.length).toBeLessThanOrEqual(40 + 10 * second);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(server.socket.chats).toHaveLength(100);
  });

  test('are sent behind the barrier at a pace, too, when the room woke', async () => {
    const room = await server.join(ready(), { timing: fast });
    server.socket.breaks();
    say(room, 'a', 'b', 'c', 'd');
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0), { t: 'position', seq: 10, private: 0, acked: 0 });
    await vi.advanceTimersByTimeAsync(50);
    expect(server.socket.chats).toEqual(['1:a', '2:b', '3:c']);
    const barrier = server.socket.commands.find(({ t }) => t === 'roster.page');
    server.socket.tell({ t: 'ok', n: barrier?.n, result: { members: [], count: 2, next: null } });
    await vi.advanceTimersByTimeAsync(350);
    expect(server.socket.chats.slice(3)).toEqual(['1:a', '2:b', '3:c', '4:d']);
  });
});
