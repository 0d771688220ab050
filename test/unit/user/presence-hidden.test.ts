import { beforeEach, describe, expect, test } from 'vitest';
import { seenTable } from '../../../src/user-object/presence-rows.ts';
import { ADA, ada, BOB, bob, heard, newWorld, seen, sit, world, written } from './presence-world.ts';

beforeEach(newWorld);

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
