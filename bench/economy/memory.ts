import { setTimeout as wait } from 'node:timers/promises';
import { enter, inTurn, openRoom, quiet } from '../load/admission.ts';
import type { Connection } from '../load/connection.ts';
import { withServer } from '../measure.ts';
import { fine, ratio, table, thousands } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Section } from '../sections/section.ts';
import type { Server } from '../servers/server.ts';
import type { Variant, VariantName } from '../servers/variants.ts';

/** Admission makes garbage, and the engine's heap grows with it to its usual size: once, within these. */
const FIRST = 3000;
/** What each of these adds is what a connection costs. */
const MORE = 1000;
const ENTERING = 50;
const SETTLE_MS = 1_000;
/** An object on workerd has fallen asleep by then. */
const SLEEP_MS = 13_000;
const REPETITIONS = 2;
/** Those of the goal. */
const COMPARED: readonly VariantName[] = ['parley', 'bare object'];
const GOAL = 1.2;

/** Resident bytes of the server. */
type Sizes = {
  one: number;
  first: number;
  all: number;
  /** Not a number where nobody looked. */
  asleep: number;
};
type Result = { variant: Variant; sizes: Sizes };

/** What the server's process holds for a connection on which nothing happens. */
export const memory: Section = {
  name: 'memory',
  async measure(context) {
    const results = await runAll(context);
    const perConnection = (name: VariantName) => {
      const sizes = results.find(({ variant }) => variant.name === name)?.sizes;
      return sizes && each(sizes);
    };
    const [ours, theirs] = [perConnection('parley'), perConnection('bare object')];
    return {
      title: 'Memory of an idle connection',
      lines: [
        `The resident size of the server with one connection, with ${thousands(FIRST)} more and with another ${thousands(MORE)}, each time when all are in`,
        'and nothing has come for a second; then once more when the object has slept. In Parley each of them has come in',
        "by the whole of admission and is a member. Admission makes garbage: the engine's heap grows to its usual size,",
        'once, and is not given back while nothing happens. So what a connection costs shows in the last ones.',
        '',
        ...tableOf(results),
      ],
      goals:
        ours === undefined || theirs === undefined
          ? []
          : [
              {
                goal: `idle connection: at most ${GOAL} × the bare object's memory`,
                measured: `${ratio(ours.last / theirs.last)} × (over all, with what the heap grew by: ${ratio(ours.mean / theirs.mean)} ×)`,
                met: ours.last <= GOAL * theirs.last,
              },
            ],
    };
  },
};

const KIB = 1024;

/** KiB for each connection: of the last ones, over all, and over all when the object sleeps. */
const each = ({ one, first, all, asleep }: Sizes) => ({
  last: (all - first) / MORE / KIB,
  mean: (all - one) / (FIRST + MORE) / KIB,
  asleep: (asleep - one) / (FIRST + MORE) / KIB,
});

async function runAll({ plan, variants, attempt, inOrder }: Context): Promise<Result[]> {
  const chosen = plan.quick ? variants.filter(({ name }) => COMPARED.includes(name)) : variants;
  const runs = new Map<Variant, Sizes[]>();
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    for (const variant of inOrder(chosen, repetition)) {
      // Sleep changes nothing in these figures; it is enough to see that once, where the goal is.
      const sleeps = repetition === 0 && COMPARED.includes(variant.name);
      const sizes = await attempt(variant.label, () => measure(variant, sleeps));
      if (sizes !== null) runs.set(variant, [...(runs.get(variant) ?? []), sizes]);
    }
  }
  return [...runs].map(([variant, sizes]) => ({
    variant,
    sizes: { ...summarize(sizes), asleep: sizes[0]?.asleep ?? Number.NaN },
  }));
}

/** A server with connections that nobody uses. */
async function measure(variant: Variant, sleeps: boolean): Promise<Sizes> {
  const connections: Connection[] = [];
  try {
    return await withServer(variant, false, async (server, target) => {
      const room = await openRoom(target, 1 + FIRST + MORE);
      const grow = async (count: number) => {
        const enterOne = () => enter(room, { form: 'two-step', listener: {} });
        connections.push(...(await inTurn(count, ENTERING, enterOne)));
        await quiet(connections);
        await wait(SETTLE_MS);
        return sizeOf(server);
      };
      // The first connection brings the object and its code.
      const sizes = { one: await grow(1), first: await grow(FIRST), all: await grow(MORE) };
      if (!sleeps) return { ...sizes, asleep: Number.NaN };
      await wait(SLEEP_MS);
      return { ...sizes, asleep: sizeOf(server) };
    });
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

function sizeOf(server: Server): number {
  const { memory: size } = server.usage();
  if (size === null) throw new Error('unable to measure; this system does not tell the size of a process');
  return size;
}

function tableOf(results: readonly Result[]): string[] {
  const bare = results.find(({ variant }) => variant.name === 'bare object')?.sizes;
  const head = [
    'server',
    'one connection, MB',
    `${thousands(FIRST + MORE)} more, MB`,
    `KiB for each of the last ${thousands(MORE)}`,
    'over all',
    'over all, asleep',
    'last, / bare object',
  ];
  const rows = results.map(({ variant, sizes }) => {
    const { last, mean, asleep } = each(sizes);
    return [
      variant.label,
      fine(sizes.one / 1e6),
      fine(sizes.all / 1e6),
      fine(last),
      fine(mean),
      Number.isNaN(asleep) ? '–' : fine(asleep),
      bare === undefined ? '–' : `${ratio(last / each(bare).last)} ×`,
    ];
  });
  return results.length === 0 ? [] : table(head, rows);
}
