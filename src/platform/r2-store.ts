import { isSameForRange, readRange } from './byte-range.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** R2's own limit of keys in one call. */
const KEYS_PER_DELETE = 1_000;

const whole = (object: R2Object | R2ObjectBody): StoredObject => ({
  size: object.size,
  type: object.httpMetadata?.contentType ?? null,
  etag: object.httpEtag,
  range: null,
  body: 'body' in object ? object.body : null,
});

/**
 * Passes exactly `size` bytes on, always one piece behind: R2 keeps what is complete, also when the stream fails after
 * its last byte, so the last piece goes only when nothing can fail any more.
 */
async function feed(
  body: ReadableStream<Uint8Array>,
  size: number,
  writable: WritableStream<Uint8Array>,
  stored: Promise<unknown>,
): Promise<void> {
  const reader = body.getReader();
  const writer = writable.getWriter();
  // A write must not wait for a reader that is gone; every failure is seen by a write or by `stored`.
  stored.catch((error: unknown) => writer.abort(error).catch(() => {}));
  writer.closed.catch(() => {});
  let held: Uint8Array | null = null;
  let counted = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      counted += value?.byteLength ?? 0;
      if (counted > size || (done && counted < size)) {
        throw new RangeError(`${counted} bytes came where ${size} were announced`);
      }
      if (held !== null) await writer.write(held);
      if (done) break;
      held = value;
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([writer.abort(error), reader.cancel(error), stored]);
    throw error;
  }
}

/** Pictures and files in an R2 bucket. */
export class R2Store implements ObjectStore {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async put(
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    size: number,
    type: string,
  ): Promise<void> {
    const options = { httpMetadata: { contentType: type } };
    if (body instanceof Uint8Array) {
      if (body.byteLength !== size)
        throw new RangeError(`${body.byteLength} bytes came where ${size} were announced`);
      await this.#bucket.put(key, body, options);
      return;
    }
    // R2 takes a stream only when it knows the length.
    const { readable, writable } = new FixedLengthStream(size);
    const stored = this.#bucket.put(key, readable, options);
    await feed(body, size, writable, stored);
    await stored;
  }

  async get(key: string, headers: Headers): Promise<StoredObject | null> {
    const range = headers.get('range');
    if (range === null) {
      const object = await this.#bucket.get(key, { onlyIf: headers });
      return object === null ? null : whole(object);
    }
    // What a range means depends on the size, and If-Range on the tag: R2 looks at neither for us.
    const object = await this.#bucket.head(key);
    if (object === null) return null;
    const wanted = isSameForRange(headers.get('if-range'), object.httpEtag)
      ? readRange(range, object.size)
      : 'whole';
    if (wanted === 'whole' || wanted === 'unsatisfiable') {
      const all = await this.#bucket.get(key, { onlyIf: headers });
      return all === null ? null : whole(all);
    }
    const part = await this.#bucket.get(key, { onlyIf: headers, range: wanted });
    if (part === null) return null;
    return 'body' in part ? { ...whole(part), range: wanted } : whole(part);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_PER_DELETE) {
      await this.#bucket.delete(keys.slice(from, from + KEYS_PER_DELETE));
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    const { objects } = await this.#bucket.list({ prefix });
    return objects.map(({ key }) => key);
  }
}
