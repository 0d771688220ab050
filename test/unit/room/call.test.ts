import { beforeEach, describe, expect, test } from 'vitest';
import { callOf, modeOf } from '../../../src/room-object/call-rows.ts';
import { call } from '../../../src/room-object/features/call.ts';
import { type RoomVars, readRoomSettings } from '../../../src/room-object/settings.ts';
import { SETTINGS_KEY, settingsTable } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
const PEOPLE = ['host', 'ada', 'ben', 'cleo', 'dan'];

/** The id that somebody's page has drawn. */
const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;

let room: Room;
const begin = (vars: RoomVars = {}): void => {
  room = new Room({}, vars);
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of PEOPLE.slice(1)) room.enter(name);
  room.take();
};
beforeEach(() => begin());

const enter = (name: string, id = stay(name)) => room.command(name, { t: 'call.enter', call: id });
const exit = (name: string) => room.command(name, { t: 'call.exit' });
const turn = (name: string, media: { camera?: boolean; screen?: boolean; microphone?: boolean }) =>
  room.command(name, { t: 'media.set', ...media });
const inside = () => PEOPLE.filter((name) => callOf(room.state, idOf(name)) !== null);
const told = () => room.take().told.filter(({ t }) => /^(call|media)\./.test(t));
const snapshot = () => call.snapshot?.(room.state);

describe('being in the call', () => {
  test('is told to all, with the id, and so is leaving it', () => {
    expect(enter('ada')).toMatchObject({ ok: true });
    expect(told()).toMatchObject([
      { t: 'call.changed', member: idOf('ada'), call: stay('ada'), by: idOf('ada') },
    ]);
    expect(callOf(room.state, idOf('ada'))).toBe(stay('ada'));
    expect(exit('ada')).toMatchObject({ ok: true });
    expect(told()).toMatchObject([{ t: 'call.changed', member: idOf('ada'), call: null, by: idOf('ada') }]);
    expect(callOf(room.state, idOf('ada'))).toBeNull();
    expect(Array.from(room.state.allLatest())).toEqual([]);
  });

  test('is no news where it is so, and news under another id', () => {
    enter('ada');
    room.take();
    expect(enter('ada')).toMatchObject({ ok: true });
    expect(told()).toEqual([]);
    enter('ada', stay('other'));
    expect(told()).toMatchObject([{ call: stay('other') }]);
    exit('ben');
    expect(told()).toEqual([]);
  });

  test('ends with what one has on, which goes off for all to see', () => {
    enter('ada');
    turn('ada', { camera: true, microphone: true });
    room.take();
    exit('ada');
    expect(told()).toMatchObject([
      { t: 'media.changed', member: idOf('ada'), camera: false, microphone: false },
      { t: 'call.changed', member: idOf('ada'), call: null },
    ]);
    expect(room.state.latest('media.changed', idOf('ada'))).toBeUndefined();
  });

  test('is not needed to have something on', () => {
    expect(turn('ada', { camera: true })).toMatchObject({ ok: true });
    exit('ada');
    expect(room.state.latest('media.changed', idOf('ada'))).toBeDefined();
  });

  test.each([
    ['a drop', () => room.drop('ada')],
    ['another connection', () => room.enter('ada', { returning: true })],
    ['leaving the room', () => room.command('ada', { t: 'member.leave' })],
    ['being put out', () => room.command('host', { t: 'member.remove', member: idOf('ada') })],
    ['being sent to the lobby', () => room.command('host', { t: 'lobby.send', member: idOf('ada') })],
  ])('ends with %s, by nobody', (_, happens) => {
    enter('ada');
    enter('ben');
    room.take();
    happens();
    const [event, ...more] = room.take().told.filter(({ t }) => t === 'call.changed');
    expect(event).toMatchObject({ member: idOf('ada'), call: null });
    expect(event).not.toHaveProperty('by');
    expect(more).toEqual([]);
    expect(inside()).toEqual(['ben']);
  });

  test('ends with the meeting: whoever comes to the next finds nobody in it', () => {
    enter('ada');
    room.command('host', { t: 'room.end' });
    room.performNamed('room.reopen', {});
    expect(told()).toMatchObject([{ t: 'call.changed', member: idOf('ada'), call: null }]);
    expect(inside()).toEqual([]);
  });

  test('is for everybody who is in the room, a viewer too, and for nobody else', () => {
    room.command('host', { t: 'role.set', member: idOf('dan'), role: 'viewer' });
    expect(enter('dan')).toMatchObject({ ok: true });
    expect(room.command(KEY, { t: 'call.enter', call: stay('key') })).toMatchObject(refused('not_allowed'));
    expect(room.command(KEY, { t: 'call.exit' })).toMatchObject(refused('not_allowed'));
    room.command('host', { t: 'door.set', entry: 'nobody' });
    room.enter('eve');
    expect(enter('eve')).toMatchObject(refused('still_waiting'));
    room.drop('ada');
    expect(enter('ada')).toMatchObject(refused('member_gone'));
    expect(exit('ada')).toMatchObject(refused('member_gone'));
    expect(inside()).toEqual(['dan']);
  });

  test.each([
    '',
    'c_',
    `c_${'x'.repeat(21)}`,
    `c_${'x'.repeat(23)}`,
    `m_${'x'.repeat(22)}`,
    `c_${'!'.repeat(22)}`,
  ])('is not under the id %j', (id) => {
    expect(enter('ada', id)).toMatchObject(refused('invalid'));
    expect(inside()).toEqual([]);
  });
});

