import type { Context } from 'hono';
import { storeImage } from '../platform/image-pipeline.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { R2Store } from '../platform/r2-store.ts';
import type { ImageMeta } from '../platform/room-rpc.ts';
import { fail, type Outcome, succeed } from '../protocol/index.ts';
import type { AppTypes } from './services.ts';

/** Where the bytes of pictures are kept; `images_off` where there is no such place. */
export const storeOf = (c: Context<AppTypes>): Outcome<ObjectStore> =>
  c.env.PICTURES === undefined ? fail('images_off') : succeed(new R2Store(c.env.PICTURES));

/** Bytes that the request announces, before any of them is read; refused with length_required or image_too_large. */
export function announcedSize(c: Context<AppTypes>, limitBytes: number): Outcome<number> {
  const length = c.req.header('content-length');
  if (length === undefined || !/^\d{1,15}$/.test(length)) return fail('length_required');
  if (Number(length) > limitBytes) return fail('image_too_large', { detail: `${limitBytes} bytes` });
  return succeed(Number(length));
}

interface Place {
  readonly store: ObjectStore;
  /** Must be new: what fails is deleted under it. */
  readonly key: string;
  /** Bytes, as announced. */
  readonly size: number;
  readonly limitBytes: number;
}

/** Checks the picture that is the request's body and stores it as it comes. Refuses and rejects as `storeImage` does. */
export const storeBody = (c: Context<AppTypes>, place: Place): Promise<Outcome<ImageMeta>> =>
  storeImage({
    ...place,
    body: c.req.raw.body ?? new Uint8Array(),
    declaredType: c.req.header('content-type') ?? null,
  });

/** Whether pages of other origins may show pictures: where any of them may use the API. */
export function isForOtherPages(c: Context<AppTypes>): boolean {
  const { allowedOrigins } = c.get('services').settings;
  return allowedOrigins === 'any' || allowedOrigins.size > 0;
}
