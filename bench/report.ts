import { readFileSync, writeFileSync } from 'node:fs';
import { root } from '../scripts/support.ts';
import type { Latency } from './load/jobs.ts';
import type { FanOut } from './measure.ts';
import type { Plan, Row } from './plan.ts';
import { type Ceilings, type Cell, isVoid, type Joins, shapeOf } from './results.ts';
import type { Variant } from './servers/variants.ts';

type Results = {
  plan: Plan;
  machine: readonly string[];
  cells: readonly Cell[];
  ceilings: Ceilings;
  joins: readonly Joins[];
};

/** All results as Markdown. */
export function render(results: Results): string {
  const { plan, machine } = results;
  return [
    ...machine.map((line) => `- ${line}`),
    `- Median of ${plan.repetitions}; at least ${plan.seconds} s each.`,
    '',
    ...section('Goals', goals(results)),
    ...section('Deliveries a second', [
      ...compare(results, ({ deliveries }) => deliveries, thousands),
      ...whoCompressed(results),
    ]),
    ...section(
      "Milliseconds to one's own echo, p50 (p99)",
      compare(
        results,
        ({ echo }) => echo.p50,
        (_, { echo }) => latency(echo),
      ),
    ),
    ...section(
      'Milliseconds until everybody has it, p50 (p99)',
      compare(
        results,
        ({ everybody }) => everybody.p50,
        (_, { everybody }) => latency(everybody),
      ),
    ),
    ...section(
      'Peak memory of the server, MB',
      compare(
        results,
        ({ peakMemory }) => peakMemory,
        (bytes) => thousands(bytes / 1e6),
      ),
    ),
    ...section(
      "Server's processor time for one delivery, µs",
      compare(results, cpuPerDelivery, (micros) => micros.toFixed(2)),
    ),
    ...section('Frames to one member, and rows on disk, for 1,000 messages', economy(results)),
    ...section('Join storm', joinTable(results)),
    ...section('What the load generator can take', generator(results)),
  ].join('\n');
}

const START = '<!-- results: written by `npm run bench` -->';
const END = '<!-- end of results -->';

