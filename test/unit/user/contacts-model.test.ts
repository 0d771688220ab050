import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactTable, isBlocked } from '../../../src/user-object/tables.ts';
import { accountId, World } from './harness.ts';

// Two people do what they like, and what they say to each other is late. Once everything has arrived, both sides say the same.

const WORDS = ['contact.ask', 'contact.accept', 'contact.decline', 'contact.remove'] as const;
const BLOCKING = ['person.block', 'person.unblock'] as const;
type Step =
  | { readonly who: 'ada' | 'bob'; readonly t: (typeof WORDS | typeof BLOCKING)[number] }
  | 'carry'
  | 'day';

const person = fc.constantFrom('ada' as const, 'bob' as const);
const steps = (words: readonly (typeof WORDS | typeof BLOCKING)[number][]) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ who: person, t: fc.constantFrom(...words) }) },
      // One direction alone, so that news cross.
      { weight: 3, arbitrary: fc.record({ from: person }) },
      { weight: 1, arbitrary: fc.constant('day' as const) },
    ),
    { maxLength: 30 },
  );

/** States of ada and bob once all is quiet; the one who was declined still believes that they have asked. */
const AGREED = ['none none', 'contact contact', 'asked asking', 'asking asked', 'asked none', 'none asked'];

function play(
  world: World,
  acts: readonly (Exclude<Step, 'carry'> | { readonly from: 'ada' | 'bob' })[],
): void {
  for (const act of acts) {
    if (act === 'day') world.pass(86_400);
    else if ('from' in act) world.carryOnce(act.from, act.from === 'ada' ? 'bob' : 'ada');
    else
      world.of(act.who).command(act.who, { t: act.t, account: accountId(act.who === 'ada' ? 'bob' : 'ada') });
  }
}
const stateOf = (world: World, who: string, of: string): string =>
  world.of(who).state.table(contactTable).get(accountId(of))?.state ?? 'none';
const states = (world: World): string => {
  world.carry();
  return `${stateOf(world, 'ada', 'bob')} ${stateOf(world, 'bob', 'ada')}`;
};
const meet = (): World => {
  const world = new World(['ada', 'bob']);
  world.introduce('ada', 'bob');
  return world;
};

describe('both sides of a contact', () => {
  test('agree in the end, in whatever order things were said and heard', () => {
    fc.assert(
      fc.property(steps(WORDS), (acts) => {
        const world = meet();
        play(world, acts);
        expect(AGREED).toContain(states(world));
      }),
      { numRuns: 2_000 },
    );
  });

  test('agree also where they blocked each other for a time, once one has asked after a day', () => {
    fc.assert(
      fc.property(steps([...WORDS, ...BLOCKING]), person, (acts, asking) => {
        const world = meet();
        play(world, acts);
        world.carry();
        for (const who of ['ada', 'bob']) {
          const other = accountId(who === 'ada' ? 'bob' : 'ada');
          world.of(who).command(who, { t: 'person.unblock', account: other });
          expect(isBlocked(world.of(who).state, other)).toBe(false);
        }
        expect(AGREED).toContain(states(world));
        world.pass(86_400);
        world
          .of(asking)
          .command(asking, { t: 'contact.ask', account: accountId(asking === 'ada' ? 'bob' : 'ada') });
        expect(AGREED.slice(1)).toContain(states(world));
      }),
      { numRuns: 2_000 },
    );
  });
});
