import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ended, root } from '../../scripts/support.ts';
import { countRows } from './rows.ts';
import type { WorkerdConfig } from './variants.ts';

/** What a server has used since it started. */
export type Usage = {
  /** The most memory it ever held, in bytes; null where the system does not tell. */
  peakMemory: number | null;
  /** Seconds of processor time, in user and system mode; null where the system does not tell. */
  cpuSeconds: number | null;
};

/** A server of its own process, its storage in a folder of its own. */
export type Server = {
  port: number;
  usage(): Usage;
  /** Rows in all tables of all its objects. */
  rows(): number;
  /** Ends the process and deletes the folder. */
  close(): Promise<void>;
};

const START_MS = 20_000;

/** Starts workerd on a free port of the loopback address with nothing between it and the load. */
export async function startServer(config: WorkerdConfig): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(config, null, 2));
  const port = await freePort();
  const child = spawn(
    join(root, 'node_modules/.bin/workerd'),
    ['serve', '--experimental', 'wrangler.json', '-s', `http=127.0.0.1:${port}`],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  }
  const over = ended(child);
  const killAtExit = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', killAtExit);

  const close = async () => {
    child.kill('SIGKILL');
    await over;
    process.off('exit', killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(port, child);
  } catch (error) {
    await close();
    throw new Error(`unable to start ${config.name}; workerd says:\n${said}`, { cause: error });
  }
  return {
    port,
    usage: () => usageOf(child.pid),
    rows: () => countRows(folder),
    close,
  };
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
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
      await (await fetch(`http://127.0.0.1:${port}/is-up`, { headers: { connection: 'close' } })).text();
      return;
    } catch {
      // Not yet listening.
      await wait(50);
    }
  }
  throw new Error(`no answer for ${START_MS / 1000} s`);
}

/** Ticks of /proc/<pid>/stat in a second; 100 on every Linux of today. */
const TICKS = 100;

function usageOf(pid: number | undefined): Usage {
  if (process.platform !== 'linux' || pid === undefined) return { peakMemory: null, cpuSeconds: null };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  // The fields after the program's name, which may itself hold blanks: state is the first, utime the twelfth.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    peakMemory: peak === undefined ? null : Number(peak) * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}
