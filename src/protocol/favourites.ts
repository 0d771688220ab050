import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { RoomCodeSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { RoomNameSchema } from './text.ts';

const KindSchema = v.picklist(['room', 'media']);

/** What it is, among those of its kind: a room's code, or a media item's id, which nobody reads. */
const IdSchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^[\\x21-\\x7e]{1,${LIMITS.favouriteIdLength}}$`),
    `must be 1 to ${LIMITS.favouriteIdLength} ASCII characters without blanks`,
  ),
);

/** A room or media item that somebody wants to find again. */
export const FavouriteSchema = v.object({
  kind: KindSchema,
  id: v.string(),
  title: v.string(),
  /** Code of the room that a media item belongs to; null with a room. */
  room: v.nullable(v.string()),
  /** ms; when it was added. */
  at: TimeSchema,
});
export type Favourite = v.InferOutput<typeof FavouriteSchema>;

export const favouritesCommands = {
  'favourite.add': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: {
      kind: KindSchema,
      /** Of a room its code; of a media item its id. */
      id: IdSchema,
      title: RoomNameSchema,
      /** Code of the room that a media item belongs to; only with one. */
      room: v.optional(RoomCodeSchema),
    },
  }),
  'favourite.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { kind: KindSchema, id: IdSchema },
  }),
};

export const favouritesEvents = {
  'favourite.added': defineEvent({
    class: 'durable',
    fields: { favourite: FavouriteSchema },
  }),
  'favourite.removed': defineEvent({
    class: 'durable',
    fields: { kind: KindSchema, id: v.string() },
  }),
};

/** What favourites add to the snapshot of a person's own log. */
export const favouritesSnapshot = {
  /** The newest first. Absent: none. */
  favourites: v.optional(v.array(FavouriteSchema)),
};
