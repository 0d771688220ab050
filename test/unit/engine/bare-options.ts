import type { Feature } from '../../../src/engine/feature.ts';
import { Meter } from '../../../src/engine/meter.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import type { Store } from '../../../src/engine/store.ts';

/** What an engine needs to run these features and nothing else: no limits, nobody to look after, nothing to show. */
export const bareOptions = (
  store: Store,
  features: readonly Feature[],
  now: () => number,
): EngineOptions => ({
  store,
  features,
  clock: { now },
  log: () => undefined,
  meter: new Meter(0),
  gate: () => null,
  executors: {},
  retention: { events: 1e9, size: 1e9, age: 1e9 },
  budget: { softBytes: 1e9, hardBytes: 1e9, roomBytes: 1e9, patience: 1e9 },
  pendingLimit: 1e9,
  sweepEvery: () => 1e9,
  needsSweep: () => false,
  sweep: () => undefined,
  isHistory: () => false,
  history: () => ({ note: () => undefined }) as never,
  snapshot: () => '{}',
  welcome: () => null as never,
  latestChanged: () => undefined,
  dropped: () => undefined,
  moved: () => undefined,
  told: () => undefined,
  abort: (reason) => {
    throw reason;
  },
});
