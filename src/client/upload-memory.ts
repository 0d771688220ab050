import type { FileSource } from './file-source.ts';
import type { UploadStorage } from './memory-storage.ts';

/** Bytes of the beginning of a file that tell it from others. */
const HEAD = 65_536;

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). Enough for a name: it only has to differ by accident. */
function fnv(bytes: Uint8Array, seed: number): string {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Tells a file from others without reading it whole: by name, size, time of change and its first bytes. */
export async function fingerprintOf(source: FileSource, name: string): Promise<string> {
  const head = await source.head(HEAD);
  const text = new TextEncoder().encode(`${name}\n${source.size}\n${source.lastModified}\n`);
  const bytes = new Uint8Array(text.byteLength + head.byteLength);
  bytes.set(text);
  bytes.set(head, text.byteLength);
  return fnv(bytes, 0x811c9dc5) + fnv(bytes, 0x2f0b4c47);
}

/** 128 random bits. (`crypto.randomUUID` is missing on pages that come over plain HTTP.) */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How an upload is known: by the Idempotency-Key of its beginning, or by its own id. */
export type UploadName = { readonly key: string } | { readonly upload: string };

/**
 * Under which name a file is uploaded, kept from before the first request until it is over. Whoever asks again with the same
 * key is answered with the same upload and what is there of it, or with the file that it has become.
 */
export class UploadMemory {
  readonly #storage: UploadStorage;
  readonly #place: string;

  /** `room`: the code of the room. */
  constructor(storage: UploadStorage, room: string, fingerprint: string) {
    this.#storage = storage;
    this.#place = `parley.upload.${room}.${fingerprint}`;
  }

  /** The upload that is under way; null: there is none. */
  known(): UploadName | null {
    const known = this.#storage.getItem(this.#place) ?? '';
    if (known.startsWith('u_')) return { upload: known };
    return known === '' ? null : { key: known };
  }

  /** The upload that goes on, or a new key. */
  name(): UploadName {
    return this.known() ?? { key: this.renew() };
  }

  /** Goes on with this one. */
  keep(upload: string): void {
    this.#storage.setItem(this.#place, upload);
  }

  /** Begins anew, with this key. */
  renew(): string {
    const key = randomKey();
    this.#storage.setItem(this.#place, key);
    return key;
  }

  forget(): void {
    this.#storage.removeItem(this.#place);
  }
}
