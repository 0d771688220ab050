import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../../src/protocol/index.ts';
import { commandSpec, LIMITS } from '../../../src/protocol/index.ts';
import { readRoomSettings } from '../../../src/room-object/settings.ts';
import { ANSWER, SIMULCAST_OFFER } from '../../support/chromium-sdp.ts';
import { sdpOf } from '../../support/sdp.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

type Signal = CommandInput<'signal.send'>['signal'];
const PEOPLE = ['host', 'ada', 'ben', 'cleo'];
const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;
const CANDIDATE = 'candidate:2478768344 1 udp 2113937151 5d894d38.local 57433 typ host generation 0';

let room: Room;
beforeEach(() => {
  room = new Room({}, { CALL_DIRECT_CAMERAS: '2', SFU_APP_ID: 'app', SFU_APP_SECRET: 'secret' });
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of PEOPLE.slice(1)) room.enter(name);
  for (const name of ['ada', 'ben', 'cleo']) room.command(name, { t: 'call.enter', call: stay(name) });
  room.take();
});

const candidate = (more: object = {}): Signal => ({
  kind: 'candidate',
  candidate: CANDIDATE,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'wJZP',
  ...more,
});
const offer = (more: object = {}): Signal => ({
  kind: 'description',
  type: 'offer',
  sdp: SIMULCAST_OFFER,
  media: { '0': 'microphone', '1': 'camera' },
  ...more,
});
const send = (by: string, to: string, signal: Signal, more: { call?: string; peer?: string } = {}) =>
  room.command(by, { t: 'signal.send', to: idOf(to), call: stay(by), peer: stay(to), signal, ...more });
const section = (kind: 'audio' | 'video', direction: string) => ({ kind, mid: '0', direction });
/** What is told live, and to whom (null: all). */
const told = () => {
  const { segments, live } = room.journal.take();
  expect(segments).toEqual([]);
  return live.map(({ text, to }) => ({ ...JSON.parse(text), private: to }));
};

describe('a signal', () => {
  test('goes to the one it is for and to nobody else, with who says it and both ids', () => {
    expect(send('ada', 'ben', offer({ offer: 3 }))).toMatchObject({ ok: true });
    expect(told()).toEqual([
      {
        t: 'signal.sent',
        at: room.now,
        by: idOf('ada'),
        call: stay('ada'),
        peer: stay('ben'),
        signal: offer({ offer: 3 }),
        private: [idOf('ben')],
      },
    ]);
  });

  test('is kept by nobody: not in the log, not in the state, not for those who come', () => {
    room.state.takeChanges();
    const latest = Array.from(room.state.allLatest()).length;
    send('ada', 'ben', offer());
    send('ben', 'ada', { kind: 'description', type: 'answer', sdp: ANSWER, media: { '2': 'camera' } });
    send('ada', 'ben', candidate());
    const { segments, live } = room.journal.take();
    expect(segments).toEqual([]);
    expect(live.map(({ key }) => key)).toEqual([null, null, null]);
    expect(room.state.isDirty).toBe(false);
    expect(Array.from(room.state.allLatest())).toHaveLength(latest);
  });

  test('is a candidate as browsers write it, and the end of them', () => {
    expect(send('ada', 'ben', candidate())).toMatchObject({ ok: true });
    expect(send('ada', 'ben', { kind: 'candidate', candidate: '' })).toMatchObject({ ok: true });
    expect(told()).toMatchObject([
      { signal: candidate() },
      { signal: { candidate: '', sdpMid: null, sdpMLineIndex: null, usernameFragment: null } },
    ]);
  });

  test.each<[string, object]>([
    ['is no candidate', { candidate: 'hello' }],
    ['has more lines', { candidate: `${CANDIDATE}\r\na=sendrecv` }],
    ['is too long', { candidate: `candidate:${'x'.repeat(LIMITS.candidateLength)}` }],
    ['has a long section', { sdpMid: 'x'.repeat(LIMITS.midLength + 1) }],
    ['has a section of more lines', { sdpMid: '0\n' }],
    ['has a section before the first', { sdpMLineIndex: -1 }],
    ['has half a section', { sdpMLineIndex: 0.5 }],
    ['has a section far behind the last', { sdpMLineIndex: 1e6 }],
    ['has a long fragment', { usernameFragment: 'x'.repeat(LIMITS.fragmentLength + 1) }],
    ['is of another kind', { kind: 'restart' }],
  ])('that %s is refused', (_, more) => {
    expect(send('ada', 'ben', candidate(more))).toMatchObject(refused('invalid'));
    expect(told()).toEqual([]);
  });

  test.each<[string, object]>([
    ['too long', { sdp: `v=0\r\n${'a=x\r\n'.repeat(LIMITS.sdpLength / 5)}` }],
    ['rolled back', { type: 'rollback' }],
    ['provisional', { type: 'pranswer' }],
    ['of a medium that there is not', { media: { '0': 'speaker' } }],
    ['without a word of what it sends', { media: undefined }],
    [
      'of too many declarations',
      { media: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [at, 'camera'])) },
    ],
    ['of a section with a long name', { media: { ['x'.repeat(LIMITS.midLength + 1)]: 'camera' } }],
    ['a number of an offer that is none', { offer: 1.5 }],
  ])('whose description is %s is refused', (_, more) => {
    expect(send('ada', 'ben', offer(more))).toMatchObject(refused('invalid'));
    expect(told()).toEqual([]);
  });
});

