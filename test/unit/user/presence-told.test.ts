import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import type { PresenceNews } from '../../../src/platform/user-rpc.ts';
import { freshTable, PRESENCE_KEY, seenTable } from '../../../src/user-object/presence-rows.ts';
import { accountId, deviceId } from './harness.ts';
import { ADA, ada, BOB, bob, heard, newWorld, PresenceWorld, seen, sit, world } from './presence-world.ts';

beforeEach(newWorld);

describe('a change', () => {
  beforeEach(async () => {
    for (const name of ['bob', 'eve']) world.of(name).connect('tab');
    await world.rest();
    for (const who of [bob, world.of('eve')]) who.take();
    world.told.length = 0;
  });

  test('is told to contacts who are there, and to nobody else', async () => {
    world.befriend('ada', 'eve');
    ada.state.table<object, never>({ name: 'contacts' }).delete(accountId('eve'));
    ada.connect('tab');
    await world.rest();
    expect(world.told).toEqual(['ada bob online']);
    expect(heard(bob)).toEqual(['ada online']);
    expect(seen()).toEqual({ account: ADA, status: 'online', since: world.now });
    bob.drop('tab');
    world.pass(20);
    await world.rest();
    world.told.length = 0;
    sit(ada, 'tab', 'away');
    await world.rest();
    expect(world.told).toEqual([]);
  });

  test('is written nowhere by those who are told', async () => {
    bob.state.takeChanges();
    ada.connect('tab');
    await world.rest();
    expect(heard(bob)).toEqual(['ada online']);
    expect(bob.state.takeChanges()).toEqual([]);
  });

  const say = (news: Partial<PresenceNews>, from = ADA) =>
    bob.performNamed('presence.seen', {
      from,
      news: { status: 'online', since: world.now, at: world.now, ...news },
    });

  test('counts for nothing when it is older than what is known, or the same, or a stranger says it', () => {
    say({ status: 'away', at: 10, since: 10 });
    say({ status: 'online', at: 9, since: 9 });
    say({ status: 'away', at: 11, since: 10 });
    say({ status: 'meeting', at: 10, since: 9 });
    say({ status: 'online' }, accountId('eve'));
    expect(heard(bob)).toEqual(['ada away']);
    say({ status: 'online', at: 12 });
    bob.command('tab', { t: 'person.block', account: ADA });
    say({ status: 'away', at: 13 });
    expect(heard(bob)).toEqual(['ada offline']);
  });

  test('reaches all others though some never answer, and is done with', async () => {
    const crowd = new PresenceWorld(['ada', ...Array.from({ length: 400 }, (_, number) => `p${number}`)]);
    const teller = crowd.of('ada');
    for (let number = 0; number < 400; number += 1) {
      const name = `p${number}`;
      crowd.befriend('ada', name);
      crowd.of(name).connect('tab');
      crowd.rows.set(accountId(name), {
        news: { status: 'online', since: 0, at: 0 },
        until: Number.POSITIVE_INFINITY,
        hidden: false,
        hiddenFrom: [],
      });
      if (number < 80) crowd.hanging.add(name);
    }
    teller.connect('tab');
    const began = performance.now();
    const done = crowd.carryOut(teller, 'presence tell');
    while (crowd.told.length < 320 && performance.now() - began < 1_500)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(crowd.told).toHaveLength(320);
    expect(performance.now() - began).toBeLessThan(1_000);
    await done;
    expect(crowd.log).toEqual([['warn', 'presence.untold', { missed: 80, of: 400 }]]);
    expect(teller.state.table(effectTable).has('presence tell')).toBe(false);
  });
});

describe('a device that comes', () => {
  beforeEach(async () => {
    bob.connect('tab');
    await world.rest();
  });

  test('sees how the contacts are, those who never came included, from one look into the directory', async () => {
    world.befriend('ada', 'eve');
    ada.connect('tab');
    ada.connect('phone');
    ada.connect('watch');
    await world.rest();
    expect(heard(ada)).toEqual(['bob online']);
    expect(world.asked.filter((line) => line.startsWith('ada'))).toEqual(['ada put online', 'ada read 2']);
    ada.connect('desk');
    await world.rest();
    expect(world.asked.filter((line) => line === 'ada read 2')).toHaveLength(1);
    const texts = Array.from(ada.state.allLatest(), ({ fields }) => fields.account);
    expect(texts).toEqual([BOB]);
  });

  test('has it looked up anew after the object has slept, and is told what differs', async () => {
    ada.connect('tab');
    await world.rest();
    heard(ada);
    // What sleeping takes away, and what happened meanwhile.
    ada.state.table(freshTable).restore(PRESENCE_KEY, { isFresh: false });
    sit(bob, 'tab', 'away');
    for (const id of Array.from(bob.state.table(effectTable).keys())) {
      world.hanging.add('ada');
      await Promise.race([world.carryOut(bob, id), new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    ada.connect('phone');
    ada.connect('watch');
    expect(ada.effects().filter((kind) => kind.startsWith('presence.'))).toEqual(['presence.read']);
    await world.carryOut(ada, 'presence read');
    expect(heard(ada)).toEqual(['bob away']);
  });

  test('has it looked up anew after nobody was there', async () => {
    ada.connect('tab');
    await world.rest();
    ada.drop('tab');
    world.pass(20);
    await world.rest();
    sit(bob, 'tab', 'away');
    await world.rest();
    heard(ada);
    ada.connect('tab');
    await world.rest();
    expect(heard(ada)).toEqual(['bob away']);
  });
});

describe('those who become contacts, or are no longer', () => {
  test('know of each other how they are from then on', async () => {
    const eve = world.of('eve');
    world.introduce('ada', 'eve');
    for (const who of [ada, eve]) who.connect('tab');
    sit(eve, 'tab', 'away');
    await world.rest();
    ada.command('tab', { t: 'contact.ask', account: accountId('eve') });
    await world.rest();
    expect([heard(ada), heard(eve)]).toEqual([[], []]);
    eve.command('tab', { t: 'contact.accept', account: ADA });
    await world.rest();
    expect([heard(ada), heard(eve)]).toEqual([['eve away'], ['ada online']]);
    ada.command('tab', { t: 'contact.remove', account: accountId('eve') });
    await world.rest();
    expect([heard(ada), heard(eve)]).toEqual([['eve offline'], ['ada offline']]);
    for (const who of [ada, eve]) expect(Array.from(who.state.allLatest())).toEqual([]);
    sit(ada, 'tab', 'away');
    await world.rest();
    expect(heard(eve)).toEqual([]);
  });
});

test('what is known of others is dropped with the device ids that nobody has any more', () => {
  ada.connect('tab');
  sit(ada, 'tab', 'away');
  ada.drop('tab');
  expect(ada.state.table<object, never>({ name: 'devices_idle' }).has(deviceId('tab'))).toBe(false);
  expect(ada.state.table(seenTable).size).toBe(0);
});
