import type { PendingImage, RemovedImage, StoredImage } from '../engine/images.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import { type DirectBody, fail, type ImageType, type Outcome, succeed } from '../protocol/index.ts';
import { isRemoved, theSelf } from './tables.ts';

interface ToSomebody {
  /** The account it is for. */
  readonly to: string;
}

export interface PendingDirectImage extends PendingImage, ToSomebody {}

/** Sent, as the message with this number of this person's to `to`. */
export interface SentImage extends StoredImage, ToSomebody {
  readonly number: number;
  /** Position of its `direct.sent`; null: that is about to be told. */
  readonly seq: number | null;
}

export interface RemovedDirectImage extends RemovedImage, ToSomebody {}

export type DirectImageRow = PendingDirectImage | SentImage | RemovedDirectImage;

/** Pictures that this person sends to others, by their id. Those of others are in their objects. */
export const directImageTable = defineTable<DirectImageRow>('direct-images');

/** A picture that was sent and not removed. */
export function findSent(state: StateView, image: string): Readonly<SentImage> | undefined {
  const row = state.table(directImageTable).get(image);
  return row?.state === 'shared' ? row : undefined;
}

/** The picture of a message of this person's. */
export function imageOfMessage(
  state: StateView,
  to: string,
  number: number,
): Readonly<SentImage> | undefined {
  for (const row of state.table(directImageTable).values())
    if (row.state === 'shared' && row.to === to && row.number === number) return row;
  return undefined;
}

/** What the two of them know a picture by: it names its author first, because that is where it is looked for. */
export const publicName = (account: string, image: string): string => `${account}.${image}`;

/** A picture as the body of its message. */
export const toBody = (
  account: string,
  id: string,
  { type, size, width, height, caption }: Pick<SentImage, 'type' | 'size' | 'width' | 'height' | 'caption'>,
): DirectBody => ({ kind: 'image', image: publicName(account, id), type, size, width, height, caption });

/** Where a picture's bytes are, for one of the two; `reader` null: a signed link vouches for the reader. */
export function locateDirectImage(
  state: StateView,
  reader: string | null,
  image: string,
): Outcome<{ readonly key: string; readonly type: ImageType }> {
  const row = findSent(state, image);
  const isTheirs = reader === null || reader === theSelf(state).id || reader === row?.to;
  const isShown = row !== undefined && isTheirs && !isRemoved(state);
  return isShown ? succeed({ key: row.key, type: row.type }) : fail('image_unknown');
}

/** All that a person keeps in the object store begins with this, so that it goes with their account. */
export const storePrefix = (account: string): string => `users/${account}/`;
