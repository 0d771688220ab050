import { isSameForRange, readRange } from './byte-range.ts';
import {
  type ObjectStore,
  type PartStore,
  PartsGone,
  type StoredObject,
  type WriteBytes,
} from './object-store.ts';

/** R2's own limit of keys in one call. */
const KEYS_PER_DELETE = 1_000;

/** R2's own error codes; they stand at the end of its messages, in brackets. */
const NO_SUCH_UPLOAD = 10_024;
/** InvalidPart, BadUpload (parts of different sizes), EntityTooSmall. */
const MISMATCH = [10_025, 10_048, 10_011];
const isCode = (error: unknown, code: number): boolean =>
  error instanceof Error && error.message.includes(`(${code})`);

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
export class R2Store implements ObjectStore, PartStore {
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

  async get(key: string, headers: Headers, size?: number): Promise<StoredObject | null> {
    const range = headers.get('range');
    if (range === null) {
      const object = await this.#bucket.get(key, { onlyIf: headers });
      return object === null ? null : whole(object);
    }
    // What a range means depends on the size, and If-Range on the tag: R2 looks at neither for us.
    const isKnown = size !== undefined && !headers.has('if-range');
    const object = isKnown ? { size, httpEtag: '' } : await this.#bucket.head(key);
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

  async beginParts(key: string, type: string): Promise<string> {
    const begun = await this.#bucket.createMultipartUpload(key, { httpMetadata: { contentType: type } });
    return begun.uploadId;
  }

  async putPart(
    { key, multipart, number }: { readonly key: string; readonly multipart: string; readonly number: number },
    size: number,
    fill: (write: WriteBytes) => Promise<void>,
  ): Promise<string> {
    const { readable, writable } = new FixedLengthStream(size);
    const writer = writable.getWriter();
    writer.closed.catch(() => {});
    const stored = this.#bucket.resumeMultipartUpload(key, multipart).uploadPart(number, readable);
    // A write must not wait for a reader that is gone.
    stored.catch((error: unknown) => writer.abort(error).catch(() => {}));
    try {
      await fill((bytes) => writer.write(bytes));
      await writer.close();
      return (await stored).etag;
    } catch (error) {
      const [, ended] = await Promise.allSettled([writer.abort(error), stored]);
      if (ended.status === 'rejected' && isCode(ended.reason, NO_SUCH_UPLOAD)) throw new PartsGone(multipart);
      throw error;
    }
  }

  async completeParts(
    key: string,
    multipart: string,
    parts: readonly { readonly number: number; readonly etag: string }[],
  ): Promise<'done' | 'gone' | 'mismatch'> {
    const wanted = parts.map(({ number, etag }) => ({ partNumber: number, etag }));
    try {
      await this.#bucket.resumeMultipartUpload(key, multipart).complete(wanted);
      return 'done';
    } catch (error) {
      if (MISMATCH.some((code) => isCode(error, code))) return 'mismatch';
      if (!isCode(error, NO_SUCH_UPLOAD)) throw error;
      return (await this.#bucket.head(key)) === null ? 'gone' : 'done';
    }
  }

  async abortParts(key: string, multipart: string): Promise<void> {
    try {
      await this.#bucket.resumeMultipartUpload(key, multipart).abort();
    } catch (error) {
      if (!isCode(error, NO_SUCH_UPLOAD)) throw error;
    }
  }
}
