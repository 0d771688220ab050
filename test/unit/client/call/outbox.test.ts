import { describe, expect, test } from 'vitest';
import { Outbox } from '../../../../src/client/call/outbox.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { SimClock, settled } from './sim-clock.ts';

const refusal = (code: 'rate_limited' | 'peer_gone' | 'not_allowed' | 'signal_invalid', retry?: number) =>
  new ParleyError(code, { message: code, retry });

describe('signals on their way', () => {
  test('go in order, a few at a time', async () => {
    const outbox = new Outbox(new SimClock());
    const sent: number[] = [];
    const done: (() => void)[] = [];
    for (let number = 0; number < 20; number += 1)
      void outbox.send('c_ben', () => {
        sent.push(number);
        return new Promise<void>((resolve) => done.push(resolve));
      });
    expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    done.shift()?.();
    await settled();
    expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('where the room takes no more they wait as long as it says, and go in the same order', async () => {
    const clock = new SimClock();
    const outbox = new Outbox(clock);
    const taken: number[] = [];
    let isFull = true;
    const results = Array.from({ length: 12 }, (_, number) =>
      outbox.send('c_ben', async () => {
        if (isFull) throw refusal('rate_limited', 3_000);
        taken.push(number);
      }),
    );
    await clock.pass(2_900);
    expect(taken).toEqual([]);
    isFull = false;
    await clock.pass(200);
    expect(taken).toEqual(Array.from({ length: 12 }, (_, number) => number));
    expect(await Promise.all(results)).toEqual(Array.from({ length: 12 }, () => 'sent'));
  });

  test('after the room took no more they go one by one until nothing waits', async () => {
    const clock = new SimClock();
    const outbox = new Outbox(clock);
    let isFull = true;
    let onTheWay = 0;
    let most = 0;
    const send = () =>
      outbox.send('c_ben', async () => {
        if (isFull) throw refusal('rate_limited', 1_000);
        onTheWay += 1;
        most = Math.max(most, onTheWay);
        await new Promise<void>((resolve) => clock.after(10, resolve));
        onTheWay -= 1;
      });
    const first = Array.from({ length: 20 }, send);
    await clock.pass(900);
    isFull = false;
    await clock.pass(1_000);
    expect(await Promise.all(first)).toHaveLength(20);
    expect(most).toBe(1);
    // Then as many at a time as before.
    const second = Array.from({ length: 20 }, send);
    await clock.pass(1_000);
    await Promise.all(second);
    expect(most).toBe(8);
  });

  test('to somebody who has gone the rest is not tried, and others get theirs', async () => {
    const outbox = new Outbox(new SimClock());
    let tried = 0;
    const gone = Array.from({ length: 20 }, () =>
      outbox.send('c_ben', async () => {
        tried += 1;
        throw refusal('peer_gone');
      }),
    );
    const other = outbox.send('c_cleo', async () => undefined);
    expect(new Set(await Promise.all(gone))).toEqual(new Set(['unsent']));
    expect(await other).toBe('sent');
    // Each refusal counts against who sends it.
    expect(tried).toBeLessThanOrEqual(8);
  });

  test.each([
    ['not_allowed', 'denied'],
    ['signal_invalid', 'refused'],
  ] as const)('%s comes to %s', async (code, result) => {
    const outbox = new Outbox(new SimClock());
    expect(await outbox.send('c_ben', () => Promise.reject(refusal(code)))).toBe(result);
  });

  test('are over when it is closed', async () => {
    const clock = new SimClock();
    const outbox = new Outbox(clock);
    const result = outbox.send('c_ben', () => Promise.reject(refusal('rate_limited', 1_000)));
    await settled();
    outbox.close();
    expect(await result).toBe('unsent');
  });
});
