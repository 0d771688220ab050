// `npm run generate` writes what is made from the schemas and settings; `--check` fails where it is stale.
import { staleFiles, writeStaleFiles } from './documents/files.ts';

if (process.argv.includes('--check')) {
  for (const { path } of staleFiles()) {
    console.error(`${path} is stale; run npm run generate`);
    process.exitCode = 1;
  }
} else for (const path of writeStaleFiles()) console.log(`wrote ${path}`);
