import { fail, type Outcome } from '../protocol/index.ts';

/** Three tries bridge the restart of an object; more would only add to the load that made the first one fail. */
const TRIES = 3;
/** Longest wait before the second try, in ms; it doubles with each further one. */
const FIRST_WAIT_MS = 100;

export interface CallOptions {
  /** Whether doing it twice does the same as doing it once. */
  readonly repeatable: boolean;
  /** 0 to below 1. Injected for tests. */
  readonly random?: () => number;
  /** Waits so many ms. Injected for tests. */
  readonly sleep?: (ms: number) => Promise<void>;
}

const flag = (error: unknown, name: 'overloaded' | 'retryable'): boolean =>
  typeof error === 'object' && error !== null && name in error && Reflect.get(error, name) === true;

const sleepFor = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/**
 * Calls a room's object. A passing fault of the platform (`retryable`) is tried again after a random wait where the
 * call is repeatable, each time on a new stub, because one that threw stays broken. An object that says it is
 * overloaded is never asked again. Both end as the refusal `overloaded`; any other throw is a bug and passes through.
 */
export async function callRoom<S, T>(
  stub: () => S,
  call: (room: S) => Promise<Outcome<T>>,
  { repeatable, random = Math.random, sleep = sleepFor }: CallOptions,
): Promise<Outcome<T>> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call(stub());
    } catch (error) {
      if (flag(error, 'overloaded')) return fail('overloaded');
      if (!flag(error, 'retryable')) throw error;
      if (!repeatable || tried === TRIES) return fail('overloaded');
      await sleep(random() * FIRST_WAIT_MS * 2 ** (tried - 1));
    }
  }
}
