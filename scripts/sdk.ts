import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ended, root, startTool, tools } from './support.ts';

export const sdkFolder = `${root}dist-sdk`;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** What is imported by the package's name, by subpath: a source. */
  readonly exports: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;

/** `./src/client/index.ts` becomes `./client/index`. */
const built = (source: string): string => source.replace('./src/', './').replace(/\.ts$/, '');

/**
 * What the package says of itself. Valibot is for the types and for what accounts keep; who meets and chats loads none
 * of it. React is for those who use the hooks.
 */
const describe = ({ name, version, license, dependencies, exports }: Manifest) => ({
  name,
  version,
  description: 'Parley for browsers and Node: rooms, chat, files, watching together, people, calls.',
  license,
  type: 'module',
  sideEffects: false,
  engines: { node: '>=24' },
  exports: Object.fromEntries(
    Object.entries(exports).map(([subpath, source]) => [
      subpath,
      { types: `${built(source)}.d.ts`, default: `${built(source)}.js` },
    ]),
  ),
  dependencies: { valibot: dependencies.valibot },
  peerDependencies: { react: '>=19' },
  peerDependenciesMeta: { react: { optional: true } },
});

/** The compiler leaves the names of sources in declarations: `from './room.ts'`, `import('./room.ts')`. */
function nameBuilt(path: string): void {
  const declared = readFileSync(path, 'utf8');
  writeFileSync(path, declared.replace(/((?:from |import\()['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.js'));
}

/** Builds the SDK into `folder`, which is made anew. Throws what the compiler says where that fails. */
export async function writeSdk(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const own = mkdtempSync(join(tmpdir(), 'parley-sdk-'));
  try {
    const project = join(own, 'tsconfig.json');
    writeFileSync(
      project,
      JSON.stringify({
        extends: `${root}tsconfig.sdk.json`,
        compilerOptions: { rootDir: `${root}src`, outDir: folder },
        files: Object.values(manifest.exports).map((source) => join(root, source)),
      }),
    );
    const compiler = startTool(tools.tsc, ['--project', project], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (compiler.stdout === null) throw new Error('unable to read what tsc says; it has no output');
    const [code, said] = await Promise.all([ended(compiler), text(compiler.stdout)]);
    if (code !== 0) throw new Error(`unable to build the SDK; tsc says:\n${said}`);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  for (const name of globSync('**/*.d.ts', { cwd: folder })) nameBuilt(join(folder, name));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(describe(manifest), null, 2)}\n`);
  // What it links to is in the repository, and not in the package.
  const page = readFileSync(`${root}docs/sdk.md`, 'utf8').replace(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, '$1');
  writeFileSync(join(folder, 'README.md'), page);
  copyFileSync(`${root}LICENSE`, join(folder, 'LICENSE'));
}
