import { expect, test } from 'vitest';
import { Dispatcher } from '../../../src/engine/dispatcher.ts';
import { asMember, type Decision, decide, type Feature, happen } from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { State } from '../../../src/engine/state.ts';

/** Carries a command of Ada's out whose handler decides this; answers what she gets of it. */
function carry(decision: Decision) {
  const feature: Feature = {
    name: 'one',
    tables: [],
    commands: { 'member.leave': () => decide(decision) },
    apply: [],
  };
  const dispatcher = new Dispatcher({
    state: new State(),
    journal: new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 }),
    clock: { now: () => 1 },
    log: () => undefined,
    view: { history: () => ({ events: [], next: null }), find: () => null } as never,
    features: [feature],
    gate: () => null,
    isHistory: () => false,
    latestChanged: () => undefined,
    close: () => undefined,
    rewelcome: () => undefined,
  });
  const done = dispatcher.command(asMember('ada'), { t: 'member.leave', n: 7, fields: {} });
  if (!done.ok) throw new Error('refused');
  const numbers = done.value.events.map((text) => (JSON.parse(text) as { n?: number }).n);
  return { numbers, echoed: done.value.echoed === true, result: done.value.result };
}

const left = (by?: string | null) =>
  happen('member.left', { member: 'x', reason: 'left' }, by === undefined ? {} : { by });

test("the first durable event that is the actor's own and seen by them is the receipt", () => {
  expect(carry({ events: [left(), left()] })).toMatchObject({ numbers: [7, undefined], echoed: true });
  const secret = happen('member.left', { member: 'x', reason: 'left' }, { to: ['ben'] });
  expect(carry({ events: [secret, left()] })).toMatchObject({ numbers: [7], echoed: true });
});

test("what is told as nobody's or somebody else's is no receipt", () => {
  expect(carry({ events: [left(null), left('ben')] })).toMatchObject({
    numbers: [undefined, undefined],
    echoed: false,
  });
});

test('where there is an answer, that one is the receipt', () => {
  expect(carry({ events: [left()], result: { count: 1 } })).toEqual({
    numbers: [undefined],
    echoed: false,
    result: { count: 1 },
  });
});
