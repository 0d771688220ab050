// `npm start`: builds the page and runs the whole of Parley on this machine, on one address.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateHere } from './migrate.ts';
import { ended, endTogether, root, startTool, tools } from './support.ts';

const port = process.env.PORT ?? '8787';
const address = `http://127.0.0.1:${port}`;

/** Makes the key that signs member tokens, the first time. It stays on this machine: git ignores .dev.vars. */
function ensureSecrets(): void {
  const path = `${root}.dev.vars`;
  const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (/^PARLEY_KEYS=/m.test(present)) return;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  const key = randomBytes(32).toString('base64url');
  writeFileSync(path, `${present}${separator}PARLEY_KEYS="k1:${key}"\n`, { mode: 0o600 });
}

async function buildPage(): Promise<void> {
  const build = startTool(tools.vite, ['build', 'web', '--logLevel', 'warn']);
  const release = endTogether(build);
  const code = await ended(build);
  release();
  if (code !== 0) throw new Error('unable to build the page; see above');
}

async function announceWhenReady(): Promise<void> {
  for (;;) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) break;
    await sleep(150);
  }
  console.log(`\nParley is ready: ${address}`);
  console.log('Start a meeting there, and open its link in a second window: that is two people.\n');
}

ensureSecrets();
await buildPage();
await migrateHere();
const server = startTool(tools.wrangler, [
  'dev',
  '--ip',
  '127.0.0.1',
  '--port',
  port,
  '--show-interactive-dev-session=false',
]);
endTogether(server);
void announceWhenReady();
process.exit(await ended(server));
