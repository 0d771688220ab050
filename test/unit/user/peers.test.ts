import { beforeEach, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { decide, internalCommand } from '../../../src/engine/feature.ts';
import type { LinkBatch, LinkTaken } from '../../../src/platform/user-rpc.ts';
import { fail, type Outcome, succeed } from '../../../src/protocol/index.ts';
import { links } from '../../../src/user-object/features/links.ts';
import { self, setSelf } from '../../../src/user-object/features/self.ts';
import type { Host } from '../../../src/user-object/host.ts';
import {
  LINK_EFFECT,
  linkOf,
  linkTable,
  nextBatch,
  outgoingTable,
  resumeLinks,
  sendSoon,
  sendTo,
} from '../../../src/user-object/links.ts';
import { carryTo } from '../../../src/user-object/peers.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { bareOptions } from '../engine/bare-options.ts';
import { accountId, cardOf } from './harness.ts';

const BOB = accountId('bob');
const send = internalCommand<{ readonly word: string }>('test.send', ({ state, fields }) =>
  decide(sendTo(state, BOB, 'word', fields)),
);

/** A disk that takes its time: something may happen meanwhile. */
class SlowLog extends MemoryLog {
  meanwhile: () => void = () => {};
  override async sync(): Promise<void> {
    this.meanwhile();
    await super.sync();
  }
  has(number: number): boolean {
    return this.rows.has(JSON.stringify(['outgoing', `${BOB} ${number}`]));
  }
}

let now: number;
let store: SlowLog;
let engine: Engine;
let taken: LinkBatch[];
let answer: (batch: LinkBatch) => Promise<Outcome<LinkTaken>>;

beforeEach(async () => {
  now = 1_000;
  taken = [];
  answer = async ({ items }) => succeed({ upTo: items.at(-1)?.number ?? 0 });
  store = new SlowLog();
  const user = {
    take: (from: unknown, to: string, batch: LinkBatch) => {
      expect([from, to]).toEqual([cardOf('ada'), BOB]);
      // What is not on disk might be taken there and be forgotten here, and its number be given once more.
      for (const { number } of batch.items) expect(store.has(number)).toBe(true);
      taken.push(batch);
      return answer(batch);
    },
    seen: async () => {},
  };
  const host: Host = {
    engine: () => engine,
    env: { USERS: { getByName: () => user } },
    directory: null,
    clock: { now: () => now },
    log: () => {},
  };
  engine = Engine.begin({
    ...bareOptions(store, [self, links], () => now),
    executors: { [LINK_EFFECT]: carryTo(host) },
  });
  engine.performAsSystem(setSelf, { person: cardOf('ada') });
  await engine.settled();
});

const numbers = () => taken.map(({ items }) => items.map(({ number }) => number));
const done = async () => {
  for (let turns = 0; turns < 100; turns += 1) {
    if (engine.state.table(effectTable).size === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('something was never carried');
};

test('what was decided while the one before was written is carried when it is written, too', async () => {
  let said = false;
  store.meanwhile = () => {
    if (said) return;
    said = true;
    engine.performAsSystem(send, { word: 'two' });
  };
  engine.performAsSystem(send, { word: 'one' });
  await done();
  expect(numbers().flat()).toEqual([1, 2]);
  expect(taken.every(({ epoch }) => epoch === engine.epoch)).toBe(true);
});

test('what comes while a batch is under way goes with the next, and nothing is left lying', async () => {
  answer = async ({ items }) => {
    if (taken.length === 1) engine.performAsSystem(send, { word: 'two' });
    await engine.settled();
    return succeed({ upTo: items.at(-1)?.number ?? 0 });
  };
  engine.performAsSystem(send, { word: 'one' });
  await done();
  expect(numbers()).toEqual([[1], [2]]);
  expect(engine.state.table(outgoingTable).size).toBe(0);
});

test('what is refused, or can not be said, waits to be tried again', async () => {
  for (const wrong of [async () => fail('busy'), () => Promise.reject(new Error('not reachable'))]) {
    answer = wrong;
    engine.performAsSystem(send, { word: 'one' });
    await engine.settled();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(engine.state.table(effectTable).get(`link ${BOB}`)).toMatchObject({ attempts: 1, at: 3_000 });
  }
  expect(engine.state.table(outgoingTable).size).toBe(2);
});

test('to whom is gone nothing is carried any more', async () => {
  answer = async () => succeed({ gone: true });
  engine.performAsSystem(send, { word: 'one' });
  await done();
  expect(engine.state.table(outgoingTable).size).toBe(0);
  expect(engine.state.table(linkTable).size).toBe(0);
});

/** The object as it is after it has lost its memory. */
async function wake(): Promise<Engine> {
  const woken = await Engine.wake({ ...bareOptions(store, [self, links], () => 40_000), executors: {} });
  if (woken === null) throw new Error('nothing was written');
  resumeLinks(woken.state, 40_000);
  return woken;
}

/** An answer that comes when everything here has come to rest. */
const slowly = async ({ items }: LinkBatch): Promise<Outcome<LinkTaken>> => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return succeed({ upTo: items.at(-1)?.number ?? 0 });
};

test('what has come meanwhile is not made to wait for that', async () => {
  answer = slowly;
  engine.performAsSystem(send, { word: 'one' });
  await engine.settled();
  engine.performAsSystem(send, { word: 'two' });
  const start = performance.now();
  await done();
  expect(numbers()).toEqual([[1], [2]]);
  expect(performance.now() - start).toBeLessThan(45);
});

test('that somebody has taken it is written with what comes next, or a moment later', async () => {
  const before = store.commits.length;
  answer = slowly;
  engine.performAsSystem(send, { word: 'one' });
  await done();
  await new Promise((resolve) => setTimeout(resolve, 10));
  engine.performAsSystem(send, { word: 'two' });
  await done();
  // Two for the words; that the first was taken went with the second.
  expect(store.commits).toHaveLength(before + 2);
  expect(store.has(1)).toBe(false);
  expect(store.has(2)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(store.commits).toHaveLength(before + 3);
  expect(store.has(2)).toBe(false);
});

test('an object that ended before it wrote so carries it once more when it wakes', async () => {
  engine.performAsSystem(send, { word: 'one' });
  await done();
  const woken = await wake();
  expect(woken.state.table(effectTable).has(`link ${BOB}`)).toBe(true);
  expect(woken.state.table(outgoingTable).size).toBe(1);
});

test('how much waits, and for whom, is found again on waking, though no row of it was written', async () => {
  engine.performAsSystem(send, { word: 'one' });
  await done();
  await new Promise((resolve) => setTimeout(resolve, 100));
  answer = () => Promise.reject(new Error('away'));
  engine.performAsSystem(send, { word: 'two' });
  engine.performAsSystem(send, { word: 'three' });
  const { commits } = store;
  await engine.settled();
  // The two items, and nothing else.
  expect(commits.at(-1)?.rows.map(({ table }) => table)).toEqual(['outgoing', 'outgoing']);
  const here = linkOf(engine.state, BOB);
  expect(here).toMatchObject({ sent: 3, carried: 1 });
  const woken = await wake();
  expect(linkOf(woken.state, BOB)).toEqual(here);
  expect(nextBatch(woken.state, 'e', BOB).items.map(({ number }) => number)).toEqual([2, 3]);
  expect(woken.state.isDirty).toBe(false);
});

test('where nothing waits, nothing is carried on waking', async () => {
  engine.performAsSystem(send, { word: 'one' });
  await done();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const woken = await wake();
  expect(woken.state.table(effectTable).size).toBe(0);
  expect(linkOf(woken.state, BOB)).toMatchObject({ sent: 1, carried: 1, size: 0 });
});

test('what is in no hurry goes with the next that is sent, or a moment later by itself', async () => {
  const murmur = internalCommand<{ readonly word: string }>('test.murmur', ({ state, fields }) =>
    decide(sendSoon(state, BOB, 'word', fields)),
  );
  engine.performAsSystem(murmur, { word: 'one' });
  await engine.settled();
  expect(taken).toEqual([]);
  engine.performAsSystem(send, { word: 'two' });
  await done();
  expect(numbers()).toEqual([[1, 2]]);
  engine.performAsSystem(murmur, { word: 'three' });
  await engine.settled();
  now += 50;
  await done();
  expect(numbers()).toEqual([[1, 2], [3]]);
});

test('of what was taken before a refusal nothing is brought again', async () => {
  answer = async ({ items }) => {
    const [first] = items;
    return first?.number === 1 ? succeed({ upTo: 2 }) : fail('busy');
  };
  for (const word of ['one', 'two', 'three']) engine.performAsSystem(send, { word });
  await engine.settled();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(numbers()).toEqual([[1, 2, 3], [3], [3]]);
  expect(engine.state.table(effectTable).get(`link ${BOB}`)).toMatchObject({ attempts: 1 });
  expect(engine.state.table(outgoingTable).size).toBe(1);
});
