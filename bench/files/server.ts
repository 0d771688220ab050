import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { startBucketServer } from '../economy/bucket-server.ts';
import { forgetPeak, type Server, usageOf } from '../servers/server.ts';

/** What is needed of a server here. Its process runs the Worker and its objects, and R2 where that is simulated. */
export type FileServer = Pick<Server, 'port' | 'usage' | 'forgetPeak' | 'close'>;

/**
 * A server with the simulator of R2, asked without what wrangler puts before it: its proxy is a process of its own, which
 * every byte would pass, and the faster of two servers would look like the slower one.
 *
 * @param config Of a Worker, as in wrangler.json; with the bucket PICTURES added.
 */
export async function startSimulated(config: object): Promise<FileServer> {
  const before = new Set(runtimes());
  const server = await startBucketServer(config);
  const started = runtimes().filter((pid) => !before.has(pid));
  const [behind, ...others] = started.flatMap((pid) =>
    portsOf(pid)
      .filter((port) => port !== server.port)
      .map((port) => ({ pid, port })),
  );
  if (behind === undefined || others.length > 0) {
    await server.close();
    throw new Error(`unable to tell which of ${started.length} processes runs the Worker; this needs Linux`);
  }
  const { pid, port } = behind;
  return {
    port,
    usage: () => usageOf(pid),
    forgetPeak: () => forgetPeak(pid),
    close: server.close,
  };
}

/** The processes of workerd that this one has started. */
function runtimes(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isRuntime(pid));
}

function isRuntime(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(parent) === process.pid && stat.includes('(workerd)');
  } catch {
    // It ended a moment ago.
    return false;
  }
}

/** State of a socket in /proc/net/tcp that waits for connections. */
const LISTENS = '0A';

/** The ports at which a process waits for connections. */
function portsOf(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1]),
  );
  const [, ...lines] = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const port = local.split(':')[1];
    return state === LISTENS && sockets.has(inode) && port !== undefined ? [Number.parseInt(port, 16)] : [];
  });
}
