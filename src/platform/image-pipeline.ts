import { fail, type ImageType, type Outcome, succeed } from '../protocol/index.ts';
import { type Digest, sha256Stream } from './digest.ts';
import {
  type Dimensions,
  HEADER_BYTES,
  isPlausible,
  readDeclared,
  readDimensions,
  SNIFF_BYTES,
  sniffType,
} from './image-type.ts';
import type { ObjectStore } from './object-store.ts';
import type { ImageMeta } from './room-rpc.ts';

export interface Upload {
  readonly store: ObjectStore;
  /** Must be new: what fails is deleted under it. */
  readonly key: string;
  readonly body: ReadableStream<Uint8Array> | Uint8Array;
  /** Bytes, as announced. */
  readonly size: number;
  /** The Content-Type, or null. */
  readonly declaredType: string | null;
  readonly limitBytes: number;
  /** ms for the whole upload; 8 minutes where it is left out: sooner than the room gives up what it was asked for. */
  readonly timeoutMs?: number;
  /** Makes a SHA-256; the platform's own where it is left out. */
  readonly digest?: () => Digest;
}

const TIMEOUT_MS = 480_000;

type Read = { readonly bytes: Uint8Array } | 'end' | 'failed';
type Next = () => Promise<Read>;

/** Reads a stream. The sender's failure is a value, so that it can't be taken for one of the store. */
const reading =
  (reader: ReadableStreamDefaultReader<Uint8Array>): Next =>
  async () => {
    try {
      const { done, value } = await reader.read();
      return done ? 'end' : { bytes: value };
    } catch {
      return 'failed';
    }
  };

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });

/** Bytes that come in pieces, in one buffer that doubles: a byte at a time costs no more than all at once. */
class Gathered {
  #buffer = new Uint8Array(4_096);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
  add(piece: Uint8Array): void {
    const needed = this.#length + piece.byteLength;
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = needed;
  }
}

interface Beginning extends Dimensions {
  readonly type: ImageType;
  /** Everything read so far. */
  readonly head: Uint8Array;
}

const brokenOff = (size: number) => fail('image_broken_off', { detail: `${size} bytes were announced` });

/** Reads until type and dimensions are known. Nothing is stored before that. */
async function readBeginning(
  next: Next,
  size: number,
  declaredType: string | null,
): Promise<Outcome<Beginning>> {
  const declared = readDeclared(declaredType);
  if (declared === null) return fail('image_type', { detail: 'Content-Type' });
  const head = new Gathered();
  // Looking again only when there is twice as much keeps the work in proportion to the bytes.
  let lookAt = SNIFF_BYTES;
  for (;;) {
    const read = await next();
    if (read === 'failed') return brokenOff(size);
    if (read !== 'end') head.add(read.bytes);
    if (head.length > size) return brokenOff(size);
    if (read !== 'end' && head.length < lookAt) continue;
    lookAt = head.length * 2;
    const isShort = read === 'end' && head.length < size;

    const type = sniffType(head.bytes);
    // Too little to tell: it broke off rather than lied.
    if (type === null) return isShort && head.length < SNIFF_BYTES ? brokenOff(size) : fail('image_type');
    if (declared !== 'any' && declared !== type)
      return fail('image_type', { detail: `the bytes are ${type}` });
    const dimensions = readDimensions(type, head.bytes);
    if (dimensions !== null) {
      if (isPlausible(dimensions)) return succeed({ type, ...dimensions, head: head.bytes });
      return fail('image_type', { detail: `${dimensions.width} × ${dimensions.height} pixels` });
    }
    if (isShort) return brokenOff(size);
    if (read === 'end' || head.length >= HEADER_BYTES[type])
      return fail('image_type', { detail: 'no dimensions' });
  }
}

type Passed = { readonly hash: string } | 'broken-off' | { readonly storeError: unknown };

/** Passes the head and what follows on to the store, counted and hashed. Settled with the store when it answers. */
async function pass(
  next: Next,
  { head, type }: Beginning,
  { store, key, size, digest = sha256Stream }: Upload,
): Promise<Passed> {
  const hash = digest();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // Every way it can end is seen by a write or by the store's answer.
  writer.closed.catch(() => {});
  const stored = store.put(key, readable, size, type).then(
    () => null,
    async (storeError: unknown) => {
      // A write must not wait for a reader that is gone.
      await writer.abort(storeError).catch(() => {});
      return { storeError };
    },
  );

  let counted = 0;
  const forward = async (bytes: Uint8Array): Promise<void> => {
    counted += bytes.byteLength;
    await hash.update(bytes);
    await writer.write(bytes);
  };
  const forwardAll = async (): Promise<'whole' | 'broken-off'> => {
    await forward(head);
    for (;;) {
      const read = await next();
      if (read === 'failed') return 'broken-off';
      if (read === 'end') return counted === size ? 'whole' : 'broken-off';
      if (counted + read.bytes.byteLength > size) return 'broken-off';
      await forward(read.bytes);
    }
  };

  const end = await forwardAll().catch((error: unknown) => ({ storeError: error }));
  if (end === 'whole') {
    await writer.close().catch(() => {});
    return (await stored) ?? { hash: await hash.finish() };
  }
  await writer.abort(new Error('the upload broke off')).catch(() => {});
  const failed = await stored;
  return end === 'broken-off' ? end : (failed ?? end);
}

/**
 * Checks a picture by its bytes and stores it as it comes. Refuses with image_too_large, image_type or
 * image_broken_off, and then nothing is left in the store. Rejects where the store itself fails.
 * What was not read of the body is left to the caller.
 */
export async function storeImage(upload: Upload): Promise<Outcome<ImageMeta>> {
  const { store, key, body, size, declaredType, limitBytes, timeoutMs = TIMEOUT_MS } = upload;
  const stream = body instanceof Uint8Array ? streamOf(body) : body;
  if (size > limitBytes) return fail('image_too_large', { detail: `${limitBytes} bytes` });
  const reader = stream.getReader();
  const next = reading(reader);
  // Ends the reading, so that it is too short.
  const timer = setTimeout(() => reader.cancel('too slow').catch(() => {}), timeoutMs);
  try {
    const beginning = await readBeginning(next, size, declaredType);
    if (!beginning.ok) return beginning;
    const passed = await pass(next, beginning.value, upload);
    if (typeof passed === 'object' && 'hash' in passed) {
      const { type, width, height } = beginning.value;
      return succeed({ type, size, width, height, hash: passed.hash });
    }
    // An object store that was told to stop may have stored it all the same.
    await store.delete([key]);
    if (passed === 'broken-off') return brokenOff(size);
    throw passed.storeError;
  } finally {
    clearTimeout(timer);
    reader.releaseLock();
  }
}
