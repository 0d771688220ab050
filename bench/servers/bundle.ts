import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleForWorkerd } from '../../scripts/bundle.ts';
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
    bundleForWorkerd(variant.config.main, main);
    return { ...variant, config: { ...variant.config, main, no_bundle: true } };
  });
}
