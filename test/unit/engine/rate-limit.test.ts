import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimiter } from '../../../src/engine/rate-limit.ts';

test('lets a burst through at once, and then says how long to wait', () => {
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 });
  expect([1, 2, 3].map(() => limiter.take('ada', 1_000))).toEqual([0, 0, 0]);
  expect(limiter.take('ada', 1_000)).toBe(500);
  expect(limiter.take('ada', 1_400)).toBe(100);
  expect(limiter.take('ada', 1_500)).toBe(0);
  expect(limiter.take('ada', 1_500)).toBe(500);
});

test('keeps everybody’s apart', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  expect(limiter.take('ada', 0)).toBe(0);
  expect(limiter.take('ben', 0)).toBe(0);
  expect(limiter.take('ada', 0)).toBe(1_000);
});

test('never holds more than a burst, however long one waits', () => {
  const limiter = new RateLimiter({ perSecond: 10, burst: 2 });
  limiter.take('ada', 0);
  expect([1, 2, 3].map(() => limiter.take('ada', 1e9))).toEqual([0, 0, 100]);
});

test('is not confused by a clock that goes back', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  limiter.take('ada', 10_000);
  expect(limiter.take('ada', 5_000)).toBe(1_000);
  expect(limiter.take('ada', 6_000)).toBe(0);
});

test('waits from where a clock was put back to, also when nobody takes', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  limiter.take('ada', 10_000);
  expect(limiter.waiting('ada', 5_000)).toBe(1_000);
  expect(limiter.waiting('ada', 6_000)).toBe(0);
});

test('forgetting what has filled up changes no answer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2_000), fc.boolean()), { maxLength: 60 }),
      (steps) => {
        const swept = new RateLimiter({ perSecond: 3, burst: 4 });
        const kept = new RateLimiter({ perSecond: 3, burst: 4 });
        let now = 0;
        for (const [key, wait, isSwept] of steps) {
          now += wait;
          if (isSwept) swept.sweep(now);
          expect(swept.take(key, now)).toBe(kept.take(key, now));
        }
      },
    ),
  );
});

test('grants no more than burst and rate together, and after the wait it named there is a token', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 100 }), (waits) => {
      const limiter = new RateLimiter({ perSecond: 5, burst: 3 });
      let now = 0;
      let granted = 0;
      for (const wait of waits) {
        now += wait;
        if (limiter.take('a', now) === 0) granted += 1;
      }
      expect(granted).toBeLessThanOrEqual(3 + (now * 5) / 1_000 + 1e-6);
      const last = limiter.take('a', now);
      expect(last === 0 || limiter.take('a', now + last) === 0).toBe(true);
    }),
  );
});

test('says how long to wait without taking anything', () => {
  const limiter = new RateLimiter({ perSecond: 2, burst: 1 });
  expect(limiter.waiting('ada', 0)).toBe(0);
  limiter.take('ada', 0);
  expect([limiter.waiting('ada', 100), limiter.waiting('ada', 100)]).toEqual([400, 400]);
  expect(limiter.take('ada', 500)).toBe(0);
});

test.each([
  { perSecond: 2, burst: 40 },
  { perSecond: 0.5, burst: 5 },
])('who is held off has to wait, at $perSecond a second as well', (rate) => {
  const limiter = new RateLimiter(rate);
  limiter.holdOff('ada', 1_000, 10_000);
  expect(limiter.waiting('ada', 1_000)).toBe(10_000);
  limiter.sweep(10_000);
  expect(limiter.waiting('ada', 10_999)).toBe(1);
  expect(limiter.take('ada', 11_000)).toBe(0);
  expect(limiter.waiting('ben', 1_000)).toBe(0);
});

test('holding off never shortens a wait', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  limiter.holdOff('ada', 0, 10_000);
  limiter.holdOff('ada', 0, 100);
  expect(limiter.waiting('ada', 0)).toBe(10_000);
});