test('signals have a rate of their own', () => {
  expect(readRoomSettings({}).rates.signal).toEqual({ perSecond: 30, burst: 200 });
  expect(readRoomSettings({ RATE_SIGNAL: '5/7' }).rates.signal).toEqual({ perSecond: 5, burst: 7 });
  expect(commandSpec('signal.send').rate).toBe('signal');
});

describe('both are in the call', () => {
  const gone = (detail: string) => ({
    ok: false,
    error: { code: 'peer_gone', detail: expect.stringContaining(detail) },
  });

  test.each<[string, () => unknown, string]>([
    ['the other has never entered', () => send('ada', 'host', candidate()), 'peer'],
    ['the other has another id', () => send('ada', 'ben', candidate(), { peer: stay('cleo') }), 'peer'],
    ['one has another id', () => send('ada', 'ben', candidate(), { call: stay('cleo') }), 'call'],
    ['one has never entered', () => send('host', 'ben', candidate()), 'call'],
    ['there is no such member', () => send('ada', 'nobody', candidate()), 'peer'],
  ])('or it is refused: %s', (_, attempt, detail) => {
    expect(attempt()).toMatchObject(gone(detail));
    expect(told()).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    ['left it', () => room.command('ben', { t: 'call.exit' })],
    ['dropped', () => room.drop('ben')],
    ['came anew and did not enter', () => room.enter('ben', { returning: true })],
    ['left the room', () => room.command('ben', { t: 'member.leave' })],
    ['was put out', () => room.command('host', { t: 'member.remove', member: idOf('ben') })],
  ])('or it is refused in both directions: the other %s', (_, happens) => {
    happens();
    room.take();
    expect(send('ada', 'ben', candidate())).toMatchObject(gone('peer'));
    expect(send('ben', 'ada', candidate())).toMatchObject({ ok: false });
    expect(told()).toEqual([]);
  });

  test('under the same id after a drop they go on', () => {
    room.drop('ben');
    room.enter('ben', { returning: true });
    room.command('ben', { t: 'call.enter', call: stay('ben') });
    room.take();
    expect(send('ada', 'ben', candidate())).toMatchObject({ ok: true });
    expect(told()).toMatchObject([{ t: 'signal.sent', private: [idOf('ben')] }]);
  });

  test('nobody signals to themselves, from away, from the lobby or with the host key alone', () => {
    expect(send('ada', 'ada', candidate())).toMatchObject(refused('invalid'));
    room.drop('ada');
    expect(send('ada', 'ben', candidate())).toMatchObject(refused('member_gone'));
    room.command('host', { t: 'lobby.send', member: idOf('cleo') });
    room.enter('cleo');
    expect(send('cleo', 'ben', candidate())).toMatchObject(refused('still_waiting'));
    const fields = { to: idOf('ben'), call: stay('ada'), peer: stay('ben'), signal: candidate() };
    expect(room.command({ kind: 'host-key' }, { t: 'signal.send', ...fields })).toMatchObject(
      refused('not_allowed'),
    );
  });

  test('through the SFU nothing goes directly', () => {
    room.command('ada', { t: 'media.set', camera: true, screen: true });
    room.command('ben', { t: 'media.set', camera: true });
    room.take();
    for (const signal of [candidate(), offer()])
      expect(send('ada', 'ben', signal)).toMatchObject(refused('call_moded'));
    expect(told()).toEqual([]);
  });
});

