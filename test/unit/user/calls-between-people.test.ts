import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { hear } from '../../../src/user-object/news.ts';
import {
  ada,
  answer,
  ben,
  CODE,
  call,
  calls,
  callsTold,
  decline,
  newWorld,
  nextNumber,
  number,
  rows,
  SECRET,
  timers,
  world,
} from './call-world.ts';
import { accountId, cardOf, deviceId, refused, type Told } from './harness.ts';

beforeEach(() => newWorld());

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
    newWorld({ RING_SECONDS: '10' });
    call();
    world.pass(10);
    expect(callsTold(ben).map(({ t }) => t)).toEqual(['call.ringing', 'call.over']);
  });

  test('can be given up while it rings', () => {
    const id = call();
    world.carry();
    ben.take();
    expect(ada.command('ada', { t: 'call.cancel', n: nextNumber(), call: id })).toMatchObject({
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
    ada.command('ada', { t: 'call.cancel', n: nextNumber(), call: id });
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
