import { describe, expect, test } from 'vitest';
import { releaseSeat } from '../../../src/room-object/features/admission.ts';
import { attendanceOf } from '../../../src/room-object/features/attendance.ts';
import { endEmpty, PURGE_EFFECT } from '../../../src/room-object/features/lifecycle.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { statusOf } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const DAY = 86_400;

describe('a room that nobody enters', () => {
  test('ends after a day', () => {
    const room = new Room();
    room.pass(DAY - 1);
    expect(theRoom(room.state).endedAt).toBeNull();
    room.pass(1);
    expect(theRoom(room.state).endedAt).toBe(room.now);
    expect(room.take()).toMatchObject({
      told: [{ t: 'room.ended', reason: 'empty' }],
      closes: ['all ended'],
    });
  });

  test('waits for ever when it is set to stay', () => {
    const room = new Room({ whenEmpty: 'stay' });
    expect(room.deadlines()).toEqual({});
  });

  test('keeps its day although somebody asked for a ticket and never came', () => {
    const room = new Room();
    room.admit('ada');
    room.pass(30);
    expect(room.member('ada')).toBeUndefined();
    expect(room.deadlines()).toEqual({ 'room empty': DAY - 30 });
  });

  test('keeps its day although its settings are changed', () => {
    const room = new Room();
    room.pass(100);
    room.command({ kind: 'host-key' }, { t: 'room.update', name: 'Chemistry' });
    expect(room.deadlines()).toEqual({ 'room empty': DAY - 100 });
  });
});

describe('a room that everybody has left', () => {
  test('ends after the grace time', () => {
    const room = new Room();
    room.enter('ada');
    expect(room.deadlines()).toEqual({});
    room.pass(2 * DAY);
    room.command('ada', { t: 'member.leave' });
    expect(room.deadlines()).toEqual({ 'room empty': 600 });
    room.pass(599);
    expect(theRoom(room.state).endedAt).toBeNull();
    room.pass(1);
    expect(theRoom(room.state).endedAt).toBe(room.now);
  });

  test('lives on when somebody comes in time', () => {
    const room = new Room();
    room.enter('ada');
    room.command('ada', { t: 'member.leave' });
    room.pass(500);
    room.admit('ben');
    expect(room.deadlines()).not.toHaveProperty('room empty');
    room.open('ben');
    room.pass(5_000);
    expect(theRoom(room.state).endedAt).toBeNull();
  });

  test('is empty only when those who dropped are given up, too', () => {
    const room = new Room();
    room.enter('ada');
    room.enter('ben');
    room.drop('ada');
    room.command('ben', { t: 'member.leave' });
    expect(room.deadlines()).not.toHaveProperty('room empty');
    room.pass(45);
    expect(room.deadlines()).toEqual({ 'room empty': 600 });
  });

  test('waits anew when a returning person’s ticket ran out', () => {
    const room = new Room();
    room.enter('ada');
    room.pass(2 * DAY);
    room.command('ada', { t: 'member.leave' });
    room.pass(500);
    room.admit('ada', { returning: true });
    room.pass(30);
    expect(room.deadlines()).toEqual({ 'room empty': 600 });
  });

  test('is asked again before it ends: with somebody in it, or set to stay, it goes on', () => {
    const occupied = new Room();
    occupied.enter('ada');
    const held = new Room();
    held.admit('ada');
    for (const room of [occupied, held, new Room({ whenEmpty: 'stay' })]) {
      expect(room.perform(endEmpty, {})).toMatchObject({ ok: true });
      expect(theRoom(room.state).endedAt).toBeNull();
    }
  });

  test('stays when it is set to, also afterwards', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.command('host', { t: 'member.leave' });
    room.command({ kind: 'host-key' }, { t: 'room.update', whenEmpty: 'stay' });
    expect(room.deadlines()).toEqual({});
    room.pass(2 * DAY);
    room.command({ kind: 'host-key' }, { t: 'room.update', whenEmpty: 'end' });
    expect(room.deadlines()).toEqual({ 'room empty': 600 });
  });
});

describe('the end', () => {
  const ended = (retentionSeconds = 100) => {
    const room = new Room({ retentionSeconds });
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.take();
    room.command('host', { t: 'room.end', n: 1 });
    return room;
  };

  test('is told to all, and all are disconnected', () => {
    const room = ended();
    expect(room.take()).toMatchObject({
      told: [{ t: 'room.ended', reason: 'host', by: idOf('host'), n: 1 }],
      closes: ['all ended'],
    });
    expect(room.member('ada')?.presence).toBe('left');
    expect(statusOf(room.state)).toMatchObject({ status: 'ended', members: 0 });
  });

  test('is for the host, and for whoever holds the key', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(room.command('ada', { t: 'room.end' })).toMatchObject(refused('role_required'));
    expect(room.command({ kind: 'host-key' }, { t: 'room.end' })).toMatchObject({ ok: true });
  });

  test('comes once: afterwards nothing is possible', () => {
    const room = ended();
    room.take();
    const before = room.everything();
    for (const command of [
      { t: 'room.end' },
      { t: 'room.update', name: 'Again' },
      { t: 'roster.page' },
      { t: 'policy.set', policy: { chat: false } },
      { t: 'chat.send', body: { kind: 'text', text: 'x' } },
    ] as const)
      expect(room.command('host', command)).toMatchObject(refused('room_ended'));
    expect(room.command({ kind: 'host-key' }, { t: 'room.end' })).toMatchObject(refused('room_ended'));
    expect(room.everything()).toBe(before);
    expect(room.told()).toEqual([]);
  });

  test('leads to the removal of everything when the retention time is over', () => {
    const room = ended(100);
    expect(room.deadlines()).toEqual({ 'room purge': 100 });
    room.pass(99);
    expect(room.effects()).toEqual([]);
    room.pass(1);
    expect(room.effects()).toEqual([PURGE_EFFECT]);
  });

  test('without retention leads to it at once', () => {
    const room = ended(0);
    room.pass(0);
    expect(room.effects()).toEqual([PURGE_EFFECT]);
  });

  test('does not wait for a seat that was held, nor for somebody who is away', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.drop('ada');
    room.admit('ben');
    room.command('host', { t: 'room.end' });
    room.take();
    room.pass(100);
    expect(room.perform(releaseSeat, { member: idOf('ben') })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
    expect(room.deadlines()).not.toHaveProperty('room empty');
  });
});

