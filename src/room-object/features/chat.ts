import { apply, decide, type Feature, happen } from '../../engine/feature.ts';
import { fail, LIMITS } from '../../protocol/index.ts';
import { findPresent, namesIn } from '../tables.ts';

/** Messages live in the log alone: the log is their order, their storage and their history. */
export const chat: Feature = {
  name: 'chat',
  tables: [],
  commands: {
    'chat.send': ({ state, fields, actor }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const { body, to, mentions } = fields;
      const present = mentions?.filter((id) => findPresent(state, id) !== undefined) ?? [];
      const message = { body, ...(present.length === 0 ? {} : { mentions: Array.from(new Set(present)) }) };
      if (to === undefined) return decide({ events: [happen('chat.sent', message)] });
      if (findPresent(state, to) === undefined) return fail('member_unknown', { detail: to });
      return decide({ events: [happen('chat.sent', { ...message, to }, { to: [actor.id, to] })] });
    },
    'chat.history': ({ state, fields, actor, log }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const page = log.history(actor.id, fields.before ?? null, fields.limit ?? LIMITS.historyPage);
      return decide({ result: { ...page, names: namesIn(state, page.events) } });
    },
  },
  apply: [apply('chat.sent', () => {})],
};
