// `npm test`: every check, in the order in which they are cheap; `node scripts/test.ts types lint` runs some.
import { existsSync } from 'node:fs';
import { ended, endTogether, root, startTool, tools } from './support.ts';

/** A program of a package, or a script of the project (`scripts/...`), with its arguments. */
type Command = readonly [program: string, ...args: string[]];
type Step = { name: string; commands: readonly Command[] };

const project = (path: string): Command => [tools.tsc, '--project', path];
const script = (path: string, ...args: string[]): Command => [`../scripts/${path}`, ...args];

const steps: readonly Step[] = [
  {
    name: 'types',
    commands: [
      'tsconfig.json',
      'tsconfig.unit.json',
      'tsconfig.node.json',
      'test/workers/tsconfig.json',
      'web/tsconfig.json',
    ].map(project),
  },
  { name: 'lint', commands: [[tools.biome, 'check', '--error-on-warnings']] },
  { name: 'knip', commands: [[tools.knip]] },
  {
    name: 'generated',
    commands: existsSync(`${root}scripts/generate.ts`) ? [script('generate.ts', '--check')] : [],
  },
  { name: 'page', commands: [[tools.vite, 'build', 'web', '--logLevel', 'warn']] },
  { name: 'size', commands: [script('check-size.ts')] },
  { name: 'unit', commands: [[tools.vitest, 'run', '--config', 'vitest.unit.config.ts']] },
  { name: 'workers', commands: [[tools.vitest, 'run', '--config', 'vitest.workers.config.ts']] },
  {
    name: 'e2e',
    commands: [script('ensure-browser.ts'), [tools.vitest, 'run', '--config', 'vitest.e2e.config.ts']],
  },
  { name: 'chaos', commands: [[tools.vitest, 'run', '--config', 'vitest.chaos.config.ts']] },
];

async function passes(step: Step): Promise<boolean> {
  for (const [program, ...args] of step.commands) {
    const child = startTool(program, args);
    const release = endTogether(child);
    const code = await ended(child);
    release();
    if (code !== 0) return false;
  }
  return true;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `unable to run ${unknown.join(', ')}; the steps are ${steps.map((step) => step.name).join(', ')}`,
  );
  process.exit(2);
}

const failed: string[] = [];
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n== ${step.name}`);
  const start = performance.now();
  const passed = await passes(step);
  if (!passed) failed.push(step.name);
  console.log(
    `${passed ? 'ok' : 'FAILED'}: ${step.name}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}

console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFAILED: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