describe('the settings', () => {
  test('are those of the server where the creator named none', () => {
    expect(theRoom(new Room().state)).toMatchObject({
      capacity: 100,
      retentionSeconds: 604_800,
      whenEmpty: 'end',
    });
    const room = new Room({}, { DEFAULT_CAPACITY: '7', DEFAULT_RETENTION_SECONDS: '0' });
    expect(theRoom(room.state)).toMatchObject({ capacity: 7, retentionSeconds: 0 });
    expect(theRoom(new Room({ policy: { chat: false, watch: true } }).state).policy).toMatchObject({
      chat: false,
      watch: true,
      image: true,
    });
  });

  test('are told whole after a change, and not at all without one', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.take();
    room.command('host', { t: 'room.update', name: 'Physics', capacity: 100 });
    expect(room.told()).toEqual([]);
    room.command('host', { t: 'room.update', name: 'Chemistry' });
    expect(room.take().told).toMatchObject([
      { t: 'room.updated', name: 'Chemistry', capacity: 100, retentionSeconds: 604_800, whenEmpty: 'end' },
    ]);
  });

  test('never show the host key', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    expect(JSON.stringify(room.take())).not.toContain(HOST_KEY);
  });
});

describe('attendance', () => {
  const of = (room: Room, name: string) =>
    attendanceOf(room.state, room.now).attendees.find(({ member }) => member === idOf(name));

  test('counts a stay until now while it goes on', () => {
    const room = new Room();
    room.enter('ada');
    const joined = room.now;
    room.pass(90);
    expect(of(room, 'ada')).toEqual({
      ...{ member: idOf('ada'), name: 'ada', role: 'member' },
      stays: [{ joined, left: null }],
      minutes: 1.5,
    });
  });

  test('sums all stays, to two decimals', () => {
    const room = new Room();
    room.enter('ada');
    room.pass(61);
    room.command('ada', { t: 'member.leave' });
    room.pass(300);
    room.enter('ada', { returning: true });
    room.pass(20);
    room.command('ada', { t: 'member.leave' });
    room.pass(300);
    expect(of(room, 'ada')).toMatchObject({
      stays: [{ left: expect.any(Number) }, { left: expect.any(Number) }],
      minutes: 1.35,
    });
  });

  test('ends a stay at the drop that nobody came back from', () => {
    const room = new Room();
    room.enter('ada');
    room.pass(60);
    room.drop('ada');
    const dropped = room.now;
    room.pass(45);
    expect(room.member('ada')?.presence).toBe('left');
    expect(of(room, 'ada')).toMatchObject({ stays: [{ left: dropped }], minutes: 1 });
  });

  test('does not count a drop that somebody came back from', () => {
    const room = new Room();
    room.enter('ada');
    room.pass(60);
    room.drop('ada');
    room.pass(30);
    room.enter('ada', { returning: true });
    room.pass(30);
    room.command('ada', { t: 'member.leave' });
    expect(of(room, 'ada')).toMatchObject({ stays: [{ left: room.now }], minutes: 2 });
  });

  test('ends all stays with the meeting, at the drop for those who are away', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.pass(30);
    room.drop('ada');
    room.pass(30);
    room.command('host', { t: 'room.end' });
    room.pass(600);
    expect(of(room, 'host')).toMatchObject({ minutes: 1, role: 'host' });
    expect(of(room, 'ada')).toMatchObject({ minutes: 0.5 });
    expect(attendanceOf(room.state, room.now).room.endedAt).toBe(theRoom(room.state).endedAt);
  });

  test('lists everybody who was ever in, in the order of coming, and nobody who was not', () => {
    const room = new Room();
    for (const name of ['ada', 'ben', 'eve']) {
      room.enter(name);
      room.pass(1);
    }
    room.command('ada', { t: 'member.leave' });
    room.admit('joe');
    room.command('ben', { t: 'member.rename', name: 'Benjamin' });
    expect(attendanceOf(room.state, room.now).attendees.map(({ name }) => name)).toEqual([
      'ada',
      'Benjamin',
      'eve',
    ]);
  });

  test('counts coming from somewhere else as one stay', () => {
    const room = new Room();
    room.enter('ada');
    room.pass(60);
    room.enter('ada', { returning: true });
    room.drop('ada', 1);
    room.pass(60);
    expect(of(room, 'ada')).toMatchObject({ stays: [{ left: null }], minutes: 2 });
  });
});
