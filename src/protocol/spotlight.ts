import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';

export const spotlightCommands = {
  'spotlight.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: v.nullable(MemberIdSchema) },
  }),
};

export const spotlightEvents = {
  'spotlight.changed': defineEvent({
    class: 'durable',
    fields: { member: v.nullable(MemberIdSchema) },
  }),
};

export const spotlightSnapshot = {
  /** Who is large for everybody; null: nobody. */
  spotlight: v.optional(v.nullable(MemberIdSchema)),
};
