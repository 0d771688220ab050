import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';

/** UTF-16 units of an emoji. */
const EMOJI_LENGTH = 32;
/** Members that one merged reaction names. */
export const REACTION_MEMBERS = 10;

/** A pictograph with its presentation or skin tone, and the tags that make it a flag. */
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:[\u{E0020}-\u{E007E}]+\u{E007F})?`;
/** A flag, a keycap, or pictographs that are joined into one. What Unicode adds later is in reserved places and fits, too. */
const EMOJI = new RegExp(
  String.raw`^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|${PICTURE}(?:\u200D${PICTURE})*)$`,
  'u',
);

/** One emoji, as a person would count it: at most 32 UTF-16 units. */
export const EmojiSchema = v.pipe(
  v.string(),
  v.maxLength(EMOJI_LENGTH, `must be at most ${EMOJI_LENGTH} UTF-16 units`),
  v.regex(EMOJI, 'must be one emoji'),
);

export const reactionsCommands = {
  'reaction.send': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    needs: 'react',
    fields: { emoji: EmojiSchema },
  }),
};

export const reactionsEvents = {
  'reaction.sent': defineEvent({
    class: 'ephemeral',
    fields: {
      emoji: v.string(),
      count: CountSchema,
      members: v.array(MemberIdSchema),
    },
  }),
};
