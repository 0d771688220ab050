import { decide, type Feature, happen, type InternalCommand, internalCommand } from '../../engine/feature.ts';
import type { MovedNews } from '../../platform/room-news.ts';
import { groupTable, isUnreadNews } from '../group-rows.ts';

/** Something was said in a group of this person's, who has it not open: their devices are told, and nothing is kept. */
export const tellMoved: InternalCommand<MovedNews> = internalCommand(
  'group.tell-moved',
  ({ state, fields: { unread } }) =>
    decide(
      state.table(groupTable).has(unread.group) && isUnreadNews(state, unread)
        ? { events: [happen('group.unread', unread, { about: unread.group, by: null })] }
        : {},
    ),
);

/** What groups tell of themselves while somebody has them not open. */
export const groupHints: Feature = {
  name: 'group-hints',
  tables: [],
  commands: {},
  internalCommands: [tellMoved],
  apply: [],
};
