import { base64url } from 'jose';
import { sha256 } from './hash.ts';

/**
 * The hash of a whole out of the SHA-256s (base64url) of its parts, in order: of a single part its own; of several the
 * SHA-256 of all of them, 32 bytes each, one after the other.
 */
export async function hashOfParts(hashes: readonly string[]): Promise<string> {
  const [first] = hashes;
  if (hashes.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(hashes.length * 32);
  hashes.forEach((hash, index) => {
    bytes.set(base64url.decode(hash), index * 32);
  });
  return sha256(bytes);
}
