import { base64url } from 'jose';

/** Hashes bytes as they pass. */
export interface Digest {
  update(chunk: Uint8Array): Promise<void> | void;
  /** base64url of the hash of everything so far. Call it once. */
  finish(): Promise<string> | string;
}

/** A hash by the platform's own stream, which holds no more than it is given. */
export function digestStream(algorithm: 'SHA-1' | 'SHA-256'): Digest {
  const stream = new crypto.DigestStream(algorithm);
  const writer = stream.getWriter();
  // Whoever writes is told of a failure; this promise is only read at the end.
  stream.digest.catch(() => {});
  return {
    update: (chunk) => writer.write(chunk),
    async finish() {
      await writer.close();
      return base64url.encode(new Uint8Array(await stream.digest));
    },
  };
}

export const sha256Stream = (): Digest => digestStream('SHA-256');
