import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';

/** A raised hand. */
export const HandSchema = v.object({
  member: MemberIdSchema,
  /** When it was raised. */
  at: TimeSchema,
});
export type Hand = v.InferOutput<typeof HandSchema>;

export const handsCommands = {
  'hand.raise': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'hand',
    fields: {},
  }),
  'hand.lower': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    fields: { member: v.optional(MemberIdSchema) },
  }),
  'hand.lowerAll': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {},
  }),
  'hand.call': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: v.optional(MemberIdSchema) },
  }),
};

export const handsEvents = {
  'hand.raised': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
  'hand.lowered': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
  'hand.allLowered': defineEvent({
    class: 'durable',
    fields: {},
  }),
  'hand.called': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
};

export const handsSnapshot = {
  /** Raised hands, the first to be called first. */
  hands: v.optional(v.array(HandSchema)),
};
