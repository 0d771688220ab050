import type { FanOut } from '../measure.ts';
import type { Plan } from '../plan.ts';
import { compare, nameOf, rowsOf } from '../report/compare.ts';
import { fine, latency, part, percent, table, thousands } from '../report/markdown.ts';
import { type Ceilings, type Cell, isVoid, shapeOf } from '../results.ts';
import type { Variant } from '../servers/variants.ts';
import type { Context } from './section.ts';

/** All tables of the fan-out. */
export function fanOutTables(
  { plan, variants }: Pick<Context, 'plan' | 'variants'>,
  cells: readonly Cell[],
  ceilings: Ceilings,
): string[] {
  const each = (
    figure: (figures: FanOut) => number | null,
    show: (value: number, figures: FanOut) => string,
  ) =>
    compare(
      rowsOf(plan.rows, cells),
      variants,
      (cell) => figure(cell.figures),
      (value, cell) => `${show(value, cell.figures)}${isVoid(cell, ceilings) ? ' (void)' : ''}`,
    );
  return [
    ...part('Deliveries a second', [
      ...each(({ deliveries }) => deliveries, thousands),
      ...whoCompressed(cells),
    ]),
    ...part(
      "Milliseconds to one's own echo, p50 (p99)",
      each(
        ({ echo }) => echo.p50,
        (_, figures) => measured(figures, figures.echo),
      ),
    ),
    ...part(
      'Milliseconds until everybody has it, p50 (p99)',
      each(
        ({ everybody }) => everybody.p50,
        (_, figures) => measured(figures, figures.everybody),
      ),
    ),
    ...part(
      'Peak memory of the server, MB',
      each(
        ({ peakMemory }) => peakMemory,
        (bytes) => thousands(bytes / 1e6),
      ),
    ),
    ...part("Server's processor time for one delivery, µs", each(cpuPerDelivery, fine)),
    ...part(
      'Frames to one member, and rows on disk, for 1,000 messages',
      economy(plan.rows, variants, cells),
    ),
    ...part('What the load generator can take', generator(cells, ceilings)),
  ];
}

/** A latency that was measured, or that follows from the rate alone. */
const measured = ({ windows }: FanOut, times: { p50: number; p99: number }) =>
  windows >= 1 ? latency(times) : `~${fine(times.p50)}`;

function cpuPerDelivery({ serverCpu, deliveries }: FanOut): number | null {
  return serverCpu === null ? null : (serverCpu / deliveries) * 1e6;
}

/** Which servers took up the clients' offer to compress. */
function whoCompressed(cells: readonly Cell[]): string[] {
  const offered = cells.filter(({ row }) => row.deflate);
  if (offered.length === 0) return [];
  const names = (compressed: boolean) => {
    const found = offered.filter(({ figures }) => figures.compressed === compressed);
    return [...new Set(found.map(({ variant }) => variant.label))].join(', ') || 'nobody';
  };
  return ['', `Where compression was offered: taken up by ${names(true)}; refused by ${names(false)}.`];
}

function economy(rows: Plan['rows'], variants: readonly Variant[], cells: readonly Cell[]): string[] {
  const head = [
    'room',
    ...variants.flatMap(({ label, durable }) => [`${label}: frames`, ...(durable ? ['rows'] : [])]),
  ];
  const lines = rows.map((row) => [
    nameOf(row),
    ...variants.flatMap((variant) => {
      const figures = cells.find((cell) => cell.row === row && cell.variant === variant)?.figures;
      if (figures === undefined) return variant.durable ? ['–', '–'] : ['–'];
      const frames = fine((figures.frames / figures.deliveries) * 1000);
      return variant.durable ? [frames, fine(Math.max(0, figures.rows) * 1000)] : [frames];
    }),
  ]);
  return table(head, lines);
}

function generator(cells: readonly Cell[], ceilings: Ceilings): string[] {
  const byShape = Map.groupBy(cells, (cell) => shapeOf(cell).key);
  const rows = [...byShape].map(([key, ofShape]) => {
    const ceiling = ceilings.get(key);
    const most = ofShape.reduce((max, { figures }) => Math.max(max, figures.deliveries), 0);
    const cpu = ofShape.reduce((max, { figures }) => Math.max(max, figures.cpu), 0);
    if (ceiling === undefined) return [key, '–', thousands(most), '–', percent(cpu)];
    return [key, thousands(ceiling), thousands(most), percent(most / ceiling), percent(cpu)];
  });
  const head = ['shape', 'ceiling, messages a second', 'most asked of it', 'share', "most of a core's time"];
  return table(head, rows);
}
