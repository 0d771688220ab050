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
  /** Honours Range, If-None-Match, If-Match, If-Modified-Since, If-Unmodified-Since and If-Range. Null: there is no such object. */
  get(key: string, headers: Headers): Promise<StoredObject | null>;
  /** Removes objects; ones that are not there are no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** All keys that begin with `prefix`, at most 1,000 at a time; call again until it answers none. */
  list(prefix: string): Promise<readonly string[]>;
}
