import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import type { Permission } from './permissions.ts';

/** What a member announces of camera, microphone and screen. The picture itself doesn't pass through here. */
export const MEDIA = ['camera', 'microphone', 'screen'] as const satisfies readonly Permission[];
export type Media = (typeof MEDIA)[number];

export const mediaCommands = {
  'media.set': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    needs: (command) => [
      ...MEDIA.filter((media) => command[media] === true),
      ...(command.speaking === true && command.microphone !== true ? (['microphone'] as const) : []),
    ],
    needsText: 'camera, microphone, screen: whichever is switched on; microphone for speaking',
    summary: 'Announces what you have switched on or off. What is left out stays as it is.',
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
    summary: 'What a member has switched on, whole. The newest one counts; absent means all off.',
    fields: {
      member: MemberIdSchema,
      camera: v.boolean(),
      microphone: v.boolean(),
      screen: v.boolean(),
      speaking: v.boolean(),
    },
  }),
};
