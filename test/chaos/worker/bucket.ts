const objects = new Map<string, Uint8Array>();
const deleted = new Map<string, number>();
/** How often calls about a key are still to fail. */
const failures = new Map<string, number>();

export const bucketFacts = () => ({
  objects: Array.from(objects.keys()),
  deleted: Object.fromEntries(deleted),
});

/** Lets the next calls about a key fail after they were carried out: the worst moment. */
export function failBucket(key: string, times: number): void {
  failures.set(key, times);
}

function end(keys: readonly string[]): void {
  for (const key of keys) {
    const left = failures.get(key) ?? 0;
    if (left === 0) continue;
    failures.set(key, left - 1);
    throw new Error('the object store fails on purpose');
  }
}

/** As much of an R2 bucket as the product uses to store and delete; it counts what it is asked to delete. */
export const bucket = {
  async put(key: string, body: ReadableStream | Uint8Array) {
    objects.set(key, new Uint8Array(await new Response(body).arrayBuffer()));
  },
  async delete(keys: readonly string[]) {
    for (const key of keys) {
      deleted.set(key, (deleted.get(key) ?? 0) + 1);
      objects.delete(key);
    }
    end(keys);
  },
  async list({ prefix }: { prefix: string }) {
    const found = Array.from(objects.keys()).filter((key) => key.startsWith(prefix));
    return { objects: found.map((key) => ({ key })) };
  },
} as unknown as R2Bucket;
