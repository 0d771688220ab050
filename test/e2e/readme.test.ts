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

/** Runs a script to its end, or until it has said something. */
function run(path: string, until?: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        said += text;
        if (until !== undefined && said.includes(until)) child.kill();
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** Writes one of the README's scripts down, for the server of this test; its path. */
function scriptAt(index: number): string {
  const scripts = Array.from(readFileSync(`${root}README.md`, 'utf8').matchAll(/```ts\n(.*?)```/gs));
  const script = scripts[index]?.[1];
  if (script === undefined) throw new Error('the README has no such script');
  const path = join(folder, `script-${index}.ts`);
  const here = script
    .replace("'parley/client'", `'${pathToFileURL(`${root}src/client/index.ts`).href}'`)
    .replace('http://127.0.0.1:8787', server.url);
  writeFileSync(path, here);
  return path;
}

test('the script in the README holds a meeting and ends by itself', async () => {
  const { code, said } = await run(scriptAt(0));
  expect(said).toContain(`Come to ${server.url}/r/`);
  expect(said).toContain('Ada: Good morning');
  expect(said).toContain('not_allowed');
  expect(code).toBe(0);
});

test('the other one makes two people known to each other, and has one write to the other', async () => {
  const { code, said } = await run(scriptAt(1), 'Bob has it.');
  expect(said).toContain('Bob reads: Here is the plan');
  expect(said).toContain('Bob has it.');
  // It goes on listening until it is ended.
  expect(code).toBeNull();
});
