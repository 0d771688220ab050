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
    summary:
      'Puts a member out; the socket is closed with 4106. They may come back, where there is a lobby only through it.',
    fields: { member: MemberIdSchema, reason: ReasonSchema },
  }),
  'member.ban': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary:
      'Puts somebody out, or keeps out who has left, for good; the socket is closed with 4107. Their account is refused with them, and with `addressSeconds` for that long also new people from their address.',
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
    summary: 'Lets somebody who was banned come back.',
    fields: { member: MemberIdSchema },
  }),
  'ban.list': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    summary: 'Who is banned, in the order of banning.',
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
    summary: 'Told to you alone before your socket is closed: you were removed or banned, and why.',
    fields: { reason: v.string(), banned: v.boolean() },
  }),
  'member.banned': defineEvent({
    class: 'durable',
    summary: 'Somebody may not come back. Told to host and co-hosts who are there.',
    fields: { ban: BanSchema },
  }),
  'ban.lifted': defineEvent({
    class: 'durable',
    summary: 'Somebody who was banned may come back. Told to host and co-hosts who are there.',
    fields: { member: MemberIdSchema },
  }),
};
