import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { freeDevice } from '../../../src/room-object/enrolment-rows.ts';
import { memberTable } from '../../../src/room-object/tables.ts';
import { Group } from './group.ts';
import { accountOf, idOf } from './harness.ts';

const withBob = (): Group => {
  const group = new Group();
  group.gather('ada', 'bob');
  return group;
};

describe('what is unread', () => {
  test('are messages of others since one has read or written oneself', () => {
    const group = withBob();
    expect(group.standing('bob')).toMatchObject({ unread: 0, lastMessage: null });
    group.say('ada', 'one');
    const two = group.say('ada', 'two');
    group.say('ada', 'three');
    expect(group.standing('bob').unread).toBe(3);
    expect(group.standing('ada').unread).toBe(0);
    group.command('bob', { t: 'group.read', upTo: two });
    expect(group.standing('bob')).toMatchObject({ unread: 1, read: two });
    group.say('bob', 'four');
    expect(group.standing('bob').unread).toBe(0);
    expect(group.standing('ada').unread).toBe(1);
    group.say('ada', 'five');
    expect(group.standing('bob')).toMatchObject({
      unread: 1,
      lastMessage: { text: 'five', kind: 'text', account: accountOf('ada').id, name: 'ada as registered' },
    });
  });

  test('is nothing of what was said before one came', () => {
    const group = withBob();
    group.say('ada', 'before');
    group.enrol('cy');
    expect(group.standing('cy').unread).toBe(0);
    group.say('ada', 'after');
    expect(group.standing('cy').unread).toBe(1);
  });

  test('never goes back, and never past the newest message', () => {
    const group = withBob();
    const one = group.say('ada', 'one');
    const two = group.say('ada', 'two');
    group.command('bob', { t: 'group.read', upTo: 1_000_000 });
    expect(group.row('bob')?.read).toBe(two);
    group.command('bob', { t: 'group.read', upTo: one });
    expect(group.row('bob')?.read).toBe(two);
    group.say('ada', 'three');
    expect(group.standing('bob').unread).toBe(1);
  });

  test('is exact to a hundred, also when one was told of it before', () => {
    const group = withBob();
    group.standing('bob');
    for (let index = 1; index <= LIMITS.unread + 20; index += 1) {
      group.say('ada', `message ${index}`);
      if (index === 99) expect(group.standing('bob').unread).toBe(99);
    }
    expect(group.standing('bob').unread).toBe(LIMITS.unread);
  });

  test('is the same for an object that has just woken', () => {
    const group = withBob();
    group.standing('bob');
    for (let index = 1; index <= 150; index += 1) group.say(index % 3 === 0 ? 'bob' : 'ada', `m ${index}`);
    for (let index = 1; index <= 40; index += 1) group.say('ada', `after ${index}`);
    const counted = [group.standing('bob'), group.standing('ada')];
    expect(counted.map(({ unread }) => unread)).toEqual([40, 0]);
    // What was only in memory is gone, and is read from the log.
    group.state.table({ name: 'recent' }).restore('recent', { messages: [], removed: 1 });
    expect([group.standing('bob'), group.standing('ada')]).toEqual(counted);
  });

  test('leaves out what was deleted', () => {
    const group = withBob();
    const one = group.say('ada', 'one', [accountOf('bob').id]);
    group.say('ada', 'two');
    expect(group.standing('bob')).toMatchObject({ unread: 2, mentions: 1 });
    group.command('ada', { t: 'chat.delete', message: one });
    expect(group.standing('bob')).toMatchObject({ unread: 1, mentions: 0 });
  });

  test('moves without an event for others, and is kept', () => {
    const group = withBob();
    const seq = group.say('ada', 'one');
    group.command('bob', { t: 'group.read', upTo: seq, n: 1 } as never);
    expect(group.take().told).toEqual([]);
  });
});

