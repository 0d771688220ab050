import type { ObjectStore } from '../platform/object-store.ts';
import { type ImageType, type Refusal, refuse } from '../protocol/index.ts';
import type { EffectDraft } from './feature.ts';
import type { Executor } from './outbox.ts';

/** ms after which an upload that was asked for and never finished is given up. */
export const PENDING_MS = 600_000;
/** Uploads that one sender may have under way: more would only hold the quota. */
export const PENDING_AT_ONCE = 8;
/** Pictures that one object may keep record of. */
export const IMAGES_KEPT = 5_000;
/** The effect that removes objects from the store; its data is `{keys}`. */
export const DELETE_OBJECTS = 'objects.delete';

/** What is known of any picture. */
export interface AnyImage {
  readonly id: string;
  /** Who sends it: a member of a room, or an account. */
  readonly by: string;
  /** The Idempotency-Key of the upload, or null. */
  readonly request: string | null;
  /** The sender's command number, or null where the upload had none. */
  readonly n: number | null;
}

/** Asked for and let in; the bytes are on their way to `key`. */
export interface PendingImage extends AnyImage {
  readonly state: 'pending';
  readonly key: string;
  readonly caption: string;
  /** Bytes, as announced. */
  readonly size: number;
  /** SHA-256 of the bytes, base64url, once they are stored. */
  readonly hash: string | null;
  /** The same upload was begun anew, and this try can no longer be shared: it waits for its end, so that its bytes go. */
  readonly replaced: boolean;
}

/** Shared. Pictures with the same bytes have the same key. */
export interface StoredImage extends AnyImage {
  readonly state: 'shared';
  readonly key: string;
  readonly caption: string;
  readonly type: ImageType;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly hash: string;
}

/** Removed. Kept only where the upload can come again by its request or number: it must not put the picture back. */
export interface RemovedImage extends AnyImage {
  readonly state: 'removed';
}

type Rows = Iterable<Readonly<PendingImage | StoredImage | RemovedImage>>;

/** Bytes that pictures take up, with those on their way; what is stored once counts once. */
function bytesHeld(rows: Rows): number {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    if (row.state === 'shared' || (row.state === 'pending' && !row.replaced)) sizes.set(row.key, row.size);
  }
  let sum = 0;
  for (const size of sizes.values()) sum += size;
  return sum;
}

/** The picture that an earlier try of the same upload made. */
export function findEarlier<Row extends AnyImage>(
  rows: Iterable<Row>,
  by: string,
  { request, n }: { readonly request?: string; readonly n?: number },
): Row | undefined {
  if (request === undefined && n === undefined) return undefined;
  for (const row of rows) {
    if (row.by !== by) continue;
    if ((request !== undefined && row.request === request) || (n !== undefined && row.n === n)) return row;
  }
  return undefined;
}

/** Why a picture of `size` bytes can't be taken beside `rows`; null: it can. `limits` in bytes: of one, of all together. */
export function tooMuch(
  rows: readonly Readonly<PendingImage | StoredImage | RemovedImage>[],
  earlier: Readonly<AnyImage> | undefined,
  by: string,
  size: number,
  limits: { readonly one: number; readonly all: number },
): Refusal | null {
  if (size > limits.one) return refuse('image_too_large', { detail: `${limits.one} bytes` });
  const others = rows.filter((row) => row !== earlier);
  if (bytesHeld(others) + size > limits.all)
    return refuse('quota_exceeded', { detail: `${limits.all} bytes` });
  if (rows.length >= IMAGES_KEPT) return refuse('quota_exceeded', { detail: `${IMAGES_KEPT} pictures` });
  const underWay = rows.filter((row) => row.state === 'pending' && row.by === by).length;
  return underWay >= PENDING_AT_ONCE
    ? refuse('rate_limited', { detail: `${PENDING_AT_ONCE} pictures at a time` })
    : null;
}

/** A shared picture with the same bytes. */
export function findSameBytes(rows: Rows, hash: string): Readonly<StoredImage> | undefined {
  for (const row of rows) if (row.state === 'shared' && row.hash === hash) return row;
  return undefined;
}

/** Whether the bytes of a picture are those of another shared one, too. */
export function isUsedElsewhere(rows: Rows, { id, key }: Readonly<StoredImage>): boolean {
  for (const row of rows) if (row.state === 'shared' && row.id !== id && row.key === key) return true;
  return false;
}

/** Has an object of the store removed. `reason` tells this effect from others about the same key. */
export const deleteObject = (reason: string, key: string): EffectDraft => ({
  id: `${reason}:${key}`,
  kind: DELETE_OBJECTS,
  data: { keys: [key] },
});

/** Removes objects by their keys. */
export const deleteObjects =
  (store: ObjectStore | null): Executor =>
  async (data) => {
    const { keys } = data as { readonly keys: readonly string[] };
    await store?.delete(keys);
  };

/** Removes all objects whose keys begin so. */
export async function deleteObjectsBelow(store: ObjectStore | null, prefix: string): Promise<void> {
  if (store === null) return;
  for (;;) {
    const keys = await store.list(prefix);
    if (keys.length === 0) return;
    await store.delete(keys);
  }
}
