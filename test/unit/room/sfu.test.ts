import { beforeEach, describe, expect, test } from 'vitest';
import type { SfuSessions } from '../../../src/room-object/sfu.ts';
import { sfuTable } from '../../../src/room-object/sfu-rows.ts';
import { APP, type FakeSfu, SECRET } from '../../support/fake-sfu.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';
import { CAMERA, MICROPHONE, offer, SCREEN, SfuWorld, stay, value } from './sfu-world.ts';

// Members' connections to the SFU: who may send and receive what, and that its calls come in order.

const [ADA, BEN] = [idOf('ada'), idOf('ben')];

let world: SfuWorld;
let room: Room;
let fake: FakeSfu;
let sfu: SfuSessions;
const begin = (name: string, call?: string) => world.begin(name, call);
const publish = (...asked: Parameters<SfuWorld['publish']>) => world.publish(...asked);
/** A description without sections, which differs by its name. */
const said = (name: string): string => `v=0\r\ns=${name}\r\n`;
beforeEach(() => {
  world = new SfuWorld();
  ({ room, fake, sfu } = world);
});

describe('beginning', () => {
  test('a member of the call gets a session, and a new one ends the one before', async () => {
    const first = await begin('ben');
    await publish('ben', first, [CAMERA]);
    const second = await begin('ben');
    expect(second).not.toBe(first);
    expect(await world.open(first)).toEqual([]);
    expect(await publish('ben', first, [MICROPHONE])).toMatchObject(refused('sfu_session_unknown'));
    expect(await publish('ben', second, [MICROPHONE])).toMatchObject({ ok: true });
  });

  test('whoever is not in the call, or not with this id, gets none', async () => {
    const asked = (member: string, call: string) => sfu.sfu('begin', { member, call });
    expect(await asked(BEN, stay('other'))).toMatchObject(refused('peer_gone'));
    room.command('ben', { t: 'call.exit' });
    expect(await asked(BEN, stay('ben'))).toMatchObject(refused('peer_gone'));
    expect(await asked(idOf('eve'), stay('eve'))).toMatchObject(refused('member_gone'));
    room.command('ada', { t: 'room.end', n: 1 });
    expect(await asked(ADA, stay('ada'))).toMatchObject(refused('room_ended'));
    expect(fake.calls).toEqual([]);
  });

  test('a direct call needs none, and without an SFU there is none', async () => {
    world.room = new Room({}, { SFU_APP_ID: APP, SFU_APP_SECRET: SECRET });
    world.room.enter('ada', { hostKey: HOST_KEY });
    world.enterCall('ada');
    expect(await sfu.sfu('begin', { member: ADA, call: stay('ada') })).toMatchObject(refused('call_moded'));
    expect(await world.connect(null).sfu('begin', { member: ADA, call: stay('ada') })).toMatchObject(
      refused('sfu_off'),
    );
  });

  test('who left the call while the SFU answered gets nothing', async () => {
    fake.next.push(async () => {
      room.command('ben', { t: 'call.exit' });
      return null;
    });
    expect(await sfu.sfu('begin', { member: BEN, call: stay('ben') })).toMatchObject(refused('peer_gone'));
    expect(room.state.table(sfuTable).size).toBe(0);
  });

  test('too many requests are held off', async () => {
    world.isLimited = true;
    expect(await sfu.sfu('begin', { member: BEN, call: stay('ben') })).toMatchObject(refused('rate_limited'));
    expect(fake.calls).toEqual([]);
  });
});

