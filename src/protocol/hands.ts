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
    summary: 'Raises your hand. One that is up keeps its place.',
    fields: {},
  }),
  'hand.lower': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    summary: "Lowers your own hand, or as host or co-host a member's.",
    fields: { member: v.optional(MemberIdSchema) },
  }),
  'hand.lowerAll': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary: 'Lowers every hand.',
    fields: {},
  }),
  'hand.call': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary: 'Calls on whoever raised a hand first, or on the member named. Their hand is down with it.',
    fields: { member: v.optional(MemberIdSchema) },
  }),
};

export const handsEvents = {
  'hand.raised': defineEvent({
    class: 'durable',
    summary: 'A member raised a hand; the earlier one comes first.',
    fields: { member: MemberIdSchema },
  }),
  'hand.lowered': defineEvent({
    class: 'durable',
    summary:
      "A member's hand is down: `by` them, by a host, or (without `by`) because they may not raise it any more.",
    fields: { member: MemberIdSchema },
  }),
  'hand.allLowered': defineEvent({
    class: 'durable',
    summary: 'No hand is up any more.',
    fields: {},
  }),
  'hand.called': defineEvent({
    class: 'durable',
    summary: 'A member has the word, and their hand is down.',
    fields: { member: MemberIdSchema },
  }),
};

export const handsSnapshot = {
  /** Raised hands, the first to be called first. */
  hands: v.optional(v.array(HandSchema)),
};
