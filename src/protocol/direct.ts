import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { BodySchema } from './chat.ts';
import { CountSchema, defineCommand, defineEvent, NumberSchema, TimeSchema } from './define.ts';
import { DirectImageIdSchema } from './ids.ts';
import { IMAGE_TYPES } from './images.ts';
import { LIMITS } from './limits.ts';
import { PersonSchema } from './person.ts';

/**
 * Direct messages between two accounts. Each account has a log of its own, so a message stands in two logs, at another
 * `seq` in each. What names it on both sides is its author (`from`) and its `number`: each author's messages to the
 * other are counted up from 1. A number may be missing on the other side, where a message did not get there.
 */
const MessageNumberSchema = NumberSchema;

/** A message of either of the two. */
export const DirectRefSchema = v.object({ from: AccountIdSchema, number: MessageNumberSchema });
export type DirectRef = v.InferOutput<typeof DirectRefSchema>;

/** A direct message's content as it is told. deleted: what stood here is gone, from the logs as well. */
export const DirectBodySchema = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: v.string() }),
  v.object({
    kind: v.literal('image'),
    /** The bytes are at `GET /v1/me/images/:image`, for both of the two. */
    image: DirectImageIdSchema,
    type: v.picklist(IMAGE_TYPES),
    /** Bytes. */
    size: CountSchema,
    /** Pixels. */
    width: CountSchema,
    height: CountSchema,
    caption: v.string(),
  }),
  v.object({ kind: v.literal('deleted') }),
]);
export type DirectBody = v.InferOutput<typeof DirectBodySchema>;

/** Why a message did not get there: they take direct messages of contacts and of people of their groups only. */
const FailureSchema = v.picklist(['not_contact']);

const sentFields = {
  /** The other one of the two. */
  with: AccountIdSchema,
  /** Its author: the other one, or yourself. */
  from: AccountIdSchema,
  number: MessageNumberSchema,
  body: DirectBodySchema,
  replyTo: v.optional(DirectRefSchema),
  /** When its author sent it; `at` is when it came into this log. */
  sentAt: TimeSchema,
  /** `seq` of the message before it in this conversation; null: it is the first. */
  prev: v.nullable(CountSchema),
  /** Who the other one is; with the first message of a conversation. */
  person: v.optional(PersonSchema),
  editedAt: v.optional(TimeSchema),
  failed: v.optional(FailureSchema),
};

/** A `direct.sent` event as it reads now. */
const DirectMessageSchema = v.looseObject({ seq: CountSchema, t: v.literal('direct.sent'), ...sentFields });
export type DirectMessage = v.InferOutput<typeof DirectMessageSchema>;

/** All direct messages with one person. */
export const ConversationSchema = v.object({
  with: PersonSchema,
  /** Their account is deleted: nothing can be sent any more, and what they wrote is gone. */
  deleted: v.optional(v.literal(true)),
  /** The newest message; null: the log has lost it. */
  last: v.nullable(DirectMessageSchema),
  /** Messages of theirs that you have not read, without those they deleted. */
  unread: CountSchema,
  /** Up to this `number` of theirs you have read, on any device. 0: nothing yet, as below. */
  read: CountSchema,
  /** Up to this `number` of yours they have got on one of their devices. */
  delivered: CountSchema,
  /** Up to this `number` of yours they have read. */
  seen: CountSchema,
});
export type Conversation = v.InferOutput<typeof ConversationSchema>;

/** A page of conversations, those with the newest messages first. */
export const ConversationPageSchema = v.object({
  conversations: v.array(ConversationSchema),
  /** Hand it back as `before` for the page behind this one; null: this was the last. */
  next: v.nullable(CountSchema),
  /** Unread messages of all conversations together. */
  unread: CountSchema,
});
export type ConversationPage = v.InferOutput<typeof ConversationPageSchema>;

export const directCommands = {
  'direct.send': defineCommand({
    kind: 'durable',
    rate: 'chat',
    fields: { to: AccountIdSchema, body: BodySchema, replyTo: v.optional(DirectRefSchema) },
  }),
  'direct.edit': defineCommand({
    kind: 'durable',
    rate: 'chat',
    fields: { with: AccountIdSchema, message: MessageNumberSchema, body: BodySchema },
  }),
  'direct.delete': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { with: AccountIdSchema, message: MessageNumberSchema },
  }),
  'direct.read': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { with: AccountIdSchema, upTo: MessageNumberSchema },
  }),
  'direct.history': defineCommand({
    kind: 'query',
    rate: 'query',
    fields: {
      with: AccountIdSchema,
      /** Only what stands before this seq; left out: the newest page. */
      before: v.optional(CountSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.historyPage))),
    },
    result: v.object({
      /** `direct.sent` events as they read now, oldest first. */
      events: v.array(DirectMessageSchema),
      /** Hand it back as `before` for the page before this one; null where the conversation or the log begins. */
      next: v.nullable(CountSchema),
    }),
  }),
  'direct.conversations': defineCommand({
    kind: 'query',
    rate: 'query',
    fields: {
      /** The `next` of an earlier page, or of the snapshot; left out: the first page. */
      before: v.optional(CountSchema),
    },
    result: ConversationPageSchema,
  }),
};

export const directEvents = {
  'direct.sent': defineEvent({
    class: 'durable',
    fields: sentFields,
  }),
  'direct.edited': defineEvent({
    class: 'durable',
    fields: {
      with: AccountIdSchema,
      from: AccountIdSchema,
      number: MessageNumberSchema,
      body: v.optional(DirectBodySchema),
      editedAt: TimeSchema,
    },
  }),
  'direct.deleted': defineEvent({
    class: 'durable',
    fields: { with: AccountIdSchema, from: AccountIdSchema, number: MessageNumberSchema },
  }),
  'direct.failed': defineEvent({
    class: 'durable',
    fields: { with: AccountIdSchema, number: MessageNumberSchema, reason: FailureSchema },
  }),
  'direct.unread': defineEvent({
    class: 'durable',
    fields: { with: AccountIdSchema, upTo: MessageNumberSchema, unread: CountSchema },
  }),
  'direct.receipt': defineEvent({
    class: 'durable',
    fields: { with: AccountIdSchema, delivered: CountSchema, read: CountSchema },
  }),
  'direct.erased': defineEvent({
    class: 'durable',
    fields: { with: AccountIdSchema },
  }),
};

export const directSnapshot = {
  /** The conversations with the newest messages, at most 200; fewer where their messages are long. */
  direct: ConversationPageSchema,
};
