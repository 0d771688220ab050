import { apply, decide, type Feature, happen } from '../../engine/feature.ts';
import { defineTable, type StateView } from '../../engine/state.ts';
import {
  type CommandFields,
  type Favourite,
  fail,
  LIMITS,
  normalizeCode,
  type Refusal,
  refuse,
} from '../../protocol/index.ts';

/** What somebody wants to find again; key: `<kind> <id>`. */
const favouriteTable = defineTable<Favourite>('favourites');
const keyOf = ({ kind, id }: Pick<Favourite, 'kind' | 'id'>): string => `${kind} ${id}`;

/** The newest first. */
const inOrder = (state: StateView): Favourite[] =>
  Array.from(state.table(favouriteTable).values()).sort(
    (a, b) => b.at - a.at || (keyOf(a) < keyOf(b) ? -1 : 1),
  );

/** What does not go together in the fields. */
function refuseFields({ kind, id, room }: CommandFields<'favourite.add'>): Refusal | null {
  if (kind === 'media')
    return room === undefined ? refuse('invalid', { detail: 'room: must name the room of the item' }) : null;
  if (normalizeCode(id) !== id) return refuse('invalid', { detail: 'id: must be a room code' });
  return room === undefined ? null : refuse('invalid', { detail: 'room: goes with a media item only' });
}

/** Rooms and media items that a person wants to find again. */
export const favourites: Feature = {
  name: 'favourites',
  tables: [favouriteTable],
  commands: {
    'favourite.add': ({ state, fields, now }) => {
      const refused = refuseFields(fields);
      if (refused !== null) return { ok: false, error: refused };
      const { kind, id, title } = fields;
      const table = state.table(favouriteTable);
      const known = table.get(keyOf(fields));
      const room = fields.room ?? null;
      if (known?.title === title && known.room === room) return decide({});
      if (known === undefined && table.size >= LIMITS.favourites)
        return fail('quota_exceeded', { detail: `${LIMITS.favourites} favourites` });
      const favourite = { kind, id, title, room, at: known?.at ?? now };
      return decide({ events: [happen('favourite.added', { favourite })] });
    },
    'favourite.remove': ({ state, fields: { kind, id } }) =>
      decide(
        state.table(favouriteTable).has(keyOf({ kind, id }))
          ? { events: [happen('favourite.removed', { kind, id })] }
          : {},
      ),
  },
  apply: [
    apply('favourite.added', (state, { favourite }) =>
      state.table(favouriteTable).set(keyOf(favourite), favourite),
    ),
    apply('favourite.removed', (state, { kind, id }) =>
      state.table(favouriteTable).delete(keyOf({ kind, id })),
    ),
  ],
  snapshot: (state) => {
    const list = inOrder(state);
    return list.length === 0 ? {} : { favourites: list };
  },
};
