// Before the tests on a real port: finds a Chromium and a TURN server, or installs Debian's where that is possible without asking.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, findTurnServer } from './chromium.ts';

const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends';

function install(name: string, what: string, given: string | undefined): void {
  if (given !== undefined) return;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  console.log(`Installing ${name} for the tests (once)...`);
  spawnSync('sh', ['-c', `${INSTALL} ${what}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (findChromium() === undefined) install('Chromium', 'chromium', process.env.CHROMIUM_PATH);
if (findTurnServer() === undefined) install('coturn', 'coturn', process.env.TURNSERVER_PATH);
if (findChromium() === undefined) {
  const named = process.env.CHROMIUM_PATH;
  console.error(
    named === undefined
      ? `unable to run the browser tests; there is no Chromium. Install it (Debian: sudo sh -c '${INSTALL} chromium') or set CHROMIUM_PATH.`
      : `unable to run the browser tests; CHROMIUM_PATH is ${named}, where no file is.`,
  );
  process.exit(1);
}
if (findTurnServer() === undefined) {
  console.error(
    `unable to run the tests of calls through a TURN server; there is no coturn. Install it (Debian: sudo sh -c '${INSTALL} coturn') or set TURNSERVER_PATH.`,
  );
  process.exit(1);
}
