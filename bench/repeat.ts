import { summarize } from './results.ts';
import type { Context } from './sections/section.ts';
import type { Variant } from './servers/variants.ts';

/** What was measured of one row, by variant. */
export type Measured<R, T> = {
  row: R;
  name: string;
  all(variant: Variant): readonly T[];
  of(variant: Variant): T | undefined;
};

/**
 * Measures all rows with all variants, as often as the plan says, in an order that is reversed from one repetition to
 * the next. `of` gives the medians; those that failed are left out.
 *
 * @param tell What to print of one result.
 * @param chosen With whom, if not with all.
 */
export async function measureAll<R extends { name: string }, T extends object>(
  { plan, variants, attempt, log, inOrder }: Context,
  rows: readonly R[],
  measure: (variant: Variant, row: R) => Promise<T>,
  tell: (result: T) => string,
  chosen: readonly Variant[] = variants,
): Promise<Measured<R, T>[]> {
  const runs = new Map<R, Map<Variant, T[]>>(rows.map((row) => [row, new Map()]));
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    for (const [row, ofRow] of runs) {
      log(`\n${row.name} (${repetition + 1} of ${plan.repetitions})`);
      for (const variant of inOrder(chosen, repetition)) {
        const result = await attempt(variant.label, () => measure(variant, row));
        if (result === null) continue;
        log(`    ${tell(result)}`);
        ofRow.set(variant, [...(ofRow.get(variant) ?? []), result]);
      }
    }
  }
  return [...runs].map(([row, ofRow]) => {
    const all = (variant: Variant) => ofRow.get(variant) ?? [];
    return {
      row,
      name: row.name,
      all,
      of: (variant) => {
        const results = all(variant);
        return results.length === 0 ? undefined : summarize(results);
      },
    };
  });
}
