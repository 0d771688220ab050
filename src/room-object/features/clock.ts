import { decide, type Feature } from '../../engine/feature.ts';

/** The room's clock, by which clients agree on a moment. */
export const clock: Feature = {
  name: 'clock',
  tables: [],
  commands: { 'clock.read': ({ now }) => decide({ result: { time: now } }) },
  apply: [],
};
