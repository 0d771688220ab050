import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fullResultsFolder, resultsFolder } from './places.ts';

/** What one test did and measured. */
export interface Result {
  /** A number that puts it in its place on the page. */
  readonly order: number;
  readonly title: string;
  /** When, as 2026-11-20. */
  readonly day: string;
  /** Markdown: a few lines, a table, a drawing in characters. */
  readonly lines: readonly string[];
}

/** Keeps what a test measured for the page that a long run writes; prints it, too. */
export function record(result: Omit<Result, 'day'>): void {
  const name = result.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  writeFileSync(
    `${resultsFolder}${name}.json`,
    JSON.stringify({ ...result, day: new Date().toISOString().slice(0, 10) }),
  );
  console.log(`\n${result.title}\n${result.lines.join('\n')}\n`);
}

/** Everything that was kept, in order. */
export const results = (): Result[] =>
  readdirSync(fullResultsFolder)
    .map((name) => JSON.parse(readFileSync(`${fullResultsFolder}${name}`, 'utf8')) as Result)
    .sort((one, other) => one.order - other.order);

/** A drawing of how many fell into each bucket. */
export function histogram(values: readonly number[], bucket: number, unit: string): string[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    const at = Math.floor(value / bucket);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const last = Math.max(...counts.keys());
  return Array.from({ length: last + 1 }, (_, at) => {
    const count = counts.get(at) ?? 0;
    const range = `${at * bucket}–${(at + 1) * bucket} ${unit}`.padStart(16);
    return `${range} ${'█'.repeat(Math.ceil((count / most) * 40))} ${count}`;
  });
}

/** The value below which a share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
