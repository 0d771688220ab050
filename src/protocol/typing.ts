import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';

/** ms after which a client takes somebody who did not say so again as typing no longer. */
export const TYPING_FOR = 6_000;

export const typingCommands = {
  'typing.set': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    needs: (command) => (command.typing ? [command.to === undefined ? 'chat' : 'direct'] : []),
    needsText: 'chat, or direct where `to` is given; nothing to stop',
    summary: 'Says that you are writing a message, again every few seconds, or that you stopped.',
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
    summary:
      'A member is writing, or is no longer. Counts for 6 s; their message, or their going away, ends it without a word. With `to` it is told to that member alone.',
    fields: {
      member: MemberIdSchema,
      typing: v.boolean(),
      to: v.optional(MemberIdSchema),
    },
  }),
};
