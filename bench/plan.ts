import { parseArgs } from 'node:util';
import { type Variant, variants } from './servers/variants.ts';

/** One fan-out measurement, done with every variant. */
export type Row = {
  members: number;
  /** Messages under way at any moment. */
  window: number;
  /** Length of the text of a message, in bytes. */
  bytes: number;
  /** Whether the clients offer compression, as browsers do. */
  deflate: boolean;
};

/**
 * Most seconds to measure a row in. A slow server that gets no whole window through in them is known by its rate. The
 * memory of the fullest room grows with what was delivered, and the goals compare it: there everybody gets more time.
 */
export const longestOf = ({ members, window }: Row) => (members >= 1000 && window >= 512 ? 8 : 3);

export type Plan = {
  repetitions: number;
  /** Only what the goals speak of. */
  quick: boolean;
  /** Least length of a measured part, in seconds. */
  seconds: number;
  /** Of the section "fan-out". */
  rows: readonly Row[];
  variants: readonly Variant[];
  /** Names of the sections to run. */
  sections: readonly string[];
  /** Whether the result goes into docs/benchmarks.md: that of a whole run does. */
  write: boolean;
  /** Folder for the charts of a run that is not written, or null. */
  charts: string | null;
};

/** The longest that Parley takes. */
const LONG_TEXT = 4000;

const plain = (members: number, window: number): Row => ({ members, window, bytes: 100, deflate: false });

const allRows: readonly Row[] = [
  ...[20, 100, 1000].flatMap((members) => [1, 64, 512].map((window) => plain(members, window))),
  { members: 100, window: 64, bytes: LONG_TEXT, deflate: false },
  { members: 1000, window: 64, bytes: LONG_TEXT, deflate: false },
  { members: 100, window: 64, bytes: 100, deflate: true },
];

/** The rows that the goals speak of. */
const quickRows: readonly Row[] = [plain(100, 1), plain(100, 64), plain(1000, 1), plain(1000, 512)];

const USAGE = `node bench/run.ts [--quick] [--reps 5] [--seconds 1] [--variants parley,partyserver] [--sections fan-out,joins]
                  [--rows 100x1,1000x512,100x64x4000,100x1z] [--charts folder] [--no-write]
  --quick     what the goals speak of, once; prints only
  --rows      of the section fan-out: members x window, x bytes of a text; with a "z" behind it the clients offer compression
  --charts    where to put the charts of a run that prints only
A run with chosen rows, sections or variants prints only.`;

/** What the command line needs to know of a section. */
type Known = { name: string; quick?: false };

/** Reads the command line. Throws with the usage where it says something else. */
export function readPlan(args: string[], known: readonly Known[]): Plan {
  const sections = known.map(({ name }) => name);
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      reps: { type: 'string' },
      seconds: { type: 'string', default: '1' },
      variants: { type: 'string' },
      sections: { type: 'string' },
      rows: { type: 'string' },
      charts: { type: 'string' },
      'no-write': { type: 'boolean', default: false },
    },
  });
  const chosen = [values.variants, values.rows, values.sections].some((value) => value !== undefined);
  return {
    repetitions: positive(values.reps ?? (values.quick ? '1' : '5')),
    quick: values.quick,
    seconds: positive(values.seconds),
    rows: values.rows?.split(',').map(readRow) ?? (values.quick ? quickRows : allRows),
    variants: values.variants?.split(',').map(readVariant) ?? variants,
    sections:
      values.sections?.split(',').map((name) => readSection(name, sections)) ??
      (values.quick ? known.filter(({ quick }) => quick !== false).map(({ name }) => name) : sections),
    write: !values.quick && !chosen && !values['no-write'],
    charts: values.charts ?? null,
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`unable to use "${text}"; it must be a number above 0\n${USAGE}`);
  return value;
}

function readRow(text: string): Row {
  const found = /^(\d+)x(\d+)(?:x(\d+))?(z?)$/.exec(text);
  if (found === null) throw new Error(`unable to use the row "${text}"\n${USAGE}`);
  const [, members, window, bytes = '100', deflate] = found;
  return {
    members: Number(members),
    window: Number(window),
    bytes: Number(bytes),
    deflate: deflate === 'z',
  };
}

function readSection(name: string, sections: readonly string[]): string {
  if (sections.includes(name)) return name;
  throw new Error(`unable to use "${name}"; there are ${sections.join(', ')}\n${USAGE}`);
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
