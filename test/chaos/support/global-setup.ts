import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/support.ts';
import { faultyWorker, productWorker, resultsFolder } from './places.ts';

const bundle = (entry: string, outfile: string) => {
  const { status, stderr } = spawnSync(
    join(root, 'node_modules/.bin/esbuild'),
    [
      entry,
      '--bundle',
      '--format=esm',
      '--target=es2024',
      '--conditions=workerd,worker,browser',
      '--external:cloudflare:*',
      '--external:node:*',
      '--log-level=error',
      `--outfile=${outfile}`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`unable to bundle ${entry}; esbuild says:\n${stderr}`);
};

/** Bundles the product, and the product with the means to break it, once for all tests of the run. */
export default function setup(): void {
  // Where some tests were chosen, what the others measured before still stands.
  if (process.env.CHAOS_KEEP === undefined) rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  bundle('src/worker/index.ts', productWorker);
  const faulty = 'test/chaos/worker/index.ts';
  if (existsSync(join(root, faulty))) bundle(faulty, faultyWorker);
}
