import { beforeEach, describe, expect, test } from 'vitest';
import type { RingNews } from '../../../src/platform/room-news.ts';
import { type CommandInput, LIMITS } from '../../../src/protocol/index.ts';
import { ANSWER_EFFECT } from '../../../src/user-object/call-answers.ts';
import { ringingTable } from '../../../src/user-object/call-rows.ts';
import { LINK_EFFECT } from '../../../src/user-object/links.ts';
import { hear } from '../../../src/user-object/news.ts';
import { accountId, cardOf, deviceId, type Inbox, refused, type Told, World } from './harness.ts';

const CODE = 'abc-defg-hij';
const SECRET = 's'.repeat(22);
let world: World;
let ada: Inbox;
let ben: Inbox;
beforeEach(() => {
  world = new World(['ada', 'ben', 'eve']);
  world.befriend('ada', 'ben', 'eve');
  ada = world.of('ada');
  ben = world.of('ben');
  ben.connect('phone');
  ben.take();
});

/** Ada calls; answers the call's id. */
function call(to = 'ben', more: Partial<CommandInput<'meeting.invite'>> = {}, from = ada): string {
  const invitation = { to: accountId(to), code: CODE, name: 'Physics', invite: SECRET, ring: true, ...more };
  const done = from.command(from.name, { t: 'meeting.invite', n: ++number, ...invitation });
  expect(done).toMatchObject({ ok: true });
  const placed = done.ok ? done.value.events.map((text) => JSON.parse(text) as Told) : [];
  return String(placed.find(({ t }) => t === 'call.placed')?.call);
}
let number = 0;

const answer = (id: string, device = 'ben') => ben.command(device, { t: 'call.answer', call: id });
const decline = (id: string, device = 'ben') => ben.command(device, { t: 'call.decline', call: id });
const calls = (of: Inbox) => of.snapshot().calls as { ringing: Told[]; placed: Told[] } | undefined;
const timers = (of: Inbox) => Object.keys(of.deadlines()).filter((id) => id.startsWith('call '));
const rows = (of: Inbox) => Array.from(of.state.table(ringingTable).values());
const callsTold = (of: Inbox) => of.take().told.filter(({ t }) => t.startsWith('call.'));

