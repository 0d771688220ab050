import type { FanOut } from '../measure.ts';
import type { Row } from '../plan.ts';
import { type BarChart, barChart } from '../report/bar-chart.ts';
import { fine, thousands } from '../report/markdown.ts';
import type { Cell } from '../results.ts';
import type { Chart, Context } from './section.ts';

type Picture = Pick<BarChart, 'title' | 'subtitle' | 'scale' | 'show'> & {
  file: string;
  rows: (row: Row) => boolean;
  /** One group of bars each, of one row. */
  bars: readonly { label?: string; figure: (figures: FanOut) => number | null }[];
};

const short = (value: number) =>
  value >= 1e6 ? `${fine(value / 1e6)} M` : value >= 1e3 ? `${fine(value / 1e3)} k` : fine(value);

const pictures: readonly Picture[] = [
  {
    file: 'throughput.svg',
    title: 'Fan-out: deliveries a second',
    subtitle:
      'Messages of 100 bytes arriving at members, a second; each line is ten times the one below. More is better.',
    scale: 'log',
    rows: () => true,
    bars: [{ figure: ({ deliveries }) => deliveries }],
    show: short,
  },
  {
    file: 'latency.svg',
    title: 'One message at a time: until the sender hears it, and until everybody has it',
    subtitle: 'p50 in milliseconds; each line is ten times the one below. Less is better.',
    scale: 'log',
    rows: ({ window }) => window === 1,
    bars: [
      { label: "one's own echo", figure: ({ echo }) => echo.p50 },
      { label: 'everybody has it', figure: ({ everybody }) => everybody.p50 },
    ],
    show: fine,
  },
  {
    file: 'memory.svg',
    title: 'Memory of the server with 1,000 members',
    subtitle: 'The most that the process ever held, in MB. Less is better.',
    scale: 'linear',
    rows: ({ members }) => members === 1000,
    bars: [{ figure: ({ peakMemory }) => (peakMemory === null ? null : peakMemory / 1e6) }],
    show: thousands,
  },
];

/** Pictures of the throughput, the latency and the memory; those without a row are left out. */
export function fanOutCharts(
  { plan, variants }: Pick<Context, 'plan' | 'variants'>,
  cells: readonly Cell[],
): Chart[] {
  const plain = plan.rows.filter(({ bytes, deflate }) => bytes === 100 && !deflate);
  return pictures.flatMap(({ file, rows, bars, ...look }) => {
    const shown = plain.filter(rows);
    if (shown.length === 0) return [];
    const groups = shown.flatMap((row) =>
      bars.map(({ label = `window ${row.window}`, figure }) => ({
        label: [`${thousands(row.members)} members`, label],
        values: variants.map((variant) => {
          const cell = cells.find((each) => each.row === row && each.variant === variant);
          return cell === undefined ? null : figure(cell.figures);
        }),
      })),
    );
    const svg = barChart({ ...look, series: variants.map(({ label }) => label), groups });
    return [{ file, alt: `${look.title}. ${look.subtitle} The figures stand in the tables below.`, svg }];
  });
}
