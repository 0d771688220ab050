// Whatever is said and whoever reads how fast: what all sockets hold stays within the room's bytes and a frame for
// each, and everybody is told
// everything, once, in order. A run is repeated with the seed that fast-check prints.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heldBy, type Listener, Room } from './catch-up-room.ts';

const KB = 1_024;
const LOOK = 20;
const MEMBERS = 24;
const budget = { softBytes: 128 * KB, hardBytes: 4_096 * KB, roomBytes: 1_024 * KB, patience: 3_600_000 };
const KEYS = ['ada', 'ben'];

type Step =
  | { readonly do: 'say'; readonly count: number; readonly size: number }
  | { readonly do: 'say to'; readonly who: number; readonly size: number }
  | { readonly do: 'tell'; readonly key: string; readonly value: number }
  | { readonly do: 'drain'; readonly who: number; readonly many: number; readonly bytes: number }
  | { readonly do: 'break'; readonly who: number }
  | { readonly do: 'wait'; readonly looks: number };

const who = fc.nat({ max: MEMBERS - 1 });
const size = fc.integer({ min: 100, max: 12 * KB });
const say = fc.record({ do: fc.constant('say' as const), count: fc.integer({ min: 1, max: 30 }), size });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: say },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('say to' as const), who, size }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tell' as const),
      key: fc.constantFrom(...KEYS),
      value: fc.nat({ max: 1_000 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      who,
      many: fc.integer({ min: 1, max: MEMBERS }),
      bytes: fc.integer({ min: 1, max: 256 * KB }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), looks: fc.integer({ min: 1, max: 3 }) }),
  },
);

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = () => vi.advanceTimersByTimeAsync(1);

async function take(room: Room, all: readonly Listener[], next: Step): Promise<void> {
  switch (next.do) {
    case 'say':
      for (let count = 0; count < next.count; count += 1) room.say(next.size);
      return room.commit(pass);
    case 'say to':
      room.sayTo(`m${next.who}`, next.size);
      return room.commit(pass);
    case 'tell':
      room.tell(next.key, next.value);
      return room.commit(pass);
    case 'drain':
      for (let index = 0; index < next.many; index += 1)
        all[(next.who + index) % MEMBERS]?.line.drain(next.bytes);
      return;
    case 'break': {
      // It sends no more, and what it held is free.
      const line = all[next.who]?.line;
      if (line !== undefined) line.isBroken = true;
      line?.drain();
      return;
    }
    case 'wait':
      await vi.advanceTimersByTimeAsync(next.looks * LOOK);
      return;
    default:
      next satisfies never;
  }
}

/** The last value of each latest-only event that somebody was told. */
const valuesOf = ({ line }: Listener) =>
  new Map(line.frames('live').flatMap(({ events }) => events.map(({ key, value }) => [key, value] as const)));

test('sockets hold no more than the room’s bytes and a frame each, and are told everything once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const room = new Room(budget);
      const all = Array.from({ length: MEMBERS }, (_, index) => room.join(`m${index}`));
      for (const next of steps) {
        await take(room, all, next);
        const frames = all.reduce((sum, { line }) => sum + line.longest, 0);
        expect(heldBy(all)).toBeLessThanOrEqual(budget.roomBytes + frames);
        for (const { line } of all) expect(line.held).toBeLessThanOrEqual(budget.softBytes + line.longest);
      }
      const whole = all.filter(({ line }) => !line.isBroken);
      for (let rounds = 0; whole.some(({ session }) => session.phase.kind !== 'live'); rounds += 1) {
        expect(rounds).toBeLessThan(1_000);
        for (const { line } of whole) line.drain(64 * KB);
        await vi.advanceTimersByTimeAsync(LOOK);
      }
      const told = new Map(
        steps.flatMap((next) => (next.do === 'tell' ? [[next.key, next.value] as const] : [])),
      );
      for (const listener of whole) {
        expect(listener.line.told('events')).toEqual(room.public);
        expect(listener.line.told('private')).toEqual(room.private.get(listener.session.member) ?? []);
        expect(valuesOf(listener)).toEqual(told);
      }
      expect(room.dropped).toEqual([]);
      expect(room.failures).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 40) },
  );
}, 60_000);