describe('mentions', () => {
  test('reach people who are not there by their account, and those who are by device', () => {
    const group = withBob();
    group.enrol('cy');
    const cy = accountOf('cy').id;
    group.say('ada', 'hello', [cy, idOf('bob'), accountOf('eve').id]);
    expect(group.standing('cy')).toMatchObject({ unread: 1, mentions: 1 });
    expect(group.standing('bob').mentions).toBe(1);
    expect(group.standing('ada').mentions).toBe(0);
    const { events } = group.view.history(null, null, 1);
    expect(events[0]?.mentions).toEqual([cy, idOf('bob')]);
  });

  test('are read with the messages, counted to a hundred, and not one’s own', () => {
    const group = withBob();
    const bob = accountOf('bob').id;
    let middle = 0;
    for (let index = 0; index < 120; index += 1) {
      const seq = group.say('ada', `@bob ${index}`, [bob, accountOf('ada').id]);
      if (index === 109) middle = seq;
    }
    expect(group.standing('bob').mentions).toBe(100);
    expect(group.standing('ada').mentions).toBe(0);
    group.command('bob', { t: 'group.read', upTo: middle });
    expect(group.standing('bob').mentions).toBe(10);
  });

  test('that an edit takes back call nobody any more', () => {
    const group = withBob();
    const seq = group.say('ada', '@bob', [accountOf('bob').id]);
    group.command('ada', { t: 'chat.edit', message: seq, body: { kind: 'text', text: 'nobody' } });
    expect(group.standing('bob').mentions).toBe(0);
  });

  test('of accounts mean nothing in a room that is no group, nor of those who do not belong', () => {
    const group = withBob();
    group.say('ada', 'hello', [accountOf('eve').id]);
    expect(group.view.history(null, null, 1).events[0]?.mentions).toBeUndefined();
  });
});

describe('devices that are gone', () => {
  test('make room for new ones, so that years leave no rows behind', () => {
    const group = withBob();
    const { id } = accountOf('bob');
    expect(freeDevice(group.state, id, group.now)).toBeNull();
    group.command('bob', { t: 'member.leave' });
    // Their token may still bring them back.
    expect(freeDevice(group.state, id, group.now)).toBeNull();
    group.pass(86_400);
    expect(freeDevice(group.state, id, group.now)).toBe(idOf('bob'));
    group.come('bob');
    expect(freeDevice(group.state, id, group.now)).toBeNull();
  });

  test('are taken before that where there are many: the one that left first', () => {
    const group = withBob();
    for (let index = 0; index < 10; index += 1) {
      group.come('bob', `dev${index}`);
      group.pass(1);
      group.command(`dev${index}`, { t: 'member.leave' });
    }
    expect(freeDevice(group.state, accountOf('bob').id, group.now)).toBe(idOf('dev0'));
    expect(freeDevice(group.state, accountOf('ada').id, group.now)).toBeNull();
  });
});

describe('a group of 5,000', () => {
  test('costs one append for a message: no row of those who belong is written', () => {
    const group = new Group();
    for (let index = 1; index < 5_000; index += 1) group.enrol(`p${index}`);
    group.come('ada');
    group.take();
    group.state.takeChanges();
    const began = performance.now();
    const messages = 200;
    for (let index = 0; index < messages; index += 1) group.say('ada', `message ${index}`);
    const each = (performance.now() - began) / messages;
    expect(group.state.takeChanges()).toEqual([]);
    expect(each).toBeLessThan(5);
    expect(group.standing('p4999').unread).toBe(100);
    expect(group.state.table(memberTable).size).toBe(1);
  });

  test('counts for all of them what is unread without reading the log for each', () => {
    const group = new Group();
    for (let index = 1; index < 5_000; index += 1) group.enrol(`p${index}`);
    group.come('ada');
    for (let index = 0; index < 150; index += 1) group.say('ada', `message ${index}`);
    let reads = 0;
    const read = group.disk.historyBefore.bind(group.disk);
    group.disk.historyBefore = (position) => {
      reads += 1;
      return read(position);
    };
    for (let index = 1; index < 5_000; index += 1) expect(group.standing(`p${index}`).unread).toBe(100);
    expect(reads).toBeLessThan(10);
  });
});
