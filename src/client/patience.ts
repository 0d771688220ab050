import { ParleyError } from './http.ts';
import type { Timers } from './timers.ts';

/** ms to wait where the room does not say how long. */
const PAUSE = 1_000;
/** The room took it for too much at this moment, and has nothing against it. */
const LATER: ReadonlySet<string> = new Set(['rate_limited', 'busy']);

/** The error that something was refused with; null: it was not. */
export const caught = (asked: Promise<unknown>): Promise<ParleyError | null> =>
  asked.then(
    () => null,
    (error: unknown) => {
      if (error instanceof ParleyError) return error;
      throw error;
    },
  );

/** Asks, and where it is too much just now asks again when the room says, for as long as it is of use. What came of it in the end. */
export async function patiently(
  timers: Timers,
  ask: () => Promise<unknown>,
  isOfUse: () => boolean,
): Promise<ParleyError | null> {
  for (;;) {
    const error = await caught(ask());
    if (error === null || !LATER.has(error.code)) return error;
    await new Promise<void>((resolve) => timers.after(error.retry ?? PAUSE, resolve));
    if (!isOfUse()) return error;
  }
}