describe('what it costs', () => {
  const sessions = () => fake.calls.filter(({ path }) => path === 'sessions/new').length;

  test('five sessions at once are begun, then one in five seconds; others have theirs', async () => {
    for (let count = 0; count < 5; count += 1) await begin('ben');
    const asked = () => sfu.sfu('begin', { member: BEN, call: stay('ben') });
    expect(await asked()).toMatchObject({ ok: false, error: { code: 'rate_limited', retry: 5_000 } });
    expect(sessions()).toBe(5);
    expect(await begin('ada')).toMatch(/^s6/);
    room.now += 5_000;
    expect(await asked()).toMatchObject({ ok: true });
    expect(await asked()).toMatchObject(refused('rate_limited'));
  });

  test('whoever may have none uses up nothing', async () => {
    for (let count = 0; count < 9; count += 1)
      expect(await sfu.sfu('begin', { member: BEN, call: stay('other') })).toMatchObject(
        refused('peer_gone'),
      );
    expect(await begin('ben')).toMatch(/^s1/);
  });

  test('a session by which nothing went ends without a word to the SFU', async () => {
    const [first, second] = [await begin('ben'), await begin('ben')];
    expect(room.state.table(sfuTable).has(first)).toBe(false);
    // What can't be had is asked for at nobody.
    const tracks = [{ member: ADA, track: 'none' }];
    await sfu.sfu('subscribe', { member: BEN, session: second, tracks });
    room.command('ben', { t: 'call.exit' });
    expect(room.state.table(sfuTable).size).toBe(0);
    expect(room.effects()).not.toContain('sfu.close');
    expect(fake.calls).toHaveLength(2);
  });

  test('one that was asked for a track ends there, also where the answer was never heard of here', async () => {
    const session = await begin('ben');
    fake.next.push([500, 'lost on the way']);
    expect(await publish('ben', session, [CAMERA])).toMatchObject(refused('sfu_failed'));
    room.command('ben', { t: 'call.exit' });
    expect(room.effects()).toContain('sfu.close');

    world.enterCall('ben');
    const [ada, again] = [await begin('ada'), await begin('ben')];
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    const tracks = [{ member: ADA, track: sent?.track ?? '' }];
    await sfu.sfu('subscribe', { member: BEN, session: again, tracks });
    room.command('ben', { t: 'call.exit' });
    expect(await world.open(again)).toEqual([]);
    expect(await world.open(ada)).toEqual(['0']);
  });
});

describe('what is remembered', () => {
  test('of sections that are over is no more than a description can hold', async () => {
    const session = await begin('ben');
    for (let mid = 0; mid < 140; mid += 1) {
      await publish('ben', session, [{ mid: String(mid), media: 'microphone' }]);
      await sfu.sfu('close', { member: BEN, session, mids: [String(mid)] });
    }
    const over = Object.keys(room.state.table(sfuTable).get(session)?.over ?? {});
    expect([over.length, over[0], over.at(-1)]).toEqual([128, '12', '139']);
  });
});

