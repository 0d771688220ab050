import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openApi } from '../openapi.ts';
import { root } from '../support.ts';
import { fillBlocks } from './blocks.ts';
import { protocolSchema } from './json-schema.ts';
import { settingsTables } from './settings.ts';
import { protocolTables } from './tables.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Each file, and what it has to hold; of a page only its marked blocks are made. */
const FILES: Readonly<Record<string, () => string>> = {
  'web/public/generated/openapi.json': () => json(openApi()),
  'docs/protocol.schema.json': () => json(protocolSchema()),
  'docs/protocol.md': () => fillBlocks(read('docs/protocol.md'), protocolTables()),
  'docs/operations.md': () =>
    fillBlocks(read('docs/operations.md'), { settings: settingsTables(read('wrangler.toml')) }),
};

/** The generated files that don't hold what they should. */
export function staleFiles(): readonly { readonly path: string; readonly wanted: string }[] {
  return Object.entries(FILES).flatMap(([path, make]) => {
    const wanted = make();
    const isFresh = existsSync(`${root}${path}`) && read(path) === wanted;
    return isFresh ? [] : [{ path, wanted }];
  });
}

/** Writes what is stale; answers the paths. */
export function writeStaleFiles(): readonly string[] {
  const stale = staleFiles();
  for (const { path, wanted } of stale) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, wanted);
  }
  return stale.map(({ path }) => path);
}
