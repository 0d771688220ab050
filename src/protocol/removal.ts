import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { textSchema } from './text.ts';

/** Told to the person alone. */
const ReasonSchema = v.optional(textSchema(LIMITS.reasonLength, 0));

/** Somebody who may not come back. Hosts see it. */
export const BanSchema = v.object({
  /** Who; also the name of the ban itself. */
  member: MemberIdSchema,
  name: v.string(),
  account: v.nullable(v.string()),
  /** Until when new people from their address are refused; null: they are not. */
  addressUntil: v.nullable(TimeSchema),
  at: TimeSchema,
  /** null: whoever holds the host key. */
  by: v.nullable(MemberIdSchema),
});
export type Ban = v.InferOutput<typeof BanSchema>;

export const BanListSchema = v.object({
  /** In the order of banning. */
  bans: v.array(BanSchema),
  /** Hand it back as `after`; null on the last page. */
  next: v.nullable(MemberIdSchema),
});

export const removalCommands = {
  'member.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema, reason: ReasonSchema },
  }),
  'member.ban': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      member: MemberIdSchema,
      reason: ReasonSchema,
      addressSeconds: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.retentionSeconds)),
      ),
    },
  }),
  'ban.lift': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema },
  }),
  'ban.list': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    fields: {
      after: v.optional(MemberIdSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.rosterPage))),
    },
    result: BanListSchema,
  }),
};

export const removalEvents = {
  'member.dismissed': defineEvent({
    class: 'ephemeral',
    fields: { reason: v.string(), banned: v.boolean() },
  }),
  'member.banned': defineEvent({
    class: 'durable',
    fields: { ban: BanSchema },
  }),
  'ban.lifted': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
};
