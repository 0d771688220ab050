import { type PartStore, PartsGone, type WriteBytes } from '../../src/platform/object-store.ts';
import { MemoryStore } from './memory-store.ts';
import { joined } from './pictures.ts';

interface Part {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** Least bytes of any part but the last, as with R2. */
const LEAST = 5_242_880;

/** An object store in memory that takes parts, for tests. Passes the same contract tests as every other one. */
export class MemoryPartStore extends MemoryStore implements PartStore {
  /** By the name of the upload; null: it is over. */
  readonly uploads = new Map<
    string,
    { readonly key: string; readonly type: string; readonly parts: Map<number, Part> } | null
  >();
  #count = 0;

  async beginParts(key: string, type: string): Promise<string> {
    this.#count += 1;
    this.uploads.set(`m${this.#count}`, { key, type, parts: new Map() });
    return `m${this.#count}`;
  }

  async putPart(
    { multipart, number }: { readonly key: string; readonly multipart: string; readonly number: number },
    size: number,
    fill: (write: WriteBytes) => Promise<void>,
  ): Promise<string> {
    const pieces: Uint8Array[] = [];
    await fill(async (piece) => {
      pieces.push(piece.slice());
    });
    const bytes = joined(...pieces);
    if (bytes.byteLength !== size)
      throw new RangeError(`${bytes.byteLength} bytes came where ${size} were announced`);
    const upload = this.uploads.get(multipart);
    if (upload == null) throw new PartsGone(multipart);
    this.#count += 1;
    const etag = `e${this.#count}`;
    upload.parts.set(number, { bytes, etag });
    return etag;
  }

  async completeParts(
    key: string,
    multipart: string,
    wanted: readonly { readonly number: number; readonly etag: string }[],
  ): Promise<'done' | 'gone' | 'mismatch'> {
    const upload = this.uploads.get(multipart);
    if (upload == null) return this.objects.has(key) ? 'done' : 'gone';
    const parts = wanted.map(({ number }) => upload.parts.get(number));
    const fits = parts.every((part, at) => {
      const isLast = at === parts.length - 1;
      const size = part?.bytes.byteLength ?? 0;
      const first = parts[0]?.bytes.byteLength ?? 0;
      return part?.etag === wanted[at]?.etag && (isLast ? size <= first : size >= LEAST && size === first);
    });
    if (!fits) return 'mismatch';
    const bytes = joined(...parts.map((part) => part?.bytes ?? new Uint8Array()));
    await this.put(key, bytes, bytes.byteLength, upload.type);
    this.uploads.set(multipart, null);
    return 'done';
  }

  async abortParts(_key: string, multipart: string): Promise<void> {
    this.uploads.set(multipart, null);
  }
}
