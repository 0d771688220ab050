import { beforeEach, describe, expect, test } from 'vitest';
import { LEASE, presenceOf } from '../../../src/user-object/presence-rows.ts';
import { Inbox } from './harness.ts';
import {
  ADA,
  ada,
  bob,
  HALF_A_DAY,
  meet,
  newWorld,
  part,
  sit,
  status,
  world,
  written,
} from './presence-world.ts';

beforeEach(newWorld);

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
