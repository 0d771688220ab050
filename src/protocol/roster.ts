import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { RightsSchema, RoleSchema } from './permission-schemas.ts';
import { NameSchema } from './text.ts';

/** online: has a socket. away: the socket dropped and the grace period runs. */
export const PresenceSchema = v.picklist(['online', 'away']);

/** A person in a room, as everybody there sees them. */
export const MemberSchema = v.object({
  id: MemberIdSchema,
  name: v.string(),
  role: RoleSchema,
  /** The account of somebody who has one, the same for each of their devices; null for a guest. */
  account: v.nullable(v.string()),
  /** Path of the account's picture on this server; absent: none. */
  avatar: v.optional(v.string()),
  presence: PresenceSchema,
  /** When this stay began. */
  joinedAt: TimeSchema,
  rights: RightsSchema,
});
export type Member = v.InferOutput<typeof MemberSchema>;

export const LEFT_REASONS = ['lobby', 'left', 'timeout', 'removed'] as const;

export const RosterPageSchema = v.object({
  members: v.array(MemberSchema),
  /** Everybody in the room, on this page or not. */
  count: CountSchema,
  /** Hand it back as `after` for the next page; null on the last. */
  next: v.nullable(MemberIdSchema),
});

export const rosterCommands = {
  'roster.page': defineCommand({
    kind: 'query',
    rate: 'query',
    fields: {
      after: v.optional(MemberIdSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.rosterPage))),
    },
    result: RosterPageSchema,
  }),
  'member.rename': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'rename',
    fields: { name: NameSchema },
  }),
  'member.leave': defineCommand({
    kind: 'durable',
    rate: 'control',
    whileWaiting: true,
    fields: {
      /** Another device of your own account; left out: this one. */
      member: v.optional(MemberIdSchema),
    },
  }),
};

export const rosterEvents = {
  'member.joined': defineEvent({
    class: 'durable',
    fields: { member: MemberSchema },
  }),
  'member.away': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
  'member.returned': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
  'member.left': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema, reason: v.picklist(LEFT_REASONS) },
  }),
  'member.renamed': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema, name: v.string() },
  }),
  'member.pictured': defineEvent({
    class: 'durable',
    fields: {
      member: MemberIdSchema,
      /** Path of it on this server; null: none any more. */
      avatar: v.nullable(v.string()),
    },
  }),
};

/** What the roster adds to a member's first frame. */
export const rosterOwn = {
  /** Ids of the other devices of your account that are or were here: what they wrote is yours. Absent: there are none. */
  devices: v.optional(v.array(MemberIdSchema)),
};
