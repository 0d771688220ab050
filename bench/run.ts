// `npm run bench`: the same work on Parley and on its peers, each time on a fresh server process, in an order that is
// reversed from one repetition to the next; prints the medians and writes them into docs/benchmarks.md.
import { describeMachine } from './machine.ts';
import { type FanOut, type JoinStorm, measureCeiling, measureFanOut, measureJoinStorm } from './measure.ts';
import { type Plan, type Row, readPlan } from './plan.ts';
import { render, writeReport } from './report.ts';
import { type Ceilings, type Cell, type Joins, shapeOf, summarize } from './results.ts';
import { bundle } from './servers/bundle.ts';
import { installPeers } from './servers/install-peers.ts';
import type { Variant } from './servers/variants.ts';

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const nameOf = ({ members, window, deflate }: Row) =>
  `${members} members, window ${window}${deflate ? ', compression offered' : ''}`;

/** What went wrong; the run goes on, its exit code tells. */
const failures: string[] = [];

async function attempt<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const start = performance.now();
  try {
    const result = await work();
    console.log(`  ${name}: ${seconds(start)} s`);
    return result;
  } catch (error) {
    const message = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    console.error(`  FAILED ${message}`);
    failures.push(message);
    return null;
  }
}

function inOrder<T>(things: readonly T[], repetition: number): readonly T[] {
  return repetition % 2 === 0 ? things : things.toReversed();
}

async function runFanOuts(plan: Plan): Promise<Cell[]> {
  const runs = new Map<Row, Map<Variant, FanOut[]>>();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    for (const row of plan.rows) {
      console.log(`\n${nameOf(row)} (${repetition + 1} of ${plan.repetitions})`);
      const ofRow = runs.get(row) ?? new Map<Variant, FanOut[]>();
      runs.set(row, ofRow);
      for (const variant of inOrder(plan.variants, repetition)) {
        const result = await attempt(variant.label, () => measureFanOut(variant, row, plan.seconds));
        if (result === null) continue;
        console.log(
          `    ${Math.round(result.deliveries)} deliveries/s, echo p50 ${result.echo.p50.toFixed(2)} ms, generator at ${Math.round(result.cpu * 100)} %`,
        );
        ofRow.set(variant, [...(ofRow.get(variant) ?? []), result]);
      }
    }
  }
  return [...runs].flatMap(([row, ofRow]) =>
    [...ofRow].map(([variant, results]) => ({ row, variant, figures: summarize(results) })),
  );
}

async function runCeilings(cells: readonly Cell[]): Promise<Ceilings> {
  console.log('\nWhat the load generator can take');
  const ceilings: Ceilings = new Map();
  for (const cell of cells) {
    const { key, dialect, members, perFrame } = shapeOf(cell);
    if (ceilings.has(key)) continue;
    const ceiling = await attempt(key, () => measureCeiling(dialect, members, perFrame));
    if (ceiling !== null) ceilings.set(key, ceiling);
  }
  return ceilings;
}

/** As many people at once as browsers would be on their way in, a few per connection attempt that the system queues. */
const CONCURRENCY = 200;

async function runJoins(plan: Plan): Promise<Joins[]> {
  const storms = plan.variants.flatMap((variant) => {
    if (variant.name === 'parley')
      return [
        { variant, form: 'two-step' as const },
        { variant, form: 'one-step' as const },
      ];
    return variant.name === 'partyserver' ? [{ variant, form: 'one-step' as const }] : [];
  });
  const runs = new Map<(typeof storms)[number], JoinStorm[]>();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    console.log(`\n${plan.joining} members join (${repetition + 1} of ${plan.repetitions})`);
    for (const storm of inOrder(storms, repetition)) {
      const job = { members: plan.joining, form: storm.form, concurrency: CONCURRENCY };
      const name = `${storm.variant.label}, ${storm.form}`;
      const result = await attempt(name, () => measureJoinStorm(storm.variant, job));
      if (result !== null) runs.set(storm, [...(runs.get(storm) ?? []), result]);
    }
  }
  return [...runs].map(([{ variant, form }, results]) => ({
    variant,
    form,
    members: plan.joining,
    figures: summarize(results),
  }));
}

// Children end with this process only where it exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const asked = readPlan(process.argv.slice(2));
const start = performance.now();
const machine = describeMachine(installPeers());
const plan = { ...asked, variants: bundle(asked.variants) };
console.log(machine.join('\n'));
const cells = await runFanOuts(plan);
const ceilings = await runCeilings(cells);
const joins = plan.joining > 0 ? await runJoins(plan) : [];
const report = render({ plan, machine, cells, ceilings, joins });
console.log(`\n${report}`);
console.log(`\nTook ${seconds(start)} s.`);
if (failures.length > 0) {
  console.error(`\n${failures.length} measurements failed:\n${failures.join('\n')}`);
  process.exitCode = 1;
} else if (plan.write) {
  writeReport(report);
  console.log('Written to docs/benchmarks.md.');
}
