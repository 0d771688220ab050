import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

/** ms within which what is removed has to be gone. */
const PATIENCE = 10_000;

/** What lies in the bucket of a server with the folder `persistTo`: keys of objects, and of uploads that are not finished. */
export function inBucket(persistTo: string): readonly string[] {
  const folder = join(persistTo, 'v3', 'r2', 'miniflare-R2BucketObject');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
  return files.flatMap((name) => {
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    try {
      const found = database
        .prepare(
          'SELECT key FROM _mf_objects UNION ALL SELECT key FROM _mf_multipart_uploads WHERE state = 0',
        )
        .all();
      return found.map(({ key }) => String(key));
    } finally {
      database.close();
    }
  });
}

/** Waits until nothing lies there; answers what is left where that does not come. */
export async function leftInBucket(persistTo: string): Promise<readonly string[]> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const left = inBucket(persistTo);
    if (left.length === 0 || Date.now() > end) return left;
    await wait(50);
  }
}
