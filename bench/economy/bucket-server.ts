import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';

/** A server that has a bucket: workerd alone has none, so this one runs under wrangler, with its simulator of R2. */
export type BucketServer = { port: number; close(): Promise<void> };

/** @param config Of a Worker, as in wrangler.json; with the bucket PICTURES added. `main` is an absolute path. */
export async function startBucketServer(config: object): Promise<BucketServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-bucket-'));
  const buckets = [{ binding: 'PICTURES', bucket_name: 'pictures' }];
  writeFileSync(
    join(folder, 'wrangler.json'),
    JSON.stringify({ ...config, r2_buckets: buckets, send_metrics: false }),
  );
  // It would ask the network where this machine stands.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  const harness = createTestHarness({ root: folder, workers: [{ configPath: 'wrangler.json' }] });
  const { url } = await harness.listen();
  return {
    port: Number(url.port),
    async close() {
      await harness.close();
      process.off('exit', forget);
      forget();
    },
  };
}
