import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, NamesSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { textSchema } from './text.ts';

/** A message's content: a union, so that a sealed body can pass through later without being read. */
export const BodySchema = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: textSchema(LIMITS.textLength, 1) }),
]);
export type Body = v.InferOutput<typeof BodySchema>;

export const chatCommands = {
  'chat.send': defineCommand({
    kind: 'durable',
    rate: 'chat',
    needs: (command) => [command.to === undefined ? 'chat' : 'direct'],
    needsText: 'chat; direct where `to` is given',
    summary: 'Sends a message to all, or to one member.',
    fields: {
      body: BodySchema,
      /** Only this member and you will see it. */
      to: v.optional(MemberIdSchema),
      /** Members the text speaks to; their clients draw attention to it. */
      mentions: v.optional(v.pipe(v.array(MemberIdSchema), v.maxLength(LIMITS.mentions))),
    },
  }),
  'chat.history': defineCommand({
    kind: 'query',
    rate: 'query',
    summary:
      'Messages and pictures before a position, newest page first, each page in order; your direct messages included.',
    fields: {
      /** Only what stands before this seq; left out: the newest page. */
      before: v.optional(CountSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.historyPage))),
    },
    result: v.object({
      /** `chat.sent` and `image.shared` events, oldest first. */
      events: v.array(v.looseObject({ seq: CountSchema, t: v.string() })),
      /** Hand it back as `before` for the page before this one; null where the log begins. */
      next: v.nullable(CountSchema),
      /** Names of those who wrote them, also where they have left. */
      names: NamesSchema,
    }),
  }),
};

export const chatEvents = {
  'chat.sent': defineEvent({
    class: 'durable',
    summary: 'A message. Its id is its `seq`. With `to` it is private to sender and recipient.',
    fields: {
      body: v.variant('kind', [v.object({ kind: v.literal('text'), text: v.string() })]),
      to: v.optional(MemberIdSchema),
      mentions: v.optional(v.array(MemberIdSchema)),
    },
  }),
};
