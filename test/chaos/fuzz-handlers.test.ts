// Commands that mean something, and such that nearly do, from people of every role to a room that is in the middle of a
// meeting: nothing throws, what is refused has left no trace, and what is done is what is told. FUZZ_SEED draws the same again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, ERRORS, type RoomCommandType } from '../../src/protocol/index.ts';
import { before, check } from '../unit/room/model-checks.ts';
import { SEED, summary, Tally } from './fuzz/campaign.ts';
import { ROOM_TYPES, textFrames } from './fuzz/commands.ts';
import { contents, KNOWN, PEOPLE, people, peopledRoom } from './fuzz/peopled-room.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';

const RUNS = scale(30, 2_000);
/** Frames that one room gets at most. */
const FRAMES = 150;
/** So often everything told is compared with everything kept: it takes long. */
const CHECK_EVERY = 10;

/** What puts an end to everything comes seldom: behind it all else is refused. */
const OFTEN = ROOM_TYPES.filter((t) => t !== 'room.end');
const TYPES = [...OFTEN, ...OFTEN, ...OFTEN, 'room.end'] as const;

const step = fc.record({
  by: fc.constantFrom('ada', 'ada', 'ada', 'cleo', 'cleo', ...PEOPLE, null),
  frame: textFrames(KNOWN, { types: TYPES, mix: { valid: 8, 'nearly valid': 3, random: 1 } }),
  pass: fc.option(fc.constantFrom(1, 10, 61), { freq: 20, nil: 0 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function run(steps: readonly Step[], seen: Tally, done: Set<string>): void {
  const world = peopledRoom();
  let kept = contents(world);
  steps.forEach(({ by, frame, pass }, index) => {
    if (index % 15 === 14) people(world);
    if (pass > 0) world.pass(pass);
    world.now += 1;
    const decoded = decodeText(frame.text);
    if (!decoded.ok) {
      seen.add('not read');
      return;
    }
    const was = before(world);
    kept = contents(world);
    const { t, fields } = decoded.command;
    // Of what inboxes take it is refused like anything else that no room knows.
    const outcome = world.command(by, t as RoomCommandType, fields);
    const now = contents(world);
    if (outcome.ok) {
      seen.add('done');
      done.add(t);
      if (index % CHECK_EVERY === 0) check(world, was, null);
    } else {
      seen.add(outcome.error.code);
      expect(ERRORS, `the answer to ${t}`).toHaveProperty(outcome.error.code);
      if (now !== kept) expect(JSON.parse(now), `${t} was refused`).toEqual(JSON.parse(kept));
    }
  });
  check(world, before(world), null);
}

test('a command that is refused leaves no trace, and one that is done is told as it was done, whatever it says', () => {
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
    order: 81,
    title: `Fuzz: commands to a room`,
    lines: [
      summary('commands to a room', seen.sum, seconds, seen),
      `- ${done.size} of ${ROOM_TYPES.length} types of command were carried out.`,
    ],
  });
  expect(done.size).toBeGreaterThan(ROOM_TYPES.length / 2);
});
