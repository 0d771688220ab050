import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../bench/servers/server.ts';
import { variants } from '../../../bench/servers/variants.ts';
import { ended, root } from '../../../scripts/support.ts';
import { testKeys } from '../../support/keys.ts';
import { sleep } from '../../support/talker.ts';
import { productWorker } from './places.ts';

/** A server whose files can be kept from growing, as by a full disk. */
export interface SmallDisk {
  readonly url: string;
  /** No file grows beyond what its room's database takes now and so many bytes. */
  fill(more: number): void;
  /** There is room again. */
  empty(): void;
  said(): string;
  close(): Promise<void>;
}

/** Whether this system has what it takes: a limit for the size of files that another process can move. */
export const canFill = (): boolean => spawnSync('prlimit', ['--version']).status === 0;

export async function startOnSmallDisk(): Promise<SmallDisk> {
  const parley = variants.find(({ name }) => name === 'parley');
  if (parley === undefined || 'script' in parley.config) throw new Error('no such variant');
  const folder = mkdtempSync(join(tmpdir(), 'parley-full-'));
  const vars = { ...parley.config.vars, PARLEY_KEYS: testKeys };
  const config = { ...parley.config, main: productWorker, no_bundle: true, vars };
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // A file beyond the limit sends a signal that ends the process; ignored, the write fails as on a full disk.
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      `trap '' XFSZ; exec "$0" serve --experimental wrangler.json -s http=127.0.0.1:${port}`,
      join(root, 'node_modules/.bin/workerd'),
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const over = ended(child);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fetch(`${url}/v1/rooms/none`);
      break;
    } catch (error) {
      if (attempt === 200) throw error;
      await sleep(50);
    }
  }
  const limit = (bytes: number | 'unlimited') => {
    const done = spawnSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]);
    if (done.status !== 0) throw new Error(`prlimit: ${done.stderr}`);
  };
  const largest = () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    return Math.max(
      0,
      ...files
        .filter((file) => file.isFile())
        .map(({ parentPath, name }) => statSync(join(parentPath, name)).size),
    );
  };
  return {
    url,
    fill: (more) => limit(largest() + more),
    empty: () => limit('unlimited'),
    said: () => said,
    async close() {
      child.kill('SIGKILL');
      await over;
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
