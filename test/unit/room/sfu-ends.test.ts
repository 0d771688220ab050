import { beforeEach, describe, expect, test } from 'vitest';
import type { SfuSessions } from '../../../src/room-object/sfu.ts';
import type { FakeSfu } from '../../support/fake-sfu.ts';
import { idOf, type Room, refused } from './harness.ts';
import { CAMERA, MICROPHONE, offer, SCREEN, SfuWorld, stay, value } from './sfu-world.ts';

// Whatever may no longer be sent or received ends at the SFU, also where it can't be reached at that moment.

const [ADA, BEN] = [idOf('ada'), idOf('ben')];

let world: SfuWorld;
let room: Room;
let fake: FakeSfu;
let sfu: SfuSessions;
const begin = (name: string, call?: string) => world.begin(name, call);
const publish = (...asked: Parameters<SfuWorld['publish']>) => world.publish(...asked);
beforeEach(() => {
  world = new SfuWorld();
  ({ room, fake, sfu } = world);
});

describe('what may no longer be sent ends at the SFU', () => {
  let session: string;
  beforeEach(async () => {
    session = await begin('ben');
    await publish('ben', session, [CAMERA, MICROPHONE, SCREEN]);
    room.command('ben', { t: 'media.set', camera: true, microphone: true, screen: true });
    room.take();
  });

  test.each([
    [
      'a right',
      () => room.command('ada', { t: 'rights.set', member: BEN, rights: { camera: 'denied' }, n: 1 }),
      ['1', '2'],
    ],
    [
      'the policy',
      () => room.command('ada', { t: 'policy.set', policy: { screen: false }, n: 1 }),
      ['0', '1'],
    ],
    ['the role', () => room.command('ada', { t: 'role.set', member: BEN, role: 'viewer', n: 1 }), []],
    [
      'a host switches it off',
      () => room.command('ada', { t: 'media.stop', members: [BEN], media: ['microphone'], n: 1 }),
      ['0', '2'],
    ],
    ['put out', () => room.command('ada', { t: 'member.remove', member: BEN, n: 1 }), []],
    ['left', () => room.command('ben', { t: 'member.leave', n: 1 }), []],
    ['left the call', () => room.command('ben', { t: 'call.exit' }), []],
    ['the meeting ended', () => room.command('ada', { t: 'room.end', n: 1 }), []],
    ['into the call as another page', () => room.command('ben', { t: 'call.enter', call: stay('new') }), []],
  ] as const)('%s', async (_, act, left) => {
    expect(act()).toMatchObject({ ok: true });
    const told = room.take().told.filter(({ t }) => t === 'sfu.published');
    expect(told).toHaveLength(1);
    expect(told[0]?.tracks).toHaveLength(left.length);
    expect(await world.open(session)).toEqual(left);
  });

  test('mute all reaches whose line is lost, and what they come back with', async () => {
    room.drop('ben');
    room.take();
    room.command('ada', { t: 'media.stop', members: 'all', media: ['microphone'], n: 1 });
    const told = room.take().told.filter(({ t }) => t === 'sfu.published');
    expect(told).toMatchObject([{ member: BEN, tracks: [{ media: 'camera' }, { media: 'screen' }] }]);
    expect(await world.open(session)).toEqual(['0', '2']);
    world.comeBack('ben');
    // In the room and not in the call: nothing shows what goes on.
    room.command('ada', { t: 'media.stop', members: 'all', media: ['screen'], n: 2 });
    expect(await world.open(session)).toEqual(['0']);
    room.take();
    world.enterCall('ben');
    expect(room.take().told.filter(({ t }) => t === 'sfu.published')).toMatchObject([
      { member: BEN, tracks: [{ media: 'camera' }] },
    ]);
  });

  test('one that waits to be ended does not end what goes out by its section since', async () => {
    const stop = (n: number) =>
      room.command('ada', { t: 'media.stop', members: [BEN], media: ['microphone'], n });
    stop(1);
    fake.next.push([500, 'down']);
    await world.carryOut();
    room.command('ben', { t: 'media.set', microphone: true });
    const all = offer('v0', 'a1', 'v2');
    expect(await publish('ben', session, [MICROPHONE], all)).toMatchObject({ ok: true });
    await world.carryOut();
    expect(fake.open(session).map(({ mid }) => mid)).toContain('1');
    // Stopped once more it ends at once, and does not wait with what failed before.
    for (const n of [2, 3]) {
      room.now += 1;
      room.command('ben', { t: 'media.set', microphone: true });
      stop(n);
      await publish('ben', session, [MICROPHONE], all);
    }
    expect(room.effects().filter((kind) => kind === 'sfu.close')).toHaveLength(2);
    room.now += 1;
    room.command('ben', { t: 'media.set', microphone: true });
    stop(4);
    await world.carryOut();
    expect(fake.calls.at(-1)).toMatchObject({
      path: expect.stringMatching(/close$/),
      body: { tracks: [{ mid: '1' }] },
    });
  });

  test('what its sender switches off goes on being there, and is on again without asking', async () => {
    room.command('ben', { t: 'media.set', camera: false, microphone: false });
    expect(await world.open(session)).toEqual(['0', '1', '2']);
  });

  test('a line that drops ends nothing; one that does not come back does', async () => {
    room.drop('ben');
    expect(await world.open(session)).toEqual(['0', '1', '2']);
    world.comeBack('ben');
    room.take();
    world.enterCall('ben');
    expect(room.take().told.filter(({ t }) => t === 'sfu.published')).toMatchObject([{ session }]);
    expect(await world.open(session)).toEqual(['0', '1', '2']);
    room.drop('ben');
    room.pass(60);
    expect(await world.open(session)).toEqual([]);
  });

  test('also what they receive ends with them', async () => {
    const ada = await begin('ada');
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    await sfu.sfu('subscribe', { member: BEN, session, tracks: [{ member: ADA, track: sent?.track ?? '' }] });
    expect(fake.open(session)).toHaveLength(4);
    room.command('ada', { t: 'member.remove', member: BEN, n: 1 });
    expect(await world.open(session)).toEqual([]);
  });

  test('whoever has come back and does not enter the call hears nobody, and soon has no session', async () => {
    const ada = await begin('ada');
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    world.comeBack('ben');
    const tracks = [{ member: ADA, track: sent?.track ?? '' }];
    expect(await sfu.sfu('subscribe', { member: BEN, session, tracks })).toMatchObject(refused('peer_gone'));
    room.pass(29);
    expect(await world.open(session)).toHaveLength(3);
    room.pass(2);
    expect(await world.open(session)).toEqual([]);
  });

  test('whoever enters it again in time keeps it', async () => {
    world.comeBack('ben');
    world.enterCall('ben');
    room.pass(60);
    expect(await world.open(session)).toHaveLength(3);
  });

  test('a session with more sections than one request may name ends all the same', async () => {
    const ada = await begin('ada');
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    const track = { member: ADA, track: sent?.track ?? '' };
    for (const count of [64, 10])
      await sfu.sfu('subscribe', {
        member: BEN,
        session,
        tracks: Array.from({ length: count }, () => track),
      });
    expect(fake.open(session)).toHaveLength(77);
    room.command('ada', { t: 'member.remove', member: BEN, n: 1 });
    expect(await world.open(session)).toEqual([]);
  });

  test('an SFU that can not be reached is asked again, and what is ended already is no fault', async () => {
    room.command('ada', { t: 'rights.set', member: BEN, rights: { camera: 'denied' }, n: 1 });
    fake.next.push([500, 'down'], [200, { tracks: [{ mid: '0', errorCode: 'close_track_error' }] }]);
    await world.carryOut();
    expect(room.effects()).toContain('sfu.close');
    await world.carryOut();
    expect(room.effects()).not.toContain('sfu.close');
  });
});
