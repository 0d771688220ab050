import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { Emitter } from '../../../src/client/emitter.ts';
import type { Missed, RoomConnection, RoomView } from '../../../src/client/index.ts';
import { eventsOf, statesOf, WAITING } from '../../../src/client/loops.ts';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import { FakeInboxServer, events as inboxEvents, message, BEN as PERSON } from './fake-inbox.ts';
import { BEN, events, FakeServer, ready, resumed, said, settle } from './fake-server.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let server: FakeServer;
let room: RoomConnection;
beforeEach(async () => {
  server = new FakeServer();
  room = await server.join();
});

type Item = RoomEvent | Missed;
const named = (item: Item): string =>
  item.t === 'resync'
    ? `resync ${item.reason}`
    : item.t === 'chat.sent' && item.body.kind === 'text'
      ? item.body.text
      : item.t;

/** Runs a loop in the background; says what it got, and whether it is over. */
function follow<T>(loop: AsyncIterable<T>, each: (item: T) => unknown) {
  const got: unknown[] = [];
  const at = { got, over: false };
  void (async () => {
    for await (const item of loop) got.push(each(item));
    at.over = true;
  })();
  return at;
}

/** Knows how many listen. */
class CountedEmitter extends Emitter {
  listeners = 0;
  isOver = false;

  override on(name: string, listener: (value: unknown) => void): () => void {
    this.listeners += 1;
    const off = super.on(name, listener);
    return () => {
      this.listeners -= 1;
      off();
    };
  }
}

const presence = { t: 'member.away', at: 5, seq: 12, member: BEN.id };

describe('a loop over events', () => {
  test('gets them in their order, once each, and ends with the connection', async () => {
    const loop = follow(room.events(), named);
    await settle();
    server.socket.tell(events(10, 11, said(11, 'one')));
    await settle();
    server.socket.tell(events(11, 12, presence as never), events(12, 13, said(13, 'two')));
    await settle();
    expect(loop).toEqual({ got: ['one', 'member.away', 'two'], over: false });
    room.close();
    await settle();
    expect(loop.over).toBe(true);
  });

  test('gets those of the types it names, as those types', async () => {
    const named = room.events('chat.sent');
    expectTypeOf(named).toEqualTypeOf<AsyncGenerator<RoomEvent<'chat.sent'> | Missed, void, undefined>>();
    const loop = follow(named, ({ t }) => t);
    await settle();
    server.socket.tell(events(10, 12, said(11, 'one'), presence as never));
    await settle();
    expect(loop.got).toEqual(['chat.sent']);
  });

  test('finds the state as the event has made it, or newer', async () => {
    const loop = follow(room.events('chat.sent'), () => room.state.messages.length);
    await settle();
    server.socket.tell(events(10, 11, said(11, 'one')));
    await settle();
    expect(loop.got).toEqual([1]);
  });

  test('gets what came while it was busy, also after the connection is over', async () => {
    const seen: string[] = [];
    const busy = Promise.withResolvers<void>();
    const loop = (async () => {
      for await (const event of room.events()) {
        seen.push(named(event));
        await busy.promise;
      }
    })();
    await settle();
    server.socket.tell(events(10, 11, said(11, 'one')));
    await settle();
    server.socket.tell(events(11, 12, said(12, 'two')));
    room.close();
    busy.resolve();
    await loop;
    expect(seen).toEqual(['one', 'two']);
  });

  test('that is too slow gets a resync in the place of what waited for it, and what follows', async () => {
    const busy = Promise.withResolvers<void>();
    const slow = (async () => {
      const got: string[] = [];
      for await (const event of room.events()) {
        got.push(named(event));
        await busy.promise;
      }
      return got;
    })();
    await settle();
    const all = Array.from({ length: WAITING + 3 }, (_, index) => said(11 + index, `m${index}`));
    // The first is taken at once; as many as may wait do; one more lets all of them go.
    server.socket.tell(events(10, 11, ...all.slice(0, 1)));
    await settle();
    server.socket.tell(events(11, 11 + WAITING, ...all.slice(1, 1 + WAITING)));
    server.socket.tell(events(11 + WAITING, 13 + WAITING, ...all.slice(1 + WAITING)));
    room.close();
    busy.resolve();
    expect(await slow).toEqual(['m0', 'resync slow', `m${WAITING + 1}`, `m${WAITING + 2}`]);
    expect(room.state.messages).toHaveLength(WAITING + 3);
  });

  test('loses nothing while exactly as many wait as may', async () => {
    const busy = Promise.withResolvers<void>();
    const loop = (async () => {
      let count = 0;
      for await (const event of room.events()) {
        expect(event.t).toBe('chat.sent');
        count += 1;
        await busy.promise;
      }
      return count;
    })();
    await settle();
    server.socket.tell(events(10, 11, said(11, 'first')));
    await settle();
    const all = Array.from({ length: WAITING }, (_, index) => said(12 + index, 'next'));
    server.socket.tell(events(11, 11 + WAITING, ...all));
    room.close();
    busy.resolve();
    expect(await loop).toBe(WAITING + 1);
  });

  test('is told where a snapshot replaced what happened, and nothing after a resume', async () => {
    const loop = follow(room.events(), named);
    await settle();
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(2_000);
    server.socket.tell(resumed(10, 0));
    await settle();
    expect(loop.got).toEqual([]);
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(2_000);
    server.socket.tell(ready({ seq: 50 }));
    await settle();
    expect(loop.got).toEqual(['resync trimmed']);
  });

  test('that is left, or over, listens no more', async () => {
    const emitter = new CountedEmitter();
    const source = { emitter, isOver: () => emitter.isOver };
    const loops = [eventsOf(source, []), statesOf(source, () => 7), eventsOf(source, [])];
    const first = loops.map((loop) => loop.next());
    emitter.emit('on event', said(1, 'one'));
    await Promise.all(first);
    expect(emitter.listeners).toBe(7);
    await loops[0]?.return();
    expect(emitter.listeners).toBe(4);
    emitter.isOver = true;
    const ends = loops.map((loop) => loop.next());
    emitter.emit('on connection');
    emitter.emit('change');
    expect(await Promise.all(ends)).toEqual(loops.map(() => ({ value: undefined, done: true })));
    expect(emitter.listeners).toBe(0);
  });

  test('over a connection that is over ends at once', async () => {
    room.close();
    const loop = follow(room.events(), named);
    await settle();
    expect(loop).toEqual({ got: [], over: true });
  });
});

