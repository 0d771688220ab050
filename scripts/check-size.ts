// Bundles the Worker as a deploy would, the page, and of the SDK what a page needs that meets and chats, and holds each to its
// budget: what is loaded on each cold start, and before somebody sees something.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { buildWorker } from './build-worker.ts';
import { root } from './support.ts';

/**
 * In KB (1,000 bytes) after gzip. Worker: rooms and accounts were 120; people and groups came with 52. Page: the JavaScript of the
 * start page, and that of whoever comes into a meeting by its link, before they open a dialog, watch, or see and hear anybody.
 */
const BUDGETS = { Worker: 200, SDK: 25, 'first view': 150, meeting: 200 } as const;

/** All that a page calls which makes a room, joins, shows it and chats; what it does not call is not bundled. */
const CHAT = `
import { createRoom, joinRoom, ParleyError, roomStatus } from '${root}src/client/index.ts';
Object.assign(globalThis, { createRoom, joinRoom, ParleyError, roomStatus });
`;

const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length;

async function workerBytes(folder: string): Promise<number> {
  await buildWorker(folder);
  const files = readdirSync(folder).filter((name) => /\.(js|wasm|txt|bin)$/.test(name));
  if (files.length === 0) throw new Error('unable to measure the bundle; the build wrote no file');
  return files.reduce((sum, name) => sum + gzipped(readFileSync(join(folder, name))), 0);
}

type Chunk = Rolldown.OutputChunk;

/** The chunks of a build, of a page or of the SDK. */
async function chunksOf(config: InlineConfig): Promise<Chunk[]> {
  const built = await build({ logLevel: 'error', ...config });
  const { output } = 'output' in built ? built : { output: [] };
  return output.flatMap((part) => (part.type === 'chunk' ? [part] : []));
}

/** These, and what they can't begin without. */
function withImports(chunks: readonly Chunk[], wanted: readonly Chunk[]): Chunk[] {
  const taken = new Set<Chunk>();
  const take = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || taken.has(chunk)) return;
    taken.add(chunk);
    for (const name of chunk.imports) take(chunks.find(({ fileName }) => fileName === name));
  };
  for (const chunk of wanted) take(chunk);
  return Array.from(taken);
}

const weightOf = (chunks: readonly Chunk[]): number =>
  chunks.reduce((sum, { code }) => sum + gzipped(code), 0);

/** What each view loads at once, with one language. */
async function pageBytes(): Promise<Readonly<Record<'first view' | 'meeting', number>>> {
  const chunks = await chunksOf({ configFile: `${root}web/vite.config.ts`, build: { write: false } });
  const later = (path: string): Chunk => {
    const found = chunks.find(({ facadeModuleId }) => facadeModuleId === `${root}web/src/${path}`);
    if (found === undefined)
      throw new Error(`unable to measure the page; it does not load ${path} by itself`);
    return found;
  };
  const always = [...chunks.filter(({ isEntry }) => isEntry), later('app/locales/en.json')];
  return {
    'first view': weightOf(withImports(chunks, [...always, later('home/home-page.tsx')])),
    meeting: weightOf(withImports(chunks, [...always, later('room/room-page.tsx')])),
  };
}

/** Without what is loaded later, when a file is sent or fetched. */
async function sdkBytes(folder: string): Promise<number> {
  const entry = join(folder, 'chat.ts');
  writeFileSync(entry, CHAT);
  const chunks = await chunksOf({
    configFile: false,
    root: folder,
    build: { write: false, modulePreload: false, rolldownOptions: { input: entry } },
  });
  const loaded = withImports(
    chunks,
    chunks.filter(({ isEntry }) => isEntry),
  );
  if (loaded.length === 0) throw new Error('unable to measure the SDK; the build has no entry');
  const strangers = loaded.flatMap(({ moduleIds }) => moduleIds).filter((id) => id.includes('node_modules'));
  if (strangers.length > 0)
    throw new Error(`a page that only chats loads ${strangers.join(', ')}; import types, not schemas`);
  return weightOf(loaded);
}

function hold(what: keyof typeof BUDGETS, bytes: number): void {
  const kilobytes = bytes / 1000;
  console.log(`${what}: ${kilobytes.toFixed(1)} KB gzip, budget ${BUDGETS[what]} KB`);
  if (kilobytes <= BUDGETS[what]) return;
  console.error(`${what}: over its budget. Find what grew it, or raise the budget and say why.`);
  process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'parley-size-'));
try {
  hold('SDK', await sdkBytes(folder));
  const page = await pageBytes();
  hold('first view', page['first view']);
  hold('meeting', page.meeting);
  hold('Worker', await workerBytes(join(folder, 'worker')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
