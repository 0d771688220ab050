import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../../src/protocol/index.ts';
import { reopen } from '../../../src/room-object/features/lifecycle.ts';
import { schedule } from '../../../src/room-object/features/schedule.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { statusOf } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let room: Room;
const set = (fields: CommandInput<'schedule.set'>, by = 'host') =>
  room.command(by, { t: 'schedule.set', ...fields });
const ended = () => theRoom(room.state).endedAt;

beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.take();
});

describe('a schedule', () => {
  test('is told whole; what is left out stays, null takes away, no change is not told', () => {
    const opensAt = room.now + HOUR;
    set({ opensAt, title: 'Lecture 1' });
    set({ maxMinutes: 45 });
    set({ maxMinutes: 45 });
    set({ title: null });
    const all = { expiresAt: null, opensAt };
    expect(room.take().told).toMatchObject([
      { t: 'schedule.changed', ...all, maxMinutes: null, title: 'Lecture 1' },
      { t: 'schedule.changed', ...all, maxMinutes: 45, title: 'Lecture 1' },
      { t: 'schedule.changed', ...all, maxMinutes: 45, title: null },
    ]);
    expect(statusOf(room.state).schedule).toEqual({ ...all, maxMinutes: 45, title: null });
  });

  test('is for hosts', () => {
    room.enter('ada');
    room.take();
    expect(set({ maxMinutes: 5 }, 'ada')).toMatchObject(refused('role_required'));
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    room.take();
    expect(set({ maxMinutes: 5 }, 'ada')).toMatchObject({ ok: true });
    expect(room.told()).toContain('schedule.changed');
  });

  test('makes sense', () => {
    const at = room.now;
    const bad: CommandInput<'schedule.set'>[] = [
      { expiresAt: at },
      { opensAt: at + HOUR, expiresAt: at + HOUR },
      { maxMinutes: 0 },
      { maxMinutes: 10_081 },
      { maxMinutes: 1.5 },
      { opensAt: -1 },
    ];
    for (const fields of bad) expect(set(fields), JSON.stringify(fields)).toMatchObject(refused('invalid'));
    expect(room.told()).toEqual([]);
  });

  test('keeps all but hosts out until it opens, and says how long', () => {
    room.enter('ada');
    room.command('ada', { t: 'member.leave' });
    room.enter('ben');
    room.drop('ben');
    set({ opensAt: room.now + 30_000 });
    expect(room.admit('eve')).toMatchObject({ ok: false, error: { code: 'not_open_yet', retry: 30_000 } });
    expect(room.admit('ada', { returning: true })).toMatchObject(refused('not_open_yet'));
    expect(room.admit('ben', { returning: true })).toMatchObject({ ok: true });
    expect(room.admit('host', { returning: true })).toMatchObject({ ok: true });
    room.pass(30);
    expect(room.admit('eve')).toMatchObject({ ok: true });
  });
});

describe('the end', () => {
  test('comes at its time, with a word five minutes before', () => {
    const expiresAt = room.now + HOUR;
    set({ expiresAt });
    room.take();
    room.pass(55 * 60 - 1);
    expect(room.told()).toEqual([]);
    room.pass(1);
    expect(room.take().told).toMatchObject([{ t: 'room.ending', time: expiresAt }]);
    expect(schedule.snapshot?.(room.state)).toMatchObject({ ending: expiresAt });
    room.pass(299);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(expiresAt);
    const { told, closes } = room.take();
    expect(told).toMatchObject([{ t: 'room.ended', reason: 'time' }]);
    expect(closes).toEqual(['all ended']);
  });

  test('that is near is told at once', () => {
    set({ expiresAt: room.now + MINUTE });
    expect(room.told()).toEqual(['schedule.changed', 'room.ending']);
  });

  test('put off takes the warning back, and warns again', () => {
    set({ expiresAt: room.now + HOUR });
    room.pass(56 * 60);
    room.take();
    set({ expiresAt: room.now + HOUR });
    expect(schedule.snapshot?.(room.state)).not.toHaveProperty('ending');
    room.pass(5 * 60);
    expect(ended()).toBeNull();
    room.take();
    room.pass(50 * 60);
    expect(room.told()).toEqual(['room.ending']);
    set({ expiresAt: null });
    room.pass(HOUR / 1_000);
    expect(ended()).toBeNull();
  });

  test('comes after the longest duration, from the first to come in', () => {
    room = new Room();
    room.command({ kind: 'host-key' }, { t: 'schedule.set', maxMinutes: 30 });
    room.pass(3_600);
    room.enter('host', { hostKey: HOST_KEY });
    room.pass(600);
    room.enter('ada');
    room.pass(20 * 60 - 1);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
  });

  test('counts from the opening where somebody came before, and from the first join where it is set later', () => {
    set({ opensAt: room.now + HOUR, maxMinutes: 10 });
    room.pass(70 * 60 - 1);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
    room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.pass(20 * 60);
    set({ maxMinutes: 30 });
    room.pass(10 * 60);
    expect(ended()).toBe(room.now);
  });

  test('can not be set to a time that is over', () => {
    room.pass(30 * 60);
    expect(set({ maxMinutes: 30 })).toMatchObject(refused('invalid'));
    expect(set({ maxMinutes: 31 })).toMatchObject({ ok: true });
    room.pass(30);
    expect(set({ maxMinutes: 30 })).toMatchObject(refused('invalid'));
    expect(set({ title: 'Waves' })).toMatchObject({ ok: true });
    expect(ended()).toBeNull();
  });

  test('is the earlier of both, and comes once', () => {
    set({ maxMinutes: 10, expiresAt: room.now + 5 * MINUTE });
    room.pass(5 * 60);
    expect(ended()).toBe(room.now);
    room.take();
    room.pass(3_600);
    expect(room.told()).toEqual([]);
  });

  test('by the host leaves nothing to come', () => {
    set({ expiresAt: room.now + HOUR });
    room.command('host', { t: 'room.end' });
    expect(Object.keys(room.deadlines())).toEqual(['room purge']);
  });
});

