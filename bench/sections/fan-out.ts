import { measureCeiling, measureFanOut } from '../measure.ts';
import { measureAll } from '../repeat.ts';
import { nameOf } from '../report/compare.ts';
import { fine, percent, thousands } from '../report/markdown.ts';
import { type Ceilings, type Cell, shapeOf } from '../results.ts';
import type { VariantName } from '../servers/variants.ts';
import { fanOutCharts } from './fan-out-charts.ts';
import { fanOutGoals } from './fan-out-goals.ts';
import { fanOutTables } from './fan-out-tables.ts';
import type { Context, Section } from './section.ts';

/** Rooms of several sizes in which so many messages are under way at any moment. */
export const fanOut: Section = {
  name: 'fan-out',
  async measure(context) {
    const cells = await runRows(context);
    const ceilings = await runCeilings(cells, context);
    return {
      title: 'Fan-out',
      lines: fanOutTables(context, cells, ceilings),
      goals: fanOutGoals(cells),
      charts: fanOutCharts(context, cells),
    };
  },
};

/** Those that the goals speak of. */
const JUDGED: readonly VariantName[] = ['parley', 'partyserver', 'insert-then-send', 'socket.io'];

async function runRows(context: Context): Promise<Cell[]> {
  const { plan, variants } = context;
  const rows = plan.rows.map((row) => ({ name: nameOf(row), row }));
  const measured = await measureAll(
    context,
    rows,
    (variant, { row }) => measureFanOut(variant, row, plan.seconds),
    ({ deliveries, echo, cpu }) =>
      `${thousands(deliveries)} deliveries/s, echo p50 ${fine(echo.p50)} ms, generator at ${percent(cpu)}`,
    plan.quick ? variants.filter(({ name }) => JUDGED.includes(name)) : variants,
  );
  return measured.flatMap(({ row: { row }, of }) =>
    variants.flatMap((variant) => {
      const figures = of(variant);
      return figures === undefined ? [] : [{ row, variant, figures }];
    }),
  );
}

async function runCeilings(cells: readonly Cell[], { attempt, log }: Context): Promise<Ceilings> {
  log('\nWhat the load generator can take');
  const ceilings: Ceilings = new Map();
  for (const cell of cells) {
    const { key, ...shape } = shapeOf(cell);
    if (ceilings.has(key)) continue;
    const ceiling = await attempt(key, () => measureCeiling(shape));
    if (ceiling !== null) ceilings.set(key, ceiling);
  }
  return ceilings;
}
