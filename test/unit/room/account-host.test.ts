// The host is a person: with several devices, and by right in a room that their account made.
import { beforeEach, describe, expect, test } from 'vitest';
import { auditBefore } from '../../../src/room-object/audit-rows.ts';
import { authorityOf } from '../../../src/room-object/authority-rows.ts';
import { reopen } from '../../../src/room-object/features/lifecycle.ts';
import { memberTable, theRoom } from '../../../src/room-object/tables.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
let room: Room;
const leave = (name: string) => room.command(name, { t: 'member.leave' });
const roles = (...names: readonly string[]) => names.map((name) => room.member(name)?.role);
const hosts = () =>
  Array.from(room.state.table(memberTable).values())
    .filter(({ role }) => role === 'host')
    .map(({ name }) => name);
const bring = (name: string, options: Parameters<Room['admit']>[1] = {}) => {
  room.now += 1;
  room.enter(name, options);
};

describe('a host with several devices', () => {
  beforeEach(() => {
    room = new Room();
    bring('ada', { hostKey: HOST_KEY, account: 'ada' });
    bring('ada2', { account: 'ada' });
    bring('ben', { account: 'ben' });
    bring('ben2', { account: 'ben' });
    bring('cleo');
    room.command('ada', { t: 'role.set', member: idOf('cleo'), role: 'cohost' });
    room.take();
  });

  test('is host on each of them, and one is named', () => {
    expect(hosts()).toEqual(['ada', 'ada2']);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada'), owner: idOf('ada'), goneAt: null });
    expect(room.command('ada2', { t: 'authority.set', hostGraceSeconds: 5 })).toMatchObject({ ok: true });
  });

  test('is not gone while one is there: another is named, and nobody takes over', () => {
    leave('ada');
    expect(room.take().told).toMatchObject([
      { t: 'member.left', member: idOf('ada') },
      {
        t: 'host.changed',
        member: idOf('ada2'),
        previous: idOf('ada'),
        owner: idOf('ada2'),
        reason: 'device',
      },
    ]);
    room.pass(3_600);
    expect(hosts()).toEqual(['ada', 'ada2']);
    expect(auditBefore(room.state, null, 1).rows).toMatchObject([{ action: 'role.changed' }]);
  });

  test('is gone with the last, and back with any, also a new one', () => {
    leave('ada2');
    expect(room.told()).toEqual(['member.left']);
    leave('ada');
    expect(authorityOf(room.state).goneAt).toBe(room.now);
    room.take();
    room.enter('ada3', { account: 'ada' });
    expect(room.told()).toEqual(['member.joined', 'host.changed']);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada3'), owner: idOf('ada3'), goneAt: null });
    room.pass(3_600);
    expect(hosts()).toEqual(['ada', 'ada2', 'ada3']);
  });

  test('is waited for at the door with a new device', () => {
    leave('ada2');
    leave('ada');
    room.pass(50);
    room.admit('ada3', { account: 'ada' });
    room.pass(20);
    expect(roles('cleo')).toEqual(['cohost']);
    room.pass(10);
    expect(roles('cleo', 'ada', 'ada2')).toEqual(['host', 'cohost', 'cohost']);
  });

  test('who came back after somebody stood in is host again on all', () => {
    leave('ada2');
    leave('ada');
    room.pass(60);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('cleo'), owner: idOf('ada') });
    room.enter('ada3', { account: 'ada' });
    expect(roles('ada', 'ada2', 'ada3', 'cleo')).toEqual(['host', 'host', 'host', 'cohost']);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada3'), owner: idOf('ada3'), former: null });
  });

  test('reclaims with any device, where the room waits for that', () => {
    room.command('ada', { t: 'authority.set', reclaim: 'manual' });
    leave('ada2');
    leave('ada');
    room.pass(60);
    for (const name of ['ada3', 'ada4']) bring(name, { account: 'ada' });
    expect(roles('ada3', 'ada4', 'cleo')).toEqual(['cohost', 'cohost', 'host']);
    expect(room.command('ada4', { t: 'host.reclaim' })).toMatchObject({ ok: true });
    expect(roles('ada', 'ada3', 'ada4', 'cleo')).toEqual(['host', 'host', 'host', 'cohost']);
    expect(room.command('cleo', { t: 'host.reclaim' })).toMatchObject(refused('role_required'));
  });

  test('stands in for nobody, not for themselves with another device either', () => {
    room.command('ada', { t: 'authority.set', reclaim: 'manual' });
    leave('ada2');
    leave('ada');
    room.pass(60);
    bring('ada3', { account: 'ada' });
    leave('cleo');
    room.pass(60);
    expect(hosts()).toEqual(['ada', 'ada2', 'ada3']);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada3'), owner: idOf('ada3'), former: null });
  });

  test('hands over from and to all devices', () => {
    room.command('ada2', { t: 'host.transfer', member: idOf('ben2'), n: 1 });
    expect(room.take().told).toMatchObject([
      { t: 'host.changed', member: idOf('ben2'), previous: idOf('ada'), owner: idOf('ben2'), n: 1 },
      { t: 'role.changed', member: idOf('ada'), role: 'cohost' },
      { t: 'role.changed', member: idOf('ada2'), role: 'cohost' },
      { t: 'role.changed', member: idOf('ben2'), role: 'host' },
      { t: 'role.changed', member: idOf('ben'), role: 'host' },
    ]);
    expect(hosts()).toEqual(['ben', 'ben2']);
    expect(auditBefore(room.state, null, 3).rows.map(({ action, member }) => [action, member])).toEqual([
      ['host.changed', idOf('ben2')],
      ['role.changed', idOf('ada')],
      ['role.changed', idOf('ben2')],
    ]);
    room.command('ben', { t: 'host.transfer', member: idOf('ben2') });
    expect(room.told()).toEqual([]);
  });

  test('is made by the key on one of them', () => {
    room.admit('ben2', { returning: true, hostKey: HOST_KEY });
    expect(hosts()).toEqual(['ben', 'ben2']);
    expect(roles('ada', 'ada2')).toEqual(['cohost', 'cohost']);
    bring('cleo2', { account: 'cleo' });
    bring('cleo3', { account: 'cleo', hostKey: HOST_KEY });
    expect(hosts()).toEqual(['cleo2', 'cleo3']);
  });

  test('takes over with all devices, and gives back with all', () => {
    leave('cleo');
    room.command('ada', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    leave('ada2');
    leave('ada');
    room.pass(60);
    expect(hosts()).toEqual(['ben', 'ben2']);
    expect(room.command(KEY, { t: 'member.remove', member: idOf('ben2') })).toMatchObject(
      refused('role_required'),
    );
    leave('ben');
    expect(authorityOf(room.state)).toMatchObject({
      host: idOf('ben2'),
      owner: idOf('ada'),
      former: 'cohost',
    });
    bring('ada', { returning: true });
    expect(roles('ben', 'ben2', 'ada')).toEqual(['cohost', 'cohost', 'host']);
  });

  test('is held up by nothing with a new device, and put out with none', () => {
    room.command('ada', { t: 'room.update', capacity: 1 });
    room.command('ada', { t: 'passcode.set', passcode: 'sesame' });
    room.command('ada', { t: 'door.set', entry: 'nobody', locked: true });
    bring('ada3', { account: 'ada' });
    expect(roles('ada3')).toEqual(['host']);
    for (const t of ['member.remove', 'member.ban'] as const)
      expect(room.command(KEY, { t, member: idOf('ada2') })).toMatchObject(refused('role_required'));
    expect(
      room.command('cleo', { t: 'media.stop', members: [idOf('ada3')], media: ['camera'] }),
    ).toMatchObject(refused('role_required'));
  });

  test('is waited for anew when the meeting is opened again', () => {
    room.command('ada', { t: 'room.end' });
    room.perform(reopen, {});
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada'), goneAt: room.now });
    bring('ada2', { returning: true });
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada2'), owner: idOf('ada2'), goneAt: null });
    expect(hosts()).toEqual(['ada', 'ada2']);
  });
});

