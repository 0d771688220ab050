import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { writeSdk } from '../../../scripts/sdk.ts';
import { root, tools } from '../../../scripts/support.ts';

const run = promisify(execFile);

/** A project of somebody who has installed the SDK, in a folder of its own far from this repository. */
export interface SdkProject {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Runs a script on this Node; what it printed. Rejects with what it said where it fails. */
  node(path: string, ...args: string[]): Promise<string>;
  /** Checks types; what the compiler complains about, '' where it does not. `types`: packages whose globals are there. */
  types(
    files: readonly string[],
    options: { lib: string; types: string; checkLibraries: boolean },
  ): Promise<string>;
  /** Bundles a page for a browser, as vite does by default; where it lies in `folder`. */
  bundle(page: string): Promise<string>;
  remove(): void;
}

/** Builds and packs the SDK, and installs it with npm into an empty project, without a network. */
export async function makeSdkProject(): Promise<SdkProject> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-sdk-'));
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const sdk = join(folder, 'sdk');
  await writeSdk(sdk);
  write('package.json', '{ "name": "app", "private": true, "type": "module" }\n');
  // The one package that it depends on, from here: npm finds it in place and asks nobody.
  const valibot = `${root}node_modules/valibot`;
  const { stdout } = await run('npm', ['pack', '--silent', sdk, valibot], { cwd: folder });
  const packed = stdout.trim().split('\n');
  await run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', ...packed.map((name) => `./${name}`)],
    {
      cwd: folder,
    },
  );
  rmSync(sdk, { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of [
    'react',
    'react-dom',
    'scheduler',
    'undici-types',
    'csstype',
    '@types/node',
    '@types/react',
    '@types/react-dom',
  ])
    symlinkSync(`${root}node_modules/${name}`, join(folder, 'node_modules', name));
  return {
    folder,
    write,
    node: async (path, ...args) => (await run(process.execPath, [join(folder, path), ...args])).stdout,
    types: (files, options) => typesOf(folder, files, options),
    async bundle(page) {
      const out = `dist/${page.replaceAll(/\W/g, '-')}`;
      const outDir = join(folder, out);
      const input = join(folder, page);
      await build({
        configFile: false,
        root: join(input, '..'),
        base: './',
        logLevel: 'error',
        build: { outDir, emptyOutDir: true, rolldownOptions: { input } },
      });
      return out;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function typesOf(
  folder: string,
  files: readonly string[],
  { lib, types, checkLibraries }: { lib: string; types: string; checkLibraries: boolean },
): Promise<string> {
  const options = {
    ...{ '--lib': lib, '--types': types, '--skipLibCheck': String(!checkLibraries) },
    ...{ '--target': 'es2024', '--module': 'nodenext', '--jsx': 'react-jsx' },
  };
  const flags = Object.entries(options).flat();
  const compiler = `${root}node_modules/${tools.tsc}`;
  try {
    await run(process.execPath, [compiler, '--noEmit', '--strict', ...flags, ...files], { cwd: folder });
    return '';
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}

/** Copies files of the repository into a project. */
export const copyInto = (project: SdkProject, path: string): void =>
  cpSync(`${root}${path}`, join(project.folder, path), { recursive: true });

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves the files of a folder on a port of its own, as an app would that has Parley on another address. */
export async function serveFolder(folder: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(folder, pathname);
    const type = TYPES[extname(path)];
    if (type === undefined || !existsSync(path)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** All JavaScript of a bundled page that is loaded at first: what the HTML names, without what comes later. */
export function loadedAtOnce(folder: string): string {
  const [page = ''] = globSync('**/*.html', { cwd: folder });
  const html = readFileSync(join(folder, page), 'utf8');
  const names = Array.from(html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g), ([, name = '']) => name);
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
