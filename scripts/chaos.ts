// `npm run chaos`: the long form of test/chaos; writes what it measured into docs/chaos.md. Names of files choose some
// of the tests, and then nothing is written.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { results } from '../test/chaos/support/report.ts';
import { ended, endTogether, root, startTool, tools } from './support.ts';

const START = '<!-- results: written by `npm run chaos` -->';
const END = '<!-- end of results -->';

const chosen = process.argv.slice(2);
const start = performance.now();
const child = startTool(tools.vitest, ['run', '--config', 'vitest.chaos.config.ts', ...chosen], {
  env: { CHAOS: 'full' },
});
const releaseSignals = endTogether(child);
const code = await ended(child);
releaseSignals();
const minutes = ((performance.now() - start) / 60_000).toFixed(0);

if (code === 0 && chosen.length === 0) {
  const file = `${root}docs/chaos.md`;
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error('unable to write the results; docs/chaos.md lacks its markers');
  const report = [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}, Node ${process.version}; ${minutes} minutes. All tests passed.`,
    ...results().flatMap(({ title, lines }) => [`### ${title}`, lines.join('\n')]),
  ].join('\n\n');
  writeFileSync(file, `${page.slice(0, from + START.length)}\n\n${report}\n\n${page.slice(to)}`);
  console.log('Written to docs/chaos.md.');
}
process.exitCode = code;
