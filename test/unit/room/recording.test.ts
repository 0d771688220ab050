import { beforeEach, describe, expect, test } from 'vitest';
import { auditTable } from '../../../src/room-object/audit-rows.ts';
import { recordingOf } from '../../../src/room-object/call-rows.ts';
import { call } from '../../../src/room-object/features/call.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada']) room.enter(name);
  for (const name of ['host', 'co', 'ada']) room.command(name, { t: 'call.enter', call: stay(name) });
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.take();
});

type By = Parameters<Room['command']>[0];
const start = (by: By) => room.command(by, { t: 'recording.start' });
const stop = (by: By) => room.command(by, { t: 'recording.stop' });
const stay = (name: string) => `c_${name.padEnd(22, '-')}`;
const told = () => room.take().told.filter(({ t }) => t === 'recording.changed');
const audited = () =>
  Array.from(room.state.table(auditTable).values()).filter(({ action }) => action === 'recording.changed');

describe('recording', () => {
  test('is told to everybody, with who does it and since when, and so is its end', () => {
    expect(start('host')).toMatchObject({ ok: true });
    const recording = { by: idOf('host'), since: room.now };
    expect(told()).toMatchObject([{ recording, by: idOf('host') }]);
    expect(call.snapshot?.(room.state)).toMatchObject({ call: { recording } });
    room.now += 1_000;
    expect(stop('host')).toMatchObject({ ok: true });
    expect(told()).toMatchObject([{ recording: null, by: idOf('host') }]);
    expect(call.snapshot?.(room.state)).toMatchObject({ call: { recording: null } });
  });

  test('is for host and co-hosts', () => {
    expect(start('ada')).toMatchObject(refused('role_required'));
    expect(stop('ada')).toMatchObject(refused('role_required'));
    expect(start('co')).toMatchObject({ ok: true });
    expect(recordingOf(room.state)?.by).toBe(idOf('co'));
  });

  test('is not done by whoever only holds the host key; they may end it', () => {
    expect(start(KEY)).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: expect.any(String) },
    });
    start('host');
    expect(stop(KEY)).toMatchObject({ ok: true });
    expect(recordingOf(room.state)).toBeNull();
  });

  test('is done by who is in the call, and ends when they leave it; a drop is no leaving', () => {
    room.command('host', { t: 'call.exit' });
    expect(start('host')).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'enter the call to record it' },
    });
    expect(told()).toEqual([]);
    start('co');
    room.drop('co');
    room.enter('co', { returning: true });
    expect(recordingOf(room.state)?.by).toBe(idOf('co'));
    room.command('co', { t: 'call.enter', call: stay('co') });
    room.command('ada', { t: 'call.exit' });
    room.take();
    room.command('co', { t: 'call.exit' });
    expect(told()).toMatchObject([{ recording: null }]);
  });

  test('is done by one at a time; another host may end it', () => {
    start('co');
    room.take();
    expect(start('host')).toMatchObject({
      ok: false,
      error: { code: 'recording_taken', detail: idOf('co') },
    });
    expect(told()).toEqual([]);
    expect(stop('host')).toMatchObject({ ok: true });
    expect(start('host')).toMatchObject({ ok: true });
  });

  test('that runs already or has ended is no news', () => {
    stop('host');
    expect(told()).toEqual([]);
    start('host');
    room.take();
    room.now += 1_000;
    expect(start('host')).toMatchObject({ ok: true });
    expect(told()).toEqual([]);
    expect(recordingOf(room.state)?.since).toBe(room.now - 1_000);
  });

  test('goes on over a drop, and ends by nobody when its member has left', () => {
    start('co');
    room.drop('co');
    room.take();
    room.pass(44);
    expect(told()).toEqual([]);
    room.pass(2);
    const [ended, ...more] = told();
    expect(ended).toMatchObject({ recording: null });
    expect(ended).not.toHaveProperty('by');
    expect(more).toEqual([]);
    start('host');
    room.take();
    room.command('ada', { t: 'member.leave' });
    expect(told()).toEqual([]);
  });

  test('ends with the role that allows it', () => {
    start('co');
    room.take();
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'member' });
    expect(told()).toEqual([]);
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'member' });
    expect(told()).toMatchObject([{ recording: null }]);
  });

  test('goes on when its host becomes co-host', () => {
    start('host');
    room.command('host', { t: 'host.transfer', member: idOf('ada') });
    expect(recordingOf(room.state)?.by).toBe(idOf('host'));
  });

  test('ends with the meeting', () => {
    start('host');
    room.command('host', { t: 'room.end' });
    expect(recordingOf(room.state)).toBeNull();
  });

  test('stands in the trail of what hosts did, with whose it was; what ends by itself does not', () => {
    start('co');
    stop('host');
    start('co');
    room.command('co', { t: 'member.leave' });
    expect(audited()).toMatchObject([
      { by: idOf('co'), member: idOf('co'), detail: { recording: true } },
      { by: idOf('host'), member: idOf('co'), detail: { recording: false } },
      { by: idOf('co'), member: idOf('co'), detail: { recording: true } },
    ]);
  });
});
