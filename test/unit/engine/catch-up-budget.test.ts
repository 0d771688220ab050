import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { heldBy, Line, type Listener, Room } from './catch-up-room.ts';

const KB = 1_024;
/** ms between two looks at those who lag. */
const LOOK = 20;
const budget = { softBytes: 64 * KB, hardBytes: 1_024 * KB, roomBytes: 1_024 * KB, patience: 30_000 };

let room: Room;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  room = new Room(budget);
});
afterEach(() => {
  expect(room.failures).toEqual([]);
  vi.useRealTimers();
});

const joinMany = (count: number, name: string): Listener[] =>
  Array.from({ length: count }, (_, index) => room.join(`${name}${index}`));

/** Says one message after the other, each with a commit of its own. */
async function talk(count: number, size = 4 * KB): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    room.say(size);
    await room.commit(() => vi.advanceTimersByTimeAsync(1));
  }
}
const look = (times = 1) => vi.advanceTimersByTimeAsync(times * LOOK);

describe('one who does not keep up', () => {
  test('is handed no more than the soft mark and one frame, however much is said, and nobody waits for them', async () => {
    const [slow, fast] = [room.join('slow'), room.join('fast')];
    for (let index = 0; index < 100; index += 1) {
      await talk(1);
      expect(fast.line.told('events')).toEqual(room.public);
      fast.line.drain();
    }
    expect(slow.session.phase.kind).toBe('lagging');
    expect(slow.line.held).toBeGreaterThan(budget.softBytes);
    expect(slow.line.held).toBeLessThanOrEqual(budget.softBytes + slow.line.longest);
    expect(fast.session.phase.kind).toBe('live');
  });

  test('is caught up in order as they drain, what is said meanwhile included, and is live again at the head', async () => {
    const slow = room.join('slow');
    await talk(50);
    const isLive = () => slow.session.phase.kind === 'live';
    for (let rounds = 0; !isLive(); rounds += 1) {
      expect(rounds).toBeLessThan(100);
      slow.line.drain(16 * KB);
      if (rounds < 10) await talk(1);
      await look();
      if (isLive()) expect(slow.session.seq).toBe(room.public.at(-1));
    }
    expect(slow.line.told('events')).toEqual(room.public);
    slow.line.drain();
    await talk(3);
    expect(slow.line.told('events')).toEqual(room.public);
    expect(slow.line.frames('events').at(-1)?.events).toHaveLength(1);
  });

  test('leaves no timer behind once they have caught up, so the object can sleep', async () => {
    const slow = room.join('slow');
    await talk(20);
    expect(vi.getTimerCount()).toBe(1);
    slow.line.drain();
    await look(2);
    slow.line.drain();
    await look(2);
    expect(slow.session.phase.kind).toBe('live');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gets what is private exactly once, too, and before the public events that were said after it', async () => {
    const slow = room.join('slow');
    await talk(20);
    for (let index = 0; index < 10; index += 1) {
      room.sayTo('slow', 4 * KB);
      room.sayTo('somebody else', 4 * KB);
      await talk(2);
    }
    for (let index = 0; index < 50; index += 1) {
      slow.line.drain(16 * KB);
      await look();
    }
    expect(slow.session.phase.kind).toBe('live');
    expect(slow.line.told('events')).toEqual(room.public);
    expect(slow.line.told('private')).toEqual(room.private.get('slow'));
    const lastOwn = slow.line.texts.findLastIndex((text) => text.startsWith('{"t":"private"'));
    const lastPublic = slow.line.texts.findLastIndex((text) => text.startsWith('{"t":"events"'));
    expect(lastOwn).toBeLessThan(lastPublic);
  });

  test('in the lobby is caught up with what is told to them alone', async () => {
    const waiting = room.join('waiting', 'own');
    for (let index = 0; index < 40; index += 1) {
      room.sayTo('waiting', 4 * KB);
      await talk(1);
    }
    expect(waiting.session.phase.kind).toBe('lagging');
    for (let index = 0; index < 10; index += 1) {
      waiting.line.drain();
      await look();
    }
    expect(waiting.session.phase.kind).toBe('live');
    expect(waiting.line.told('private')).toEqual(room.private.get('waiting'));
    expect(waiting.line.told('events')).toEqual([]);
  });

  test('hears an answer behind everything that was said before it', async () => {
    const slow = room.join('slow');
    await talk(30);
    room.catchUp.answer(slow.session, '{"t":"ok","n":1}');
    room.catchUp.answer(slow.session, '{"t":"ok","n":2}');
    expect(slow.line.texts.some((text) => text.startsWith('{"t":"ok"'))).toBe(false);
    for (let index = 0; index < 10; index += 1) {
      slow.line.drain();
      await look();
    }
    expect(slow.line.texts.slice(-2)).toEqual(['{"t":"ok","n":1}', '{"t":"ok","n":2}']);
    expect(slow.line.told('events')).toEqual(room.public);
  });

  test('knows at the head the newest of each latest-only event they missed, and of what is forgotten the last word', async () => {
    const slow = room.join('slow');
    room.tell('before', 1);
    await talk(30);
    for (let value = 1; value <= 5; value += 1) {
      room.tell('ada', value);
      room.tell('ben', value * 10);
      await talk(1);
    }
    room.forget('ben');
    const told = slow.line.frames('live').length;
    for (let index = 0; index < 10; index += 1) {
      slow.line.drain();
      await look();
    }
    const [frame, ...more] = slow.line.frames('live').slice(told);
    expect(more).toEqual([]);
    expect(frame?.events.map(({ key, value }) => [key, value])).toEqual([
      ['ada', 5],
      ['ben', 50],
    ]);
    expect(slow.line.told('events')).toEqual(room.public);
  });
});

