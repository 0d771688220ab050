/** Bytes that are taken or given at a time. */
const PIECE = 65_536;
const NOTHING = new Uint8Array(PIECE);

/** What all buckets of this process know: an object is but its size. */
const objects = new Map<string, number>();
const uploads = new Map<string, Map<number, number>>();
const tagOf = (key: string): string => `tag-${key}`;

export type BucketEnv = { readonly DISK_BYTES_PER_SECOND?: string };

/**
 * A bucket that keeps nothing: what comes is thrown away, what is asked for is made up. It does both only as fast as the other
 * side does, or as the disk that it pretends to have, so what the process holds is what the Worker holds.
 */
export function bucketOfNothing({ DISK_BYTES_PER_SECOND }: BucketEnv): R2Bucket {
  const pace = DISK_BYTES_PER_SECOND === undefined ? null : Number(DISK_BYTES_PER_SECOND);
  const bucket = {
    async createMultipartUpload(key: string) {
      const uploadId = crypto.randomUUID();
      uploads.set(uploadId, new Map());
      return { key, uploadId };
    },
    resumeMultipartUpload: (key: string, uploadId: string) => ({
      async uploadPart(partNumber: number, body: ReadableStream<Uint8Array>) {
        uploads.get(uploadId)?.set(partNumber, await swallow(body, pace));
        return { partNumber, etag: `${uploadId}-${partNumber}` };
      },
      async complete(parts: readonly R2UploadedPart[]) {
        const sizes = uploads.get(uploadId);
        const size = parts.reduce((sum, { partNumber }) => sum + (sizes?.get(partNumber) ?? Number.NaN), 0);
        if (Number.isNaN(size)) throw new Error('complete: a part is not there (10025)');
        objects.set(key, size);
      },
      async abort() {
        uploads.delete(uploadId);
      },
    }),
    async head(key: string) {
      const size = objects.get(key);
      return size === undefined ? null : { key, size, httpEtag: `"${tagOf(key)}"` };
    },
    async get(key: string, { range }: { range?: { offset: number; length: number } } = {}) {
      const size = objects.get(key);
      if (size === undefined) return null;
      const part = range ?? { offset: 0, length: size };
      return { key, size, httpEtag: `"${tagOf(key)}"`, range: part, body: madeUp(part.length) };
    },
    async delete() {},
  };
  // What is not asked for here is not there.
  return bucket as unknown as R2Bucket;
}

/** Reads a body to its end; its bytes. */
async function swallow(body: ReadableStream<Uint8Array>, pace: number | null): Promise<number> {
  const reader = body.getReader({ mode: 'byob' });
  let bytes = 0;
  for (let buffer = new ArrayBuffer(PIECE); ; ) {
    const { value } = await reader.readAtLeast(PIECE, new Uint8Array(buffer));
    if (value === undefined || value.byteLength === 0) return bytes;
    buffer = value.buffer as ArrayBuffer;
    bytes += value.byteLength;
    if (pace !== null) await new Promise((resolve) => setTimeout(resolve, (value.byteLength / pace) * 1_000));
  }
}

/** So many bytes, made as they are read. */
function madeUp(size: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(size);
  const writer = writable.getWriter();
  const write = async () => {
    for (let left = size; left > 0; left -= PIECE)
      await writer.write(NOTHING.subarray(0, Math.min(left, PIECE)));
    await writer.close();
  };
  // Whoever reads may go away.
  write().catch(() => {});
  return readable;
}
