import { beforeEach, describe, expect, test } from 'vitest';
import { theRoom } from '../../../src/room-object/tables.ts';
import { byType, child, follow, HOST, newMeeting, open, room, world } from './breakout-world.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('who goes where', () => {
  test('evenly: everybody but hosts, in the order of joining, and who comes later to the emptiest', async () => {
    room.enter('zoe');
    const told = await open(['Red', 'Blue'], { assign: 'evenly' });
    expect(byType(told, 'breakout.assigned')).toMatchObject([
      { members: { [idOf('ben')]: '1-1', [idOf('eve')]: '1-2', [idOf('zoe')]: '1-1' } },
    ]);
    expect(byType(told, 'breakout.called')).toHaveLength(3);
    room.enter('max');
    await world.run(room);
    const later = room.take().told;
    expect(byType(later, 'breakout.assigned')).toMatchObject([{ members: { [idOf('max')]: '1-2' } }]);
    expect(theRoom(follow(later, 'max').state).name).toBe('Blue');
  });

  test('by hand: in as who they are in the meeting, moved, and back', async () => {
    await open();
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ada')]: '1-1', [idOf('ben')]: '1-1' } });
    await world.run(room);
    const told = room.take().told;
    const red = follow(told, 'ada');
    follow(told, 'ben');
    // No room but the meeting has a host.
    expect(red.member('ada')).toMatchObject({ name: 'ada', role: 'cohost' });
    expect(red.member('ben')).toMatchObject({ role: 'member', presence: 'online' });
    red.take();

    room.command('kim', { t: 'breakout.assign', members: { [idOf('ben')]: '1-2' } });
    await world.run(room);
    expect(red.take()).toMatchObject({
      told: [{ t: 'member.left', member: idOf('ben') }],
      closes: [`${idOf('ben')} left`],
    });
    expect(theRoom(follow(room.take().told, 'ben').state).name).toBe('Blue');
    room.command('kim', { t: 'breakout.assign', members: { [idOf('ben')]: null } });
    await world.run(room);
    expect(room.take().told).toMatchObject([{ t: 'breakout.assigned', members: { [idOf('ben')]: null } }]);
    expect(child('Blue').member('ben')?.presence).toBe('left');
    // A token is no way back to where they don't belong; neither comes anybody in from outside.
    expect(child('Blue').admit('ben', { returning: true })).toMatchObject(refused('member_gone'));
    expect(child('Blue').admit('mallory')).toMatchObject(refused('not_allowed'));
  });

  test('an older word that comes late undoes nothing', async () => {
    await open();
    world.fails = (_code, what) => what === 'release';
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-1' } });
    await world.run(room);
    follow(room.take().told, 'ben');
    room.now += 1_000;
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-2' } });
    await world.run(room);
    room.now += 100;
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-1' } });
    await world.run(room);
    world.fails = () => false;
    await world.run(room, 60);
    // Let go from Red late, although they were sent back to it since: that word is too old.
    expect(child('Red').member('ben')?.presence).toBe('online');
    expect(child('Blue').member('ben')?.presence).not.toBe('online');
  });

  test('by choice: their own way, and the way in anew', async () => {
    await open(['Red', 'Blue'], { assign: 'choose' });
    expect(room.command('ben', { t: 'breakout.choose', breakout: '1-2' })).toMatchObject({ ok: true });
    await world.run(room);
    const told = room.take().told;
    expect(byType(told, 'breakout.assigned')).toMatchObject([{ members: { [idOf('ben')]: '1-2' } }]);
    const blue = follow(told, 'ben');
    room.command('ben', { t: 'breakout.choose', breakout: '1-2' });
    await world.run(room);
    const again = room.take().told;
    expect(again.map(({ t }) => t)).toEqual(['breakout.called']);
    expect(follow(again, 'ben')).toBe(blue);
    room.command('ben', { t: 'breakout.choose', breakout: null });
    await world.run(room);
    expect(blue.member('ben')?.presence).toBe('left');
    expect(room.command('ben', { t: 'breakout.choose', breakout: '7-1' })).toMatchObject(
      refused('breakout_unknown'),
    );
  });

  test('is for hosts to say where people do not choose', async () => {
    await open();
    expect(room.command('ben', { t: 'breakout.choose', breakout: '1-1' })).toMatchObject(
      refused('not_allowed'),
    );
    expect(room.command('kim', { t: 'breakout.choose', breakout: '1-1' })).toMatchObject({ ok: true });
    expect(room.command(HOST, { t: 'breakout.choose', breakout: '1-1' })).toMatchObject(
      refused('not_allowed'),
    );
    const members = { [idOf('ben')]: '1-1' };
    expect(room.command('ben', { t: 'breakout.assign', members })).toMatchObject(refused('role_required'));
    expect(room.command('ada', { t: 'breakout.assign', members: { [idOf('nobody')]: '1-1' } })).toMatchObject(
      refused('member_unknown'),
    );
    expect(room.command('ada', { t: 'breakout.assign', members: { ben: '1-1' } })).toMatchObject(
      refused('invalid'),
    );
  });

  test('a seat that nobody takes is given up, and so is one whose member has left the meeting', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    expect(child('Red').member('ben')?.presence).toBe('joining');
    child('Red').pass(3_600);
    expect(child('Red').member('ben')).toBeUndefined();
    child('Red').now = room.now;
    room.command('eve', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    follow(room.take().told, 'eve');
    room.now += 1_000;
    room.command('eve', { t: 'member.leave' });
    await world.run(room);
    expect(child('Red').member('eve')?.presence).toBe('left');
  });

  test('who merely dropped keeps their place, and is called when they are back', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    follow(room.take().told, 'ben');
    room.drop('ben');
    room.pass(3_600);
    await world.run(room);
    expect(child('Red').member('ben')?.presence).toBe('online');
    room.take();
    room.enter('ben', { returning: true });
    await world.run(room);
    expect(byType(room.take().told, 'breakout.called')).toHaveLength(1);
  });

  test('who is banned is put out of the breakout room, also when they had dropped out of the meeting', async () => {
    await open(['Red'], { assign: 'choose' });
    for (const name of ['ben', 'eve']) room.command(name, { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const told = room.take().told;
    const red = follow(told, 'ben');
    follow(told, 'eve');
    room.drop('ben');
    room.pass(3_600);
    expect(room.member('ben')?.presence).toBe('left');
    room.command('ada', { t: 'member.ban', member: idOf('ben') });
    room.command('ada', { t: 'member.remove', member: idOf('eve') });
    await world.run(room);
    expect(red.member('ben')?.presence).toBe('left');
    expect(red.member('eve')?.presence).toBe('left');
  });

  test('who is sent to the lobby leaves the breakout room with another device, too', async () => {
    for (const name of ['phone', 'tablet']) room.enter(name, { account: 'zoe' });
    await open(['Red'], { assign: 'choose' });
    room.command('phone', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const red = follow(room.take().told, 'phone');
    room.drop('phone');
    room.pass(3_600);
    expect([room.member('phone')?.presence, red.member('phone')?.presence]).toEqual(['left', 'online']);
    room.command('ada', { t: 'lobby.send', member: idOf('tablet') });
    await world.run(room);
    expect(red.member('phone')?.presence).toBe('left');
  });

  test('a role that changes in the meeting changes in the breakout room', async () => {
    await open(['Red']);
    room.command('ada', { t: 'breakout.assign', members: { [idOf('kim')]: '1-1' } });
    await world.run(room);
    const red = follow(room.take().told, 'kim');
    room.now += 1_000;
    room.command('ada', { t: 'role.set', member: idOf('kim'), role: 'viewer' });
    await world.run(room);
    expect(red.member('kim')?.role).toBe('viewer');
    expect(red.command('kim', { t: 'policy.set', policy: { chat: true } })).toMatchObject(
      refused('role_required'),
    );
  });
});
