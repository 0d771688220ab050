import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { MEDIA } from './permissions.ts';

/** Members that one command or event may name. */
export const MUTED_AT_ONCE = 200;
/** ms for which a request can be answered. */
export const REQUEST_FOR = 120_000;

const MediumSchema = v.picklist(MEDIA);
const MembersSchema = v.pipe(v.array(MemberIdSchema), v.maxLength(MUTED_AT_ONCE));

/** Somebody was asked to switch something on, and has not answered. */
export const MediaRequestSchema = v.object({
  /** Its id: the `seq` of `media.requested`. */
  request: CountSchema,
  /** Who was asked. */
  member: MemberIdSchema,
  media: MediumSchema,
  /** Who asked; null: whoever holds the host key. */
  by: v.nullable(MemberIdSchema),
  /** When; it can be answered for two minutes. */
  at: TimeSchema,
});
export type MediaRequest = v.InferOutput<typeof MediaRequestSchema>;

export const mutingCommands = {
  'media.stop': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      members: v.union([v.literal('all'), v.pipe(MembersSchema, v.minLength(1))]),
      /** Spared. */
      except: v.optional(MembersSchema),
      media: v.pipe(v.array(MediumSchema), v.minLength(1), v.maxLength(MEDIA.length)),
    },
  }),
  'media.request': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema, media: MediumSchema },
  }),
  'media.answer': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { request: CountSchema, accept: v.boolean() },
  }),
};

export const mutingEvents = {
  'media.stopped': defineEvent({
    class: 'durable',
    fields: { members: MembersSchema, media: v.array(MediumSchema) },
  }),
  'media.requested': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema, media: MediumSchema },
  }),
  'media.answered': defineEvent({
    class: 'durable',
    fields: { request: CountSchema, member: MemberIdSchema, media: MediumSchema, accepted: v.boolean() },
  }),
  'media.lapsed': defineEvent({
    class: 'durable',
    fields: { request: CountSchema, member: MemberIdSchema, media: MediumSchema },
  }),
};

/** What `ready` brings to one member alone. */
export const mutingOwn = {
  /** Requests without an answer: to you and by you. */
  requests: v.optional(v.array(MediaRequestSchema)),
};
