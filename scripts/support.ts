import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { resolve, sep } from 'node:path';

/** The project's folder, with a slash at its end. */
export const root = resolve(import.meta.dirname, '..') + sep;

/** Starts a program that a package of the project brings, on this Node. `bin` is a path under node_modules. */
export function startTool(bin: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [`${root}node_modules/${bin}`, ...args], {
    cwd: root,
    stdio: 'inherit',
    ...options,
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      ...options.env,
    },
  });
}

/** Resolves with the exit code; a process that a signal ended counts as failed. */
export function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * While the child runs, signals that would end this process go to the child, and this process ends after it:
 * nothing is left running. Call what it returns when the child has ended.
 */
export function endTogether(child: ChildProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const forward = (signal: NodeJS.Signals) => {
    child.once('close', () => process.exit(1));
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

export const tools = {
  biome: '@biomejs/biome/bin/biome',
  knip: 'knip/bin/knip.js',
  tsc: 'typescript/bin/tsc',
  vite: 'vite/bin/vite.js',
  vitest: 'vitest/vitest.mjs',
  wrangler: 'wrangler/bin/wrangler.js',
} as const;
