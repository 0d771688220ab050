import { decide, type Feature, happen } from '../../engine/feature.ts';
import { type EventFields, fail, REACTION_MEMBERS } from '../../protocol/index.ts';

type Sent = EventFields<'reaction.sent'>;

/** Many who react alike at once are told as one. */
const fold = (before: Sent, after: Sent): Sent => ({
  emoji: after.emoji,
  count: before.count + after.count,
  members: Array.from(new Set([...before.members, ...after.members])).slice(0, REACTION_MEMBERS),
});

/** Reactions: seen for a moment by those who are there, and kept by nobody. */
export const reactions: Feature = {
  name: 'reactions',
  tables: [],
  commands: {
    'reaction.send': ({ fields, actor }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const { emoji } = fields;
      const sent = { emoji, count: 1, members: [actor.id] };
      return decide({
        events: [happen('reaction.sent', sent, { by: null, merge: { key: emoji, fold } })],
      });
    },
  },
  apply: [],
};
