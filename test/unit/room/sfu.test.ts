import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { HttpSfu } from '../../../src/platform/sfu.ts';
import type { SfuRequests } from '../../../src/platform/sfu-rpc.ts';
import { type Outcome, refuse } from '../../../src/protocol/index.ts';
import { SfuSessions } from '../../../src/room-object/sfu.ts';
import { sfuTable } from '../../../src/room-object/sfu-rows.ts';
import { APP, FakeSfu, SECRET } from '../../support/fake-sfu.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

// Members' connections to the SFU: who may send what, that its calls come in order, and that whatever may no longer be sent ends there.

const stay = (name: string) => `c_${name.padEnd(22, '_')}`;
const [ADA, BEN] = [idOf('ada'), idOf('ben')];

let room: Room;
let fake: FakeSfu;
let sfu: SfuSessions;
let limited: boolean;

const connect = (api: FakeSfu | null = fake) =>
  new SfuSessions({
    engine: () => ({
      state: room.state,
      perform: (command, fields, actor) => room.perform(command, fields, actor),
      settled: async () => {},
    }),
    sfu: api && new HttpSfu({ app: APP, secret: SECRET, api: 'http://sfu.test/v1' }, api.fetch),
    log: () => {},
    limit: () => (limited ? refuse('rate_limited') : null),
  });

/** An offer whose sections send or don't: `offer('v0', 'a1', '-v2')`. */
const offer = (...sections: string[]): string =>
  [
    'v=0',
    ...sections.flatMap((section) => {
      const [, off, kind, mid] = /^(-?)([av])(\d+)$/.exec(section) ?? [];
      return [
        `m=${kind === 'a' ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF 96`,
        `a=mid:${mid}`,
        `a=${off === '-' ? 'recvonly' : 'sendonly'}`,
      ];
    }),
    '',
  ].join('\r\n');

const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
};

function enterCall(name: string): void {
  value(room.command(name, { t: 'call.enter', call: stay(name) }));
}
const begin = async (name: string, call = stay(name)) =>
  value(await sfu.sfu('begin', { member: idOf(name), call })).session;
const publish = (name: string, session: string, tracks: SfuRequests['publish']['tracks'], sdp?: string) => {
  const sections = tracks.map(({ mid, media }) => `${media === 'microphone' ? 'a' : 'v'}${mid}`);
  return sfu.sfu('publish', { member: idOf(name), session, tracks, sdp: sdp ?? offer(...sections) });
};
const CAMERA = { mid: '0', media: 'camera' } as const;
const MICROPHONE = { mid: '1', media: 'microphone' } as const;
const SCREEN = { mid: '2', media: 'screen' } as const;

/** Carries out the effects that wait, as the outbox does: those that reject stay. */
async function carryOut(): Promise<void> {
  for (const [id, { kind, data }] of Array.from(room.state.table(effectTable).entries())) {
    if (kind !== 'sfu.close') continue;
    try {
      await sfu.executors[kind]?.(data, id, 0);
      room.state.table(effectTable).delete(id);
    } catch {
      // Tried again.
    }
  }
}
/** The sections that are open at the SFU once all effects are done. */
async function open(session: string): Promise<string[]> {
  await carryOut();
  return fake.open(session).map(({ mid }) => mid);
}

beforeEach(() => {
  room = new Room({}, { SFU_APP_ID: APP, CALL_DIRECT_MEMBERS: '2' });
  room.enter('ada', { hostKey: HOST_KEY });
  room.enter('ben');
  fake = new FakeSfu();
  limited = false;
  sfu = connect();
  enterCall('ada');
  enterCall('ben');
  room.enter('cyn');
  enterCall('cyn');
  room.take();
});

