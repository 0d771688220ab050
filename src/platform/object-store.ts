/** What is read back of a stored object; `body` is null where a precondition made it unnecessary. */
export interface StoredObject {
  readonly size: number;
  /** The type that it was put with; null: none is known. */
  readonly type: string | null;
  /** Quoted, as in an HTTP header. */
  readonly etag: string;
  /** What a Range asked for, in bytes; null: the whole. */
  readonly range: { readonly offset: number; readonly length: number } | null;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * The few things a meeting needs of an object store. R2 is one; a disk or S3 can be others. Every implementation
 * passes the same contract test.
 */
export interface ObjectStore {
  /** Stores exactly `size` bytes. Rejects, and leaves nothing, when the stream fails or holds fewer or more. */
  put(key: string, body: ReadableStream<Uint8Array> | Uint8Array, size: number, type: string): Promise<void>;
  /**
   * Honours Range, If-None-Match, If-Match, If-Modified-Since, If-Unmodified-Since and If-Range. Null: there is no such object.
   * `size`: bytes of the object, from whoever knows them; then the store need not be asked for them before a part is read.
   */
  get(key: string, headers: Headers, size?: number): Promise<StoredObject | null>;
  /** Removes objects; ones that are not there are no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** All keys that begin with `prefix`, at most 1,000 at a time; call again until it answers none. */
  list(prefix: string): Promise<readonly string[]>;
}

/** The upload of parts was given up, here or by the store, or is finished: nothing more can come. */
export class PartsGone extends Error {
  readonly multipart: string;
  constructor(multipart: string) {
    super(`there is no upload of parts ${multipart} any more`);
    this.multipart = multipart;
  }
}

/** Hands bytes over, in order; waits until they are on their way. Rejects where the store has failed. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Large objects that come in parts, several at once and in any order. All parts but the last have the same size, of at least
 * 5 MiB; there are at most 10,000. Every implementation passes the same contract test.
 */
export interface PartStore {
  /** Begins an object; the answer names the upload. */
  beginParts(key: string, type: string): Promise<string>;
  /**
   * Stores part `number` (from 1) of exactly `size` bytes, which `fill` writes; one that is there is replaced. Answers what
   * `completeParts` asks for. Where `fill` rejects, so does this, and nothing is stored. Rejects with `PartsGone` where the
   * upload is over.
   */
  putPart(
    place: { readonly key: string; readonly multipart: string; readonly number: number },
    size: number,
    fill: (write: WriteBytes) => Promise<void>,
  ): Promise<string>;
  /**
   * Puts the object together from these parts, in this order. done: it is there, also where it was done before. gone: the
   * upload was given up, here or by the store. mismatch: the store has other parts than these.
   */
  completeParts(
    key: string,
    multipart: string,
    parts: readonly { readonly number: number; readonly etag: string }[],
  ): Promise<'done' | 'gone' | 'mismatch'>;
  /** Gives the upload up, with all parts; one that is over is no error. */
  abortParts(key: string, multipart: string): Promise<void>;
}
