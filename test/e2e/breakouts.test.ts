import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import type { RoomEvent } from '../../src/protocol/index.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** The next event of this type. */
const next = <T extends RoomEvent['t']>(room: RoomConnection, t: T): Promise<RoomEvent<T>> =>
  new Promise((resolve) => {
    const stop = room.on(t, (event) => {
      stop();
      resolve(event);
    });
  });
const follow = ({ code, token }: RoomEvent<'breakout.called'>): Promise<RoomConnection> =>
  joinRoom({ server: server.url, code, token });

test('breakout rooms with the SDK, from the making to the export', async () => {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Class' });
  const ada = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  const ben = await joinRoom({ server: server.url, code, name: 'Ben' });
  const called = next(ben, 'breakout.called');
  await ada.openBreakouts({ names: ['Red', 'Blue'], assign: 'evenly' });
  const red = await follow(await called);
  expect(red.state).toMatchObject({
    room: { name: 'Red' },
    self: { id: ben.state.self.id, name: 'Ben', role: 'member' },
    breakouts: null,
    breakoutOf: { code, closesAt: null },
  });
  expect(ben.state.breakouts?.places).toEqual(new Map([[ben.state.self.id, '1-1']]));

  // The host visits, hears the same word in both rooms, and leaves by the way that they came.
  const visit = next(ada, 'breakout.called');
  await ada.chooseBreakout('1-1');
  const visitor = await follow(await visit);
  expect(visitor.state.self).toMatchObject({ id: ada.state.self.id, role: 'cohost' });
  const heard = Promise.all([next(red, 'room.announced'), next(ben, 'room.announced')]);
  await ada.broadcast('Two minutes.');
  expect(await heard).toMatchObject([
    { text: 'Two minutes.', from: 'Ada' },
    { text: 'Two minutes.', from: 'Ada' },
  ]);
  // Who missed the way in, or comes back with nothing but the meeting, asks for it anew.
  red.close();
  const again = next(ben, 'breakout.called');
  await ben.chooseBreakout('1-1');
  const back = await follow(await again);
  expect(back.state.self.id).toBe(ben.state.self.id);

  const closing = next(back, 'breakout.closing');
  await ada.closeBreakouts(1);
  const { closesAt } = await closing;
  expect(back.state.breakoutOf?.closesAt).toBe(closesAt);
  expect(await next(back, 'room.ended')).toMatchObject({ reason: 'parent' });
  await expect.poll(() => ben.state.breakouts).toBeNull();
  await expect
    .poll(async () => (await ada.attendance()).attendees.map(({ breakouts }) => breakouts))
    .toMatchObject([
      [{ breakout: 'Red', left: expect.any(Number) }],
      [{ breakout: 'Red', left: expect.any(Number) }],
    ]);
  expect(await ada.attendance('csv')).toContain(',Red,\r\n');
  for (const room of [ada, ben, visitor, back]) room.close();
});
