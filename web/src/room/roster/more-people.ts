import type { RoomConnection } from '../../../../src/client/index.ts';

/**
 * Loads the next people of a large room that are not known yet. `cursor` is what the last call resolved with; null
 * begins at the front, where the pages are known already and are passed over.
 */
export async function loadMorePeople(
  room: Pick<RoomConnection, 'state' | 'roster'>,
  cursor: string | null,
): Promise<string | null> {
  const known = room.state.members.size;
  let next = cursor;
  do {
    next = (await room.roster(next ?? undefined)).next;
  } while (next !== null && room.state.members.size <= known);
  return next;
}
