import { describe, expect, test } from 'vitest';
import { IceServers } from '../../../../src/client/call/ice.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { SimClock } from './sim-clock.ts';

function servers() {
  const clock = new SimClock();
  let asked = 0;
  let error: Error | null = null;
  const request = async () => {
    asked += 1;
    if (error !== null) throw error;
    return {
      iceServers: [{ urls: [`turn:turn.example?n=${asked}`], username: 'u', credential: 'c' }],
      expiresAt: 0,
    };
  };
  const ice = new IceServers({ calling: { request } } as never, clock);
  return {
    clock,
    ice,
    asked: () => asked,
    fail: (reason: Error | null) => {
      error = reason;
    },
  };
}

describe('the servers that help to find a way', () => {
  test('are asked for once for all connections that are made at once, and anew after ten minutes', async () => {
    const { clock, ice, asked } = servers();
    const [first, second] = await Promise.all([ice.get(), ice.get()]);
    expect([first, asked()]).toEqual([second, 1]);
    expect(first).toEqual([{ urls: ['turn:turn.example?n=1'], username: 'u', credential: 'c' }]);
    await clock.pass(599_000);
    await ice.get();
    expect(asked()).toBe(1);
    await clock.pass(2_000);
    expect(await ice.get()).toMatchObject([{ urls: ['turn:turn.example?n=2'] }]);
  });

  test('that can not be asked for keep nobody from trying: those that are known are used, and the next connection asks', async () => {
    const { clock, ice, asked, fail } = servers();
    fail(new ParleyError('network'));
    expect(await ice.get()).toEqual([]);
    fail(null);
    expect(await ice.get()).toHaveLength(1);
    await clock.pass(700_000);
    fail(new ParleyError('network'));
    expect(await ice.get()).toHaveLength(1);
    expect(asked()).toBe(3);
  });
});
