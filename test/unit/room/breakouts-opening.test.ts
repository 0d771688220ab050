import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { breakouts, child, effects, follow, HOST, newMeeting, open, room, world } from './breakout-world.ts';
import { idOf, Room, refused } from './harness.ts';

beforeEach(newMeeting);

describe('making breakout rooms', () => {
  test('makes each as a room of its own, by the settings of the meeting', async () => {
    const told = await open(['Red', 'Blue'], { minutes: 10 });
    expect(told.map(({ t }) => t)).toEqual(['breakout.opened', 'breakout.changed', 'breakout.changed']);
    const closesAt = room.now + 600_000;
    expect(told[0]).toMatchObject({
      assign: 'manual',
      closesAt,
      rooms: [
        { id: '1-1', name: 'Red' },
        { id: '1-2', name: 'Blue' },
      ],
    });
    expect(breakouts()).toMatchObject({
      closesAt,
      rooms: [
        { id: '1-1', state: 'open' },
        { id: '1-2', state: 'open' },
      ],
      places: {},
    });
    expect(theRoom(child('Red').state)).toMatchObject({
      capacity: 20,
      whenEmpty: 'stay',
      policy: { chat: false },
    });
    // Neither a code nor a way in is told to everybody.
    expect(JSON.stringify(told)).not.toContain(theRoom(child('Red').state).code);
    expect(effects()).toEqual([]);
  });

  test('comes to the same room when it is tried again', async () => {
    world.fails = (_code, what) => what === 'create' && world.asked.length === 1;
    await open(['Red']);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'opening' }]);
    await world.run(room, 3);
    const [first, second] = world.asked;
    expect(second).toEqual(first);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'open' }]);
    // The answer got lost: the same room answers again, and nothing is told twice.
    room.take();
    const made = world.rooms.size;
    room.state.table(effectTable).set('breakout.create 1-1', {
      kind: 'breakout.create',
      data: { breakout: '1-1', name: 'Red', closesAt: null, endsAt: room.now + 1_000 },
      attempts: 0,
      at: 0,
    });
    await world.run(room);
    expect(world.rooms.size).toBe(made);
    expect(room.told()).toEqual([]);
  });

  test('takes another code where one belongs to somebody else', async () => {
    world.rooms.set('taken', new Room());
    const real = world.rooms.get.bind(world.rooms);
    let firstAsked: string | null = null;
    world.rooms.get = (code) => {
      if (code !== 'abc-defg-hij' && firstAsked === null) firstAsked = code;
      return code === firstAsked ? real('taken') : real(code);
    };
    await open(['Red']);
    expect(world.asked).toHaveLength(2);
    expect(world.asked[1]?.code).not.toBe(world.asked[0]?.code);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'open' }]);
  });

  test('gives one up that can not be made, and the others are none the worse for it', async () => {
    world.fails = (_code, what) => what === 'create' && world.asked.at(-1)?.name === 'Blue';
    await open(['Red', 'Blue', 'Green'], { assign: 'evenly' });
    expect(breakouts()?.rooms.map(({ state }) => state)).toEqual(['open', 'opening', 'open']);
    expect(breakouts()?.places).toEqual({ [idOf('ben')]: '1-1', [idOf('eve')]: '1-2' });
    for (const seconds of [2, 4, 8]) await world.run(room, seconds);
    expect(room.take().told).toEqual([]);
    await world.run(room, 16);
    expect(room.take().told).toMatchObject([
      { t: 'breakout.changed', breakout: '1-2', state: 'failed' },
      { t: 'breakout.assigned', members: { [idOf('eve')]: null } },
    ]);
    expect(effects()).toEqual([]);
    expect(room.command('ada', { t: 'breakout.assign', members: { [idOf('eve')]: '1-2' } })).toMatchObject(
      refused('breakout_unknown'),
    );
  });

  test('ends a room that is there only when nobody wants it any more', async () => {
    room.command('ada', { t: 'breakout.open', names: ['Red'] });
    room.command('ada', { t: 'breakout.close', afterSeconds: 0 });
    expect(room.told()).toEqual(['breakout.opened', 'breakout.closed']);
    await world.run(room);
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    expect(room.told()).toEqual([]);
  });

  test('is for hosts, one set at a time, and not in a breakout room', async () => {
    const names = ['Red'];
    expect(room.command('ben', { t: 'breakout.open', names })).toMatchObject(refused('role_required'));
    expect(room.command('kim', { t: 'breakout.open', names })).toMatchObject({ ok: true });
    expect(room.command(HOST, { t: 'breakout.open', names })).toMatchObject(refused('breakouts_open'));
    await world.run(room);
    const red = child('Red');
    room.command('kim', { t: 'breakout.assign', members: { [idOf('kim')]: '1-1' } });
    await world.run(room);
    follow(room.take().told, 'kim');
    expect(red.command('kim', { t: 'breakout.open', names })).toMatchObject(refused('not_allowed'));
    for (const bad of [[], ['Red', 'Red'], ['  '], Array.from({ length: 51 }, (_, index) => `R${index}`)])
      expect(room.command('ada', { t: 'breakout.open', names: bad })).toMatchObject(refused('invalid'));
  });
});
