import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { MEETING_EFFECTS } from '../../../src/room-object/group-meeting-effects.ts';
import { groupMeetingFor, meetingIn } from '../../../src/room-object/group-meeting-rows.ts';
import { GroupWorld, personOf } from './group-world.ts';
import { accountOf, type Room } from './harness.ts';

let world: GroupWorld;
let group: Room;
beforeEach(() => {
  world = new GroupWorld(['ada', 'ben', 'eve', 'kim']);
  group = world.group;
  for (const name of ['ada', 'ben']) expect(world.enter(group, name)).toMatchObject({ ok: true });
  expect(group.command('ada', { t: 'group.role', account: accountOf('kim').id, role: 'admin' }).ok).toBe(
    true,
  );
  group.take();
});

const start = () => world.start('ben');

describe('the call to a meeting', () => {
  test('rings at those of the group who are online, but not at whoever started it', async () => {
    world.online = ['ben', 'eve', 'kim', 'stranger'];
    world.fails = (name, what) => what === 'ring' && name === 'ada';
    const { way } = await start();
    expect(world.rings().map(({ to }) => to)).toEqual(['eve', 'kim']);
    const call = {
      kind: 'ring',
      call: way.meeting,
      from: personOf('ben'),
      group: { code: 'grp-abcd-efg', name: 'Team' },
      code: way.code,
      name: 'Team',
      until: group.now + 45_000,
    };
    expect(world.rings().map(({ news }) => news)).toEqual([
      { ...call, invite: way.invite },
      { ...call, invite: groupMeetingFor(group.state, 'admin')?.invite },
    ]);
  });

  test('reaches at most so many, and whoever can’t be reached keeps it from nobody else', async () => {
    const names = Array.from({ length: LIMITS.ring + 20 }, (_, index) => `p${index}`);
    world = new GroupWorld(['ada', ...names]);
    group = world.group;
    world.enter(group, 'ada');
    world.online = names;
    world.fails = (name, what) => what === 'ring' && name === 'p7';
    group.command('ada', { t: 'group.meet' });
    await world.run();
    expect(world.rings().map(({ to }) => to)).toEqual(
      names.slice(0, LIMITS.ring).filter((name) => name !== 'p7'),
    );
    expect(meetingIn(group.state)?.rung).toHaveLength(LIMITS.ring - 1);
  });

  test('is tried again while it would still ring, and then not', async () => {
    world.online = ['eve'];
    let down = true;
    world.fails = (_, what) => what === 'online' && down;
    await start();
    expect(world.rings()).toEqual([]);
    down = false;
    await world.run(group, 2);
    expect(world.rings().map(({ to }) => to)).toEqual(['eve']);
    world.told.length = 0;
    group.command('ada', { t: 'group.delete' });
    world = new GroupWorld(['ada', 'ben', 'eve']);
    group = world.group;
    world.enter(group, 'ben');
    world.online = ['eve'];
    down = true;
    world.fails = (_, what) => what === 'online' && down;
    await start();
    down = false;
    await world.run(group, 60);
    expect(world.rings()).toEqual([]);
    expect(group.effects()).not.toContain(MEETING_EFFECTS.ring);
  });

  test('stops for all when the meeting is over while it rings', async () => {
    world.online = ['eve', 'kim'];
    const { room, way } = await start();
    world.enter(room, 'ben');
    room.command('ben', { t: 'room.end' });
    world.told.length = 0;
    await world.run(room);
    await world.run();
    expect(world.told).toEqual(
      ['eve', 'kim'].map((to) => ({ to, news: { kind: 'ring-over', call: way.meeting } })),
    );
  });

  test('stops also for those who were called before the way in became another', async () => {
    world.online = ['eve', 'kim'];
    const { room, way } = await start();
    world.enter(room, 'ben');
    // Eve is gone when the others are called anew.
    world.online = ['kim'];
    group.command('ada', { t: 'group.remove', account: accountOf('ben').id });
    await world.run();
    world.told.length = 0;
    await world.meetings(group).meetingOver('r_group', { meeting: way.meeting, people: 1 });
    await world.run();
    expect(world.told.map(({ to, news }) => [to, news.kind])).toEqual([
      ['eve', 'ring-over'],
      ['kim', 'ring-over'],
    ]);
  });

  test('that has rung out by itself is not stopped', async () => {
    world.online = ['eve'];
    const { room } = await start();
    world.told.length = 0;
    group.now += 45_000;
    world.enter(room, 'ben');
    room.command('ben', { t: 'room.end' });
    await world.run(room);
    expect(group.effects()).not.toContain(MEETING_EFFECTS.stop);
    await world.run();
    expect(world.told).toEqual([]);
  });

  test('tells the group who answers, and nobody else', async () => {
    const { way } = await start();
    const meetings = world.meetings(group);
    await meetings.callAnswered(accountOf('eve').id, way.meeting, 'answered');
    await meetings.callAnswered(accountOf('kim').id, way.meeting, 'declined');
    await meetings.callAnswered(accountOf('mallory').id, way.meeting, 'answered');
    await meetings.callAnswered(accountOf('eve').id, `c_${'x'.repeat(22)}`, 'answered');
    expect(group.take().told).toMatchObject([
      { t: 'group.call_answered', meeting: way.meeting, account: accountOf('eve').id, how: 'answered' },
      { t: 'group.call_answered', meeting: way.meeting, account: accountOf('kim').id, how: 'declined' },
    ]);
  });
});
