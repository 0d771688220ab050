import { setTimeout as wait } from 'node:timers/promises';
import type { Counter } from './counter.ts';

/** Longest wait for what is still under way at the end, as long as it is coming. */
const DRAIN_MS = 1_000;
/** Slow servers send in bursts; this long without a byte is no burst any more. */
const STANDSTILL_MS = 4_000;
const STEP_MS = 5;

/** Waits until everybody has everything, or for a while. A server that stands still has lost something. */
export async function drain(counter: Counter): Promise<void> {
  const start = performance.now();
  let seen = counter.deliveries;
  let progressAt = start;
  while (counter.complete < counter.sent) {
    counter.throwIfFailed();
    await wait(STEP_MS);
    const now = performance.now();
    if (counter.deliveries !== seen) {
      seen = counter.deliveries;
      progressAt = now;
      if (now - start > DRAIN_MS) return;
    }
    if (now - progressAt < STANDSTILL_MS) continue;
    throw new Error(`messages are missing: ${counter.sent} sent, ${counter.complete} have reached everybody`);
  }
}
