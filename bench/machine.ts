import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { root } from '../scripts/support.ts';

const SHOWN = ['partyserver', 'socket.io', 'ws'];

/** What the figures were measured on and with: one line each. */
export function describeMachine(peers: ReadonlyMap<string, string>): string[] {
  const cores = cpus();
  const { version: workerd }: { version: string } = JSON.parse(
    readFileSync(`${root}node_modules/workerd/package.json`, 'utf8'),
  );
  return [
    `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${type()} ${release()}`,
    `workerd ${workerd}, Node ${process.versions.node}, ${SHOWN.map((name) => `${name} ${peers.get(name)}`).join(', ')}`,
    // A machine that is busy with something else before the run makes every figure doubtful.
    `Load of the machine before the run: ${loadavg()[0]?.toFixed(1)}`,
    `${new Date().toISOString().slice(0, 10)}`,
  ];
}
