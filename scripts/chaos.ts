// `npm run chaos`: the long form of test/chaos; writes what it measured into docs/chaos.md. Names of files choose some
// of the tests: what they measure takes the place of what the same tests measured before.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { results } from '../test/chaos/support/report.ts';
import { ended, endTogether, root, startTool, tools } from './support.ts';

const START = '<!-- results: written by `npm run chaos` -->';
const END = '<!-- end of results -->';

const chosen = process.argv.slice(2);
const child = startTool(tools.vitest, ['run', '--config', 'vitest.chaos.config.ts', ...chosen], {
  env: { CHAOS: 'full', ...(chosen.length > 0 ? { CHAOS_KEEP: '1' } : {}) },
});
const releaseSignals = endTogether(child);
const code = await ended(child);
releaseSignals();

if (code === 0) {
  const file = `${root}docs/chaos.md`;
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error('unable to write the results; docs/chaos.md lacks its markers');
  const report = [
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}, Node ${process.version}. Each part as it last passed.`,
    ...results().flatMap(({ title, day, lines }) => [`### ${title}`, day, lines.join('\n')]),
  ].join('\n\n');
  writeFileSync(file, `${page.slice(0, from + START.length)}\n\n${report}\n\n${page.slice(to)}`);
  console.log('Written to docs/chaos.md.');
}
process.exitCode = code;
