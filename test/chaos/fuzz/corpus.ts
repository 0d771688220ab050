import fc from 'fast-check';
import { encodeBinary } from '../../../src/protocol/index.ts';
import { png } from '../../support/pictures.ts';
import { ALL_TYPES, validCommands } from './commands.ts';
import { encodeJson } from './json-text.ts';
import { mutate, type Random } from './mutator.ts';
import type { Known } from './values.ts';

const encoder = new TextEncoder();

/** Frames that are right, for the mutator to begin with. */
export interface Corpus {
  readonly texts: readonly Uint8Array[];
  readonly binaries: readonly Uint8Array[];
}

export function corpusOf(known: Known, seed: number, size = 600, types = ALL_TYPES): Corpus {
  // One of each first: of so many types chance alone leaves some out.
  const commands = [
    ...types.flatMap((type) => fc.sample(validCommands(known, [type]), { numRuns: 1, seed })),
    ...fc.sample(validCommands(known, types), { numRuns: Math.max(0, size - types.length), seed }),
  ];
  const texts = commands.map((command, index) => encoder.encode(encodeJson({ ...command, n: index + 1 })));
  const binaries = ['', 'a board', 'Zoë 😀', '"\\\n'].flatMap((caption, index) => [
    encodeBinary({ n: index + 1, caption }, png),
    encodeBinary({ caption }, new Uint8Array(index)),
  ]);
  return { texts, binaries };
}

/** A frame of the list with some things done to it, with parts of the others. */
export const mutated = (
  random: Random,
  list: readonly Uint8Array[],
  others: readonly Uint8Array[] = list,
): Uint8Array<ArrayBuffer> => mutate(random, random.of(list), random.of(others));
