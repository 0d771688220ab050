import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/support.ts';
import { isOnWorkerd, type Variant } from './variants.ts';

/**
 * Bundles the variants for workerd once, so that all measurements of a run see the same code. The bundles are deleted when this
 * process exits.
 */
export function bundle<V extends Variant>(variants: readonly V[]): V[] {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return variants.map((variant) => {
    // Node runs TypeScript as it is.
    if (!isOnWorkerd(variant)) return variant;
    const main = join(folder, `${variant.config.name}.js`);
    const { status, stderr } = spawnSync(
      join(root, 'node_modules/.bin/esbuild'),
      [
        variant.config.main,
        '--bundle',
        '--format=esm',
        '--target=es2024',
        '--conditions=workerd,worker,browser',
        '--external:cloudflare:*',
        '--external:node:*',
        '--log-level=error',
        `--outfile=${main}`,
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`unable to bundle ${variant.label}; esbuild says:\n${stderr}`);
    return { ...variant, config: { ...variant.config, main, no_bundle: true } };
  });
}
