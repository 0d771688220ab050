import type { Plan } from '../plan.ts';
import type { Variant, VariantName } from '../servers/variants.ts';

/** One of the numbers to reach, and what was measured. */
export type Goal = {
  /** What is asked, as a row of the table of goals: "1,000 members, window 512: at least 60 × partyserver's". */
  goal: string;
  /** What came out, with its unit: "162 ×". */
  measured: string;
  met: boolean;
};

/** A picture of the figures; written to docs/charts and shown above the section's tables. */
export type Chart = {
  /** Name of the file in docs/charts: "throughput.svg". */
  file: string;
  /** What the picture tells to somebody who can't see it. */
  alt: string;
  svg: string;
};

/** What a section hands to the report. */
export type SectionReport = {
  /** Stands above it in docs/benchmarks.md, as a heading of the third level. */
  title: string;
  /** Markdown. Headings inside are of the fourth level. */
  lines: readonly string[];
  /** Go into the one table of goals above everything. Those that were not measured are left out. */
  goals: readonly Goal[];
  charts?: readonly Chart[];
  /** Plain numbers for the sections after it, by a name of the section's choice. */
  figures?: Readonly<Record<string, number>>;
};

/** What a section works with. */
export type Context = {
  plan: Plan;
  /** The servers to compare, bundled; `--variants` chooses among them. */
  variants: readonly Variant[];
  /** The server of that name, or undefined where it was not chosen. */
  variant(name: VariantName): Variant | undefined;
  /**
   * Does one measurement and prints how long it took. Where it throws, prints and notes that, and answers null: the
   * run goes on, and fails at its end.
   */
  attempt<T>(name: string, work: () => Promise<T>): Promise<T | null>;
  /** Prints one line. */
  log(line: string): void;
  /** The list as it is, or from its end, by turns: nobody is always first. */
  inOrder<T>(list: readonly T[], repetition: number): readonly T[];
  /** What the sections before this one left in `figures`, by the section's name. */
  earlier: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

/** A part of the suite: measures, and says what goes into the report. */
export type Section = {
  /** For `--sections`. */
  name: string;
  /** False where no goal speaks of it: a quick run leaves it out. */
  quick?: false;
  measure(context: Context): Promise<SectionReport>;
};
