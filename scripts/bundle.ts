import { spawnSync } from 'node:child_process';
import { root } from './support.ts';

/** Bundles a Worker into one file as workerd by itself takes it. Throws what esbuild says where that fails. */
export function bundleForWorkerd(entry: string, outfile: string): void {
  const { status, stderr } = spawnSync(
    `${root}node_modules/.bin/esbuild`,
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
}
