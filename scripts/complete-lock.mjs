// Completes package-lock.json: `node scripts/complete-lock.mjs` after a change of dependencies.
//
// A registry that does not offer a package for every platform makes `npm install` leave those optional
// packages out of the lock file, and `npm ci` then refuses it ("Missing: ... from lock file"), on every
// machine. This adds an entry for each optional dependency with an exact version that the lock lacks.
// `npm ci --dry-run` tells whether the lock is whole.
import { readFileSync, writeFileSync } from 'node:fs';

const lockPath = new URL('../package-lock.json', import.meta.url);

const SYSTEMS = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = {
  64: 'x64',
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
};
const C_LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** What a package name such as `@scope/binding-linux-arm64-musl` says about the machine it is for. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  const pick = (table) => parts.map((part) => table[part]).find((value) => value !== undefined);
  const [os, cpu, libc] = [pick(SYSTEMS), pick(PROCESSORS), pick(C_LIBRARIES)];
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

/** The lock entry that a package at `from` finds for `name`, looking upwards as Node does. */
function resolve(packages, from, name) {
  const steps = from.split('/node_modules/');
  for (let depth = steps.length; depth > 0; depth--) {
    const found = packages[`${steps.slice(0, depth).join('/node_modules/')}/node_modules/${name}`];
    if (found) return found;
  }
  return packages[`node_modules/${name}`];
}

function complete(packages) {
  const added = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!EXACT_VERSION.test(version) || resolve(packages, path, name)?.version === version) continue;
      const platform = platformOf(name);
      if (Object.keys(platform).length === 0) throw new Error(`cannot tell which machine ${name} is for`);
      const place = packages[`node_modules/${name}`]
        ? `${path}/node_modules/${name}`
        : `node_modules/${name}`;
      packages[place] = { version, ...platform, ...(entry.dev && { dev: true }), optional: true };
      added.push(`${name}@${version}`);
    }
  }
  return added;
}

const lock = JSON.parse(readFileSync(lockPath, 'utf8'));
const added = complete(lock.packages);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added.length > 0) writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? 'package-lock.json is whole.' : `Added to package-lock.json:\n  ${added.join('\n  ')}`,
);
