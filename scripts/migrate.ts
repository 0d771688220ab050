import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ended, endTogether, root, startTool, tools } from './support.ts';

/** The database of accounts, by the name of its binding in wrangler.toml. */
const BINDING = 'ACCOUNTS';

/**
 * Brings the accounts' database of this machine up to the newest of migrations/, without asking and without the network.
 * Does nothing where wrangler.toml binds none. `persistTo`: the folder of another state than .wrangler/state.
 */
export async function migrateHere(persistTo?: string): Promise<void> {
  if (!readFileSync(`${root}wrangler.toml`, 'utf8').includes(`\nbinding = "${BINDING}"\n`)) return;
  const folder = persistTo === undefined ? [] : ['--persist-to', persistTo];
  const child = startTool(tools.wrangler, ['d1', 'migrations', 'apply', BINDING, '--local', ...folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nobody is there to be asked.
    env: { CI: 'true' },
  });
  const release = endTogether(child);
  if (!child.stdout || !child.stderr) throw new Error('unable to read what wrangler says; it has no output');
  const [code, out, err] = await Promise.all([ended(child), text(child.stdout), text(child.stderr)]);
  release();
  if (code !== 0) throw new Error(`unable to migrate the accounts' database; wrangler says:\n${out}${err}`);
}
