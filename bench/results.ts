import type { Dialect } from './load/dialect.ts';
import { median } from './load/statistics.ts';
import type { FanOut } from './measure.ts';
import type { Row } from './plan.ts';
import type { Variant } from './servers/variants.ts';

/** One row with one variant, over all repetitions. */
export type Cell = { row: Row; variant: Variant; figures: FanOut };

/** Messages a second that the generator can take, by shape. */
export type Ceilings = Map<string, number>;

/** What the frames of a cell look like to the generator; cells of the same shape share a ceiling. */
export type Shape = { key: string; dialect: Dialect; members: number; perFrame: number; bytes: number };

/** Frames are taken as smaller than they were, by up to a half, which makes the ceiling lower. */
export function shapeOf({ row, variant, figures }: Cell): Shape {
  const perFrame = 2 ** Math.floor(Math.log2(Math.max(1, figures.deliveries / figures.frames)));
  const dialect = variant.dialect === 'parley' ? 'parley' : 'peer';
  const size = row.bytes === 100 ? '' : `, texts of ${row.bytes} bytes`;
  return {
    key: `${row.members} members, ${dialect === 'parley' ? 'merged frames' : 'plain frames'} of ${perFrame}${size}`,
    dialect,
    members: row.members,
    perFrame,
    bytes: row.bytes,
  };
}

/** Above this share of its ceiling, or of a core, the generator and not the server sets the figure. */
export const VOID_ABOVE = 0.8;

/** Whether a figure says more of the generator than of the server. */
export function isVoid(cell: Cell, ceilings: Ceilings): boolean {
  const ceiling = ceilings.get(shapeOf(cell).key);
  return (
    ceiling === undefined || cell.figures.deliveries > VOID_ABOVE * ceiling || cell.figures.cpu > VOID_ABOVE
  );
}

/** The median of each number, over results of one shape; what is no number is taken from the first. */
export function summarize<T extends object>(results: readonly T[]): T {
  const [first] = results;
  if (first === undefined) throw new Error('unable to summarize; there is no result');
  const entries = Object.entries(first).map(([name, value]) => {
    const values = results.map((result) => Object.entries(result).find(([each]) => each === name)?.[1]);
    if (typeof value === 'number') return [name, median(values.filter((each) => typeof each === 'number'))];
    if (typeof value === 'object' && value !== null)
      return [name, summarize(values.filter((each) => each !== null))];
    return [name, value];
  });
  return Object.fromEntries(entries);
}
