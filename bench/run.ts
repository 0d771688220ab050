// `npm run bench`: the same work on Parley and on its peers, each time on a fresh server process, in an order that is
// reversed from one repetition to the next; prints the medians and writes them into docs/benchmarks.md.
import { createContext, secondsSince } from './context.ts';
import { describeMachine } from './machine.ts';
import { readPlan } from './plan.ts';
import { render, writeCharts, writeReport } from './report/page.ts';
import { sections } from './sections/index.ts';
import type { SectionReport } from './sections/section.ts';
import { bundle } from './servers/bundle.ts';
import { installPeers } from './servers/install-peers.ts';

// Each server and each generator, of which some sections have a dozen at a time, ends with this process.
process.setMaxListeners(100);
// Children end with this process only where it exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

// Each of several servers that run at a time ends with this process.
process.setMaxListeners(50);

const plan = readPlan(process.argv.slice(2), sections);
const start = performance.now();
const facts = [...describeMachine(installPeers()), `Median of ${plan.repetitions}.`];
console.log(facts.join('\n'));

const { context, earlier, failures } = createContext(plan, bundle(plan.variants));
const reports: SectionReport[] = [];
const chosen = sections.filter(({ name }) => plan.sections.includes(name));
for (const { name, measure } of chosen) {
  const begun = performance.now();
  console.log(`\n== ${name}`);
  const report = await context.attempt(name, () => measure(context));
  if (report === null) continue;
  reports.push(report);
  earlier.set(name, report.figures ?? {});
  console.log(`== ${name} took ${secondsSince(begun).toFixed(0)} s`);
}

const report = render(facts, reports);
console.log(`\n${report}\n\nTook ${secondsSince(start).toFixed(0)} s.`);
if (plan.charts !== null) writeCharts(plan.charts, reports);
if (failures.length > 0) {
  console.error(`\n${failures.length} measurements failed:\n${failures.join('\n')}`);
  process.exitCode = 1;
} else if (plan.write) {
  writeReport(report, reports);
  console.log('Written to docs/benchmarks.md and docs/charts.');
}