/** Puts the report between the markers of docs/benchmarks.md. */
export function writeReport(report: string): void {
  const file = `${root}docs/benchmarks.md`;
  const page = readFileSync(file, 'utf8');
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start)
    throw new Error('unable to write the results; docs/benchmarks.md lacks its markers');
  writeFileSync(file, `${page.slice(0, start + START.length)}\n\n${report}\n${page.slice(end)}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)];
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const thousands = (value: number) => number.format(value);
const fine = (value: number) =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : thousands(value);
const latency = ({ p50, p99 }: Latency) => `${fine(p50)} (${fine(p99)})`;
const ratio = (value: number) =>
  value < 0.1 ? value.toPrecision(1) : value < 10 ? value.toFixed(2) : thousands(value);
const label = ({ members, window, deflate }: Row) =>
  `${thousands(members)} members, window ${window}${deflate ? ', compression offered' : ''}`;

function cpuPerDelivery({ serverCpu, deliveries }: FanOut): number | null {
  return serverCpu === null ? null : (serverCpu / deliveries) * 1e6;
}

function find({ cells }: Results, row: Row, variant: Variant): Cell | undefined {
  return cells.find((cell) => cell.row === row && cell.variant === variant);
}

/** One figure of all variants side by side, then Parley's as a multiple of each peer's. */
function compare(
  results: Results,
  figure: (figures: FanOut) => number | null,
  show: (value: number, figures: FanOut) => string,
): string[] {
  const { plan, ceilings } = results;
  const parley = plan.variants.find(({ name }) => name === 'parley');
  const peers = plan.variants.filter((variant) => variant !== parley);
  const ratios = parley === undefined ? [] : peers;
  const head = [
    'room',
    ...plan.variants.map((variant) => variant.label),
    ...ratios.map((peer) => `Parley / ${peer.label}`),
  ];
  const rows = plan.rows.map((row) => {
    const amountOf = (variant: Variant | undefined) => {
      const cell = variant && find(results, row, variant);
      return cell === undefined ? null : figure(cell.figures);
    };
    const shown = plan.variants.map((variant) => {
      const cell = find(results, row, variant);
      const value = amountOf(variant);
      if (cell === undefined || value === null) return '–';
      return `${show(value, cell.figures)}${isVoid(cell, ceilings) ? ' (void)' : ''}`;
    });
    const ours = amountOf(parley);
    const multiples = ratios.map((peer) => {
      const theirs = amountOf(peer);
      return ours === null || theirs === null ? '–' : `${ratio(ours / theirs)} ×`;
    });
    return [label(row), ...shown, ...multiples];
  });
  return table(head, rows);
}

/** Which servers took up the clients' offer to compress. */
function whoCompressed({ cells }: Results): string[] {
  const offered = cells.filter(({ row }) => row.deflate);
  if (offered.length === 0) return [];
  const names = (compressed: boolean) => {
    const found = offered.filter(({ figures }) => figures.compressed === compressed);
    return [...new Set(found.map(({ variant }) => variant.label))].join(', ') || 'nobody';
  };
  return ['', `Where compression was offered: taken up by ${names(true)}; refused by ${names(false)}.`];
}

function economy(results: Results): string[] {
  const { plan } = results;
  const head = ['room', ...plan.variants.flatMap((variant) => [`${variant.label}: frames`, 'rows'])];
  const rows = plan.rows.map((row) => [
    label(row),
    ...plan.variants.flatMap((variant) => {
      const figures = find(results, row, variant)?.figures;
      if (figures === undefined) return ['–', '–'];
      const frames = (figures.frames / figures.deliveries) * 1000;
      return [fine(frames), variant.durable ? fine(Math.max(0, figures.rows) * 1000) : 'none kept'];
    }),
  ]);
  return table(head, rows);
}

function joinTable({ joins }: Results): string[] {
  if (joins.length === 0) return [];
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
  const rows = joins.map(({ variant, form, members, figures }) => [
    variant.name === 'parley' ? `${variant.label}, ${form}` : variant.label,
    thousands(members),
    thousands(figures.joinsPerSecond),
    latency(figures.latency),
    thousands(figures.settled),
    `${thousands(figures.bytes.mean)} (${thousands(figures.bytes.most)})`,
    `${fine(figures.frames.mean)} (${fine(figures.frames.most)})`,
    figures.peakMemory === null ? '–' : thousands(figures.peakMemory / 1e6),
  ]);
  return table(head, rows);
}

function generator({ cells, ceilings }: Results): string[] {
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

const percent = (share: number) => `${Math.round(share * 100)} %`;

type Goal = {
  text: string;
  value: number | null;
  show: (value: number) => string;
  met: (value: number) => boolean;
};

function goals(results: Results): string[] {
  const of = (members: number, window: number, name: Variant['name']) =>
    results.cells.find(
      ({ row, variant }) =>
        row.members === members && row.window === window && !row.deflate && variant.name === name,
    )?.figures;
  const quotient = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? null : a / b;
  const storm = results.joins.find(({ variant, form }) => variant.name === 'parley' && form === 'two-step');
  const list: Goal[] = [
    {
      text: "1,000 members, window 512: at least 20 × partyserver's deliveries",
      value: quotient(of(1000, 512, 'parley')?.deliveries, of(1000, 512, 'partyserver')?.deliveries),
      show: (value) => `${ratio(value)} ×`,
      met: (value) => value >= 20,
    },
    {
      text: "100 members, window 1: p50 at most 1.25 × partyserver's",
      value: quotient(of(100, 1, 'parley')?.echo.p50, of(100, 1, 'partyserver')?.echo.p50),
      show: (value) => `${ratio(value)} ×`,
      met: (value) => value <= 1.25,
    },
    {
      text: '1,000 members join an open room: at least 300 a second',
      value: storm?.figures.joinsPerSecond ?? null,
      show: (value) => `${thousands(value)} a second`,
      met: (value) => value >= 300,
    },
  ];
  const measured = list.filter(({ value }) => value !== null);
  if (measured.length === 0) return [];
  return table(
    ['goal', 'measured', 'met'],
    measured.map(({ text, value, show, met }) => {
      const shown = value ?? Number.NaN;
      return [text, show(shown), met(shown) ? 'yes' : 'no'];
    }),
  );
}
