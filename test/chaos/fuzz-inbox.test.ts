// Commands that mean something, and such that nearly do, from devices of several people to their own objects, in the
// middle of what they say to each other: nothing throws, what is refused has left no trace, and what is done is what is
// told. FUZZ_SEED draws the same again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CommandInput, type CommandType, decodeText, ERRORS } from '../../src/protocol/index.ts';
import type { Talkers } from '../unit/user/model-world.ts';
import { SEED, summary, Tally } from './fuzz/campaign.ts';
import { ALL_TYPES, INBOX_TYPES, textFrames } from './fuzz/commands.ts';
import {
  acquaint,
  checkFollowed,
  INBOX_KNOWN,
  keptBy,
  peopledInboxes,
  TALKERS,
  withCalls,
} from './fuzz/peopled-inbox.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';

const RUNS = scale(60, 6_000);
/** Frames that one world gets at most. */
const FRAMES = 150;
/** So often everything told is compared with everything kept: it takes long. */
const CHECK_EVERY = 10;
/** Those of rooms are refused; they come now and then. */
const TYPES = [...INBOX_TYPES, ...INBOX_TYPES, ...INBOX_TYPES, ...INBOX_TYPES, ...ALL_TYPES];

const step = fc.record({
  by: fc.constantFrom('ada', 'ada', 'ada', ...TALKERS),
  frame: textFrames(INBOX_KNOWN, { types: TYPES, mix: { valid: 8, 'nearly valid': 3, random: 1 } }),
  next: fc.constantFrom('nothing', 'nothing', 'carry', 'pass', 'drop'),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function happens(world: Talkers, by: string, next: Step['next']): void {
  if (next === 'carry') world.carry();
  else if (next === 'pass') world.pass(10);
  else if (next === 'drop') world.of(by).drop(by);
}

function run(steps: readonly Step[], seen: Tally, done: Set<string>): void {
  const world = peopledInboxes();
  steps.forEach(({ by, frame, next }, index) => {
    const blocked = world.blocks();
    if (index % 15 === 14) acquaint(world);
    happens(world, by, next);
    world.commit(new Set([...blocked].filter((pair) => world.blocks().has(pair))));
    const decoded = decodeText(withCalls(world, by, frame.text));
    if (!decoded.ok) {
      seen.add('not read');
      return;
    }
    const { t, fields } = decoded.command;
    const kept = keptBy(world, by);
    const outcome = world
      .of(by)
      .command(by, { ...fields, t } as { t: CommandType } & CommandInput<CommandType>);
    if (outcome.ok) {
      seen.add('done');
      done.add(t);
      world.commit(world.blocks());
      if (index % CHECK_EVERY === 0) checkFollowed(world);
    } else {
      seen.add(outcome.error.code);
      expect(ERRORS, `the answer to ${t}`).toHaveProperty(outcome.error.code);
      expect(world.of(by).told(), `${t} was refused`).toEqual([]);
      const now = keptBy(world, by);
      if (now !== kept) expect(JSON.parse(now), `${t} was refused`).toEqual(JSON.parse(kept));
    }
  });
  world.carry();
  world.commit(world.blocks());
  checkFollowed(world);
}

test('a command to an inbox that is refused leaves no trace, and one that is done is told as it was done', () => {
  const seen = new Tally();
  const done = new Set<string>();
  const start = performance.now();
  const steps = fc.array(step, { maxLength: FRAMES, size: 'max' });
  fc.assert(
    fc.property(steps, (all) => run(all, seen, done)),
    { numRuns: RUNS, seed: SEED },
  );
  const seconds = (performance.now() - start) / 1_000;
  record({
    order: 88,
    title: `Fuzz: commands to an inbox`,
    lines: [
      summary('commands to an inbox', seen.sum, seconds, seen),
      `- ${done.size} of ${INBOX_TYPES.length} types of command were carried out.`,
    ],
  });
  expect(done.size).toBeGreaterThan(INBOX_TYPES.length * 0.7);
});
