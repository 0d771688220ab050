import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { MEDIA } from './permissions.ts';

export const mediaCommands = {
  'media.set': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    needs: (command) => [
      ...MEDIA.filter((media) => command[media] === true),
      ...(command.speaking === true && command.microphone !== true ? (['microphone'] as const) : []),
    ],
    fields: {
      camera: v.optional(v.boolean()),
      microphone: v.optional(v.boolean()),
      screen: v.optional(v.boolean()),
      speaking: v.optional(v.boolean()),
    },
  }),
};

export const mediaEvents = {
  'media.changed': defineEvent({
    class: 'latest',
    fields: {
      member: MemberIdSchema,
      camera: v.boolean(),
      microphone: v.boolean(),
      screen: v.boolean(),
      speaking: v.boolean(),
    },
  }),
};
