import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../peers/', import.meta.url));

type Lock = { packages: Record<string, { version?: string }> };

function lock(path: string): Lock['packages'] {
  if (!existsSync(folder + path)) return {};
  const { packages }: Lock = JSON.parse(readFileSync(folder + path, 'utf8'));
  return packages;
}

/** Installs what the peers need, unless it is there already, and answers the versions by the packages' names. */
export function installPeers(): ReadonlyMap<string, string> {
  const required = Object.entries(lock('package-lock.json')).filter(([path]) => path !== '');
  const installed = lock('node_modules/.package-lock.json');
  if (required.some(([path, { version }]) => installed[path]?.version !== version)) {
    console.log("Installing the peers' packages (once)...");
    const npm = process.env.npm_execpath;
    const node = process.env.npm_node_execpath ?? process.execPath;
    const [command, before] = npm === undefined ? ['npm', []] : [node, [npm]];
    const { status } = spawnSync(command, [...before, 'ci'], { cwd: folder, stdio: 'inherit' });
    if (status !== 0)
      throw new Error("unable to install the peers' packages; `npm ci` failed in bench/peers");
  }
  return new Map(
    required.map(([path, { version }]) => [path.replace('node_modules/', ''), version ?? 'unknown']),
  );
}