describe('sending', () => {
  test('tracks are named by the room, and everybody is told', async () => {
    const session = await begin('ben');
    const sent = value(await publish('ben', session, [CAMERA, MICROPHONE]));
    expect(sent.sdp).toBe('answer 0 1');
    const tracks = sent.tracks.map(({ track }) => track);
    expect(tracks[0]).toMatch(/^camera-/);
    expect(fake.open(session).map(({ trackName }) => trackName)).toEqual(tracks);
    expect(room.take().told.filter(({ t }) => t === 'sfu.published')).toMatchObject([
      {
        member: BEN,
        session,
        tracks: [
          { track: tracks[0], media: 'camera', kind: 'video' },
          { track: tracks[1], media: 'microphone', kind: 'audio' },
        ],
      },
    ]);
    // What was sent before stands in the next offer, too.
    expect(await publish('ben', session, [SCREEN], offer('v0', 'a1', 'v2', '-v3'))).toMatchObject({
      ok: true,
    });
    expect(fake.open(session)).toHaveLength(3);
  });

  test('what a member may not send never reaches the SFU', async () => {
    room.command('ada', { t: 'rights.set', member: BEN, rights: { camera: 'denied' }, n: 1 });
    const session = await begin('ben');
    const before = fake.calls.length;
    expect(await publish('ben', session, [CAMERA])).toMatchObject(refused('not_allowed'));
    expect(await publish('ben', session, [MICROPHONE], offer('a1', 'v0'))).toMatchObject(
      refused('signal_invalid'),
    );
    expect(await publish('ben', session, [{ mid: '1', media: 'camera' }], offer('a1'))).toMatchObject(
      refused('signal_invalid'),
    );
    expect(await publish('ben', session, [MICROPHONE], offer('-a1'))).toMatchObject(
      refused('signal_invalid'),
    );
    expect(await publish('ben', session, [MICROPHONE], 'nonsense')).toMatchObject(refused('signal_invalid'));
    expect(fake.calls).toHaveLength(before);
    expect(await publish('ben', session, [MICROPHONE])).toMatchObject({ ok: true });
  });

  test('each of them once: what all are told of a member stays small', async () => {
    const session = await begin('ben');
    await publish('ben', session, [CAMERA, MICROPHONE]);
    const again = [{ mid: '5', media: 'microphone' }] as const;
    expect(await publish('ben', session, again, offer('v0', 'a1', 'a5'))).toMatchObject(
      refused('signal_invalid'),
    );
    const two = [SCREEN, { mid: '6', media: 'screen' }] as const;
    expect(await publish('ben', session, two, offer('v0', 'a1', 'v2', 'v6'))).toMatchObject(
      refused('signal_invalid'),
    );
    expect(await publish('ben', session, two, offer('v0', 'a1', 'v2', 'a6'))).toMatchObject({ ok: true });
    await sfu.sfu('close', { member: BEN, session, mids: ['1'] });
    expect(await publish('ben', session, again, offer('v0', 'v2', 'a6', 'a5'))).toMatchObject({ ok: true });
  });

  test('what an answer or an end describes is read like an offer', async () => {
    const session = await begin('ben');
    await publish('ben', session, [CAMERA]);
    const [calls, of] = [fake.calls.length, { member: BEN, session }];
    for (const sdp of ['nonsense', offer('v0', 'a1'), offer('a0'), `${offer('v0')}m=application 9 x y\r\n`]) {
      expect(await sfu.sfu('answer', { ...of, sdp }), sdp).toMatchObject(refused('signal_invalid'));
      expect(await sfu.sfu('close', { ...of, mids: ['0'], sdp })).toMatchObject(refused('signal_invalid'));
    }
    expect(fake.calls).toHaveLength(calls);
    expect(room.state.table(sfuTable).get(session)?.sent).toHaveLength(1);
    expect(await sfu.sfu('answer', { ...of, sdp: offer('v0', '-v1') })).toMatchObject({ ok: true });
  });

  test('a section that the room has ended may be described for a moment, and keeps nothing else from going out', async () => {
    const session = await begin('ben');
    await publish('ben', session, [CAMERA, MICROPHONE]);
    room.command('ada', { t: 'media.stop', members: [BEN], media: ['microphone'], n: 1 });
    room.command('ben', { t: 'media.set', microphone: true });
    const sdp = offer('v0', 'a1', '-v9');
    expect(await sfu.sfu('answer', { member: BEN, session, sdp })).toMatchObject({ ok: true });
    expect(await publish('ben', session, [SCREEN], offer('v0', 'a1', 'v2'))).toMatchObject({ ok: true });
    room.command('ada', { t: 'rights.set', member: BEN, rights: { microphone: 'denied' }, n: 2 });
    const sound = [{ mid: '3', media: 'screen' }] as const;
    expect(await publish('ben', session, sound, offer('v0', 'a1', 'v2', 'a3'))).toMatchObject({ ok: true });
    // Described is not sent: it is open nowhere, and can't be sent anew.
    expect(await world.open(session)).toEqual(['0', '2', '3']);
    expect(await publish('ben', session, [MICROPHONE], offer('v0', 'a1', 'v2', 'a3'))).toMatchObject(
      refused('not_allowed'),
    );
  });

  test("another one's session is unknown", async () => {
    const session = await begin('ben');
    expect(await publish('ada', session, [CAMERA])).toMatchObject(refused('sfu_session_unknown'));
    const close = { member: ADA, session, mids: ['0'] };
    expect(await sfu.sfu('close', close)).toMatchObject(refused('sfu_session_unknown'));
    expect(await sfu.sfu('answer', { member: ADA, session, sdp: offer() })).toMatchObject(
      refused('sfu_session_unknown'),
    );
  });

  test('a right that ends while the SFU answers ends the track at once', async () => {
    const session = await begin('ben');
    fake.next.push(async () => {
      room.command('ada', { t: 'rights.set', member: BEN, rights: { camera: 'denied' }, n: 1 });
      return null;
    });
    expect(await publish('ben', session, [CAMERA, MICROPHONE])).toMatchObject(refused('not_allowed'));
    expect(await world.open(session)).toEqual(['1']);
    expect(room.state.table(sfuTable).get(session)?.sent).toMatchObject([{ media: 'microphone' }]);
  });

  test('a track that the SFU refuses is not sent, and its other ones are', async () => {
    const session = await begin('ben');
    const tracks = [{ mid: '0', errorCode: 'bad' }, { mid: '1' }];
    fake.next.push([200, { sessionDescription: { type: 'answer', sdp: 'x' }, tracks }]);
    expect(value(await publish('ben', session, [CAMERA, MICROPHONE])).tracks).toMatchObject([{ mid: '1' }]);
    fake.next.push([200, { sessionDescription: { type: 'answer', sdp: 'x' }, tracks: [tracks[0]] }]);
    expect(await publish('ben', session, [CAMERA], offer('v0', 'a1'))).toMatchObject({
      ok: false,
      error: { code: 'sfu_failed', detail: 'bad' },
    });
    expect(room.state.table(sfuTable).get(session)?.sent).toMatchObject([{ media: 'microphone' }]);
  });

  test('its member can end a track, and all are told', async () => {
    const session = await begin('ben');
    await publish('ben', session, [CAMERA, MICROPHONE]);
    room.take();
    const ended = await sfu.sfu('close', { member: BEN, session, mids: ['0'], sdp: offer('-v0', 'a1') });
    expect(value(ended)).toEqual({ sdp: 'answer to the end' });
    expect(room.take().told).toMatchObject([{ t: 'sfu.published', tracks: [{ media: 'microphone' }] }]);
    expect(room.effects()).not.toContain('sfu.close');
  });
});

