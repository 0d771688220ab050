import * as v from 'valibot';
import { defineCommand, TimeSchema } from './define.ts';

export const clockCommands = {
  'clock.read': defineCommand({
    kind: 'query',
    rate: 'query',
    atOnce: true,
    forHostKey: true,
    fields: {},
    result: v.object({ time: TimeSchema }),
  }),
};
