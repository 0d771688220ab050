/** A table of Markdown; all columns but the first are of figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)];
}

/** A heading of the fourth level and what stands below it; nothing where that is nothing. */
export function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`#### ${title}`, '', ...lines, ''];
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 1234567 → "1,234,567" */
export const thousands = (value: number) => number.format(value);

/** Three digits that count: "0.53", "12.3", "1,234". */
export const fine = (value: number) =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : thousands(value);

/** "0.05", "1.25", "162": without its sign ×. */
export const ratio = (value: number) =>
  value < 0.1 ? value.toPrecision(1) : value < 10 ? value.toFixed(2) : thousands(value);

/** p50 (p99), in milliseconds. */
export const latency = ({ p50, p99 }: { p50: number; p99: number }) => `${fine(p50)} (${fine(p99)})`;

/** A share as percents. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;