describe('a direct call', () => {
  const full = (detail: string) => ({ ok: false, error: { code: 'call_full', detail } });
  beforeEach(() => begin({ CALL_DIRECT_CAMERAS: '2', CALL_DIRECT_MEMBERS: '4' }));

  test('takes so many cameras, a shared screen being one', () => {
    for (const name of ['ada', 'ben', 'cleo']) enter(name);
    turn('ada', { camera: true, screen: true });
    room.take();
    expect(turn('ben', { camera: true })).toMatchObject(full('2 cameras and screens are on'));
    expect(turn('ben', { screen: true })).toMatchObject(full('2 cameras and screens are on'));
    expect(told()).toEqual([]);
    expect(turn('ben', { microphone: true })).toMatchObject({ ok: true });
    turn('ada', { screen: false });
    expect(turn('ben', { camera: true })).toMatchObject({ ok: true });
    expect(turn('cleo', { camera: true })).toMatchObject(refused('call_full'));
  });

  test('takes one thing in place of another, and less of what there is', () => {
    enter('ada');
    enter('ben');
    turn('ada', { camera: true });
    expect(turn('ada', { screen: true })).toMatchObject({ ok: true });
    turn('ada', { screen: false });
    turn('ben', { camera: true });
    expect(turn('ben', { camera: false, screen: true })).toMatchObject({ ok: true });
    expect(turn('ben', { camera: true })).toMatchObject(refused('call_full'));
    // Less is taken, also where it is still too much: the operator has made the limit smaller.
    enter('cleo');
    const set = (cameras: string, members: string) => {
      const settings = readRoomSettings({ CALL_DIRECT_CAMERAS: cameras, CALL_DIRECT_MEMBERS: members });
      room.state.table(settingsTable).restore(SETTINGS_KEY, settings);
    };
    set('1', '4');
    expect(enter('dan')).toMatchObject({ ok: true });
    exit('dan');
    set('1', '2');
    turn('ada', { microphone: true });
    expect(turn('ada', { microphone: false })).toMatchObject({ ok: true });
    expect(turn('ada', { camera: false, screen: true })).toMatchObject({ ok: true });
    expect(turn('ada', { camera: true })).toMatchObject(refused('call_full'));
    set('3', '2');
    expect(turn('ada', { camera: true })).toMatchObject({ ok: true });
    expect(enter('dan')).toMatchObject(full('3 members are in the call'));
  });

  test('counts only what is on in the call', () => {
    turn('ada', { camera: true, screen: true });
    enter('ben');
    expect(turn('ben', { camera: true })).toMatchObject({ ok: true });
    expect(enter('ada')).toMatchObject(full('1 cameras and screens are on'));
    turn('ada', { screen: false });
    expect(enter('ada')).toMatchObject({ ok: true });
    expect(inside()).toEqual(['ada', 'ben']);
    expect(turn('cleo', { camera: true, screen: true })).toMatchObject({ ok: true });
  });

  test('counts what is answered with yes when a host asks', () => {
    for (const name of ['ada', 'ben']) enter(name);
    turn('ada', { camera: true, screen: true });
    room.command('host', { t: 'media.request', member: idOf('ben'), media: 'camera' });
    const request = room.take().told.find(({ t }) => t === 'media.requested')?.seq as number;
    const answer = () => room.command('ben', { t: 'media.answer', request, accept: true });
    expect(answer()).toMatchObject(refused('call_full'));
    expect(room.told()).toEqual([]);
    turn('ada', { screen: false });
    expect(answer()).toMatchObject({ ok: true });
  });

  test('takes so many members', () => {
    for (const name of ['ada', 'ben', 'cleo', 'dan']) expect(enter(name)).toMatchObject({ ok: true });
    room.take();
    expect(enter('host')).toMatchObject(full('4 members are in the call'));
    expect(enter('ada', stay('new'))).toMatchObject({ ok: true });
    exit('dan');
    expect(enter('host')).toMatchObject({ ok: true });
  });

  test('stays one where there is no SFU', () => {
    for (const name of ['ada', 'ben', 'cleo', 'dan']) enter(name);
    enter('host');
    expect(snapshot()).toEqual({ call: { mode: 'direct', sfu: false, recording: null } });
    expect(told().map(({ t }) => t)).not.toContain('call.moded');
  });

  test('takes six cameras and sixteen members where nobody says otherwise', () => {
    expect(readRoomSettings({})).toMatchObject({ direct: { cameras: 6, members: 16 }, sfu: false });
    const secret = { SFU_APP_SECRET: 'secret' };
    for (const SFU_APP_ID of ['', ' ']) expect(readRoomSettings({ SFU_APP_ID, ...secret }).sfu).toBe(false);
    for (const vars of [
      { CALL_DIRECT_CAMERAS: '0' },
      { CALL_DIRECT_MEMBERS: '1' },
      { CALL_DIRECT_CAMERAS: 'x' },
    ])
      expect(() => readRoomSettings(vars)).toThrow(Object.keys(vars)[0]);
  });
});

