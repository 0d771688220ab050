import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommitLoop } from '../../../src/engine/commit-loop.ts';

describe('the commit loop', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A loop over a plain counter; telling takes `cost` ms. */
  function loopOf(cost: () => number) {
    let waiting = 0;
    const flushes: { at: number; count: number }[] = [];
    const failures: unknown[] = [];
    const loop = new CommitLoop({
      clock: { now: () => Date.now() },
      waiting: () => waiting,
      flush: async () => {
        const count = waiting;
        waiting = 0;
        flushes.push({ at: Date.now(), count });
        const wait = cost();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        return count;
      },
      failed: (reason) => failures.push(reason),
    });
    const add = (count = 1) => {
      waiting += count;
      loop.start();
    };
    return { loop, flushes, failures, add };
  }

  test('commits at once when idle, all of one turn together, and leaves no timer', async () => {
    const { loop, flushes, add } = loopOf(() => 0);
    add();
    add();
    expect(flushes).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(flushes).toEqual([{ at: 0, count: 2 }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(loop.isRunning).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits for no company where telling costs next to nothing: the wait would cost more', async () => {
    const { flushes, add } = loopOf(() => 1);
    add(2);
    await vi.advanceTimersByTimeAsync(0);
    // Two more before each millisecond is over: without end, company would be on its way.
    for (let ms = 0; ms < 20; ms += 1) {
      add(2);
      await vi.advanceTimersByTimeAsync(1);
    }
    const gaps = flushes.slice(1).map(({ at }, index) => at - (flushes[index]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2);
    expect(flushes.length).toBeGreaterThanOrEqual(10);
  });

  test('gathers while a commit is under way, and never runs twice at a time', async () => {
    const { flushes, add } = loopOf(() => 10);
    add();
    await vi.advanceTimersByTimeAsync(2);
    for (let index = 0; index < 5; index += 1) add();
    await vi.advanceTimersByTimeAsync(5);
    expect(flushes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(flushes.map(({ count }) => count)).toEqual([1, 5]);
  });

  test('lets a lone command go without waiting for company', async () => {
    const { flushes, add } = loopOf(() => 40);
    add();
    await vi.advanceTimersByTimeAsync(20);
    add();
    await vi.advanceTimersByTimeAsync(21);
    expect(flushes).toHaveLength(2);
    expect(flushes[1]?.at).toBeLessThanOrEqual(41);
  });

  test('a clock that is put back while a group gathers holds it up for a tenth of a second at most', async () => {
    // Whatever it is doing when it happens.
    for (let start = 200; start < 300; start += 5) {
      const { flushes, add } = loopOf(() => 40);
      const coming = setInterval(() => add(), 1);
      await vi.advanceTimersByTimeAsync(start);
      vi.setSystemTime(Date.now() - 3_600_000);
      const before = flushes.length;
      await vi.advanceTimersByTimeAsync(1_000);
      clearInterval(coming);
      await vi.advanceTimersByTimeAsync(200);
      expect(flushes.length - before).toBeGreaterThan(6);
    }
  });

  test('a clock that is put forward while a group is told does not make the next ones wait for long', async () => {
    const { flushes, add } = loopOf(() => 1);
    const coming = setInterval(() => add(), 1);
    for (let jumps = 0; jumps < 20; jumps += 1) {
      await vi.advanceTimersByTimeAsync(13);
      vi.setSystemTime(Date.now() + 3_600_000);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    const before = flushes.length;
    await vi.advanceTimersByTimeAsync(500);
    clearInterval(coming);
    expect(flushes.length - before).toBeGreaterThan(50);
  });

  test('under load waits while commands keep coming, at most for what telling costs', async () => {
    const { flushes, add } = loopOf(() => 40);
    const timer = setInterval(() => add(), 1);
    await vi.advanceTimersByTimeAsync(1_000);
    clearInterval(timer);
    const gaps = flushes.slice(1).map(({ at }, index) => at - (flushes[index]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(2 * 40 + 3);
    // Late in the run the average has come near the cost, so that it does wait.
    expect(gaps.at(-1)).toBeGreaterThan(50);
    await vi.advanceTimersByTimeAsync(500);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never waits longer than 100 ms, however slow telling is', async () => {
    const { flushes, add } = loopOf(() => 1_000);
    const timer = setInterval(() => add(), 1);
    await vi.advanceTimersByTimeAsync(20_000);
    clearInterval(timer);
    const gaps = flushes.slice(1).map(({ at }, index) => at - (flushes[index]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_102);
  });

  test('stops waiting as soon as nothing more comes', async () => {
    const { flushes, add } = loopOf(() => 90);
    const timer = setInterval(() => add(), 1);
    await vi.advanceTimersByTimeAsync(2_000);
    clearInterval(timer);
    await vi.advanceTimersByTimeAsync(500);
    const before = flushes.length;
    add(1);
    await vi.advanceTimersByTimeAsync(1);
    add(5);
    await vi.advanceTimersByTimeAsync(88);
    expect(flushes.length).toBe(before + 1);
    // One look after a millisecond shows that nothing came.
    await vi.advanceTimersByTimeAsync(4);
    expect(flushes.length).toBe(before + 2);
  });

  test('hands on what goes wrong', async () => {
    const failures: unknown[] = [];
    const reason = new Error('disk full');
    const loop = new CommitLoop({
      clock: { now: () => Date.now() },
      waiting: () => 0,
      flush: () => Promise.reject(reason),
      failed: (error) => failures.push(error),
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(failures).toEqual([reason]);
  });
});
