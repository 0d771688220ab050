import type { PendingImage, RemovedImage, StoredImage } from '../engine/images.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import { fail, type ImageType, type Outcome, type RoomEvent, succeed } from '../protocol/index.ts';
import { findPresent } from './tables.ts';

/** Told to everybody. */
export interface SharedImage extends StoredImage {
  /** Position and time (ms) of its `image.shared`. */
  readonly seq: number;
  readonly at: number;
}

export type ImageRow = PendingImage | SharedImage | RemovedImage;

/** Pictures by their id. */
export const imageTable = defineTable<ImageRow>('images');

/** A picture that everybody can see, or undefined. */
export function findShared(state: StateView, image: string): Readonly<SharedImage> | undefined {
  const row = state.table(imageTable).get(image);
  return row?.state === 'shared' ? row : undefined;
}

/** Whether a picture was shared and not removed: history leaves the others out. */
export const isLiveImage = (state: StateView, image: string): boolean =>
  findShared(state, image) !== undefined;

/** The event that told of a picture, put together again from its row. */
export const toSharedEvent = (row: Readonly<SharedImage>): RoomEvent<'image.shared'> => ({
  t: 'image.shared',
  at: row.at,
  seq: row.seq,
  by: row.by,
  ...(row.n === null ? {} : { n: row.n }),
  image: row.id,
  type: row.type,
  size: row.size,
  width: row.width,
  height: row.height,
  caption: row.caption,
});

/** Where a picture's bytes are, for a member who is present; `member` null: a signed link vouches for the reader. */
export function locateImage(
  state: StateView,
  member: string | null,
  image: string,
): Outcome<{ readonly key: string; readonly type: ImageType }> {
  if (member !== null && findPresent(state, member) === undefined) return fail('member_gone');
  const row = findShared(state, image);
  return row === undefined ? fail('image_unknown') : succeed({ key: row.key, type: row.type });
}

/** All that a room keeps in the object store begins with this, so that a purge finds it. */
export const purgePrefix = (room: { readonly id: string }): string => `rooms/${room.id}/`;

/** The key of a new object of a room; `random` tells it from every other one. */
export const objectKey = (room: { readonly id: string }, random: string): string =>
  `${purgePrefix(room)}${random}`;
