import { beforeEach, expect, test } from 'vitest';
import { auditBefore } from '../../../src/room-object/audit-rows.ts';
import { dropSession } from '../../../src/room-object/features/roster.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

// A stop also reaches whose line is lost, in all that is asked for: what still comes from them is not known to the room.

let room: Room;
const enterCall = (name: string) =>
  room.command(name, { t: 'call.enter', call: `c_${name.padEnd(22, '-')}` });
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['ada', 'ben']) room.enter(name);
  for (const name of ['ada', 'ben']) enterCall(name);
  room.take();
});

const stop = (...media: ('camera' | 'microphone' | 'screen')[]) => {
  room.take();
  expect(room.command('host', { t: 'media.stop', members: 'all', media })).toMatchObject({ ok: true });
  return room.take().told;
};
const stopScreens = () => stop('screen');
const turnOn = (name: string) =>
  room.command(name, { t: 'media.set', camera: true, microphone: true, screen: true });
const NAMED = [{ t: 'media.stopped', members: [idOf('ada')], media: ['screen'] }];
const comeBack = () => room.enter('ada', { returning: true });

test('while they are away, beside those who have something on', () => {
  turnOn('ben');
  room.drop('ada');
  const media = ['camera', 'microphone'];
  expect(stop('camera', 'microphone', 'microphone')).toMatchObject([
    { t: 'media.stopped', members: [idOf('ada'), idOf('ben')], media },
    { t: 'media.changed', member: idOf('ben') },
  ]);
});

test('and once they are back, until they enter the call again', () => {
  room.drop('ada');
  expect(stopScreens()).toMatchObject(NAMED);
  comeBack();
  expect(stopScreens()).toMatchObject(NAMED);
  enterCall('ada');
  expect(stopScreens()).toEqual([]);
});

test('or for half a minute', () => {
  room.drop('ada');
  comeBack();
  room.pass(29);
  expect(stopScreens()).toMatchObject(NAMED);
  room.pass(1);
  expect(stopScreens()).toEqual([]);
  room.drop('ada');
  expect(stopScreens()).toEqual([]);
});

test('also where it is lost again meanwhile, or another one took its place', () => {
  turnOn('ada');
  // Nobody saw the old one go.
  comeBack();
  expect(stopScreens()).toMatchObject(NAMED);
  room.drop('ada');
  room.pass(40);
  expect(stopScreens()).toMatchObject(NAMED);
  comeBack();
  expect(stopScreens()).toMatchObject(NAMED);
});

test('also with media of their own, until they say anew what is on', () => {
  room.command('ada', { t: 'call.exit' });
  turnOn('ada');
  room.drop('ada');
  comeBack();
  expect(stopScreens()).toMatchObject(NAMED);
  room.command('ada', { t: 'media.set', camera: true });
  expect(stopScreens()).toEqual([]);
});

test('also where the room has forgotten with all else that they took part', () => {
  room.command('ada', { t: 'call.exit' });
  room.perform(dropSession, {
    member: idOf('ada'),
    session: room.member('ada')?.session ?? 0,
    isLost: true,
  });
  expect(stopScreens()).toMatchObject(NAMED);
  comeBack();
  expect(stopScreens()).toMatchObject(NAMED);
});

test('but not who has left the call before', () => {
  room.command('ada', { t: 'call.exit' });
  room.drop('ada');
  expect(stopScreens()).toEqual([]);
  comeBack();
  expect(stopScreens()).toEqual([]);
  enterCall('ada');
  room.drop('ada');
  comeBack();
  enterCall('ada');
  room.command('ada', { t: 'call.exit' });
  expect(stopScreens()).toEqual([]);
});

test('nor who left the meeting, or was in one that has ended', () => {
  room.drop('ada');
  room.command('ada', { t: 'member.leave' });
  room.enter('ada', { returning: true });
  expect(stopScreens()).toEqual([]);
  enterCall('ada');
  room.drop('ada');
  room.command('host', { t: 'room.end' });
  expect(room.member('ada')).not.toHaveProperty('unheard');
});

test('with nothing on and nobody lost is silent, however often: no event, and nothing in the trail', () => {
  for (const name of ['ada', 'ben']) room.command(name, { t: 'call.exit' });
  room.enter('cyn');
  room.drop('cyn');
  const before = auditBefore(room.state, null, 10).rows;
  for (let press = 0; press < 3; press += 1) expect(stop('microphone')).toEqual([]);
  expect(auditBefore(room.state, null, 10).rows).toEqual(before);
});

test('the trail names those who were meant by it', () => {
  turnOn('ben');
  room.command('ben', { t: 'media.set', microphone: false });
  room.drop('ada');
  stop('microphone');
  expect(auditBefore(room.state, null, 10).rows).toMatchObject([
    { action: 'media.stopped', member: idOf('ada'), detail: { media: ['microphone'] } },
  ]);
});
