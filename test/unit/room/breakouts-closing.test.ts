import { beforeEach, describe, expect, test } from 'vitest';
import { attendanceOf } from '../../../src/room-object/features/attendance.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { breakouts, child, follow, newMeeting, open, room, WorldStub, world } from './breakout-world.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('speaking to all, and calling them back', () => {
  test('tells the main room and each breakout room once, however often the word comes', async () => {
    await open();
    for (const one of [child('Red'), child('Blue')]) one.take();
    let calls = 0;
    world.fails = (_code, what) => {
      if (what !== 'announce') return false;
      calls += 1;
      return calls === 1;
    };
    room.command('ada', { t: 'breakout.broadcast', text: 'Five minutes.' });
    await world.run(room);
    await world.run(room, 3);
    expect(room.take().told).toMatchObject([{ t: 'room.announced', text: 'Five minutes.', from: 'ada' }]);
    for (const one of [child('Red'), child('Blue')])
      expect(one.take().told).toMatchObject([{ t: 'room.announced', text: 'Five minutes.', from: 'ada' }]);
    const data = { id: '1', text: 'again', from: null };
    const { fromParent } = new WorldStub(world, theRoom(child('Red').state).code);
    for (let times = 0; times < 2; times += 1)
      await fromParent(theRoom(room.state).id, room.now, { kind: 'announce', ...data });
    expect(child('Red').told()).toEqual(['room.announced']);
    expect(await fromParent('r_other', room.now, { kind: 'end' })).toMatchObject(refused('room_not_found'));
    expect(room.command('ben', { t: 'breakout.broadcast', text: 'x' })).toMatchObject(
      refused('role_required'),
    );
  });

  test('counts down in every room, and then they end', async () => {
    await open();
    child('Red').take();
    expect(room.command('ben', { t: 'breakout.close' })).toMatchObject(refused('role_required'));
    expect(room.command('ada', { t: 'breakout.close', afterSeconds: 601 })).toMatchObject(refused('invalid'));
    room.command('ada', { t: 'breakout.close', afterSeconds: 30 });
    await world.run(room);
    const closesAt = room.now + 30_000;
    expect(room.take().told).toMatchObject([{ t: 'breakout.closing', closesAt }]);
    expect(child('Red').take().told).toMatchObject([{ t: 'breakout.closing', closesAt }]);
    // The same time again is no news.
    room.command('ada', { t: 'breakout.close', afterSeconds: 30 });
    expect(room.told()).toEqual([]);
    room.pass(30);
    await world.run(room);
    expect(room.told()).toEqual(['breakout.closed']);
    expect(child('Red').take().told).toMatchObject([{ t: 'room.ended', reason: 'parent' }]);
    expect(breakouts()).toBeUndefined();
    expect(room.command('ada', { t: 'breakout.close' })).toMatchObject({ ok: true, value: { events: [] } });
    expect(room.command('ada', { t: 'breakout.broadcast', text: 'x' })).toMatchObject(
      refused('breakout_unknown'),
    );
    await open(['Green']);
    expect(breakouts()?.rooms).toMatchObject([{ id: '2-1' }]);
  });

  test('ends them with their meeting, and tries for long where one does not answer', async () => {
    await open();
    world.fails = (code, what) => what === 'end' && code === theRoom(child('Blue').state).code;
    room.command('ada', { t: 'room.end' });
    expect(room.told()).toEqual(['room.ended', 'breakout.closed']);
    await world.run(room);
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    expect(theRoom(child('Blue').state).endedAt).toBeNull();
    world.fails = () => false;
    await world.run(room, 3);
    expect(theRoom(child('Blue').state).endedAt).not.toBeNull();
  });

  test('has one whose meeting is gone end by itself', async () => {
    await open(['Red'], { minutes: 10 });
    world.rooms.delete('abc-defg-hij');
    expect(child('Red').pass(3_600)).toContain('breakout.end');
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    await world.run(child('Red'));
    expect(child('Red').effects()).toEqual([]);
  });
});

describe('attendance', () => {
  test('goes into the export of the meeting, while they last and when they are over', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const red = follow(room.take().told, 'ben');
    const joined = red.now;
    const ofBen = () =>
      attendanceOf(room.state, room.now).attendees.find(({ name }) => name === 'ben')?.breakouts;
    expect(ofBen()).toBeUndefined();
    const engine = { state: room.state, perform: room.perform.bind(room), settled: () => Promise.resolve() };
    world.fails = (_code, what) => what === 'report';
    await world.family(room).collect(engine);
    expect(ofBen()).toBeUndefined();
    world.fails = () => false;
    await world.family(room).collect(engine);
    expect(ofBen()).toEqual([{ breakout: 'Red', joined, left: null }]);

    red.pass(120);
    room.command('ada', { t: 'breakout.close', afterSeconds: 0 });
    await world.run(room);
    await world.run(red);
    expect(ofBen()).toEqual([{ breakout: 'Red', joined, left: joined + 120_000 }]);
    // Told twice, counted once.
    await world.run(red);
    expect(ofBen()).toHaveLength(1);
  });

  test('of a room that ended by itself tells that it is closed', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    room.take();
    const red = child('Red');
    red.pass(100_000);
    await world.run(red);
    expect(room.take().told).toMatchObject([
      { t: 'breakout.changed', breakout: '1-1', state: 'closed' },
      { t: 'breakout.assigned', members: { [idOf('ben')]: null } },
    ]);
  });
});
