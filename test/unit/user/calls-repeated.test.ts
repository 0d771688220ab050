import { beforeEach, describe, expect, test } from 'vitest';
import type { RingNews } from '../../../src/platform/room-news.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { hear } from '../../../src/user-object/news.ts';
import { ada, ben, CODE, call, calls, callsTold, newWorld, world } from './call-world.ts';
import { cardOf } from './harness.ts';

beforeEach(() => newWorld());

describe('whoever calls again and again', () => {
  const ringings = () => callsTold(ben).filter(({ t }) => t === 'call.ringing').length;
  const callAndGiveUp = (times: number) => {
    for (let index = 0; index < times; index += 1) {
      const id = call();
      world.carry();
      ada.command('ada', { t: 'call.cancel', call: id });
      world.carry();
    }
  };

  test('is heard so often within an hour, and not told that it was not more; others are heard', () => {
    callAndGiveUp(100);
    expect(ringings()).toBe(LIMITS.ringsAnHour);
    call();
    world.carry();
    expect([calls(ben), ringings()]).toEqual([undefined, 0]);
    ada.take();
    world.pass(60);
    expect(callsTold(ada)).toMatchObject([{ t: 'call.settled', how: 'missed' }]);
    call('ben', {}, world.of('eve'));
    world.carry();
    expect(ringings()).toBe(1);
    world.pass(3_600);
    ben.take();
    call();
    world.carry();
    expect(ringings()).toBe(1);
  });

  test('is heard as seldom in a group’s name, and through calls that come too late', () => {
    const group = { code: 'grp-grpp-grp', name: 'Physics' };
    const ring = (index: number) =>
      hear(ben, {
        kind: 'ring',
        call: `c_${String(index).padEnd(22, '_')}`,
        from: cardOf('ada'),
        group,
        code: CODE,
        name: 'Physics',
        until: world.now + 45_000,
      } as RingNews);
    for (let index = 0; index < LIMITS.ringsAnHour; index += 1) {
      ring(index);
      world.pass(46);
    }
    expect(ringings()).toBe(LIMITS.ringsAnHour);
    ring(99);
    callAndGiveUp(1);
    expect(callsTold(ben)).toEqual([]);
  });

  test('rings once at a time', () => {
    const late = (id: string) => ({
      from: ada.id,
      card: cardOf('ada'),
      number: 1,
      call: id,
      code: CODE,
      name: 'x',
      until: world.now + 1_000,
    });
    for (const id of ['c_1', 'c_2']) ben.performNamed('call.ring', late(id));
    expect(ringings()).toBe(1);
    world.pass(2);
    ben.performNamed('call.ring', late('c_3'));
    expect(ringings()).toBe(1);
  });
});
