import type { Plan } from './plan.ts';
import type { Context } from './sections/section.ts';
import type { Variant } from './servers/variants.ts';

/** Seconds since a time of `performance.now()`. */
export const secondsSince = (since: number) => (performance.now() - since) / 1000;

/** A context for all sections of a run, and what went wrong in them. */
export function createContext(plan: Plan, variants: readonly Variant[]) {
  const failures: string[] = [];
  const earlier = new Map<string, Readonly<Record<string, number>>>();
  const context: Context = {
    plan,
    variants,
    variant: (name) => variants.find((each) => each.name === name),
    async attempt(name, work) {
      const start = performance.now();
      try {
        const result = await work();
        console.log(`  ${name}: ${secondsSince(start).toFixed(1)} s`);
        return result;
      } catch (error) {
        const message = `${name}: ${error instanceof Error ? error.message : String(error)}`;
        console.error(`  FAILED ${message}`);
        failures.push(message);
        return null;
      }
    },
    log: (line) => console.log(line),
    inOrder: (list, repetition) => (repetition % 2 === 0 ? list : list.toReversed()),
    earlier,
  };
  return { context, earlier, failures };
}
