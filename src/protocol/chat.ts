import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { CountSchema, defineCommand, defineEvent, NamesSchema, NumberSchema, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { EmojiSchema } from './reactions.ts';
import { textSchema } from './text.ts';

/** A message's content: a union, so that a sealed body can pass through later without being read. */
export const BodySchema = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: textSchema(LIMITS.textLength, 1) }),
]);
export type Body = v.InferOutput<typeof BodySchema>;

/** A message's content as it is told. deleted: what stood here is gone, from the log as well. */
const ToldBodySchema = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: v.string() }),
  v.object({ kind: v.literal('deleted') }),
]);

/** Of a private message: one member, or all hosts and co-hosts who are there. */
const RecipientSchema = v.union([MemberIdSchema, v.literal('hosts')]);

/** Members who are there; in a group also people who belong to it, by their account, whether they are there or not. */
const MentionedSchema = v.union([MemberIdSchema, AccountIdSchema]);
const MentionsSchema = v.pipe(v.array(MentionedSchema), v.maxLength(LIMITS.mentions));

/** A message or picture: the `seq` of its event. */
const MessageSchema = CountSchema;

/** Who reacted to messages, by the message's `seq` and by emoji, in the order of reacting. */
export const MessageReactionsSchema = v.record(v.string(), v.record(v.string(), v.array(v.string())));
export type MessageReactions = v.InferOutput<typeof MessageReactionsSchema>;

/** What sending it needs; editing it later needs the same. */
export const permissionToSend = (to: string | undefined): 'chat' | 'ask' | 'direct' =>
  to === undefined ? 'chat' : to === 'hosts' ? 'ask' : 'direct';

export const chatCommands = {
  'chat.send': defineCommand({
    kind: 'durable',
    rate: 'chat',
    needs: (command) => [permissionToSend(command.to)],
    fields: {
      body: BodySchema,
      /** Only this member and you will see it; "hosts": only the hosts and co-hosts who are there, and you. */
      to: v.optional(RecipientSchema),
      /** Members the text speaks to; their clients draw attention to it. In a group also accounts of people who belong to it. */
      mentions: v.optional(MentionsSchema),
      /** The message or picture that it answers. */
      replyTo: v.optional(MessageSchema),
    },
  }),
  'chat.edit': defineCommand({
    kind: 'durable',
    rate: 'chat',
    fields: { message: MessageSchema, body: BodySchema, mentions: v.optional(MentionsSchema) },
  }),
  'chat.delete': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    fields: { message: MessageSchema },
  }),
  'chat.react': defineCommand({
    kind: 'durable',
    rate: 'chat',
    needs: (command) => (command.on ? ['react'] : []),
    fields: { message: MessageSchema, emoji: EmojiSchema, on: v.boolean() },
  }),
  'chat.pin': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { message: MessageSchema },
  }),
  'chat.unpin': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { message: MessageSchema },
  }),
  'chat.settings': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      slowSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.slowSeconds)),
    },
  }),
  'chat.history': defineCommand({
    kind: 'query',
    rate: 'query',
    fields: {
      /** Only what stands before this seq; left out: the newest page. */
      before: v.optional(CountSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.historyPage))),
    },
    result: v.object({
      /** `chat.sent`, `image.shared` and `file.shared` events, oldest first. */
      events: v.array(v.looseObject({ seq: CountSchema, t: v.string() })),
      /** Hand it back as `before` for the page before this one; null where the log begins. */
      next: v.nullable(CountSchema),
      /** Names of those who wrote them, also where they have left. */
      names: NamesSchema,
      /** Reactions to them. */
      reactions: v.optional(MessageReactionsSchema),
    }),
  }),
};

export const chatEvents = {
  'chat.sent': defineEvent({
    class: 'durable',
    fields: {
      body: ToldBodySchema,
      to: v.optional(RecipientSchema),
      mentions: v.optional(v.array(MentionedSchema)),
      replyTo: v.optional(MessageSchema),
      editedAt: v.optional(TimeSchema),
      deletedBy: v.optional(MemberIdSchema),
    },
  }),
  'chat.edited': defineEvent({
    class: 'durable',
    fields: {
      message: MessageSchema,
      body: v.optional(ToldBodySchema),
      mentions: v.optional(v.array(MentionedSchema)),
      editedAt: TimeSchema,
    },
  }),
  'chat.deleted': defineEvent({
    class: 'durable',
    fields: { message: MessageSchema, deletedBy: v.optional(MemberIdSchema) },
  }),
  'chat.reacted': defineEvent({
    class: 'durable',
    fields: { message: MessageSchema, emoji: v.string(), member: MemberIdSchema, on: v.boolean() },
  }),
  'chat.pinned': defineEvent({
    class: 'durable',
    fields: { message: MessageSchema },
  }),
  'chat.unpinned': defineEvent({
    class: 'durable',
    fields: { message: MessageSchema },
  }),
  'chat.slowed': defineEvent({
    class: 'durable',
    fields: { seconds: CountSchema },
  }),
};

export const chatSnapshot = {
  /** The pinned messages and pictures, whole, in the order of pinning. */
  pins: v.optional(
    v.array(
      v.looseObject({
        seq: CountSchema,
        t: v.string(),
        at: TimeSchema,
        by: v.optional(v.string()),
        n: v.optional(NumberSchema),
      }),
    ),
  ),
  /** Reactions to what is in `history` and `pins`. */
  reactions: v.optional(MessageReactionsSchema),
  /** Seconds that a member waits between two messages to all. */
  slowSeconds: v.optional(CountSchema),
};

export const chatOwn = {
  /** Reactions to what is in `direct`; only when not recovered. */
  reactions: v.optional(MessageReactionsSchema),
};
