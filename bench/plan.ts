import { parseArgs } from 'node:util';
import { type Variant, variants } from './servers/variants.ts';

/** One fan-out measurement, done with every variant. */
export type Row = {
  members: number;
  /** Messages under way at any moment. */
  window: number;
  /** Whether the clients offer compression, as browsers do. */
  deflate: boolean;
};

export type Plan = {
  repetitions: number;
  /** Least length of a measured part, in seconds. */
  seconds: number;
  rows: readonly Row[];
  variants: readonly Variant[];
  /** People in the join storm; 0 for none. */
  joining: number;
  /** Whether the result goes into docs/benchmarks.md: that of a whole run does. */
  write: boolean;
};

const MEMBERS = [20, 100, 1000];
const WINDOWS = [1, 64, 512];

const allRows: readonly Row[] = [
  ...MEMBERS.flatMap((members) => WINDOWS.map((window) => ({ members, window, deflate: false }))),
  { members: 100, window: 1, deflate: true },
  { members: 100, window: 64, deflate: true },
  { members: 1000, window: 64, deflate: true },
];

/** The rows that the goals speak of. */
const quickRows: readonly Row[] = [
  { members: 100, window: 1, deflate: false },
  { members: 1000, window: 512, deflate: false },
  { members: 100, window: 1, deflate: true },
];

const USAGE = `node bench/run.ts [--quick] [--reps 3] [--seconds 2] [--variants parley,partyserver] [--rows 100x1,1000x512]
                  [--no-joins] [--no-write]
  --quick     the rows that the goals speak of, once; prints only
  --rows      members x window; with a "z" behind it the clients offer compression
A run with chosen rows or variants prints only.`;

/** Reads the command line. Throws with the usage where it says something else. */
export function readPlan(args: string[]): Plan {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      reps: { type: 'string' },
      seconds: { type: 'string', default: '2' },
      variants: { type: 'string' },
      rows: { type: 'string' },
      'no-joins': { type: 'boolean', default: false },
      'no-write': { type: 'boolean', default: false },
    },
  });
  const isWhole = !values.quick && values.variants === undefined && values.rows === undefined;
  return {
    repetitions: positive(values.reps ?? (values.quick ? '1' : '3')),
    seconds: positive(values.seconds),
    rows: values.rows?.split(',').map(readRow) ?? (values.quick ? quickRows : allRows),
    variants: values.variants?.split(',').map(readVariant) ?? variants,
    joining: values['no-joins'] ? 0 : 1000,
    write: isWhole && !values['no-joins'] && !values['no-write'],
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`unable to use "${text}"; it must be a number above 0\n${USAGE}`);
  return value;
}

function readRow(text: string): Row {
  const found = /^(\d+)x(\d+)(z?)$/.exec(text);
  if (found === null) throw new Error(`unable to use the row "${text}"\n${USAGE}`);
  return { members: Number(found[1]), window: Number(found[2]), deflate: found[3] === 'z' };
}

function readVariant(name: string): Variant {
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) {
    throw new Error(
      `unable to use "${name}"; there are ${variants.map((each) => each.name).join(', ')}\n${USAGE}`,
    );
  }
  return found;
}
