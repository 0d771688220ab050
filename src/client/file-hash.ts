/** Bytes of a SHA-256. */
const HASH_BYTES = 32;

/** Pages that come over plain HTTP can't hash; their files go without a hash, and the server makes it alone. */
export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;

/** SHA-256 of some bytes. */
export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** The hash of a file from those of its parts in order: of one part its own, of more that of all of them in a row. */
export async function hashOfParts(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const [first, ...others] = parts;
  if (first === undefined) return base64url(await sha256(new Uint8Array(0)));
  if (others.length === 0) return base64url(first);
  const row = new Uint8Array(parts.length * HASH_BYTES);
  for (const [index, hash] of parts.entries()) row.set(hash, index * HASH_BYTES);
  return base64url(await sha256(row));
}

export const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);

export const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

export const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
