import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { decide, internalCommand, note } from '../../../src/engine/feature.ts';
import type { PresenceNews } from '../../../src/platform/user-rpc.ts';
import {
  freshTable,
  LEASE,
  PRESENCE_KEY,
  presenceOf,
  seenTable,
} from '../../../src/user-object/presence-rows.ts';
import { stayBegan, stayEnded } from '../../../src/user-object/stay-rows.ts';
import { accountId, deviceId, Inbox } from './harness.ts';
import { PresenceWorld } from './presence-world.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');
const HALF_A_DAY = 43_200;

const begin = internalCommand<{ readonly code: string }>('test.begin', ({ fields: { code }, now }) =>
  decide({ events: [note(stayBegan, { code, name: 'Physics', since: now })] }),
);
const end = internalCommand<{ readonly code: string }>('test.end', ({ fields: { code } }) =>
  decide({ events: [note(stayEnded, { code })] }),
);
const meet = (who: Inbox, code = 'abc-defg-hij'): void => void who.perform(begin, { code });
const part = (who: Inbox, code = 'abc-defg-hij'): void => void who.perform(end, { code });
const sit = (who: Inbox, device: string, state: 'online' | 'away') =>
  who.command(device, { t: 'presence.set', state });

let world: PresenceWorld;
let ada: Inbox;
let bob: Inbox;

/** What a person's devices were told of others, in short. */
const heard = (who: Inbox): string[] =>
  who
    .take()
    .told.filter(({ t }) => t === 'presence.changed')
    .map(({ account, status }) => `${String(account).slice(2).replace(/_+$/, '')} ${status}`);
/** How bob sees ada now. */
const seen = (by = bob, of = ADA) => by.state.latest('presence.changed', of)?.fields;
const status = (who = ada) => presenceOf(who.state).status;
/** What ada wrote down, in order. */
const written = (who = 'ada') => world.asked.filter((line) => line.startsWith(`${who} put`));

