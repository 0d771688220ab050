import { describe, expect, test } from 'vitest';
import { type ClockSample, estimateClock } from '../../../src/client/clock.ts';
import { correct, Jumps } from '../../../src/client/in-step.ts';
import { chance } from './fake-player.ts';

describe('a player that is out of step', () => {
  const seen = { unseen: false, mayJump: true };
  const pace = (drift: number, before = 1) => correct(drift, before, seen);

  test.each([
    [0, 1],
    [39, 1],
    [-39, 1],
    [40, 0.95],
    [-40, 1.05],
    [100, 0.95],
    [101, 0.9],
    [-101, 1.1],
    [-250, 1.1],
  ])('by %d ms plays at %d', (drift, wanted) => {
    expect(pace(drift)).toEqual({ do: 'pace', pace: wanted });
  });

  test.each([251, -251, 3_600_000])('by %d ms jumps', (drift) => {
    expect(pace(drift)).toEqual({ do: 'jump' });
  });

  test('goes on being corrected until it is near, and begins no more there', () => {
    expect(pace(-30, 1.05)).toEqual({ do: 'pace', pace: 1.05 });
    expect(pace(-12, 1.05)).toEqual({ do: 'pace', pace: 1.05 });
    expect(pace(-11, 1.05)).toEqual({ do: 'pace', pace: 1 });
    expect(pace(-30)).toEqual({ do: 'pace', pace: 1 });
    // Gone past, it is not turned round at once.
    expect(pace(30, 1.05)).toEqual({ do: 'pace', pace: 1 });
    // What began far off ends gently.
    expect(pace(-60, 1.1)).toEqual({ do: 'pace', pace: 1.05 });
  });

  test('never changes its pace where nobody sees it, and jumps later', () => {
    const unseen = { unseen: true, mayJump: true };
    for (const drift of [-400, -100, 0, 100, 400])
      expect(correct(drift, 1.1, unseen)).toEqual({ do: 'pace', pace: 1 });
    expect(correct(501, 1, unseen)).toEqual({ do: 'jump' });
  });

  test('makes up for it by its pace where jumps do not get there', () => {
    expect(correct(-3_000, 1, { unseen: false, mayJump: false })).toEqual({ do: 'pace', pace: 1.1 });
  });
});

describe('jumps', () => {
  test('aim further ahead the later they landed', () => {
    const jumps = new Jumps();
    const { lead } = jumps;
    jumps.landed(-200);
    expect(jumps.lead).toBe(lead + 200);
    jumps.landed(100);
    expect(jumps.lead).toBe(lead + 150);
    jumps.landed(100_000);
    expect(jumps.lead).toBe(0);
    for (let more = 0; more < 10; more += 1) jumps.landed(-60_000);
    expect(jumps.lead).toBe(2_000);
  });

  test('are left alone for ten seconds after three that did not get there', () => {
    const jumps = new Jumps();
    const fails = (now: number) => {
      expect(jumps.may(now)).toBe(true);
      jumps.jumped(now);
      jumps.landed(-900);
    };
    for (const now of [0, 1_000, 2_000]) fails(now);
    expect(jumps.may(3_000)).toBe(false);
    expect(jumps.may(12_000)).toBe(false);
    fails(12_001);
    // One that gets there, or a decision to go elsewhere, makes up for those before.
    jumps.landed(50);
    for (const now of [13_000, 14_000, 15_000]) fails(now);
    expect(jumps.may(16_000)).toBe(false);
    jumps.anew();
    expect(jumps.may(16_000)).toBe(true);
  });
});

describe('the clock of the server', () => {
  const sample = (there: number, back: number, offset = 1_000): ClockSample => ({
    asked: 500,
    time: 500 + there + offset,
    answered: 500 + there + back,
  });

  test('is not known from two answers', () => {
    expect(estimateClock([])).toBeNull();
    expect(estimateClock([sample(1, 1), sample(1, 1)])).toBeNull();
  });

  test('is exact where both ways take the same time', () => {
    expect(estimateClock([sample(20, 20), sample(50, 50), sample(30, 30)])).toEqual({
      offset: 1_000,
      within: 20,
    });
  });

  test('is told by those that took least: what was held up on one way has no say', () => {
    const held = Array.from({ length: 4 }, (_, index) => sample(400 + index, 20));
    const fast = Array.from({ length: 4 }, (_, index) => sample(20 + index, 20 + index));
    expect(estimateClock([...held, ...fast])?.offset).toBe(1_000);
    // Of these one that lies is outvoted.
    expect(estimateClock([...fast.slice(1), sample(38, 0), ...held])?.offset).toBeLessThan(1_003);
  });

  test('is off by no more than half of what the third fastest took, and mostly by far less', () => {
    const random = chance(7);
    let sum = 0;
    const runs = 500;
    for (let run = 0; run < runs; run += 1) {
      const least = 5 + random() * 100;
      // Most take about as long as they need; a few are held up, on either way.
      const way = () => least + 300 * random() ** 4;
      const samples = Array.from({ length: 10 }, () => sample(way(), way(), -77));
      const off = Math.abs((estimateClock(samples)?.offset ?? Number.NaN) + 77);
      const trips = samples.map(({ asked, answered }) => answered - asked).sort((a, b) => a - b);
      expect(off).toBeLessThanOrEqual((trips[2] ?? 0) / 2);
      sum += off;
    }
    expect(sum / runs).toBeLessThan(5);
  });
});
