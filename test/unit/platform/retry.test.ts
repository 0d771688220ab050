import { expect, test } from 'vitest';
import { callRoom } from '../../../src/platform/retry.ts';
import { succeed } from '../../../src/protocol/index.ts';

const broken = Object.assign(new Error('broken'), { retryable: true });

test('waits a random time between tries, at most 100 ms and then 200 ms', async () => {
  const waits: number[] = [];
  let stubs = 0;
  const answer = await callRoom(
    () => {
      stubs += 1;
      return stubs;
    },
    async (stub) => {
      if (stub < 3) throw broken;
      return succeed(stub);
    },
    {
      repeatable: true,
      random: () => 0.5,
      sleep: async (ms) => {
        waits.push(ms);
      },
    },
  );
  expect(answer).toEqual({ ok: true, value: 3 });
  expect(waits).toEqual([50, 100]);
});

test('lets a bug pass through, untried again', async () => {
  let tried = 0;
  const call = callRoom(
    () => null,
    () => {
      tried += 1;
      return Promise.reject(new TypeError('bug'));
    },
    { repeatable: true },
  );
  await expect(call).rejects.toThrow('bug');
  expect(tried).toBe(1);
});
