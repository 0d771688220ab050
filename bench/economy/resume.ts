import { fine, percent, table, thousands } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Section } from '../sections/section.ts';
import { startServer } from '../servers/server.ts';
import type { Variant, VariantName } from '../servers/variants.ts';
import { runStorm, type Storm } from './storm.ts';

const MEMBERS = 1000;
const GOAL_SECONDS = 10;
/** A run takes up to ten seconds. */
const REPETITIONS = 3;
const MEASURED: readonly VariantName[] = ['parley', 'socket.io', 'partyserver', 'bare object'];
const MEASURED_QUICKLY: readonly VariantName[] = ['parley', 'socket.io'];

/** How each of them comes back, for the table. */
const WAYS: Partial<Record<VariantName, string>> = {
  parley: 'admission, then the position',
  'socket.io': 'connection state recovery',
};

type Result = { variant: Variant; storm: Storm };

/** A thousand connections break at one instant and come back without delay. */
export const resume: Section = {
  name: 'resume',
  async measure(context) {
    const results = await runAll(context);
    const parley = results.find(({ variant }) => variant.name === 'parley')?.storm;
    return {
      title: 'Resume storm',
      lines: [
        `The connections of ${thousands(MEMBERS)} members break at one instant, and all come back at once: at full speed, without the`,
        'jitter by which the SDK spreads them (the chaos suite shows that in a histogram). Fifty messages are said while',
        'only the speaker is there, fifty more while the others come. Complete is when the last one has them all; lost is',
        'what was never told, over all members. Each frame is checked: no message twice, no range that leaves a gap.',
        '',
        ...tableOf(results),
      ],
      goals:
        parley === undefined
          ? []
          : [
              {
                goal: `resume of ${thousands(MEMBERS)} members: at most ${GOAL_SECONDS} s, 0 lost`,
                measured: `${fine(parley.complete)} s, ${thousands(parley.lost)} lost`,
                met: parley.complete <= GOAL_SECONDS && parley.lost === 0 && parley.recovered === MEMBERS,
              },
            ],
    };
  },
};

async function runAll({ plan, variants, attempt, inOrder }: Context): Promise<Result[]> {
  const names = plan.quick ? MEASURED_QUICKLY : MEASURED;
  const chosen = variants.filter(({ name }) => names.includes(name));
  const runs = new Map<Variant, Storm[]>();
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    for (const variant of inOrder(chosen, repetition)) {
      const storm = await attempt(variant.label, () => measure(variant));
      if (storm !== null) runs.set(variant, [...(runs.get(variant) ?? []), storm]);
    }
  }
  return [...runs].map(([variant, storms]) => ({ variant, storm: worstLoss(storms) }));
}

/** Medians; but what one run lost is not made good by the others. */
function worstLoss(storms: readonly Storm[]): Storm {
  return {
    ...summarize(storms),
    lost: Math.max(...storms.map(({ lost }) => lost)),
    recovered: Math.min(...storms.map(({ recovered }) => recovered)),
  };
}

async function measure(variant: Variant): Promise<Storm> {
  const server = await startServer(variant.config);
  try {
    return await runStorm({ port: server.port, dialect: variant.dialect, deflate: false }, MEMBERS);
  } finally {
    await server.close();
  }
}

function tableOf(results: readonly Result[]): string[] {
  const head = [
    'server',
    'comes back by',
    'all are back, s',
    'complete, s',
    'told that nothing was missed',
    'lost',
    "generator's core",
  ];
  const rows = results.map(({ variant, storm }) => [
    variant.label,
    WAYS[variant.name] ?? 'a new connection',
    fine(storm.back),
    Number.isNaN(storm.complete) ? 'never' : fine(storm.complete),
    thousands(storm.recovered),
    thousands(storm.lost),
    percent(storm.cpu),
  ]);
  return results.length === 0 ? [] : table(head, rows);
}