describe('a call from one person to another', () => {
  test('rings on all devices, and those that come while it rings see it', () => {
    const id = call();
    const until = world.now + 45_000;
    expect(callsTold(ada)).toMatchObject([
      { t: 'call.placed', by: deviceId('ada'), n: number, call: id, to: ben.id, code: CODE, until },
    ]);
    world.carry();
    const ringing = { call: id, from: cardOf('ada'), code: CODE, name: 'Physics', invite: SECRET, until };
    expect(callsTold(ben)).toEqual([expect.objectContaining({ t: 'call.ringing', ...ringing })]);
    expect(calls(ben)).toEqual({ ringing: [ringing], placed: [] });
    expect(calls(ada)).toEqual({
      ringing: [],
      placed: [{ call: id, to: ben.id, code: CODE, name: 'Physics', until }],
    });
  });

  test('stops ringing everywhere when one device answers, which gets the way in', () => {
    const id = call();
    world.carry();
    ben.take();
    expect(answer(id, 'phone')).toMatchObject({
      ok: true,
      value: { result: { code: CODE, name: 'Physics', invite: SECRET } },
    });
    expect(callsTold(ben)).toMatchObject([
      {
        t: 'call.over',
        by: deviceId('phone'),
        call: id,
        reason: 'answered',
        from: cardOf('ada'),
        code: CODE,
      },
    ]);
    expect(calls(ben)).toBeUndefined();
    // The secret is kept no longer than it is of use.
    expect(JSON.stringify(rows(ben))).not.toContain(SECRET);
    world.carry();
    ada.take();
    expect(calls(ada)).toBeUndefined();
    // Another device that was as quick comes too late; so does whoever wants to give up.
    expect(answer(id)).toMatchObject(refused('call_unknown'));
    expect(decline(id)).toMatchObject(refused('call_unknown'));
    expect(ada.command('ada', { t: 'call.cancel', call: id })).toMatchObject(refused('call_unknown'));
    world.pass(120);
    expect([...callsTold(ben), ...callsTold(ada)]).toEqual([]);
    expect(timers(ben)).toEqual([]);
  });

  test('tells the caller what became of it', () => {
    for (const [act, how] of [
      [answer, 'answered'],
      [decline, 'declined'],
    ] as const) {
      const id = call();
      world.carry();
      act(id);
      ada.take();
      world.carry();
      const told = callsTold(ada);
      expect(told).toMatchObject([{ t: 'call.settled', call: id, to: ben.id, how }]);
      expect(told[0]).not.toHaveProperty('by');
    }
  });

  test('is missed after 45 seconds, and both learn it', () => {
    const id = call();
    world.pass(44);
    expect(calls(ben)?.ringing).toHaveLength(1);
    ben.take();
    ada.take();
    world.pass(1);
    expect(callsTold(ben)).toMatchObject([{ t: 'call.over', call: id, reason: 'missed' }]);
    world.pass(5);
    expect(callsTold(ada)).toMatchObject([{ t: 'call.settled', call: id, how: 'missed' }]);
    expect(answer(id)).toMatchObject(refused('call_unknown'));
    expect([calls(ada), calls(ben)]).toEqual([undefined, undefined]);
    expect([...timers(ada), ...timers(ben)]).toEqual([]);
    expect(rows(ben)).toEqual([]);
  });

  test('is answered also where the answer, given at the last moment, takes its time', () => {
    const id = call();
    world.pass(44);
    ada.take();
    world.cut('ada');
    answer(id);
    world.pass(3);
    world.reach('ada');
    world.carry();
    expect(callsTold(ada)).toMatchObject([{ t: 'call.settled', call: id, how: 'answered' }]);
  });

  test('rings as long as the setting says', () => {
    world = new World(['ada', 'ben'], { RING_SECONDS: '10' });
    world.befriend('ada', 'ben');
    [ada, ben] = [world.of('ada'), world.of('ben')];
    call();
    world.pass(10);
    expect(callsTold(ben).map(({ t }) => t)).toEqual(['call.ringing', 'call.over']);
  });

  test('can be given up while it rings', () => {
    const id = call();
    world.carry();
    ben.take();
    expect(ada.command('ada', { t: 'call.cancel', n: ++number, call: id })).toMatchObject({
      ok: true,
      value: { echoed: true },
    });
    world.carry();
    expect(callsTold(ben)).toMatchObject([{ t: 'call.over', call: id, reason: 'cancelled' }]);
    expect(callsTold(ada).at(-1)).toMatchObject({ t: 'call.settled', call: id, how: 'cancelled' });
    expect(calls(ben)).toBeUndefined();
  });

  test('was missed by both once its time is up, even if it is given up before that is known', () => {
    const id = call();
    world.pass(45);
    ada.command('ada', { t: 'call.cancel', n: ++number, call: id });
    expect(callsTold(ben).at(-1)).toMatchObject({ t: 'call.over', call: id, reason: 'missed' });
    expect(callsTold(ada).at(-1)).toMatchObject({ t: 'call.settled', call: id, how: 'missed' });
  });

  test('is over for whoever is blocked just as for whoever is not there', () => {
    ben.command('ben', { t: 'person.block', account: ada.id });
    world.carry();
    ada.take();
    ben.take();
    const blocked = call();
    world.pass(50);
    expect(ben.take().told).toEqual([]);
    const heard = callsTold(ada);
    expect(heard).toMatchObject([
      { t: 'call.placed', call: blocked },
      { t: 'call.settled', call: blocked, how: 'missed' },
    ]);
    // Somebody who is there and does not answer looks the same, to the second.
    const missed = call('eve');
    world.pass(50);
    const [placed, settled] = callsTold(ada);
    const lasted = (events: readonly (Told | undefined)[]) => Number(events[1]?.at) - Number(events[0]?.at);
    expect(settled).toMatchObject({ call: missed, how: 'missed' });
    expect(lasted([placed, settled])).toBe(lasted(heard));
  });

  test('ends at whoever blocks the caller while it rings, and rings on for the caller', () => {
    const id = call();
    world.carry();
    ben.take();
    ben.command('ben', { t: 'person.block', account: ada.id });
    expect(callsTold(ben)).toMatchObject([{ t: 'call.over', call: id, reason: 'declined' }]);
    ada.take();
    world.pass(44);
    expect(callsTold(ada)).toEqual([]);
    expect(calls(ada)?.placed).toHaveLength(1);
  });

  test('reaches nobody who may not be written to', () => {
    ben.command('ben', { t: 'contact.remove', account: ada.id });
    // What Ada's side still believes does not help.
    call();
    world.carry();
    expect(callsTold(ben)).toEqual([]);
    const strange = {
      t: 'meeting.invite',
      to: accountId('kim'),
      code: CODE,
      name: 'Physics',
      ring: true,
    } as const;
    expect(ada.command('ada', strange)).toMatchObject(refused('person_unknown'));
  });

  test('that comes late does not ring: it was missed', () => {
    world.cut('ben');
    const id = call();
    world.pass(20);
    world.reach('ben');
    world.carry();
    // What is left of the time, no more.
    expect(callsTold(ben)).toMatchObject([{ t: 'call.ringing', call: id, until: world.now + 25_000 }]);
    world.pass(60);
    ben.take();
    world.cut('ben');
    const late = call();
    world.pass(60);
    world.reach('ben');
    world.carry();
    expect(callsTold(ben)).toMatchObject([
      { t: 'call.over', call: late, reason: 'missed', from: cardOf('ada') },
    ]);
    expect(calls(ben)).toBeUndefined();
  });

  test('is one at a time to each person, and so many at once', () => {
    call();
    const again = { t: 'meeting.invite', to: ben.id, code: CODE, name: 'Physics', ring: true } as const;
    expect(ada.command('ada', again)).toMatchObject(refused('call_placed'));
    const names = Array.from({ length: LIMITS.callsAtOnce }, (_, index) => `p${index}`);
    for (const name of names) world.add(name);
    world.befriend('ada', ...names);
    for (const name of names.slice(1)) call(name);
    const one = { ...again, to: accountId('p0') };
    const before = ada.everything();
    expect(ada.command('ada', one)).toMatchObject(refused('quota_exceeded'));
    expect(ada.everything()).toBe(before);
  });

  test('at somebody at whom many ring already is missed at once', () => {
    const names = Array.from({ length: LIMITS.callsAtOnce + 1 }, (_, index) => `p${index}`);
    for (const name of names) world.add(name).connect(name);
    world.befriend('ben', ...names);
    const ids = names.map((name) => call('ben', {}, world.of(name)));
    world.carry();
    expect(calls(ben)?.ringing).toHaveLength(LIMITS.callsAtOnce);
    expect(callsTold(ben).at(-1)).toMatchObject({ t: 'call.over', call: ids.at(-1), reason: 'missed' });
  });

  test('is answered by coming into the room, whatever the way', () => {
    const id = call();
    world.carry();
    ben.take();
    const room = { code: CODE, name: 'Physics', schedule: null, endedAt: null };
    hear(ben, { kind: 'stay', ...room, at: ben.now, isIn: true });
    expect(callsTold(ben)).toMatchObject([{ t: 'call.over', call: id, reason: 'answered' }]);
    ada.take();
    world.carry();
    expect(callsTold(ada)).toMatchObject([{ t: 'call.settled', call: id, how: 'answered' }]);
    // Who is in already need not be called.
    const next = call();
    world.carry();
    expect(callsTold(ben)).toEqual([]);
    expect(callsTold(ada).at(-1)).toMatchObject({ call: next, how: 'answered' });
  });

  test('is over when one of the two accounts is deleted', () => {
    const id = call();
    world.carry();
    world.delete('ben');
    ada.take();
    ada.command('ada', { t: 'call.cancel', call: id });
    world.carry();
    expect(calls(ada)).toBeUndefined();
    // Gone before it could ring.
    const gone = call('eve');
    world.delete('eve');
    ada.take();
    world.carry();
    expect(callsTold(ada)).toMatchObject([{ t: 'call.settled', call: gone, how: 'missed' }]);
    expect(timers(ada)).toEqual([]);
  });

  test('belongs to the two of them: nobody else ends it', () => {
    const id = call();
    world.carry();
    ben.take();
    ada.take();
    const eve = { from: accountId('eve'), card: cardOf('eve') };
    ben.performNamed('call.cancelled', { ...eve, call: id });
    ada.performNamed('call.outcome', { ...eve, call: id, how: 'answered' });
    hear(ben, { kind: 'ring-over', call: id });
    expect([...callsTold(ben), ...callsTold(ada)]).toEqual([]);
    expect(calls(ben)?.ringing).toHaveLength(1);
  });
});

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
