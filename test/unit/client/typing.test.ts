import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TYPING_FOR } from '../../../src/protocol/index.ts';
import { BEN, FakeServer, makeMember } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const CLEO = makeMember('Cleo');
/** The server's clock is an hour off: only what passes here counts. */
const typing = (member: { readonly id: string }, isTyping = true) => ({
  t: 'live',
  events: [{ t: 'typing.changed', at: Date.now() - 3_600_000, member: member.id, typing: isTyping }],
});

test('who does not say for six seconds that they still write is taken out', async () => {
  const room = await server.join();
  const writing = () => Array.from(room.state.typing.keys());
  server.socket.tell(typing(BEN), typing(CLEO));
  expect(writing()).toEqual([BEN.id, CLEO.id]);
  await vi.advanceTimersByTimeAsync(TYPING_FOR - 1);
  expect(writing()).toEqual([BEN.id, CLEO.id]);
  server.socket.tell(typing(CLEO));
  let changes = 0;
  room.subscribe(() => {
    changes += 1;
  });
  await vi.advanceTimersByTimeAsync(1);
  expect(writing()).toEqual([CLEO.id]);
  expect(changes).toBe(1);
  await vi.advanceTimersByTimeAsync(TYPING_FOR);
  expect(writing()).toEqual([]);
});

test('who stopped and began again has their whole time', async () => {
  const room = await server.join();
  server.socket.tell(typing(BEN));
  await vi.advanceTimersByTimeAsync(4_000);
  server.socket.tell(typing(BEN, false), typing(BEN));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(room.state.typing.has(BEN.id)).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(room.state.typing.has(BEN.id)).toBe(false);
});
