// Bundles the Worker as a deploy would and holds it to its budget: what is loaded on each cold start.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWorker } from './build-worker.ts';

/** Rooms and accounts were 120; people and groups came with 52. */
const BUDGET_KB = 200;

const folder = mkdtempSync(join(tmpdir(), 'parley-size-'));
try {
  await buildWorker(folder);
  const files = readdirSync(folder).filter((name) => /\.(js|wasm|txt|bin)$/.test(name));
  const bytes = files.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length,
    0,
  );
  const kilobytes = bytes / 1000;
  console.log(`Worker bundle: ${kilobytes.toFixed(1)} KB gzip, budget ${BUDGET_KB} KB`);
  if (files.length === 0) throw new Error('unable to measure the bundle; the build wrote no file');
  if (kilobytes > BUDGET_KB) {
    console.error('The bundle is over its budget. Find what grew it, or raise the budget and say why.');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
