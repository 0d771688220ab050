import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestHarness, type TestHarness } from 'wrangler';
import { migrateHere } from '../../../scripts/migrate.ts';
import { ended, root, startTool, tools } from '../../../scripts/support.ts';
import { testKeys } from '../../support/keys.ts';

/** Where the global setup puts the Worker that it bundles. */
export const prebuiltWorker = `${root}.wrangler/e2e-worker`;

type Settings = {
  /** Settings of wrangler.toml that this server shall have otherwise. */
  vars?: Record<string, string>;
  /** A folder that keeps rooms and accounts when the server ends, for tests that stop or kill it and start another. */
  persistTo?: string;
  /** With `persistTo`: where it listens, so that pages find it again. 0: on any port. */
  port?: number;
};

/** A real server on a port of its own. Its rooms and accounts are gone after `close()`. */
export type Server = {
  url: string;
  harness: TestHarness;
  close(): Promise<void>;
};

/** A server in processes of its own. */
export type LastingServer = {
  url: string;
  /** Ends the server in good order. */
  close(): Promise<void>;
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
};

/**
 * A free port that the system gives to no connection by itself, so that it is still free after the server on it was
 * killed, whoever tries to connect meanwhile.
 */
export async function freeFixedPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

export function startServer(settings: Settings & { persistTo: string }): Promise<LastingServer>;
export function startServer(settings?: Omit<Settings, 'persistTo' | 'port'>): Promise<Server>;
export function startServer(settings: Settings = {}): Promise<Server | LastingServer> {
  const { vars = {}, persistTo, port = 0 } = settings;
  return persistTo === undefined ? startHarness(vars) : startProcess(vars, persistTo, port);
}

async function startHarness(vars: Record<string, string>): Promise<Server> {
  const harness = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        prebuiltWorkerDir: prebuiltWorker,
        vars,
        secrets: { PARLEY_KEYS: testKeys },
      },
    ],
  });
  const { url } = await harness.listen();
  await harness.getWorker().applyD1Migrations('ACCOUNTS');
  return { url: url.origin, harness, close: () => harness.close() };
}

async function startProcess(
  vars: Record<string, string>,
  persistTo: string,
  port: number,
): Promise<LastingServer> {
  // Once for each folder: a server that comes back after a kill has its tables.
  if (!existsSync(join(persistTo, 'v3', 'd1'))) await migrateHere(persistTo);
  const folder = mkdtempSync(join(tmpdir(), 'parley-server-'));
  const secrets = join(folder, 'secrets.env');
  writeFileSync(secrets, `PARLEY_KEYS="${testKeys}"\n`);
  const settings = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const child = startTool(
    tools.wrangler,
    [
      ...[
        'dev',
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--inspector-port',
        '0',
        '--show-interactive-dev-session=false',
      ],
      ...['--persist-to', persistTo, '--env-file', secrets, ...settings],
    ],
    // A group of its own, so that one signal reaches wrangler and workerd alike.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const over = ended(child);
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, name);
  };
  const killAtExit = () => signal('SIGKILL');
  process.once('exit', killAtExit);

  const end = async (name: NodeJS.Signals) => {
    signal(name);
    await over;
    process.off('exit', killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };

  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Ready on (http:\/\/[\d.]+:\d+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    over.then(() => reject(new Error(`unable to start a server; wrangler says:\n${said}`)), reject);
  });
  return { url, close: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
