import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ended, root } from '../../scripts/support.ts';
import { countRows } from './rows.ts';
import type { ServerConfig } from './variants.ts';

/** What a server has used since it started. */
export type Usage = {
  /** The most memory it ever held, in bytes; null where the system does not tell. */
  peakMemory: number | null;
  /** The memory it holds now, in bytes; null where the system does not tell. */
  memory: number | null;
  /** Seconds of processor time, in user and system mode; null where the system does not tell. */
  cpuSeconds: number | null;
};

/** A server of its own process, its storage in a folder of its own. */
export type Server = {
  port: number;
  usage(): Usage;
  /** From now on `peakMemory` is that of the time since. Linux only. */
  forgetPeak(): void;
  /** Rows in all tables of all its objects. */
  rows(): number;
  /** The last of what the process printed. */
  said(): string;
  /** Ends the process as a power cut would, and deletes the folder unless it was given. */
  close(): Promise<void>;
};

/** Where a server keeps its rooms, and where it listens: for servers that come back. */
export type Place = { folder: string; port: number };

const START_MS = 20_000;
/** Characters kept of what a process prints. */
const SAID = 1_000_000;

/**
 * Starts workerd, or a program on Node, on the loopback address with nothing between it and the load; on a free port
 * unless told.
 */
export async function startServer(config: ServerConfig, place?: Place): Promise<Server> {
  const folder = place?.folder ?? mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const port = place?.port ?? (await freePort());
  const [program, ...args] = commandOf(config, folder, port);
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID);
    });
  }
  const over = ended(child);
  const forget = () => {
    if (place === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const killAtExit = () => {
    child.kill('SIGKILL');
    forget();
  };
  process.once('exit', killAtExit);

  const close = async () => {
    child.kill('SIGKILL');
    await over;
    process.off('exit', killAtExit);
    forget();
  };
  try {
    await answers(port, child);
  } catch (error) {
    await close();
    throw new Error(`unable to start ${config.name}; it says:\n${said.slice(-4_000)}`, { cause: error });
  }
  return {
    port,
    usage: () => usageOf(child.pid),
    forgetPeak: () => forgetPeak(child.pid),
    rows: () => countRows(folder),
    said: () => said,
    close,
  };
}

function commandOf(config: ServerConfig, folder: string, port: number): [program: string, ...args: string[]] {
  if ('script' in config) return [process.execPath, config.script, String(port)];
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(config, null, 2));
  const workerd = join(root, 'node_modules/.bin/workerd');
  return [workerd, 'serve', '--experimental', 'wrangler.json', '-s', `http=127.0.0.1:${port}`];
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('unable to find a free port'));
        else resolve(address.port);
      });
    });
  });
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended at once');
    try {
      const signal = AbortSignal.timeout(1_000);
      const headers = { connection: 'close' };
      await (await fetch(`http://127.0.0.1:${port}/is-up`, { headers, signal })).text();
      return;
    } catch {
      // Not yet listening.
      await wait(50);
    }
  }
  throw new Error(`no answer for ${START_MS / 1000} s`);
}

/** Written to clear_refs of a process, it sets VmHWM to what is held now (proc(5)). */
const FORGET_PEAK = '5';

export function forgetPeak(pid: number | undefined): void {
  if (process.platform !== 'linux' || pid === undefined)
    throw new Error('unable to measure; this system does not tell the size of a process');
  writeFileSync(`/proc/${pid}/clear_refs`, FORGET_PEAK);
}

/** Ticks of /proc/<pid>/stat in a second; 100 on every Linux of today. */
const TICKS = 100;

/** What a process has used; all null where there is none, or the system does not tell. */
export function usageOf(pid: number | undefined): Usage {
  if (process.platform !== 'linux' || pid === undefined) {
    return { peakMemory: null, memory: null, cpuSeconds: null };
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const bytes = (field: string) => {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return found === undefined ? null : Number(found) * 1024;
  };
  // The fields after the program's name, which may itself hold blanks: state is the first, utime the twelfth.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    peakMemory: bytes('VmHWM'),
    memory: bytes('VmRSS'),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}
