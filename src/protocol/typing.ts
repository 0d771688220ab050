import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';

export const typingCommands = {
  'typing.set': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    needs: (command) => (command.typing ? [command.to === undefined ? 'chat' : 'direct'] : []),
    fields: {
      typing: v.boolean(),
      /** Only this member is told. */
      to: v.optional(MemberIdSchema),
    },
  }),
};

export const typingEvents = {
  'typing.changed': defineEvent({
    class: 'latest',
    fields: {
      member: MemberIdSchema,
      typing: v.boolean(),
      to: v.optional(MemberIdSchema),
    },
  }),
};
