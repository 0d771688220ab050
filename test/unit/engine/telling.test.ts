import { beforeEach, describe, expect, test } from 'vitest';
import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { asMember, decide, type Feature, happen } from '../../../src/engine/feature.ts';
import { Session } from '../../../src/engine/session.ts';
import type { Commit } from '../../../src/engine/store.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { bareOptions } from './bare-options.ts';

/** What happened, in order: what was written, what was sent to whom, and when the disk said that it has it. */
let diary: string[];
let confirm: () => void;

/** A disk that confirms when the test says so. */
class SlowDisk extends MemoryLog {
  override commit(commit: Commit): void {
    super.commit(commit);
    diary.push('written');
  }
  override sync(): Promise<void> {
    return new Promise((resolve) => {
      confirm = () => {
        diary.push('on disk');
        resolve();
      };
    });
  }
}

const leaving: Feature = {
  name: 'leaving',
  tables: [deadlineTable, effectTable],
  commands: {
    'member.leave': () => decide({ events: [happen('member.left', { member: 'x', reason: 'left' })] }),
    'clock.read': ({ now }) => decide({ result: { time: now } }),
    'roster.page': () => decide({ result: 'roster' }),
  },
  apply: [],
};

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function engineOn(disk: SlowDisk): Engine {
  const engine = Engine.begin(bareOptions(disk, [leaving], () => 1));
  for (const member of ['ada', 'ben']) {
    const sink = {
      send: (text: string) => diary.push(`${member} hears ${(JSON.parse(text) as { t: string }).t}`),
      unsent: () => 0,
      close: () => undefined,
    };
    engine.resumeSession(new Session(member, 1, sink, { kind: 'live' }), 'all');
  }
  return engine;
}

const leave = (engine: Engine, by: string) =>
  engine.command(asMember(by), { t: 'member.leave', n: 1, fields: {} });

beforeEach(() => {
  diary = [];
});

describe('a group', () => {
  test('is told when it is on disk, first to those who spoke', async () => {
    const engine = engineOn(new SlowDisk());
    leave(engine, 'ben');
    await turn();
    expect(diary).toEqual(['written']);
    confirm();
    await turn();
    expect(diary).toEqual(['written', 'on disk', 'ben hears events', 'ada hears events']);
  });

  test('is told before somebody who waits for an answer from it gets that', async () => {
    const engine = engineOn(new SlowDisk());
    leave(engine, 'ben');
    engine.consistent(
      () => 'state',
      () => diary.push('answered'),
    );
    await turn();
    expect(diary).toEqual(['written']);
    confirm();
    await turn();
    expect(diary).toEqual(['written', 'on disk', 'ben hears events', 'ada hears events', 'answered']);
  });

  test('holds up an answer that rests on it, and not one that says nothing of the state', async () => {
    const engine = engineOn(new SlowDisk());
    leave(engine, 'ben');
    for (const t of ['roster.page', 'clock.read'] as const)
      engine.query(asMember('ada'), { t, fields: {} }, (done) => diary.push(`${t} ${done.ok}`));
    expect(diary).toEqual(['clock.read true']);
    await turn();
    confirm();
    await turn();
    expect(diary.at(-1)).toBe('roster.page true');
  });

  test('does not let the next one be written before it is on disk', async () => {
    const engine = engineOn(new SlowDisk());
    leave(engine, 'ben');
    await turn();
    leave(engine, 'ada');
    await turn();
    expect(diary.filter((line) => line === 'written')).toHaveLength(1);
    confirm();
    await turn();
    await turn();
    expect(diary.filter((line) => line === 'written')).toHaveLength(2);
  });
});

test('who waits until all is settled waits for the disk', async () => {
  const engine = engineOn(new SlowDisk());
  leave(engine, 'ben');
  let isSettled = false;
  void engine.settled().then(() => {
    isSettled = true;
  });
  await turn();
  expect(isSettled).toBe(false);
  confirm();
  await turn();
  expect(isSettled).toBe(true);
});
