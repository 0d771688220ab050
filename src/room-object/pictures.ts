import type { Engine } from '../engine/engine.ts';
import { asMember } from '../engine/feature.ts';
import { deleteObjectsBelow } from '../engine/images.ts';
import { randomId } from '../platform/codes.ts';
import { storeImage } from '../platform/image-pipeline.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import type { ImageAsked, ImageMeta } from '../platform/room-rpc.ts';
import { fail, type Outcome, type RoomEvent, succeed } from '../protocol/index.ts';
import { type AskImage, askImage, cancelImage, shareImage } from './features/images.ts';
import { findShared, imageTable, objectKey, purgePrefix, toSharedEvent } from './image-rows.ts';
import type { RoomSettings } from './settings.ts';
import { theRoom } from './tables.ts';

/** Pictures from sockets that are being stored at a time: their bytes are in the object's memory until then. */
const UNDER_WAY = 16;

export interface Ask {
  readonly size: number;
  readonly caption: string;
  readonly request?: string;
  readonly n?: number;
}

/** Brings pictures from asking to sharing; the bytes go to the object store, not through the room's memory or log. */
export class Pictures {
  readonly #engine: Engine;
  readonly #store: ObjectStore | null;
  readonly #settings: RoomSettings;
  #underWay = 0;

  constructor(engine: Engine, store: ObjectStore | null, settings: RoomSettings) {
    this.#engine = engine;
    this.#store = store;
    this.#settings = settings;
  }

  async ask(member: string, ask: Ask): Promise<Outcome<ImageAsked>> {
    if (this.#store === null) return fail('images_off');
    const { n } = ask;
    if (n !== undefined && n <= this.#engine.acked(member)) return this.#repeated(member, n);
    const key = objectKey(theRoom(this.#engine.state), randomId(''));
    const limits = { imageBytes: this.#settings.imageBytes, roomBytes: this.#settings.imageRoomBytes };
    const fields: AskImage = { ...ask, image: randomId('i_'), key, limits };
    const asked = this.#engine.perform(askImage, fields, asMember(member));
    await this.#engine.settled();
    // The handler's result is what it says it is: an ImageAsked.
    return asked.ok ? succeed(asked.value.result as ImageAsked) : asked;
  }

  /** A number that was accepted before: the picture it made, or the news that it was used for something else. */
  #repeated(member: string, n: number): Outcome<ImageAsked> {
    for (const row of this.#engine.state.table(imageTable).values()) {
      if (row.by === member && row.n === n && row.state === 'shared')
        return succeed({ state: 'shared', event: toSharedEvent(row) });
    }
    return fail('idempotency_mismatch', { detail: `n: ${n} was used before` });
  }

  async share(member: string, image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'image.shared'>>> {
    const shared = this.#engine.perform(shareImage, { image, meta }, asMember(member));
    const n = findShared(this.#engine.state, image)?.n ?? null;
    if (shared.ok && n !== null) this.#engine.accept(member, n);
    await this.#engine.settled();
    if (!shared.ok) return shared;
    const row = findShared(this.#engine.state, image);
    return row === undefined ? fail('image_unknown') : succeed(toSharedEvent(row));
  }

  async cancel(member: string, image: string): Promise<void> {
    this.#engine.perform(cancelImage, { image }, asMember(member));
    await this.#engine.settled();
  }

  /** A picture that came through the socket, whole. Answers whether it had been shared before. */
  async take(
    member: string,
    n: number | undefined,
    caption: string,
    bytes: Uint8Array,
  ): Promise<Outcome<{ readonly repeated: boolean }>> {
    const store = this.#store;
    if (store === null) return fail('images_off');
    if (n !== undefined && n <= this.#engine.acked(member)) return succeed({ repeated: true });
    if (this.#underWay >= UNDER_WAY) return fail('busy');
    this.#underWay += 1;
    try {
      return await this.#take(store, member, n, caption, bytes);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #take(
    store: ObjectStore,
    member: string,
    n: number | undefined,
    caption: string,
    bytes: Uint8Array,
  ): Promise<Outcome<{ readonly repeated: boolean }>> {
    const asked = await this.ask(member, {
      size: bytes.byteLength,
      caption,
      ...(n === undefined ? {} : { n }),
    });
    if (!asked.ok) return asked;
    if (asked.value.state === 'shared') return succeed({ repeated: true });
    const { image, key } = asked.value;
    const upload = { store, key, body: bytes, size: bytes.byteLength, declaredType: null };
    let isShared = false;
    try {
      const stored = await storeImage({ ...upload, limitBytes: this.#settings.imageBytes });
      const done = stored.ok ? await this.share(member, image, stored.value) : stored;
      isShared = done.ok;
      return done.ok ? succeed({ repeated: false }) : done;
    } finally {
      if (!isShared) await this.cancel(member, image);
    }
  }
}

/** Removes all that a room has in the object store. */
export const deleteAllObjects = (store: ObjectStore | null, room: { readonly id: string }): Promise<void> =>
  deleteObjectsBelow(store, purgePrefix(room));
