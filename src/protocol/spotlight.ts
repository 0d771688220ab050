import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';

export const spotlightCommands = {
  'spotlight.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary: 'Makes one member large for everybody; null leaves it to each to choose.',
    fields: { member: v.nullable(MemberIdSchema) },
  }),
};

export const spotlightEvents = {
  'spotlight.changed': defineEvent({
    class: 'durable',
    summary: 'A member is large for everybody, or (null) nobody is: chosen by a host, or because they left.',
    fields: { member: v.nullable(MemberIdSchema) },
  }),
};

export const spotlightSnapshot = {
  /** Who is large for everybody; null: nobody. */
  spotlight: v.optional(v.nullable(MemberIdSchema)),
};
