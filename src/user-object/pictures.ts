import type { Engine } from '../engine/engine.ts';
import { deleteObjectsBelow } from '../engine/images.ts';
import type { Inbound } from '../engine/inbound.ts';
import { randomId } from '../platform/codes.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import type { ImageAsked, ImageMeta } from '../platform/room-rpc.ts';
import type { DirectImageAsk } from '../platform/user-rpc.ts';
import { fail, type ImageType, type Outcome, type RoomEvent, succeed } from '../protocol/index.ts';
import { locateDirectImage, storePrefix } from './direct-image-rows.ts';
import {
  askDirectImage,
  cancelDirectImage,
  type DirectImageAsked,
  readDirectImage,
  shareDirectImage,
} from './features/direct-images.ts';
import type { UserSettings } from './settings.ts';
import { isRemoved, theSelf } from './tables.ts';

type Sent = RoomEvent<'direct.sent'>;

export interface DirectPicturesOptions {
  readonly engine: Engine;
  /** Counts what is asked for. */
  readonly inbound: Pick<Inbound, 'limit'>;
  /** null: this server has none. */
  readonly store: ObjectStore | null;
  readonly settings: UserSettings;
}

/** Brings pictures from asking to sending; the bytes go to the object store, not through this object. */
export class DirectPictures {
  readonly #options: DirectPicturesOptions;

  constructor(options: DirectPicturesOptions) {
    this.#options = options;
  }

  get #engine(): Engine {
    return this.#options.engine;
  }

  async ask(ask: DirectImageAsk): Promise<Outcome<ImageAsked<Sent>>> {
    const { inbound, store, settings } = this.#options;
    const { id } = theSelf(this.#engine.state);
    if (isRemoved(this.#engine.state)) return fail('login_required');
    if (store === null) return fail('images_off');
    const limited = inbound.limit('pictures', 'image');
    if (limited !== null) return { ok: false, error: limited };
    const key = `${storePrefix(id)}${randomId('')}`;
    const limits = { one: settings.imageBytes, all: settings.imagesBytes };
    const fields = { ...ask, image: randomId('i_'), key, limits };
    const asked = this.#engine.performAsSystem(askDirectImage, fields);
    await this.#engine.settled();
    if (!asked.ok) return asked;
    // The handler's result is what it says it is.
    const result = asked.value.result as DirectImageAsked;
    if (result.state === 'pending') return succeed(result);
    const event = this.#eventOf(result.image);
    return event.ok ? succeed({ state: 'shared', event: event.value }) : event;
  }

  async share(image: string, meta: ImageMeta): Promise<Outcome<Sent>> {
    // Everything goes, and these bytes with it.
    if (isRemoved(this.#engine.state)) return fail('image_unknown');
    const shared = this.#engine.performAsSystem(shareDirectImage, { image, meta });
    await this.#engine.settled();
    return shared.ok ? this.#eventOf(image) : shared;
  }

  async cancel(image: string): Promise<Outcome<null>> {
    this.#engine.performAsSystem(cancelDirectImage, { image });
    await this.#engine.settled();
    return succeed(null);
  }

  /** Where a picture's bytes are; `reader` null: a signed link vouches for the reader. */
  locate(
    reader: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>> {
    return new Promise((resolve) =>
      this.#engine.consistent(() => locateDirectImage(this.#engine.state, reader, image), resolve),
    );
  }

  /** Removes all that the person has in the object store. */
  purge(): Promise<void> {
    return deleteObjectsBelow(this.#options.store, storePrefix(theSelf(this.#engine.state).id));
  }

  #eventOf(image: string): Outcome<Sent> {
    const found = this.#engine.performAsSystem(readDirectImage, { image });
    // The handler's result is what it says it is.
    return found.ok ? succeed(found.value.result as Sent) : found;
  }
}
