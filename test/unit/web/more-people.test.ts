import { expect, test } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { loadMorePeople } from '../../../web/src/room/roster/more-people.ts';

/** A room whose roster comes in pages of two; `known` are the members that the page has. */
function roomOf(everybody: readonly string[], known: readonly string[]) {
  const members = new Map<string, never>();
  const learn = (id: string) => members.set(id, undefined as never);
  known.forEach(learn);
  const asked: (string | undefined)[] = [];
  const room: Pick<RoomConnection, 'state' | 'roster'> = {
    get state() {
      return { members } as unknown as RoomConnection['state'];
    },
    roster: async (after) => {
      asked.push(after);
      const from = after === undefined ? 0 : everybody.indexOf(after) + 1;
      const page = everybody.slice(from, from + 2);
      page.forEach(learn);
      const next = from + 2 < everybody.length ? (page.at(-1) ?? null) : null;
      return { members: [], count: everybody.length, next };
    },
  };
  return { room, asked, members };
}

test('people beyond the pages that are known are found, also when somebody has joined since', async () => {
  // g came after the snapshot of a and b: the newest known person is not where the known pages end.
  const { room, asked, members } = roomOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'], ['a', 'b', 'g']);
  const cursor = await loadMorePeople(room, null);
  expect(asked).toEqual([undefined, 'b']);
  expect(cursor).toBe('d');
  expect(await loadMorePeople(room, cursor)).toBe('f');
  expect(members.size).toBe(7);
});

test('the end of the roster ends the search', async () => {
  const { room, asked } = roomOf(['a', 'b', 'c'], ['a', 'b', 'c']);
  expect(await loadMorePeople(room, null)).toBeNull();
  expect(asked).toEqual([undefined, 'b']);
});
