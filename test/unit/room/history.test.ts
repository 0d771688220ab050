import { expect, test } from 'vitest';
import { historyOf } from '../../../src/room-object/history.ts';
import { HOST_KEY, Room } from './harness.ts';

const PAGE = 50;
const textBody = (text: string) => ({ kind: 'text', text }) as const;

/** A room whose newest page was read when `before` messages were there, and to which `after` came since. */
function roomWith(before: number, after: number): Room {
  const room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  const say = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      expect(room.command('host', { t: 'chat.send', body: textBody(`${index}`) })).toMatchObject({
        ok: true,
      });
      room.take();
    }
  };
  say(before);
  room.view.history(null, null, PAGE);
  say(after);
  return room;
}

test.each([
  [0, 0],
  [0, 1],
  [0, PAGE],
  [0, PAGE + 1],
  [0, PAGE + 2],
  [1, PAGE - 1],
  [1, PAGE],
  [PAGE, 1],
  [PAGE + 1, 0],
  [PAGE + 7, 3 * PAGE],
])('the newest page, read at %i messages, is as if it were read anew after %i more', (before, after) => {
  const room = roomWith(before, after);
  const anew = historyOf(room.disk, room.state, room.journal).history(null, null, PAGE);
  expect(room.view.history(null, null, PAGE)).toEqual(anew);
  expect(anew.events).toHaveLength(Math.min(PAGE, before + after));
  expect(anew.next === null).toBe(before + after <= PAGE);
});

test('an edit of what came since the page was read shows in it', () => {
  const room = roomWith(3, 2);
  const [, , , , last] = historyOf(room.disk, room.state, room.journal).history(null, null, PAGE).events;
  room.command('host', { t: 'chat.edit', message: last?.seq ?? 0, body: textBody('better') });
  expect(room.view.history(null, null, PAGE).events.at(-1)).toMatchObject({
    seq: last?.seq,
    body: textBody('better'),
  });
});
