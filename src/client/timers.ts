import { unref } from './http.ts';

/** Time, as it passes at one place. A test has its own. */
export interface Timers {
  /** ms; goes forward only, whatever is done to the clock of this machine. */
  readonly now: () => number;
  /** ms since 1970 by the clock of this machine, right or wrong. */
  readonly wall: () => number;
  /** Runs it once after so many ms; answers how to call it off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Those of this machine. What waits for them does not keep a program from ending. */
export const TIMERS: Timers = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    unref(timer);
    return () => clearTimeout(timer);
  },
};
