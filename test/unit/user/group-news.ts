import type { GroupNews } from '../../../src/platform/room-news.ts';
import type { Standing } from '../../../src/protocol/index.ts';
import { cardOf, Inbox } from './harness.ts';

export const CODE = 'abc-defg-hij';

export const news = (more: Partial<GroupNews> = {}): GroupNews => ({
  kind: 'group',
  group: CODE,
  name: 'Physics',
  state: 'enrolled',
  role: 'member',
  by: cardOf('bob'),
  everybody: false,
  version: 5,
  at: 1_700_000_000_000,
  ...more,
});

export const standing = (more: Partial<Standing> = {}): Standing => ({
  group: CODE,
  name: 'Physics',
  role: 'member',
  joining: 'invite',
  announcements: false,
  everybody: false,
  enrolled: 2,
  head: 20,
  read: 10,
  unread: 3,
  mentions: 1,
  lastMessage: null,
  version: 5,
  meeting: null,
  ...more,
});

export const ada = (vars = {}): Inbox => new Inbox('ada', vars);
