import { beforeEach, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { asMember, decide, type Feature, happen, internalCommand } from '../../../src/engine/feature.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { bareOptions } from './bare-options.ts';

const whisper = internalCommand<{ readonly to: string }>('test.whisper', ({ fields }) =>
  decide({ events: [happen('chat.slowed', { seconds: 1 }, { to: [fields.to] })] }),
);
const shout = internalCommand<object>('test.shout', () =>
  decide({ events: [happen('chat.slowed', { seconds: 1 })] }),
);
const forget = internalCommand<{ readonly who: readonly string[] }>('test.forget', ({ fields }) =>
  decide({ forget: fields.who }),
);
const noisy: Feature = {
  name: 'noisy',
  tables: [],
  commands: {},
  internalCommands: [whisper, shout, forget],
  apply: [],
};

let store: MemoryLog;
let engine: Engine;
const options = () => bareOptions(store, [noisy], () => 1_000);
const woken = async (): Promise<Engine> => {
  const found = await Engine.wake(options());
  if (found === null) throw new Error('nothing was written');
  return found;
};

beforeEach(async () => {
  store = new MemoryLog();
  engine = Engine.begin(options());
  for (const name of ['phone', 'tab']) {
    engine.perform(shout, {}, asMember(name), 7);
    engine.perform(whisper, { to: name }, asMember(name));
  }
  await engine.settled();
});

test('who is forgotten leaves no mark, and others keep theirs, also after the object slept', async () => {
  expect(engine.acked('phone')).toBe(7);
  expect(engine.position('phone').private).toBe(1);
  engine.performAsSystem(forget, { who: ['phone'] });
  await engine.settled();
  for (const one of [engine, await woken()]) {
    expect([one.acked('phone'), one.acked('tab')]).toEqual([0, 7]);
    expect([one.position('phone').private, one.position('tab').private]).toEqual([0, 1]);
  }
});

test('what is said to others in the same commit is kept with it', async () => {
  engine.perform(shout, {}, asMember('tab'), 9);
  engine.performAsSystem(forget, { who: ['phone', 'nobody'] });
  engine.perform(shout, {}, asMember('bot'), 3);
  await engine.settled();
  const again = await woken();
  expect(['phone', 'tab', 'bot'].map((name) => again.acked(name))).toEqual([0, 9, 3]);
});

test('it writes even where nothing else has changed, and nothing where nobody was known', async () => {
  const before = store.commits.length;
  engine.performAsSystem(forget, { who: ['nobody'] });
  await engine.settled();
  expect(store.commits).toHaveLength(before);
  engine.performAsSystem(forget, { who: ['phone'] });
  await engine.settled();
  expect(store.commits.at(-1)?.checkpoint?.marks.has('phone')).toBe(false);
});
