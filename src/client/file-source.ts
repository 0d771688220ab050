import { FILE_PART_BYTES, partCount, partSize } from '../protocol/file-parts.ts';
import { ParleyError } from './http.ts';

/** Bytes that come one after the other: a web stream, a Node stream (`createReadStream(path)`), a generator. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
/** What can be uploaded. In Node a file on disk is a Blob too: `await openAsBlob(path)`. */
export type FileInput = Blob | Uint8Array | ByteStream;

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a file, part by part. */
export interface FileSource {
  readonly size: number;
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** ms; 0 where there is none. */
  readonly lastModified: number;
  /** Whether parts can be read in any order and more than once; if not, each once and in order. */
  readonly isRepeatable: boolean;
  /** The first bytes, at most so many; reads nothing away. */
  head(most: number): Promise<Uint8Array>;
  part(n: number): Promise<Bytes>;
  /** Lets go of it where it was not read to its end. */
  close(): void;
}

const unreadable = (error: unknown): ParleyError =>
  new ParleyError('unreadable', { detail: error instanceof Error ? error.message : undefined });

/** A browser refuses to read a file that was changed or removed since it was chosen. */
async function readBlob(blob: Blob): Promise<Bytes> {
  let bytes: ArrayBuffer;
  try {
    bytes = await blob.arrayBuffer();
  } catch (error) {
    throw unreadable(error);
  }
  if (bytes.byteLength !== blob.size) throw new ParleyError('unreadable');
  return new Uint8Array(bytes);
}

const isFile = (blob: Blob): blob is File =>
  'name' in blob && typeof blob.name === 'string' && 'lastModified' in blob;

function ofBlob(blob: Blob): FileSource {
  const { size } = blob;
  const from = (n: number) => n * FILE_PART_BYTES;
  return {
    size,
    name: isFile(blob) && blob.name !== '' ? blob.name : undefined,
    type: blob.type === '' ? undefined : blob.type,
    lastModified: isFile(blob) ? blob.lastModified : 0,
    isRepeatable: true,
    head: (most) => readBlob(blob.slice(0, most)),
    part: (n) => readBlob(blob.slice(from(n), from(n) + partSize(size, n))),
    close: () => undefined,
  };
}

function ofBytes(bytes: Uint8Array): FileSource {
  const size = bytes.byteLength;
  return {
    size,
    name: undefined,
    type: undefined,
    lastModified: 0,
    isRepeatable: true,
    head: (most) => Promise.resolve(bytes.subarray(0, most)),
    // A copy: the caller's may be shared memory, and may change while it is on its way.
    part: (n) => {
      const from = n * FILE_PART_BYTES;
      return Promise.resolve(new Uint8Array(bytes.subarray(from, from + partSize(size, n))));
    },
    close: () => undefined,
  };
}

/** Not every browser can iterate streams of the web. */
async function* piecesOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  if (!('getReader' in stream)) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** Reads a stream into parts. In memory is what was read and not yet taken: the first part, and the rest of a piece. */
class StreamSource implements FileSource {
  readonly size: number;
  readonly name = undefined;
  readonly type = undefined;
  readonly lastModified = 0;
  readonly isRepeatable = false;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #first: Promise<Bytes> | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  /** Reading is in order, whoever asks first. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(stream: ByteStream, size: number) {
    this.size = size;
    this.#pieces = piecesOf(stream);
  }

  async head(most: number): Promise<Uint8Array> {
    if (this.size === 0) return new Uint8Array(0);
    this.#first ??= this.#next(0);
    return (await this.#first).subarray(0, most);
  }

  part(n: number): Promise<Bytes> {
    const first = this.#first;
    this.#first = undefined;
    if (n === 0 && first !== undefined) return first;
    return this.#next(n);
  }

  close(): void {
    void this.#pieces.return(undefined).catch(() => undefined);
  }

  #next(n: number): Promise<Bytes> {
    const reading = this.#last.then(() => this.#read(n));
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  async #read(n: number): Promise<Bytes> {
    const bytes = new Uint8Array(partSize(this.size, n));
    for (let filled = 0; filled < bytes.byteLength; ) {
      if (this.#rest.byteLength === 0) this.#rest = await this.#piece();
      if (this.#rest.byteLength === 0) throw new ParleyError('size_differs', { detail: 'fewer bytes came' });
      const piece = this.#rest.subarray(0, bytes.byteLength - filled);
      bytes.set(piece, filled);
      filled += piece.byteLength;
      this.#rest = this.#rest.subarray(piece.byteLength);
    }
    // Before the last part is sent: with it the file is shared.
    if (n === partCount(this.size) - 1 && (this.#rest.byteLength > 0 || (await this.#piece()).byteLength > 0))
      throw new ParleyError('size_differs', { detail: 'more bytes came' });
    return bytes;
  }

  /** The next piece that is not empty; an empty one at the end. */
  async #piece(): Promise<Uint8Array> {
    for (;;) {
      const next = await this.#pieces.next().catch((error: unknown) => {
        throw unreadable(error);
      });
      if (next.done === true) return new Uint8Array(0);
      if (!(next.value instanceof Uint8Array))
        throw new ParleyError('unreadable', { detail: 'the stream gives something else than bytes' });
      if (next.value.byteLength > 0) return next.value;
    }
  }
}

/** `size`: bytes, where the input is a stream. Throws `size_unknown` without it. */
export function sourceOf(input: FileInput, size: number | undefined): FileSource {
  if (input instanceof Blob) return ofBlob(input);
  if (input instanceof Uint8Array) return ofBytes(input);
  if (size === undefined || !Number.isSafeInteger(size) || size < 0) throw new ParleyError('size_unknown');
  return new StreamSource(input, size);
}
