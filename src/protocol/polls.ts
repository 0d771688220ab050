import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, NumberSchema, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { textSchema } from './text.ts';

/** A poll's id: the `seq` of its `poll.opened`. */
export const PollIdSchema = NumberSchema;

/** open: everybody sees the counts as they grow. hidden: only hosts do, until the poll is closed. */
export const PollResultsSchema = v.picklist(['open', 'hidden']);

const areDistinct = <T>(list: T[]): boolean => new Set(list).size === list.length;

/** What a host asks: two options are never the same text, or nobody could tell their counts apart. */
const QuestionSchema = v.pipe(
  textSchema(LIMITS.pollQuestionLength, 1),
  v.transform((text) => text.trim()),
);
const OptionsSchema = v.pipe(
  v.array(
    v.pipe(
      textSchema(LIMITS.pollOptionLength, 1),
      v.transform((text) => text.trim()),
    ),
  ),
  v.minLength(2, 'must be at least 2'),
  v.maxLength(LIMITS.pollOptions, `must be at most ${LIMITS.pollOptions}`),
  v.check(areDistinct, 'must all be different'),
);
/** Positions in the list of options, counted from 0. None at all takes the vote back. */
const ChoiceSchema = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.pollOptions - 1))),
  v.maxLength(LIMITS.pollOptions),
  v.check(areDistinct, 'must all be different'),
);

/** Votes by option, and how many people voted: with several answers each the sum is larger. */
const COUNTS = { counts: v.array(CountSchema), voters: CountSchema };

const QUESTION = {
  question: v.string(),
  options: v.array(v.string()),
  /** Whether one person may choose several. */
  multiple: v.boolean(),
  /** Whether it can be asked who chose what. */
  named: v.boolean(),
  results: PollResultsSchema,
};

/** A poll as it stands. Without counts where they are hidden. */
export const PollSchema = v.object({
  id: PollIdSchema,
  at: TimeSchema,
  /** Who opened it; absent: somebody with the host key. */
  by: v.optional(MemberIdSchema),
  ...QUESTION,
  /** ms; null while it is open. */
  closedAt: v.nullable(TimeSchema),
  counts: v.optional(COUNTS.counts),
  voters: v.optional(COUNTS.voters),
});
export type Poll = v.InferOutput<typeof PollSchema>;

export const pollsCommands = {
  'poll.open': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      question: QuestionSchema,
      options: OptionsSchema,
      /** Left out: one answer each. */
      multiple: v.optional(v.boolean(), false),
      /** Left out: nobody learns who chose what. */
      named: v.optional(v.boolean(), false),
      /** Left out: open. */
      results: v.optional(PollResultsSchema, 'open'),
    },
  }),
  'poll.vote': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { poll: PollIdSchema, options: ChoiceSchema },
  }),
  'poll.close': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { poll: PollIdSchema },
  }),
  'poll.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { poll: PollIdSchema },
  }),
  'poll.votes': defineCommand({
    kind: 'query',
    rate: 'query',
    forHostKey: true,
    fields: {
      poll: PollIdSchema,
      after: v.optional(MemberIdSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.rosterPage))),
    },
    result: v.object({
      votes: v.array(v.object({ member: MemberIdSchema, name: v.string(), options: v.array(CountSchema) })),
      /** Hand it back as `after` for the next page; null on the last. */
      next: v.nullable(MemberIdSchema),
    }),
  }),
};

export const pollsEvents = {
  'poll.opened': defineEvent({
    class: 'durable',
    fields: QUESTION,
  }),
  'poll.voted': defineEvent({
    class: 'durable',
    fields: { poll: PollIdSchema, options: v.array(CountSchema) },
  }),
  'poll.counted': defineEvent({
    class: 'durable',
    fields: { poll: PollIdSchema, ...COUNTS },
  }),
  'poll.closed': defineEvent({
    class: 'durable',
    fields: { poll: PollIdSchema, ...COUNTS },
  }),
  'poll.removed': defineEvent({
    class: 'durable',
    fields: { poll: PollIdSchema },
  }),
};

/** What polls add to the snapshot. */
export const pollsSnapshot = { polls: v.optional(v.array(PollSchema)) };

/** What polls add to one member's own `ready`. */
export const pollsOwn = {
  /** Your votes in polls that are there. */
  votes: v.optional(v.array(v.object({ poll: PollIdSchema, options: v.array(CountSchema) }))),
  /** For hosts: how open polls with hidden results stand. */
  hiddenCounts: v.optional(v.array(v.object({ poll: PollIdSchema, ...COUNTS }))),
};
