import * as v from 'valibot';
import { defineCommand, TimeSchema } from './define.ts';

export const clockCommands = {
  'clock.read': defineCommand({
    kind: 'query',
    rate: 'query',
    atOnce: true,
    forHostKey: true,
    summary:
      "What the server's clock says. Answered at once, before what waits for a commit, so that the time on the way is all that lies between.",
    fields: {},
    result: v.object({ time: TimeSchema }),
  }),
};
