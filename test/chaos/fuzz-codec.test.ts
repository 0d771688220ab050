// The reader of frames, alone: nothing that anybody can send makes it throw, hang or answer what no table lists.
// FUZZ_SEED draws the same frames again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hunt, SEED, summary, Tally } from './fuzz/campaign.ts';
import { binaryFault, textFault } from './fuzz/codec-rules.ts';
import { ALL_TYPES, type TextKind, textFrames } from './fuzz/commands.ts';
import { corpusOf, mutated } from './fuzz/corpus.ts';
import { NOBODY } from './fuzz/values.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';

const STRUCTURED = scale(8_000, 350_000);
const MUTATED = scale(4_000, 250_000);
const MUTATED_BINARY = scale(3_000, 200_000);

const { texts, binaries } = corpusOf(NOBODY, SEED);
const decoder = new TextDecoder();
const lines: string[] = [];

test('every text frame that is made up of the protocol’s own parts, right or wrong, is read or refused', () => {
  const kinds = new Tally();
  const answers = new Tally();
  const byKind = new Map<TextKind, Tally>();
  const start = performance.now();
  fc.assert(
    fc.property(textFrames(NOBODY), ({ kind, text }) => {
      const tally = new Tally();
      const fault = textFault(text, tally);
      kinds.add(kind);
      for (const [answer] of tally.counts) {
        answers.add(answer);
        byKind.set(kind, byKind.get(kind) ?? new Tally());
        byKind.get(kind)?.add(answer);
      }
      if (fault !== null) throw new Error(fault);
    }),
    { numRuns: STRUCTURED, seed: SEED },
  );
  lines.push(summary('made by the schemas', STRUCTURED, (performance.now() - start) / 1_000, kinds, answers));
  // A generator that makes nothing but rubbish would find nothing.
  expect(byKind.get('valid')?.counts.size).toBe(1);
  expect(byKind.get('valid')?.of('read')).toBe(kinds.of('valid'));
  const seen = [...answers.counts.keys()];
  const wanted = ['read', 'bad_json', 'bad_frame', 'unknown_command', 'invalid', 'text_too_long'];
  expect(seen).toEqual(expect.arrayContaining([...wanted, 'frame_too_large']));
});

test('every command of the protocol is among those that are made', () => {
  const made = new Set(texts.map((text) => (JSON.parse(decoder.decode(text)) as { t: string }).t));
  expect([...made].sort()).toEqual([...ALL_TYPES].sort());
});

test('every text frame with bytes changed, left out, put in and mixed up is read or refused', () => {
  const answers = new Tally();
  const start = performance.now();
  hunt(
    MUTATED,
    (random) => mutated(random, texts),
    (frame) => textFault(decoder.decode(frame), answers),
  );
  lines.push(summary('mutated text', MUTATED, (performance.now() - start) / 1_000, answers));
  expect(answers.of('read')).toBeGreaterThan(MUTATED / 50);
});

test('every binary frame with bytes changed, left out, put in and mixed up is read or refused', () => {
  const answers = new Tally();
  const start = performance.now();
  hunt(
    MUTATED_BINARY,
    (random) =>
      mutated(random, random.below(4) === 0 ? texts : binaries, [...binaries, ...texts.slice(0, 20)]),
    (frame) => binaryFault(frame, answers),
  );
  lines.push(summary('mutated binary', MUTATED_BINARY, (performance.now() - start) / 1_000, answers));
  expect(answers.of('read')).toBeGreaterThan(MUTATED_BINARY / 50);
  record({ order: 80, title: `Fuzz: reading frames`, lines });
});
