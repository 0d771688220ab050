import { beforeEach, describe, expect, test } from 'vitest';
import type { RoomNews } from '../../../src/platform/room-news.ts';
import { groupTable } from '../../../src/user-object/group-rows.ts';
import { hear } from '../../../src/user-object/news.ts';
import { type Inbox, World } from './harness.ts';

let ben: Inbox;
beforeEach(() => {
  ben = new World(['ben']).of('ben');
  ben.take();
});

describe('a hint that a group has moved', () => {
  const unread = {
    group: 'grp-abcd-efg',
    name: 'Team',
    head: 12,
    read: 3,
    unread: 4,
    mentions: 1,
    lastMessage: null,
  };
  const news: RoomNews = { kind: 'moved', unread };

  test('is told and not kept', () => {
    ben.state.table(groupTable).set(unread.group, { code: unread.group } as never);
    ben.state.takeChanges();
    hear(ben, news);
    expect(ben.take().told).toMatchObject([{ t: 'group.unread', ...unread }]);
    expect(ben.state.isDirty).toBe(false);
  });

  test('that comes late takes nothing back', () => {
    ben.state.table(groupTable).set(unread.group, { code: unread.group } as never);
    hear(ben, news);
    ben.take();
    hear(ben, { kind: 'moved', unread: { ...unread, head: 11, unread: 3 } });
    expect(ben.take().told).toEqual([]);
    hear(ben, { kind: 'moved', unread: { ...unread, unread: 0 } });
    expect(ben.take().told).toMatchObject([{ t: 'group.unread', head: 12, unread: 0 }]);
    // Read further on another device meanwhile: word from before that is late, too.
    hear(ben, { kind: 'moved', unread: { ...unread, read: 12, unread: 0 } });
    ben.take();
    hear(ben, news);
    expect(ben.take().told).toEqual([]);
  });

  test('of a group that one does not belong to (any more) is nothing', () => {
    hear(ben, news);
    expect(ben.take().told).toEqual([]);
  });
});
