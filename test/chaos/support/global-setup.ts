import { mkdirSync, rmSync } from 'node:fs';
import { bundleForWorkerd } from '../../../scripts/bundle.ts';
import { faultyWorker, productWorker, resultsFolder } from './places.ts';

/** Bundles the product, and the product with the means to break it, once for all tests of the run. */
export default function setup(): void {
  // Where some tests were chosen, what the others measured before still stands.
  if (process.env.CHAOS_KEEP === undefined) rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  bundleForWorkerd('src/worker/index.ts', productWorker);
  bundleForWorkerd('test/chaos/worker/index.ts', faultyWorker);
}
