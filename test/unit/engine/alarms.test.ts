import { beforeEach, expect, test } from 'vitest';
import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import { Engine } from '../../../src/engine/engine.ts';
import {
  asMember,
  deadline,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
} from '../../../src/engine/feature.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { bareOptions } from './bare-options.ts';

const MINUTE = 60_000;

let now: number;
let done: string[];

const later: InternalCommand<object> = internalCommand('later', () => {
  done.push('later');
  return decide({});
});
/** Puts off what was due together with it. */
const first: InternalCommand<object> = internalCommand('first', () => {
  done.push('first');
  return decide({ deadlines: [deadline('later', now + MINUTE, later, {})] });
});
const plan: InternalCommand<object> = internalCommand('plan', () =>
  decide({ deadlines: [deadline('first', MINUTE, first, {}), deadline('later', MINUTE + 1, later, {})] }),
);
const touch: InternalCommand<object> = internalCommand('touch', () => decide({ deadlines: [] }));

const timely: Feature = {
  name: 'timely',
  tables: [deadlineTable, effectTable],
  commands: {},
  internalCommands: [first, later, plan, touch],
  apply: [],
};

const optionsOf = (store: MemoryLog) => bareOptions(store, [timely], () => now);

const quiet = () => new Promise((resolve) => setTimeout(resolve, 5));

let store: MemoryLog;
let engine: Engine;

beforeEach(async () => {
  now = 0;
  done = [];
  store = new MemoryLog();
  engine = Engine.begin(optionsOf(store));
  engine.perform(plan, {}, asMember('ada'));
  await engine.settled();
});

test('a deadline that one before it puts off waits for its new time', async () => {
  expect(store.alarm).toBe(MINUTE);
  now = 2 * MINUTE;
  await engine.alarm();
  expect(done).toEqual(['first']);
  expect(store.alarm).toBe(3 * MINUTE);
  now = 3 * MINUTE;
  await engine.alarm();
  expect(done).toEqual(['first', 'later']);
});

test('an alarm that comes twice, early or for nothing does nothing twice', async () => {
  await engine.alarm();
  expect(done).toEqual([]);
  now = 4 * MINUTE;
  await Promise.all([engine.alarm(), engine.alarm()]);
  now = 6 * MINUTE;
  await Promise.all([engine.alarm(), engine.alarm()]);
  expect(done).toEqual(['first', 'later']);
});

test('an alarm that was lost is set again as soon as something else is committed', async () => {
  store.alarm = null;
  now = MINUTE + 20_000;
  engine.perform(touch, {}, asMember('ada'));
  await engine.settled();
  // It may only be late.
  expect(store.alarm).toBeNull();
  now = 2 * MINUTE;
  engine.rearm();
  await engine.settled();
  expect(store.alarm).toBe(2 * MINUTE);
});

test('an object that wakes sets the alarm that it lost', async () => {
  store.alarm = null;
  now = MINUTE / 2;
  const woken = await Engine.wake(optionsOf(store));
  woken?.rearm();
  await quiet();
  expect(store.alarm).toBe(MINUTE);
  const commits = store.commits.length;
  const again = await Engine.wake(optionsOf(store));
  again?.rearm();
  await quiet();
  expect(store.commits).toHaveLength(commits);
});