describe('beginning', () => {
  test('a member of the call gets a session, and a new one ends the one before', async () => {
    const first = await begin('ben');
    await publish('ben', first, [CAMERA]);
    const second = await begin('ben');
    expect(second).not.toBe(first);
    expect(await open(first)).toEqual([]);
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
    room = new Room({}, { SFU_APP_ID: APP });
    room.enter('ada', { hostKey: HOST_KEY });
    enterCall('ada');
    expect(await sfu.sfu('begin', { member: ADA, call: stay('ada') })).toMatchObject(refused('call_moded'));
    expect(await connect(null).sfu('begin', { member: ADA, call: stay('ada') })).toMatchObject(
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
    limited = true;
    expect(await sfu.sfu('begin', { member: BEN, call: stay('ben') })).toMatchObject(refused('rate_limited'));
    expect(fake.calls).toEqual([]);
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

  test("another one's session is unknown", async () => {
    const session = await begin('ben');
    expect(await publish('ada', session, [CAMERA])).toMatchObject(refused('sfu_session_unknown'));
    const close = { member: ADA, session, mids: ['0'] };
    expect(await sfu.sfu('close', close)).toMatchObject(refused('sfu_session_unknown'));
    expect(await sfu.sfu('answer', { member: ADA, session, sdp: 'x' })).toMatchObject(
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
    expect(await open(session)).toEqual(['1']);
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
    const ended = await sfu.sfu('close', { member: BEN, session, mids: ['0'], sdp: 'an offer' });
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
    expect(await sfu.sfu('answer', { member: ADA, session: ada, sdp: 'x' })).toEqual({ ok: true, value: {} });
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
    const first = sfu.sfu('answer', { member: BEN, session: ben, sdp: 'first' });
    const second = sfu.sfu('answer', { member: BEN, session: ben, sdp: 'second' });
    await sfu.sfu('answer', { member: ADA, session: ada, sdp: 'other' });
    expect(order).toEqual(['first', 'other session']);
    expect(fake.calls.at(-1)?.body?.sessionDescription?.sdp).toBe('other');
    slow.resolve(null);
    await Promise.all([first, second]);
    expect(fake.calls.at(-1)?.body?.sessionDescription?.sdp).toBe('second');
  });

  test('a failed call does not stop the next, and says what the SFU said', async () => {
    const ben = await begin('ben');
    fake.next.push([200, { errorCode: 'invalid_sdp' }]);
    const [first, second] = await Promise.all([
      sfu.sfu('answer', { member: BEN, session: ben, sdp: 'first' }),
      sfu.sfu('answer', { member: BEN, session: ben, sdp: 'second' }),
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
    const first = sfu.sfu('answer', { member: BEN, session: ben, sdp: 'first' });
    const second = sfu.sfu('answer', { member: BEN, session: ben, sdp: 'second' });
    await first;
    expect(await second).toMatchObject(refused('member_gone'));
  });
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
    expect(await open(session)).toEqual(left);
  });

  test('what its sender switches off goes on being there, and is on again without asking', async () => {
    room.command('ben', { t: 'media.set', camera: false, microphone: false });
    expect(await open(session)).toEqual(['0', '1', '2']);
  });

  test('a line that drops ends nothing; one that does not come back does', async () => {
    room.drop('ben');
    expect(await open(session)).toEqual(['0', '1', '2']);
    room.admit('ben', { returning: true });
    room.open('ben');
    room.take();
    enterCall('ben');
    expect(room.take().told.filter(({ t }) => t === 'sfu.published')).toMatchObject([{ session }]);
    expect(await open(session)).toEqual(['0', '1', '2']);
    room.drop('ben');
    room.pass(60);
    expect(await open(session)).toEqual([]);
  });

  test('also what they receive ends with them', async () => {
    const ada = await begin('ada');
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    await sfu.sfu('subscribe', { member: BEN, session, tracks: [{ member: ADA, track: sent?.track ?? '' }] });
    expect(fake.open(session)).toHaveLength(4);
    room.command('ada', { t: 'member.remove', member: BEN, n: 1 });
    expect(await open(session)).toEqual([]);
  });

  test('whoever has come back and does not enter the call hears nobody, and soon has no session', async () => {
    const ada = await begin('ada');
    const [sent] = value(await publish('ada', ada, [CAMERA])).tracks;
    room.drop('ben');
    room.admit('ben', { returning: true });
    room.open('ben');
    const tracks = [{ member: ADA, track: sent?.track ?? '' }];
    expect(await sfu.sfu('subscribe', { member: BEN, session, tracks })).toMatchObject(refused('peer_gone'));
    room.pass(29);
    expect(await open(session)).toHaveLength(3);
    room.pass(2);
    expect(await open(session)).toEqual([]);
  });

  test('whoever enters it again in time keeps it', async () => {
    room.drop('ben');
    room.admit('ben', { returning: true });
    room.open('ben');
    enterCall('ben');
    room.pass(60);
    expect(await open(session)).toHaveLength(3);
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
    expect(await open(session)).toEqual([]);
  });

  test('an SFU that can not be reached is asked again, and what is ended already is no fault', async () => {
    room.command('ada', { t: 'rights.set', member: BEN, rights: { camera: 'denied' }, n: 1 });
    fake.next.push([500, 'down'], [200, { tracks: [{ mid: '0', errorCode: 'close_track_error' }] }]);
    await carryOut();
    expect(room.effects()).toContain('sfu.close');
    await carryOut();
    expect(room.effects()).not.toContain('sfu.close');
  });
});