describe('a loop over states', () => {
  test('begins with the state as it is, gets each change, and ends with the last one', async () => {
    const loop = follow(room.changes(), (state) => `${state.messages.length} ${state.connection.status}`);
    expectTypeOf(room.changes()).toEqualTypeOf<AsyncGenerator<RoomView, void, undefined>>();
    await settle();
    server.socket.tell(events(10, 11, said(11, 'one')));
    await settle();
    room.close();
    await settle();
    expect(loop).toEqual({ got: ['0 online', '1 online', '1 closed'], over: true });
  });

  test('that is slow gets the newest and none between', async () => {
    const busy = Promise.withResolvers<void>();
    const got: number[] = [];
    const loop = (async () => {
      for await (const state of room.changes()) {
        got.push(state.messages.length);
        await busy.promise;
      }
    })();
    await settle();
    for (let seq = 11; seq < 20; seq += 1) server.socket.tell(events(seq - 1, seq, said(seq, 'x')));
    room.close();
    busy.resolve();
    await loop;
    expect(got).toEqual([0, 9]);
  });
});

test('events and states of an inbox come in loops, too', async () => {
  const people = new FakeInboxServer();
  const inbox = await people.open();
  const told: string[] = [];
  const loop = (async () => {
    for await (const item of inbox.events('contact.changed', 'direct.sent')) told.push(item.t);
  })();
  const states = (async () => {
    const statuses: string[] = [];
    for await (const { connection } of inbox.changes()) statuses.push(connection.status);
    return statuses;
  })();
  await settle();
  people.socket.tell(inboxEvents(10, message(11, 1, 'one', { person: PERSON })));
  await settle();
  inbox.close();
  await Promise.all([loop, states]);
  expect(told).toEqual(['direct.sent']);
  expect(await states).toEqual(['online', 'online', 'closed']);
});
