import type { Context } from 'hono';
import type { ImageAsked, ImageMeta } from '../platform/room-rpc.ts';
import type { ErrorCode, Outcome } from '../protocol/index.ts';
import { storeBody, storeOf } from './pictures.ts';
import type { AppTypes } from './services.ts';

/** The object that a picture is brought to: a room's, or a person's. */
export interface ImageTaker<Event> {
  /** Asks whether the picture may come, and where its bytes go. */
  ask(): Promise<Outcome<ImageAsked<Event>>>;
  /** Tells of it: its bytes are stored. */
  share(image: string, meta: ImageMeta): Promise<Outcome<Event>>;
  /** Takes back what is still pending. */
  cancel(image: string): Promise<void>;
  /** What `share` answers where nobody is left who would delete the bytes. */
  readonly gone: ErrorCode;
}

/** Asks, stores the bytes of the body, and tells. What comes to nothing is taken back. `size`: bytes, as announced. */
export async function bringImage<Event>(
  c: Context<AppTypes>,
  size: number,
  taker: ImageTaker<Event>,
): Promise<Outcome<Event>> {
  const objects = storeOf(c);
  if (!objects.ok) return objects;
  const store = objects.value;
  const asked = await taker.ask();
  if (!asked.ok) return asked;
  if (asked.value.state === 'shared') return { ok: true, value: asked.value.event };
  const { image, key } = asked.value;

  let isShared = false;
  try {
    const limitBytes = c.get('services').settings.imageMaxBytes;
    const stored = await storeBody(c, { store, key, size, limitBytes });
    if (!stored.ok) return stored;
    const shared = await taker.share(image, stored.value);
    isShared = shared.ok;
    if (!shared.ok && shared.error.code === taker.gone) await store.delete([key]);
    return shared;
  } finally {
    // Also where it is not known whether it was told: this takes back only what is still pending.
    if (!isShared) await taker.cancel(image);
  }
}
