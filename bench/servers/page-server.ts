import { randomBytes } from 'node:crypto';
import { build } from 'vite';
import { createTestHarness } from 'wrangler';
import { root } from '../../scripts/support.ts';

/** The product as it is deployed, with its page, and with wrangler's simulator of R2. */
export type PageServer = { url: string; close(): Promise<void> };

export async function buildPage(): Promise<void> {
  await build({ configFile: `${root}web/vite.config.ts`, logLevel: 'error' });
}

/** Starts a server for the page as it was built last. */
export async function startPageServer(): Promise<PageServer> {
  // It would ask the network where this machine stands.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const secrets = { PARLEY_KEYS: `bench:${randomBytes(32).toString('base64url')}` };
  const harness = createTestHarness({ root, workers: [{ configPath: 'wrangler.toml', secrets }] });
  const { url } = await harness.listen();
  return { url: url.origin, close: () => harness.close() };
}