describe('with an SFU', () => {
  const SFU = {
    CALL_DIRECT_CAMERAS: '2',
    CALL_DIRECT_MEMBERS: '3',
    SFU_APP_ID: 'app',
    SFU_APP_SECRET: 'secret',
  };
  beforeEach(() => begin(SFU));
  const moded = () => told().filter(({ t }) => t === 'call.moded');
  /** A call that has gone over to it. */
  const large = (): void => {
    for (const name of ['ada', 'ben', 'cleo', 'dan']) enter(name);
    room.take();
  };

  test('one camera more brings the call over to it, by nobody and before the camera is on', () => {
    for (const name of ['ada', 'ben']) enter(name);
    turn('ada', { camera: true, screen: true });
    room.take();
    expect(turn('ben', { camera: true })).toMatchObject({ ok: true });
    const { segments, live } = room.journal.take();
    expect(segments.map(({ public: text }) => JSON.parse(text))).toMatchObject([
      { t: 'call.moded', mode: 'sfu' },
    ]);
    expect(segments[0]?.public).not.toContain('"by"');
    expect(live.map(({ text }) => JSON.parse(text))).toMatchObject([{ t: 'media.changed', camera: true }]);
    expect(snapshot()).toEqual({ call: { mode: 'sfu', sfu: true, recording: null } });
  });

  test('so does one member more, a camera that a host has asked for, and a camera that comes with its member', () => {
    for (const name of ['ada', 'ben', 'cleo']) enter(name);
    expect(moded()).toEqual([]);
    enter('dan');
    expect(moded()).toMatchObject([{ mode: 'sfu' }]);

    begin(SFU);
    for (const name of ['ada', 'ben']) enter(name);
    turn('ada', { camera: true, screen: true });
    room.command('host', { t: 'media.request', member: idOf('ben'), media: 'screen' });
    const request = room.take().told.find(({ t }) => t === 'media.requested')?.seq as number;
    room.command('ben', { t: 'media.answer', request, accept: true });
    expect(moded()).toMatchObject([{ mode: 'sfu' }]);

    begin(SFU);
    turn('ada', { camera: true, screen: true });
    enter('ben');
    turn('ben', { camera: true });
    room.take();
    enter('ada');
    expect(moded()).toMatchObject([{ mode: 'sfu' }]);
  });

  test('a call that has gone over has no limits, and stays there while anybody is in it', () => {
    large();
    for (const name of PEOPLE) {
      expect(enter(name)).toMatchObject({ ok: true });
      expect(turn(name, { camera: true, screen: true })).toMatchObject({ ok: true });
    }
    for (const name of PEOPLE.slice(1)) exit(name);
    expect(moded()).toEqual([]);
    expect(modeOf(room.state)).toBe('sfu');
  });

  test('it is direct again when the last one has left, by exit or by the door', () => {
    large();
    for (const name of ['ada', 'ben', 'cleo']) exit(name);
    room.take();
    exit('dan');
    expect(told()).toMatchObject([
      { t: 'call.moded', mode: 'direct' },
      { t: 'call.changed', call: null },
    ]);

    begin(SFU);
    large();
    for (const name of ['ada', 'ben', 'cleo']) room.command(name, { t: 'member.leave' });
    expect(moded()).toEqual([]);
    room.command('dan', { t: 'member.leave' });
    expect(moded()).toMatchObject([{ mode: 'direct' }]);
    expect(modeOf(room.state)).toBe('direct');
  });

  test('whom a drop took out of it finds it as it was', () => {
    large();
    for (const name of PEOPLE) room.drop(name);
    expect(moded()).toEqual([]);
    expect(inside()).toEqual([]);
    room.enter('ada', { returning: true });
    enter('ada');
    exit('ada');
    expect(moded()).toEqual([]);
    for (const name of ['ben', 'cleo', 'dan', 'host']) room.enter(name, { returning: true });
    enter('ada');
    expect(modeOf(room.state)).toBe('sfu');
  });

  test('when the last of those who dropped does not come back, it is direct again', () => {
    large();
    for (const name of ['ada', 'ben', 'cleo']) exit(name);
    room.drop('dan');
    room.take();
    room.pass(44);
    expect(moded()).toEqual([]);
    room.pass(2);
    expect(moded()).toMatchObject([{ mode: 'direct' }]);
  });

  test('the next meeting begins direct', () => {
    large();
    room.command('host', { t: 'room.end' });
    expect(modeOf(room.state)).toBe('direct');
    expect(snapshot()).toMatchObject({ call: { mode: 'direct' } });
  });

  test('that is there no longer: with the next connection the call is direct', () => {
    large();
    const settings = readRoomSettings({ ...SFU, SFU_APP_ID: '' });
    room.state.table(settingsTable).restore(SETTINGS_KEY, settings);
    room.enter('ada', { returning: true });
    expect(moded()).toMatchObject([{ mode: 'direct' }]);
    room.enter('ben', { returning: true });
    expect(moded()).toEqual([]);
  });
});
