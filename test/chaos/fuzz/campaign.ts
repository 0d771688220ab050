import { Random, smallest } from './mutator.ts';

/** Draws the same frames again: `FUZZ_SEED=7 npm run chaos -- fuzz`. */
export const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
// A test that fails has not come to say it.
console.log(`FUZZ_SEED=${SEED}`);

/** How often each thing was seen. */
export class Tally {
  readonly counts = new Map<string, number>();
  add(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }
  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }
  get sum(): number {
    return Array.from(this.counts.values()).reduce((sum, count) => sum + count, 0);
  }
  /** The most frequent first. */
  toString(): string {
    return Array.from(this.counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
      .join(', ');
  }
}

/** A line for the page: how many frames, how fast, and what became of them. */
export const summary = (
  what: string,
  frames: number,
  seconds: number,
  ...tallies: readonly Tally[]
): string =>
  `- ${what}: ${frames.toLocaleString('en')} frames in ${seconds.toFixed(1)} s (${Math.round(frames / seconds).toLocaleString('en')}/s), seed ${SEED}. ${tallies.join('. ')}`;

/** Bytes as a failure shows them. */
const shown = (bytes: Uint8Array): string =>
  `${JSON.stringify(new TextDecoder().decode(bytes)).slice(0, 4_000)}\nas bytes: ${Buffer.from(bytes).toString('hex').slice(0, 4_000)}`;

/**
 * Hands out `count` frames drawn from the seed, each by itself repeatable. `fault` says what is wrong with what became
 * of one, or null; the first fault fails with the smallest frame that still shows it.
 */
export function hunt(
  count: number,
  draw: (random: Random) => Uint8Array<ArrayBuffer>,
  fault: (frame: Uint8Array<ArrayBuffer>) => string | null,
): void {
  for (let index = 0; index < count; index += 1) {
    const frame = draw(new Random(SEED + index));
    const found = fault(frame);
    if (found === null) continue;
    const small = smallest(frame, (less) => fault(less) !== null);
    throw new Error(`${found}\nframe ${index} of FUZZ_SEED=${SEED}, made small: ${shown(small)}`);
  }
}