describe('receiving', () => {
  test('what others send now, and nothing else', async () => {
    const [ada, ben] = [await begin('ada'), await begin('ben')];
    const [sent] = value(await publish('ben', ben, [CAMERA])).tracks;
    const track = sent?.track ?? '';
    const asked = await sfu.sfu('subscribe', {
      member: ADA,
      session: ada,
      tracks: [
        { member: ADA, track },
        { member: BEN, track, rid: 'q' },
        { member: BEN, track: 'other' },
      ],
    });
    expect(value(asked)).toEqual({
      sdp: 'offer of 1',
      tracks: [
        { member: ADA, track, error: 'gone' },
        { member: BEN, track, mid: '0' },
        { member: BEN, track: 'other', error: 'gone' },
      ],
    });
    expect(fake.calls.at(-1)?.body?.tracks).toMatchObject([
      { sessionId: ben, simulcast: { preferredRid: 'q' } },
    ]);
    expect(await sfu.sfu('answer', { member: ADA, session: ada, sdp: offer('-v0') })).toEqual({
      ok: true,
      value: {},
    });
    const layers = { member: ADA, session: ada, tracks: [{ mid: '0', member: BEN, track, rid: 'f' }] };
    expect(await sfu.sfu('layers', layers)).toMatchObject({ ok: true });
    expect(fake.calls.at(-1)?.body?.tracks).toMatchObject([{ mid: '0', simulcast: { preferredRid: 'f' } }]);

    const calls = fake.calls.length;
    const none = await sfu.sfu('subscribe', {
      member: ADA,
      session: ada,
      tracks: [{ member: BEN, track: 'other' }],
    });
    expect(value(none).sdp).toBeNull();
    expect(fake.calls).toHaveLength(calls);
  });

  test('what is asked about one session goes one after another, about others beside it', async () => {
    const [ada, ben] = [await begin('ada'), await begin('ben')];
    const order: string[] = [];
    const slow = Promise.withResolvers<null>();
    fake.next.push(
      async () => {
        order.push('first');
        return slow.promise;
      },
      async () => {
        order.push('other session');
        return null;
      },
    );
    const first = sfu.sfu('answer', { member: BEN, session: ben, sdp: said('first') });
    const second = sfu.sfu('answer', { member: BEN, session: ben, sdp: said('second') });
    await sfu.sfu('answer', { member: ADA, session: ada, sdp: said('other') });
    expect(order).toEqual(['first', 'other session']);
    expect(fake.calls.at(-1)?.body?.sessionDescription?.sdp).toBe(said('other'));
    slow.resolve(null);
    await Promise.all([first, second]);
    expect(fake.calls.at(-1)?.body?.sessionDescription?.sdp).toBe(said('second'));
  });

  test('a failed call does not stop the next, and says what the SFU said', async () => {
    const ben = await begin('ben');
    fake.next.push([200, { errorCode: 'invalid_sdp' }]);
    const [first, second] = await Promise.all([
      sfu.sfu('answer', { member: BEN, session: ben, sdp: said('first') }),
      sfu.sfu('answer', { member: BEN, session: ben, sdp: said('second') }),
    ]);
    expect(first).toMatchObject({ ok: false, error: { code: 'sfu_failed', detail: 'invalid_sdp' } });
    expect(second).toMatchObject({ ok: true });
  });

  test('who was put out while waiting in turn gets nothing more', async () => {
    const ben = await begin('ben');
    fake.next.push(async () => {
      room.command('ada', { t: 'member.remove', member: BEN, n: 1 });
      return null;
    });
    const first = sfu.sfu('answer', { member: BEN, session: ben, sdp: said('first') });
    const second = sfu.sfu('answer', { member: BEN, session: ben, sdp: said('second') });
    await first;
    expect(await second).toMatchObject(refused('member_gone'));
  });
});