describe('a scheduled room that nobody is in', () => {
  const made = (more: CommandInput<'schedule.set'> = {}) => {
    room = new Room({ schedule: { opensAt: room.now + 7 * DAY, ...more } });
  };

  test('waits for its day, and goes away a day after it opened', () => {
    made();
    room.pass((8 * DAY) / 1_000 - 1);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
    expect(room.take().told).toMatchObject([{ t: 'room.ended', reason: 'empty' }]);
  });

  test('goes away when it expires', () => {
    made();
    const start = room.now;
    room.command({ kind: 'host-key' }, { t: 'schedule.set', expiresAt: start + 7 * DAY + HOUR });
    room.pass((7 * DAY + HOUR) / 1_000);
    expect(ended()).toBe(start + 7 * DAY + HOUR);
  });

  test('waits also where the host looked in before, and ends as others do once somebody was there', () => {
    made();
    room.enter('host', { hostKey: HOST_KEY });
    room.command('host', { t: 'member.leave' });
    room.pass((7 * DAY) / 1_000);
    expect(ended()).toBeNull();
    room.enter('ada');
    room.command('ada', { t: 'member.leave' });
    room.pass(599);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
  });

  test('is not made with a schedule that makes no sense', () => {
    const bad = new Room({ schedule: { opensAt: 2, expiresAt: 1 } });
    expect(bad.everything()).not.toContain('abc-defg-hij');
  });
});

describe('reopening', () => {
  const open = () => room.perform(reopen, {});
  const endIt = () => {
    room.command('host', { t: 'room.end' });
    room.take();
  };

  test('lets people in again, is told, and calls the removal off', () => {
    room.enter('ada');
    endIt();
    room.pass(3_600);
    expect(open()).toMatchObject({ ok: true });
    expect(room.told()).toEqual(['room.reopened']);
    expect(room.deadlines()).not.toHaveProperty('room purge');
    expect(statusOf(room.state)).toMatchObject({ status: 'open', members: 0 });
    room.enter('ada', { returning: true });
    expect(room.take().told).toMatchObject([
      { t: 'member.joined', member: { id: idOf('ada'), name: 'ada' } },
    ]);
    room.pass(604_800);
    expect(room.effects()).toEqual([]);
  });

  test('of an open room does nothing', () => {
    const before = room.everything();
    expect(open()).toMatchObject({ ok: true });
    expect(room.everything()).toBe(before);
  });

  test('comes too late when the retention time is over', () => {
    room.command('host', { t: 'room.update', retentionSeconds: 100 });
    endIt();
    room.now += 100_000;
    expect(open()).toMatchObject(refused('room_ended'));
    expect(room.told()).toEqual([]);
  });

  test('ends again by itself when nobody comes', () => {
    endIt();
    open();
    room.pass(599);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
  });

  test('forgets the end that has passed, keeps one that is to come, and counts the duration anew', () => {
    set({ expiresAt: room.now + HOUR, maxMinutes: 40 });
    room.pass(40 * 60);
    room.take();
    open();
    room.enter('host', { returning: true });
    room.pass(20 * 60);
    expect(ended()).toBe(room.now);
    room.take();
    open();
    expect(room.take().told).toMatchObject([
      { t: 'room.reopened' },
      { t: 'schedule.changed', expiresAt: null, maxMinutes: 40 },
    ]);
    room.enter('host', { returning: true });
    room.pass(40 * 60 - 1);
    expect(ended()).toBeNull();
    room.pass(1);
    expect(ended()).toBe(room.now);
  });
});
