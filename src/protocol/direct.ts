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
    summary:
      'Sends a direct message. To whom is said by the account; they must have been looked up before. It gets there as soon as possible, also when they are offline now.',
    fields: { to: AccountIdSchema, body: BodySchema, replyTo: v.optional(DirectRefSchema) },
  }),
  'direct.edit': defineCommand({
    kind: 'durable',
    rate: 'chat',
    summary:
      'Puts another text in the place of your own message, on both sides. The old one is gone, from the logs as well.',
    fields: { with: AccountIdSchema, message: MessageNumberSchema, body: BodySchema },
  }),
  'direct.delete': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary:
      'Deletes your own message on both sides, in the logs as well; the trace that there was one stays. Of a picture the bytes are deleted.',
    fields: { with: AccountIdSchema, message: MessageNumberSchema },
  }),
  'direct.read': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary:
      'You have read what they wrote, up to the message with this number. They are told; your other devices, too.',
    fields: { with: AccountIdSchema, upTo: MessageNumberSchema },
  }),
  'direct.history': defineCommand({
    kind: 'query',
    rate: 'query',
    summary: 'Messages of one conversation before a position, newest page first, each page in order.',
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
    summary: `Conversations, those with the newest messages first; at most ${LIMITS.conversationsPage} on a page.`,
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
    summary:
      'A direct message, of yours or to you; one of theirs is unread until `direct.unread` says otherwise. Told again later, it reads as it was last edited, with `editedAt`, or its body is deleted. Where an edited text is empty, the `direct.edited` after it has the text.',
    fields: sentFields,
  }),
  'direct.edited': defineEvent({
    class: 'durable',
    summary:
      'A direct message reads otherwise now. Told again later it has no `body` where the message was edited or deleted once more.',
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
    summary:
      'A direct message is gone. If it was unread, there is one less to read; it comes also behind a `direct.sent` that is told as deleted already.',
    fields: { with: AccountIdSchema, from: AccountIdSchema, number: MessageNumberSchema },
  }),
  'direct.failed': defineEvent({
    class: 'durable',
    summary:
      'A direct message of yours did not get there, and will not. It stays in your log, with `failed`.',
    fields: { with: AccountIdSchema, number: MessageNumberSchema, reason: FailureSchema },
  }),
  'direct.unread': defineEvent({
    class: 'durable',
    summary:
      'What is left to read of what they wrote: here, or on another of your devices, it was read up to the message with this number.',
    fields: { with: AccountIdSchema, upTo: MessageNumberSchema, unread: CountSchema },
  }),
  'direct.receipt': defineEvent({
    class: 'durable',
    summary:
      'How far your messages have got: delivered to one of their devices, and read, up to the messages with these numbers (0: none). They only go up.',
    fields: { with: AccountIdSchema, delivered: CountSchema, read: CountSchema },
  }),
  'direct.erased': defineEvent({
    class: 'durable',
    summary:
      'The other account is deleted. Everything they wrote is gone: show their messages of this conversation as deleted, and as read.',
    fields: { with: AccountIdSchema },
  }),
};

export const directSnapshot = {
  /** The conversations with the newest messages, at most 200; fewer where their messages are long. */
  direct: ConversationPageSchema,
};
