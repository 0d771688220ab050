import { ParleyError } from '../http.ts';
import type { CallRoom } from './transport.ts';

/** By room: who was looked for already. Who can't be found is about to leave, and their leaving is on its way. */
const lookedFor = new WeakMap<CallRoom, Set<string>>();

/**
 * Of a large room only the first part of the roster is known, and of whom nothing is known nothing may be shown. So where somebody
 * unknown is in the call the rest is asked for, page after page, until all of them are known.
 */
export function acquaint(room: CallRoom, members: Iterable<string>): void {
  if (room.state.connection.status !== 'online') return;
  const known = lookedFor.get(room) ?? new Set();
  lookedFor.set(room, known);
  const ids = [...members].filter((id) => !room.state.members.has(id) && !known.has(id));
  if (ids.length === 0) return;
  for (const id of ids) known.add(id);
  void read(room, () => ids.every((id) => room.state.members.has(id))).then((isRead) => {
    if (!isRead) for (const id of ids) known.delete(id);
  });
}

/** false: it could not be read to its end. */
async function read(room: CallRoom, areKnown: () => boolean): Promise<boolean> {
  let after: string | undefined;
  try {
    do {
      const { next }: { readonly next: string | null } = await room.roster(after);
      after = next ?? undefined;
    } while (after !== undefined && !areKnown());
    return true;
  } catch (error) {
    // The next change of the room asks again.
    if (!(error instanceof ParleyError)) throw error;
    return false;
  }
}