describe('what a description sends', () => {
  const denied = (detail: string) => ({ ok: false, error: { code: 'not_allowed', detail } });
  const sending = (media: 'camera' | 'microphone' | 'screen', direction = 'sendonly') =>
    offer({
      sdp: sdpOf([section(media === 'microphone' ? 'audio' : 'video', direction)]),
      media: { '0': media },
    });

  test.each(['camera', 'microphone', 'screen'] as const)('must be the member’s to use: %s', (media) => {
    expect(send('ada', 'ben', sending(media))).toMatchObject({ ok: true });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { [media]: 'denied' } });
    room.take();
    expect(send('ada', 'ben', sending(media))).toMatchObject(denied(media));
    expect(send('ada', 'ben', sending(media, 'sendrecv'))).toMatchObject(denied(media));
    expect(told()).toEqual([]);
    // To the others it is not denied, and to look and listen needs no right.
    expect(send('ben', 'ada', sending(media))).toMatchObject({ ok: true });
    expect(send('ada', 'ben', sending(media, 'recvonly'))).toMatchObject({ ok: true });
    expect(send('ada', 'ben', sending(media, 'inactive'))).toMatchObject({ ok: true });
  });

  test('follows the room’s locks, a grant and the role', () => {
    room.command('host', { t: 'policy.set', policy: { microphone: false } });
    expect(send('ada', 'ben', sending('microphone'))).toMatchObject(denied('microphone'));
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { microphone: 'granted' } });
    expect(send('ada', 'ben', sending('microphone'))).toMatchObject({ ok: true });
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'viewer' });
    expect(send('ben', 'ada', sending('camera'))).toMatchObject(denied('camera'));
    expect(send('ben', 'ada', sending('camera', 'recvonly'))).toMatchObject({ ok: true });
  });

  test('is denied with the first of several that is not theirs', () => {
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { camera: 'denied' } });
    expect(send('ada', 'ben', offer())).toMatchObject(denied('camera'));
    // The sound alone: the picture is declared, and does not go.
    const muted = SIMULCAST_OFFER.replace('a=sendonly', 'a=inactive');
    expect(send('ada', 'ben', offer({ sdp: muted }))).toMatchObject({ ok: true });
  });

  test('can not be passed off as something else', () => {
    room.command('host', {
      t: 'rights.set',
      member: idOf('ada'),
      rights: { microphone: 'denied', screen: 'denied' },
    });
    room.take();
    const sound = sdpOf([section('audio', 'sendonly')]);
    const as = (media: object) => send('ada', 'ben', offer({ sdp: sound, media }));
    expect(as({ '0': 'camera' })).toMatchObject(refused('signal_invalid'));
    expect(as({})).toMatchObject(refused('signal_invalid'));
    expect(as({ '1': 'camera' })).toMatchObject(refused('signal_invalid'));
    expect(as({ '0': 'screen' })).toMatchObject(denied('screen'));
    expect(send('ada', 'ben', offer({ sdp: 'hello' }))).toMatchObject(refused('signal_invalid'));
    const data = sdpOf([{ kind: 'application', mid: '0' }]);
    expect(send('ada', 'ben', offer({ sdp: data, media: {} }))).toMatchObject(refused('signal_invalid'));
    expect(told()).toEqual([]);
  });
});