describe('one who is closed for their slowness', () => {
  test('has taken nothing for as long as patience lasts; who takes a little now and then is not', async () => {
    const [stuck, slow] = [room.join('stuck'), room.join('slow')];
    await talk(30);
    for (let waited = 0; waited < budget.patience + 2 * LOOK; waited += 1_000) {
      expect(room.dropped).toEqual([]);
      slow.line.drain(1 * KB);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(room.dropped).toEqual([{ member: 'stuck', as: 'too_slow' }]);
    expect(stuck.line.closedWith).toBe(4000);
    expect(slow.session.phase.kind).toBe('lagging');
  });

  test('or holds more than any frame on top of the soft mark could have been', async () => {
    const slow = room.join('slow');
    await talk(30);
    slow.line.held = budget.hardBytes + 1;
    await look();
    expect(room.dropped).toEqual([{ member: 'slow', as: 'too_slow' }]);
  });

  test('is told nothing more', async () => {
    const stuck = room.join('stuck');
    await talk(30);
    await vi.advanceTimersByTimeAsync(budget.patience + 2 * LOOK);
    const { length } = stuck.line.texts;
    stuck.line.drain();
    await talk(5);
    await look(3);
    room.catchUp.answer(stuck.session, '{"t":"ok","n":1}');
    expect(stuck.line.texts).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may also be one whom the log can no longer tell what they missed: they come back for a snapshot', async () => {
    const slow = room.join('slow');
    await talk(30);
    room.log.segments = room.log.segments.slice(-5);
    slow.line.drain();
    await look();
    expect(room.dropped).toEqual([{ member: 'slow', as: 'restart' }]);
  });
});

test('a socket that throws ends nobody’s telling but its own', async () => {
  const [broken, lagging, fine] = [room.join('broken'), room.join('lagging'), room.join('fine')];
  broken.line.isBroken = true;
  await talk(30);
  lagging.line.isBroken = true;
  lagging.line.drain();
  await look(2);
  fine.line.drain();
  await look(2);
  expect([broken, lagging].map(({ session }) => session.phase.kind)).toEqual(['closed', 'closed']);
  expect(fine.line.told('events')).toEqual(room.public);
  expect(vi.getTimerCount()).toBe(0);
});

/** They read until they have caught up. */
async function readAll(listeners: readonly Listener[]): Promise<void> {
  for (let rounds = 0; listeners.some(({ session }) => session.phase.kind !== 'live'); rounds += 1) {
    expect(rounds).toBeLessThan(200);
    for (const { line } of listeners) line.drain();
    await look();
  }
  for (const { line } of listeners) line.drain();
}

/** Whoever stops reading now is behind only when all of a session's bytes are used up. */
async function expectAllFree(): Promise<void> {
  const next = room.join('next');
  next.session.seq = room.public.at(-1) ?? 0;
  for (let count = 0; next.session.phase.kind === 'live'; count += 1) {
    expect(count).toBeLessThan(100);
    await talk(1);
    for (const { member, sink } of room.sessions.all())
      if (member !== 'next' && sink instanceof Line) sink.drain();
  }
  expect(next.line.held).toBeGreaterThan(budget.softBytes);
}

describe('many who do not keep up', () => {
  test('hold together no more than the room’s bytes, whoever reads gets everything at once', async () => {
    const stuck = joinMany(100, 'stuck');
    const fast = joinMany(20, 'fast');
    for (let index = 0; index < 200; index += 1) {
      await talk(1);
      expect(heldBy(stuck)).toBeLessThanOrEqual(budget.roomBytes);
      for (const { line, session } of fast) {
        expect(session.seq).toBe(room.public.at(-1));
        line.drain();
      }
    }
    for (const { line } of fast) expect(line.told('events')).toEqual(room.public);
    // It is the room that held them back: by themselves they may hold six times as much.
    expect(heldBy(stuck)).toBeLessThan(100 * budget.softBytes);
    expect(fast.every(({ session }) => session.phase.kind === 'live')).toBe(true);
  });

  test('all get on: as they drain, each is handed more, none is left to the last', async () => {
    const slow = joinMany(100, 'slow');
    await talk(200);
    let rounds = 0;
    for (; slow.some(({ session }) => session.phase.kind !== 'live'); rounds += 1) {
      expect(rounds).toBeLessThan(200);
      for (const { line } of slow) line.drain(32 * KB);
      await look();
      const places = slow.map(({ session }) => session.seq);
      expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(100);
    }
    for (const { line } of slow) expect(line.told('events')).toEqual(room.public);
  });

  test('do not keep one who reads at last from being caught up', async () => {
    const stuck = joinMany(100, 'stuck');
    const late = room.join('late');
    await talk(100);
    for (let index = 0; index < 100 && late.session.phase.kind !== 'live'; index += 1) {
      late.line.drain();
      await look();
    }
    expect(late.line.told('events')).toEqual(room.public);
    expect(stuck.every(({ session }) => session.phase.kind === 'lagging')).toBe(true);
  });

  test('count with what they hold after they were closed, until they are gone', async () => {
    const stuck = joinMany(100, 'stuck');
    await talk(100);
    await vi.advanceTimersByTimeAsync(budget.patience + 2 * LOOK);
    expect(room.dropped).toHaveLength(100);
    const held = heldBy(stuck);
    const next = joinMany(100, 'next');
    for (const { session } of next) session.seq = room.public.at(-1) ?? 0;
    await talk(100);
    // As good as nothing is left for those who come after them: a frame for each.
    expect(heldBy(next)).toBeLessThanOrEqual(next.reduce((sum, { line }) => sum + line.longest, 0));
    expect(held + heldBy(next)).toBeLessThanOrEqual(budget.roomBytes);
    for (const { line } of stuck) line.drain();
    await readAll(next);
    await expectAllFree();
  });

  test('take nothing from those who come after them, once they have read', async () => {
    const slow = joinMany(100, 'slow');
    await talk(100);
    await readAll(slow);
    await expectAllFree();
  });

  test('count also when they came back over another connection, and left the old one unread', async () => {
    const all: Listener[] = [];
    for (let generation = 0; generation < 4; generation += 1) {
      const stuck = joinMany(100, 'stuck');
      for (const { session } of stuck) session.seq = room.public.at(-1) ?? 0;
      all.push(...stuck);
      await talk(100, 1 * KB);
      await look(2);
    }
    expect(heldBy(all)).toBeLessThanOrEqual(budget.roomBytes);
  });
});
