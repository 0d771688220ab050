import { beforeEach, expect, test } from 'vitest';
import { spotlight } from '../../../src/room-object/features/spotlight.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

const large = () => Object.assign({ spotlight: '' }, spotlight.snapshot?.(room.state)).spotlight;
const choose = (by: Parameters<Room['command']>[0], member: string | null) =>
  room.command(by, { t: 'spotlight.set', member: member === null ? null : idOf(member) });

test.each(['host', 'co', { kind: 'host-key' } as const])(
  '%j chooses who is large, and takes it back',
  (by) => {
    expect(large()).toBeNull();
    choose(by, 'ada');
    expect(large()).toBe(idOf('ada'));
    choose(by, 'host');
    choose(by, null);
    expect(large()).toBeNull();
    expect(room.take().told).toMatchObject([
      { t: 'spotlight.changed', member: idOf('ada') },
      { t: 'spotlight.changed', member: idOf('host') },
      { t: 'spotlight.changed', member: null },
    ]);
  },
);

test.each(['ada', 'vic'])('%s can not', (by) => {
  choose('host', 'co');
  room.take();
  for (const member of [by, null]) expect(choose(by, member)).toMatchObject(refused('role_required'));
  expect(room.told()).toEqual([]);
  expect(large()).toBe(idOf('co'));
});

test('what is so already is no news, and nobody is large who is not there', () => {
  choose('host', null);
  choose('host', 'ada');
  choose('co', 'ada');
  expect(room.told()).toEqual(['spotlight.changed']);
  room.command('vic', { t: 'member.leave' });
  room.take();
  for (const gone of ['vic', 'eve']) expect(choose('host', gone)).toMatchObject(refused('member_unknown'));
  expect(room.told()).toEqual([]);
});

test('stays on who drops and comes back; who leaves is large no longer, whoever else leaves changes nothing', () => {
  choose('host', 'ada');
  room.drop('ada');
  room.enter('ada', { returning: true });
  room.command('vic', { t: 'member.leave' });
  expect(large()).toBe(idOf('ada'));
  room.take();
  room.drop('ada');
  room.pass(60);
  const { told } = room.take();
  expect(told.slice(-2)).toMatchObject([{ t: 'member.left' }, { t: 'spotlight.changed', member: null }]);
  expect(told.at(-1)).not.toHaveProperty('by');
  expect(large()).toBeNull();
});

test('is gone with the meeting', () => {
  choose('host', 'ada');
  room.command('host', { t: 'room.end' });
  expect(large()).toBeNull();
});
