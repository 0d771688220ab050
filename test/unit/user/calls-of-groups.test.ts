import { beforeEach, describe, expect, test } from 'vitest';
import type { RingNews } from '../../../src/platform/room-news.ts';
import { ANSWER_EFFECT } from '../../../src/user-object/call-answers.ts';
import { LINK_EFFECT } from '../../../src/user-object/links.ts';
import { hear } from '../../../src/user-object/news.ts';
import { ada, answer, ben, CODE, callsTold, decline, newWorld, SECRET, timers, world } from './call-world.ts';
import { cardOf } from './harness.ts';

beforeEach(() => newWorld());

describe('a call to the meeting of a group', () => {
  const ID = `c_${'g'.repeat(22)}`;
  const GROUP = { code: 'grp-abcd-efg', name: 'Team' };
  const ring = (more: Partial<RingNews> = {}) =>
    hear(ben, {
      kind: 'ring',
      call: ID,
      from: cardOf('ada'),
      group: GROUP,
      code: CODE,
      name: 'Team',
      invite: SECRET,
      until: ben.now + 45_000,
      ...more,
    });

  test('rings once, however often it is told, also when it is over', () => {
    ring();
    ring();
    expect(callsTold(ben)).toMatchObject([{ t: 'call.ringing', call: ID, group: GROUP, invite: SECRET }]);
    decline(ID);
    ben.take();
    ring();
    expect(callsTold(ben)).toEqual([]);
    world.pass(45);
    ring({ until: ben.now });
    expect(callsTold(ben)).toEqual([]);
    expect(timers(ben)).toEqual([]);
  });

  test('tells the group who answers and who declines, and not who does neither', () => {
    ring();
    answer(ID);
    expect(ben.carriedOut(ANSWER_EFFECT)).toEqual([{ group: GROUP.code, meeting: ID, how: 'answered' }]);
    const other = `c_${'h'.repeat(22)}`;
    ring({ call: other });
    decline(other);
    expect(ben.carriedOut(ANSWER_EFFECT)).toEqual([{ group: GROUP.code, meeting: other, how: 'declined' }]);
    ring({ call: `c_${'i'.repeat(22)}` });
    world.pass(45);
    expect(ben.effectsOf(ANSWER_EFFECT)).toEqual([]);
    expect(callsTold(ben).at(-1)).toMatchObject({ t: 'call.over', reason: 'missed', group: GROUP });
  });

  test('stops when the meeting is over', () => {
    ring();
    ben.take();
    hear(ben, { kind: 'ring-over', call: ID });
    hear(ben, { kind: 'ring-over', call: ID });
    expect(callsTold(ben)).toMatchObject([{ t: 'call.over', call: ID, reason: 'ended', group: GROUP }]);
  });

  test('is told again where the way in is another, and rings no longer for it', () => {
    ring();
    const until = ben.now + 45_000;
    ben.take();
    world.pass(20);
    ring({ invite: 't'.repeat(22), until });
    expect(callsTold(ben)).toMatchObject([{ t: 'call.ringing', call: ID, invite: 't'.repeat(22), until }]);
    expect(answer(ID)).toMatchObject({ value: { result: { invite: 't'.repeat(22) } } });
    ben.take();
    ring({ invite: 'u'.repeat(22), until });
    expect(callsTold(ben)).toEqual([]);
  });

  test('does not ring for somebody whom the one called has blocked, or who is there already', () => {
    ben.command('ben', { t: 'person.block', account: ada.id });
    ring();
    expect(callsTold(ben)).toEqual([]);
    ben.command('ben', { t: 'person.unblock', account: ada.id });
    hear(ben, {
      kind: 'stay',
      code: CODE,
      name: 'Team',
      schedule: null,
      endedAt: null,
      at: ben.now,
      isIn: true,
    });
    ring();
    expect(callsTold(ben)).toEqual([]);
  });

  test('has no link to a person', () => {
    ring();
    answer(ID);
    expect(ben.effects()).not.toContain(LINK_EFFECT);
  });
});
