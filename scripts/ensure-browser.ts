// Before the browser tests: finds a Chromium, or installs Debian's where that is possible without asking.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.ts';

const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends chromium';

function install(): void {
  if (process.env.CHROMIUM_PATH !== undefined) return;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  console.log('Installing Chromium for the browser tests (once)...');
  spawnSync('sh', ['-c', INSTALL], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (findChromium() === undefined) install();
if (findChromium() === undefined) {
  const named = process.env.CHROMIUM_PATH;
  console.error(
    named === undefined
      ? `unable to run the browser tests; there is no Chromium. Install it (Debian: sudo sh -c '${INSTALL}') or set CHROMIUM_PATH.`
      : `unable to run the browser tests; CHROMIUM_PATH is ${named}, where no file is.`,
  );
  process.exit(1);
}
