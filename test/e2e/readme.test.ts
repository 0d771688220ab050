// The README's script, run as a reader would run it, only against a server of the test's own.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(path: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        said += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

test('the script in the README holds a meeting and ends by itself', async () => {
  const script = /```ts\n(.*?)```/s.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1];
  if (script === undefined) throw new Error('the README has no script');
  const path = join(folder, 'meeting.ts');
  const here = script
    .replace("'./src/client/index.ts'", `'${pathToFileURL(`${root}src/client/index.ts`).href}'`)
    .replace('http://127.0.0.1:8787', server.url);
  writeFileSync(path, here);
  const { code, said } = await run(path);
  expect(said).toContain(`Come to ${server.url}/r/`);
  expect(said).toContain('Ada: Good morning');
  expect(said).toContain('not_allowed');
  expect(code).toBe(0);
});
