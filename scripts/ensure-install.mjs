// Before `npm start` and `npm test`: installs what package-lock.json says, unless it is there already.
// It must run on whatever Node started npm; everything after it runs on the Node that the project brings.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

function packagesOf(path) {
  const url = new URL(path, root);
  return existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')).packages : {};
}

function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json');
  const required = Object.entries(packagesOf('package-lock.json')).filter(
    ([path, entry]) => path && !entry.optional,
  );
  return (
    existsSync(new URL('node_modules/node/bin/node', root)) &&
    required.every(([path, entry]) => installed[path]?.version === entry.version)
  );
}

if (!isInstalled()) {
  console.log('Installing dependencies (once)...');
  const npm = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  const [command, args] = npm ? [node, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...args, 'ci', '--include=dev'], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`unable to install dependencies; ${error?.message ?? '`npm ci` failed, see above'}`);
    process.exit(1);
  }
}