describe('a room that an account made', () => {
  beforeEach(() => {
    room = new Room({ owner: accountOf('ada').id, whenEmpty: 'stay' });
  });

  test('has it as host without the key, on every device that comes at once', () => {
    for (const name of ['ada', 'ada2']) room.admit(name, { account: 'ada' });
    for (const name of ['ada2', 'ada']) room.open(name);
    expect(hosts()).toEqual(['ada', 'ada2']);
    expect(authorityOf(room.state)).toMatchObject({ host: idOf('ada2'), owner: idOf('ada2') });
    expect(room.told()).toEqual(['member.joined', 'member.joined']);
  });

  test('has nobody else as host without the key', () => {
    bring('ben', { account: 'ben' });
    bring('guest');
    expect(hosts()).toEqual([]);
  });

  test('lets it in when nobody else is', () => {
    room.command(KEY, { t: 'door.set', entry: 'nobody', locked: true, waitForHost: true });
    room.command(KEY, { t: 'passcode.set', passcode: 'sesame' });
    bring('ada', { account: 'ada' });
    expect(hosts()).toEqual(['ada']);
  });

  test('gives it its place back from whoever came with the key before', () => {
    bring('key', { hostKey: HOST_KEY });
    room.take();
    bring('ada', { account: 'ada' });
    expect(room.take().told).toMatchObject([
      { t: 'member.joined', member: { role: 'host' } },
      {
        t: 'host.changed',
        member: idOf('ada'),
        previous: idOf('key'),
        owner: idOf('ada'),
        reason: 'reclaimed',
      },
      { t: 'role.changed', member: idOf('key'), role: 'cohost' },
    ]);
  });

  test('is its own again after a time without it, and after the key was shown', () => {
    bring('ada', { account: 'ada' });
    bring('ben');
    room.command('ada', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    leave('ada');
    room.pass(60);
    expect(hosts()).toEqual(['ben']);
    bring('ada2', { account: 'ada' });
    expect(hosts()).toEqual(['ada', 'ada2']);
    bring('key', { hostKey: HOST_KEY });
    expect(hosts()).toEqual(['key']);
    expect(room.command(KEY, { t: 'member.ban', member: idOf('ada2') })).toMatchObject(
      refused('role_required'),
    );
    leave('ada2');
    bring('ada2', { returning: true });
    expect(hosts()).toEqual(['ada', 'ada2']);
  });

  test('waits for its word where whoever was host has to say so', () => {
    bring('key', { hostKey: HOST_KEY });
    room.command('key', { t: 'authority.set', reclaim: 'manual' });
    bring('ada', { account: 'ada' });
    expect(hosts()).toEqual(['key']);
    expect(room.command('ada', { t: 'host.reclaim' })).toMatchObject({ ok: true });
    expect(hosts()).toEqual(['ada']);
  });

  test('has its host at once where nobody is, whatever that rule', () => {
    room.command(KEY, { t: 'authority.set', reclaim: 'manual' });
    bring('ada', { account: 'ada' });
    expect(hosts()).toEqual(['ada']);
  });

  test('is no longer its own when it hands it over, but is when somebody with the key does', () => {
    bring('ada', { account: 'ada' });
    bring('ben');
    room.command(KEY, { t: 'host.transfer', member: idOf('ben') });
    expect(hosts()).toEqual(['ben']);
    bring('ada2', { account: 'ada' });
    expect(hosts()).toEqual(['ada', 'ada2']);
    room.command('ada2', { t: 'host.transfer', member: idOf('ben') });
    expect(theRoom(room.state)).not.toHaveProperty('owner');
    bring('ada3', { account: 'ada' });
    expect(hosts()).toEqual(['ben']);
    expect(roles('ada3')).toEqual(['cohost']);
    expect(room.command('ada3', { t: 'host.reclaim' })).toMatchObject(refused('role_required'));
  });
});
