import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { root } from '../../scripts/support.ts';
import type { Goal, SectionReport } from '../sections/section.ts';
import { table } from './markdown.ts';

/** The whole report as Markdown. */
export function render(facts: readonly string[], reports: readonly SectionReport[]): string {
  return [
    ...facts.map((fact) => `- ${fact}`),
    '',
    ...goalTable(reports.flatMap(({ goals }) => goals)),
    ...reports.flatMap(sectionOf),
  ].join('\n');
}

function goalTable(goals: readonly Goal[]): string[] {
  if (goals.length === 0) return [];
  const rows = goals.map(({ goal, measured, met }) => [goal, measured, met ? 'yes' : '**no**']);
  return ['### Goals', '', ...table(['goal', 'measured', 'met'], rows), '', ELSEWHERE, ''];
}

const ELSEWHERE =
  'What slow members cost the room, and that nobody misses a message on the way back, the chaos suite shows: see [chaos](chaos.md).';

function sectionOf({ title, lines, charts = [] }: SectionReport): string[] {
  if (lines.length === 0) return [];
  const pictures = charts.flatMap(({ file, alt }) => [`![${alt}](charts/${file})`, '']);
  return [`### ${title}`, '', ...pictures, ...lines, ''];
}

const START = '<!-- results: written by `npm run bench` -->';
const END = '<!-- end of results -->';

/** Puts the report between the markers of docs/benchmarks.md, and its charts beside it. */
export function writeReport(report: string, reports: readonly SectionReport[]): void {
  const file = `${root}docs/benchmarks.md`;
  const page = readFileSync(file, 'utf8');
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start)
    throw new Error('unable to write the results; docs/benchmarks.md lacks its markers');
  writeFileSync(file, `${page.slice(0, start + START.length)}\n\n${report}\n${page.slice(end)}`);
  writeCharts(`${root}docs/charts`, reports);
}

/** Writes all charts into a folder. */
export function writeCharts(folder: string, reports: readonly SectionReport[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { file, svg } of reports.flatMap(({ charts = [] }) => charts)) {
    writeFileSync(`${folder}/${file}`, svg);
  }
}
