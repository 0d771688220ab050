import { type JoinStorm, measureJoinStorm } from '../measure.ts';
import { fine, latency, table, thousands } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Variant } from '../servers/variants.ts';
import type { Context, Goal, Section } from './section.ts';

const MEMBERS = 1000;
/** As many people at once as browsers would be on their way in, a few per connection attempt that the system queues. */
const CONCURRENCY = 200;

type Storm = { variant: Variant; form: 'two-step' | 'one-step' };
type Joins = Storm & { figures: JoinStorm };

/** A thousand people come at once. */
export const joins: Section = {
  name: 'joins',
  async measure(context) {
    const results = await runStorms(context);
    return { title: 'Join storm', lines: tableOf(results), goals: goalsOf(results) };
  },
};

async function runStorms({ plan, variants, attempt, inOrder }: Context): Promise<Joins[]> {
  const storms = variants.flatMap((variant): Storm[] => {
    if (variant.name === 'parley')
      return [
        { variant, form: 'two-step' },
        { variant, form: 'one-step' },
      ];
    return variant.name === 'partyserver' && !plan.quick ? [{ variant, form: 'one-step' }] : [];
  });
  const runs = new Map<Storm, JoinStorm[]>();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    for (const storm of inOrder(storms, repetition)) {
      const job = { members: MEMBERS, form: storm.form, announce: true, concurrency: CONCURRENCY };
      const name = `${storm.variant.label}, ${storm.form}`;
      const result = await attempt(name, () => measureJoinStorm(storm.variant, job));
      if (result !== null) runs.set(storm, [...(runs.get(storm) ?? []), result]);
    }
  }
  return [...runs].map(([storm, results]) => ({ ...storm, figures: summarize(results) }));
}

function tableOf(results: readonly Joins[]): string[] {
  const head = [
    'way in',
    'members',
    'joins a second',
    'p50 (p99) ms',
    'everybody knows, ms',
    'bytes to a member, mean (most)',
    'frames to a member, mean (most)',
    'peak memory, MB',
  ];
  const rows = results.map(({ variant, form, figures }) => [
    variant.name === 'parley' ? `${variant.label}, ${form}` : variant.label,
    thousands(MEMBERS),
    thousands(figures.joinsPerSecond),
    latency(figures.latency),
    thousands(figures.settled),
    `${thousands(figures.bytes.mean)} (${thousands(figures.bytes.most)})`,
    `${fine(figures.frames.mean)} (${fine(figures.frames.most)})`,
    figures.peakMemory === null ? '–' : thousands(figures.peakMemory / 1e6),
  ]);
  return results.length === 0 ? [] : table(head, rows);
}

function goalsOf(results: readonly Joins[]): Goal[] {
  return results
    .filter(({ variant, form }) => variant.name === 'parley' && form === 'two-step')
    .map(({ figures }) => ({
      goal: '1,000 members join an open room: ≥ 300 a second',
      measured: `${thousands(figures.joinsPerSecond)} a second`,
      met: figures.joinsPerSecond >= 300,
    }));
}
