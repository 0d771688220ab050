import { isSameForRange, readRange } from '../../src/platform/byte-range.ts';
import type { ObjectStore, StoredObject } from '../../src/platform/object-store.ts';
import { bytesOf, streamOf } from './pictures.ts';

const LIST_LIMIT = 1_000;

interface Kept {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly type: string;
  readonly storedAt: number;
}

/** An object store in memory, for tests. Passes the same contract test as every other one. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Kept>();
  #puts = 0;

  async put(
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    size: number,
    type: string,
  ): Promise<void> {
    const bytes = body instanceof Uint8Array ? body.slice() : await bytesOf(body);
    if (bytes.byteLength !== size)
      throw new RangeError(`${bytes.byteLength} bytes came where ${size} were announced`);
    this.#puts += 1;
    // Whole seconds, as HTTP dates are.
    const storedAt = Math.floor(Date.now() / 1_000) * 1_000;
    this.objects.set(key, { bytes, type, storedAt, etag: `"${this.#puts}"` });
  }

  async get(key: string, headers: Headers): Promise<StoredObject | null> {
    const kept = this.objects.get(key);
    if (kept === undefined) return null;
    const { bytes, etag, type } = kept;
    const size = bytes.byteLength;
    if (!this.#passes(kept, headers)) return { size, etag, type, range: null, body: null };
    const range = isSameForRange(headers.get('if-range'), etag)
      ? readRange(headers.get('range'), size)
      : 'whole';
    if (typeof range === 'string') return { size, etag, type, range: null, body: streamOf(bytes) };
    const part = bytes.slice(range.offset, range.offset + range.length);
    return { size, etag, type, range, body: streamOf(part) };
  }

  #passes({ etag, storedAt }: Kept, headers: Headers): boolean {
    const names = (header: string) => {
      const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
      return tags.includes('*') || tags.includes(etag);
    };
    const match = headers.get('if-match');
    const noneMatch = headers.get('if-none-match');
    const unmodified = headers.get('if-unmodified-since');
    const modified = headers.get('if-modified-since');
    if (match !== null ? !names(match) : unmodified !== null && storedAt > Date.parse(unmodified))
      return false;
    return noneMatch !== null ? !names(noneMatch) : modified === null || storedAt > Date.parse(modified);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }

  async list(prefix: string): Promise<readonly string[]> {
    return Array.from(this.objects.keys())
      .filter((key) => key.startsWith(prefix))
      .sort()
      .slice(0, LIST_LIMIT);
  }
}
