/** Wall time in ms since 1970-01-01 UTC. Injected, so that tests can move it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
