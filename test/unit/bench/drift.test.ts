import { expect, test } from 'vitest';
import { type Sample, settledAfter, spreadAt, spreadsOf } from '../../../bench/watch/drift.ts';

/** A player that is `ahead` ms of the others, seen every 50 ms, at moments of its own. */
const track = (ahead: (at: number) => number, shift: number, plays: (at: number) => boolean = () => true) =>
  Array.from({ length: 101 }, (_, index): Sample => {
    const at = 1_000 + index * 50 + shift;
    return { at, position: at + ahead(at), plays: plays(at) };
  });

/** A room that is where a player is that is nowhere ahead. */
const room = (at: number) => at;

test('the greatest difference is that of one moment, whenever each was looked at', () => {
  const tracks = [track(() => 0, 0), track(() => 30, 17), track(() => -12, 41)];
  expect(spreadAt(tracks, 2_000)).toBeCloseTo(42, 6);
  const { spreads, stood } = spreadsOf(tracks, 2_000, 3_000);
  expect([spreads.length, stood]).toEqual([11, 0]);
  for (const spread of spreads) expect(spread).toBeCloseTo(42, 6);
});

test('a moment at which somebody did not play is counted by itself, not as no difference', () => {
  const tracks = [
    track(() => 0, 0),
    track(
      () => 0,
      10,
      (at) => at < 2_500,
    ),
  ];
  expect(spreadAt(tracks, 3_000)).toBeNull();
  const { spreads, stood } = spreadsOf(tracks, 2_000, 3_000);
  expect(spreads.length + stood).toBe(11);
  expect(stood).toBeGreaterThanOrEqual(5);
});

test('all are together from when the last of them stays, and not when they first meet', () => {
  // Together for a moment at 2 s, and for good from 3 s on.
  const ahead = (at: number) => (at < 2_000 || (at > 2_200 && at < 3_000) ? 600 : 0);
  const settled = settledAfter([track(() => 0, 0), track(ahead, 20)], 1_500, 5_000, 250, room);
  expect(settled).toBeGreaterThan(1_450);
  expect(settled).toBeLessThan(1_600);
});

test('who never come together are not told of as if they did', () => {
  expect(settledAfter([track(() => 0, 0), track(() => 300, 0)], 1_500, 5_000, 250, room)).toBeNull();
  expect(settledAfter([track(() => 0, 0), track(() => 300, 0)], 1_500, 5_000, 350, room)).toBe(0);
});

test('whoever still stands keeps the others from being together, wherever they stand', () => {
  const late = track(
    () => 0,
    20,
    (at) => at > 2_400,
  );
  const settled = settledAfter([track(() => 0, 0), late], 1_500, 5_000, 250, room);
  expect(settled).toBeGreaterThan(850);
  expect(settled).toBeLessThan(1_050);
});

test('whoever stays together where they were has not gone where the room is', () => {
  const stayed = [track(() => 0, 0), track(() => 10, 20)];
  expect(settledAfter(stayed, 1_500, 5_000, 250, (at) => at + 30_000)).toBeNull();
  expect(settledAfter(stayed, 1_500, 5_000, 250, room)).toBe(0);
});

test('where a player was is not reckoned over a time in which nobody looked', () => {
  const seldom = track(() => 0, 10).filter(({ at }) => at < 2_000 || at > 2_400);
  expect(spreadAt([track(() => 0, 0), seldom], 1_900)).toBeCloseTo(0, 6);
  expect(spreadAt([track(() => 0, 0), seldom], 2_200)).toBeNull();
});