beforeEach(() => {
  world = new PresenceWorld(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob');
  ada = world.of('ada');
  bob = world.of('bob');
});

describe('the edges of a stay', () => {
  test('are the first device and the last, and nothing in between', async () => {
    ada.connect('phone');
    await world.rest();
    expect([status(), written()]).toEqual(['online', ['ada put online']]);
    ada.connect('tab');
    ada.connect('phone');
    ada.drop('phone');
    world.pass(3_600);
    await world.rest();
    expect(written()).toEqual(['ada put online']);
    ada.drop('tab');
    const left = world.now;
    world.pass(60);
    await world.rest();
    expect(written()).toEqual(['ada put online', 'ada put offline']);
    expect(presenceOf(ada.state)).toMatchObject({ status: 'offline', since: left });
    expect(ada.deadlines()).toEqual({});
  });

  test('are not a page that is loaded anew', async () => {
    ada.connect('tab');
    await world.rest();
    ada.drop('tab');
    world.pass(19);
    ada.connect('tab');
    world.pass(60);
    await world.rest();
    expect(written()).toEqual(['ada put online']);
    ada.drop('tab');
    world.pass(20);
    expect(status()).toBe('offline');
  });

  test('come as late as the setting says, and a setting that is no number is told', () => {
    const one = new Inbox('ada', { PRESENCE_GRACE_SECONDS: '5' });
    one.connect('tab');
    one.drop('tab');
    one.pass(4);
    expect(status(one)).toBe('online');
    one.pass(1);
    expect(status(one)).toBe('offline');
    expect(() => new Inbox('ada', { PRESENCE_GRACE_SECONDS: 'soon' })).toThrow('PRESENCE_GRACE_SECONDS');
  });

  test('are counted from the last time that somebody was there, whatever else happens meanwhile', () => {
    ada.connect('tab');
    ada.drop('tab');
    world.pass(10);
    ada.connect('tab');
    world.pass(5);
    ada.drop('tab');
    const left = world.now;
    world.pass(15);
    // News of a meeting that they are not in.
    part(ada);
    expect(status()).toBe('online');
    world.pass(5);
    expect(presenceOf(ada.state)).toMatchObject({ status: 'offline', since: left });
  });

  test('are written anew twice a day, to the directory alone', async () => {
    world.of('bob').connect('tab');
    ada.connect('tab');
    await world.rest();
    const began = presenceOf(ada.state).since;
    world.told.length = 0;
    world.pass(HALF_A_DAY - 1);
    await world.rest();
    expect(written()).toEqual(['ada put online']);
    world.pass(1);
    await world.rest();
    expect(written()).toEqual(['ada put online', 'ada put online']);
    expect(world.rows.get(ADA)).toMatchObject({ until: world.now + LEASE, news: { since: began } });
    expect(world.told).toEqual([]);
  });

  test('say what is so when they are told, once', async () => {
    bob.connect('tab');
    await world.rest();
    world.told.length = 0;
    ada.connect('tab');
    sit(ada, 'tab', 'away');
    sit(ada, 'tab', 'online');
    sit(ada, 'tab', 'away');
    expect(ada.effects().filter((kind) => kind === 'presence.tell')).toHaveLength(1);
    await world.rest();
    expect(world.told).toEqual(['ada bob away']);
    expect(written()).toEqual(['ada put away']);
  });

  test('come in the order in which they were, whatever the clock does', async () => {
    ada.connect('tab');
    const first = presenceOf(ada.state).at;
    world.pass(-3_600);
    sit(ada, 'tab', 'away');
    expect(presenceOf(ada.state).at).toBeGreaterThan(first);
  });
});

describe('somebody', () => {
  test('is away when nobody sits at any of their devices', () => {
    ada.connect('tab');
    ada.connect('phone');
    sit(ada, 'tab', 'away');
    expect(status()).toBe('online');
    sit(ada, 'phone', 'away');
    expect(status()).toBe('away');
    sit(ada, 'tab', 'online');
    expect(status()).toBe('online');
    sit(ada, 'tab', 'away');
    ada.connect('watch');
    expect(status()).toBe('online');
    ada.drop('watch');
    expect(status()).toBe('away');
  });

  test('is online with a device that has come back, until it says otherwise', () => {
    ada.connect('tab');
    sit(ada, 'tab', 'away');
    ada.drop('tab');
    ada.connect('tab');
    expect(status()).toBe('online');
    expect(ada.everything()).not.toContain('idle');
  });

  test('is not made away, or online, by a device that is not connected', () => {
    ada.connect('tab');
    ada.ask('phone');
    sit(ada, 'phone', 'away');
    expect(ada.state.table<object, never>({ name: 'devices_idle' }).size).toBe(0);
    ada.drop('tab');
    sit(ada, 'tab', 'online');
    world.pass(20);
    expect(status()).toBe('offline');
  });

  test('is in a meeting while they are in one, with or without a device, and offline a while after', () => {
    meet(ada);
    expect(status()).toBe('meeting');
    ada.connect('tab');
    sit(ada, 'tab', 'away');
    meet(ada, 'klm-nopq-rst');
    part(ada);
    expect(status()).toBe('meeting');
    part(ada, 'klm-nopq-rst');
    expect(status()).toBe('away');
    meet(ada);
    ada.drop('tab');
    world.pass(3_600);
    expect(status()).toBe('meeting');
    part(ada);
    world.pass(19);
    expect(status()).toBe('meeting');
    world.pass(1);
    expect(status()).toBe('offline');
  });
});

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

describe('whoever does not show how they are', () => {
  const show = (visible: boolean) => ada.command('tab', { t: 'presence.show', n: 1, visible });
  beforeEach(async () => {
    for (const who of [ada, bob]) who.connect('tab');
    await world.rest();
    for (const who of [ada, bob]) who.take();
    world.told.length = 0;
  });

  test('is offline for others, who see no more of what they do, and still sees others', async () => {
    expect(show(false)).toMatchObject({ ok: true, value: { echoed: true } });
    await world.rest();
    expect(ada.told()).toEqual(['presence.shown']);
    expect(seen()).toEqual({ account: ADA, status: 'offline', since: null });
    expect([world.shown('ada', 'bob'), ada.snapshot().visible]).toEqual(['nothing', false]);
    world.told.length = 0;
    sit(ada, 'tab', 'away');
    ada.drop('tab');
    world.pass(20);
    ada.connect('tab');
    await world.rest();
    expect(world.told).toEqual([]);
    expect(written().at(-1)).toBe('ada put hidden online');
    heard(ada);
    sit(bob, 'tab', 'away');
    await world.rest();
    expect(heard(ada)).toEqual(['bob away']);
  });

  test('is seen again when they say so, and says it once', async () => {
    show(false);
    await world.rest();
    ada.take();
    expect(show(false)).toMatchObject({ ok: true });
    ada.command('tab', { t: 'presence.show', n: 2, visible: true });
    await world.rest();
    expect(ada.told()).toEqual(['presence.shown']);
    expect(seen()).toMatchObject({ status: 'online' });
    expect([world.shown('ada', 'bob'), ada.snapshot().visible]).toEqual(['online', true]);
  });
});

describe('whoever is blocked', () => {
  const command = (t: 'person.block' | 'person.unblock') => ada.command('tab', { t, n: 1, account: BOB });
  beforeEach(async () => {
    for (const who of [ada, bob]) who.connect('tab');
    await world.rest();
    for (const who of [ada, bob]) who.take();
  });

  test('sees offline whoever blocked them, there and in the directory; others see what is so', async () => {
    world.pass(60);
    command('person.block');
    await world.rest();
    expect(heard(bob)).toEqual(['ada offline']);
    expect(seen()).toMatchObject({ status: 'offline', since: world.now });
    expect([world.shown('ada', 'bob'), world.shown('ada', 'eve')]).toEqual(['offline', 'online']);
    sit(ada, 'tab', 'away');
    await world.rest();
    expect(heard(bob)).toEqual([]);
    expect(heard(ada)).toEqual(['bob offline']);
    expect(Array.from(ada.state.allLatest())).toEqual([]);
    bob.drop('tab');
    world.pass(20);
    bob.connect('tab');
    await world.rest();
    expect([heard(bob), heard(ada)]).toEqual([[], []]);
  });

  test.each([
    ['was there', () => {}],
    ['was gone already', () => [ada.drop('tab'), world.pass(60)]],
    ['was hidden', () => ada.command('tab', { t: 'presence.show', visible: false })],
  ])(
    'sees whoever blocked them, and %s, as one who has really gone, also after their object has slept',
    async (how, before) => {
      const began = world.now;
      before();
      await world.rest();
      world.pass(60);
      command('person.block');
      await world.rest();
      const first = seen();
      const since = how === 'was hidden' ? null : how === 'was there' ? world.now : began;
      // What comes afterwards is none of theirs, whatever it is.
      ada.connect('phone');
      await world.rest();
      ada.command('phone', { t: 'presence.show', visible: false });
      await world.rest();
      for (const account of [ADA]) {
        bob.state.dropLatest(account, 'presence.changed');
        bob.state.table(seenTable).delete(account);
      }
      bob.drop('tab');
      world.pass(20);
      await world.rest();
      bob.connect('tab');
      await world.rest();
      const isHidden = how === 'was hidden';
      expect(first).toMatchObject({ status: 'offline', since });
      expect(seen()).toEqual(isHidden ? undefined : first);
    },
  );

  test('is seen, and sees, as before when they are blocked no longer', async () => {
    command('person.block');
    await world.rest();
    sit(bob, 'tab', 'away');
    await world.rest();
    for (const who of [ada, bob]) who.take();
    command('person.unblock');
    await world.rest();
    expect([heard(bob), heard(ada)]).toEqual([['ada online'], ['bob away']]);
    expect(world.shown('ada', 'bob')).toBe('online');
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
