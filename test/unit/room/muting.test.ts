import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput, ErrorCode, MediaRequest } from '../../../src/protocol/index.ts';
import { auditBefore } from '../../../src/room-object/audit-rows.ts';
import { muting } from '../../../src/room-object/features/muting.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const ON = { camera: true, microphone: true, screen: true };
const KEY = { kind: 'host-key' } as const;

let room: Room;
const enterCall = (name: string) =>
  room.command(name, { t: 'call.enter', call: `c_${name.padEnd(22, '-')}` });
beforeEach(() => {
  room = new Room({}, { CALL_DIRECT_CAMERAS: '20' });
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'ben', 'vic']) room.enter(name);
  for (const name of ['host', 'co', 'ada', 'ben', 'vic']) enterCall(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

type By = Parameters<Room['command']>[0];
const turnOn = (...who: string[]) => {
  for (const name of who) room.command(name, { t: 'media.set', ...ON, speaking: true });
  room.take();
};
const stop = (by: By, fields: CommandInput<'media.stop'>) => room.command(by, { t: 'media.stop', ...fields });
const has = (name: string, one: 'camera' | 'microphone' | 'screen' | 'speaking') =>
  room.state.latest('media.changed', idOf(name))?.fields[one] === true;
const silent = () => ['host', 'co', 'ada', 'ben'].filter((name) => !has(name, 'microphone'));
/** What was told, with those who saw it (null: everybody). */
function told() {
  const { segments, live } = room.journal.take();
  return [
    ...segments.flatMap((segment) => [
      ...(JSON.parse(`[${segment.public}]`) as object[]).map((event) => ({ ...event, private: null })),
      ...segment.privateEvents.map(({ to, text }) => ({
        ...JSON.parse(text),
        private: Array.from(to.keys()),
      })),
    ]),
    ...live.map(({ text, to }) => ({ ...JSON.parse(text), private: to })),
  ];
}

describe('stopping', () => {
  test('one switches off for everybody to see, and tells who did it', () => {
    turnOn('ada', 'ben');
    stop('host', { members: [idOf('ada')], media: ['microphone'] });
    expect(told()).toMatchObject([
      { t: 'media.stopped', members: [idOf('ada')], media: ['microphone'], by: idOf('host'), private: null },
      {
        t: 'media.changed',
        member: idOf('ada'),
        camera: true,
        microphone: false,
        screen: true,
        speaking: false,
        private: null,
      },
    ]);
    expect(silent()).toEqual(['host', 'co', 'ada']);
  });

  test('all spares hosts and those excepted', () => {
    room.enter('dan');
    enterCall('dan');
    turnOn('host', 'co', 'ada', 'ben', 'dan');
    stop('co', { members: 'all', except: [idOf('ben')], media: ['microphone'] });
    expect(silent()).toEqual(['ada']);
    expect(has('dan', 'microphone')).toBe(false);
    const [notice, ...others] = told().filter(({ t }) => t === 'media.stopped');
    expect(notice?.members).toEqual([idOf('ada'), idOf('dan')]);
    expect(others).toEqual([]);
  });

  test('several media tells each what was on', () => {
    turnOn('ada');
    room.command('ben', { t: 'media.set', camera: true });
    room.take();
    stop('host', { members: 'all', media: ['screen', 'camera', 'camera'] });
    const notices = told().filter(({ t }) => t === 'media.stopped');
    expect(notices).toMatchObject([
      { media: ['camera', 'screen'], members: [idOf('ada')] },
      { media: ['camera'], members: [idOf('ben')] },
    ]);
    expect(has('ada', 'microphone')).toBe(true);
    expect(room.state.latest('media.changed', idOf('ben'))).toBeUndefined();
  });

  test('what is off stays off, and is no news', () => {
    room.command('ada', { t: 'media.set', camera: true });
    room.take();
    expect(stop('host', { members: 'all', media: ['microphone', 'screen'] })).toMatchObject({ ok: true });
    expect(told()).toEqual([]);
    expect(has('ada', 'microphone')).toBe(false);
  });

  test('of several that are named, one may have left meanwhile', () => {
    turnOn('ada', 'ben');
    room.command('ben', { t: 'member.leave' });
    room.take();
    const members = [idOf('ben'), idOf('ada'), idOf('ada')];
    expect(stop('host', { members, media: ['camera'] })).toMatchObject({ ok: true });
    expect(told().filter(({ t }) => t === 'media.stopped')).toMatchObject([{ members: [idOf('ada')] }]);
    expect(stop('host', { members: [idOf('ben')], media: ['camera'] })).toMatchObject(
      refused('member_unknown'),
    );
  });

  test('does not look for who has left, and no co-host stops a host whose line is lost', () => {
    turnOn('host', 'ada');
    for (const name of ['host', 'ada']) room.drop(name);
    expect(stop('co', { members: [idOf('host')], media: ['microphone'] })).toMatchObject(
      refused('role_required'),
    );
    room.command('ada', { t: 'member.leave' });
    room.take();
    expect(stop('co', { members: 'all', media: ['microphone'] })).toMatchObject({ ok: true });
    expect(told()).toEqual([]);
  });

  test('of very many is told in pieces, and stands in the trail once', () => {
    const large = new Room({ capacity: 500 });
    large.enter('host', { hostKey: HOST_KEY });
    for (let index = 0; index < 411; index += 1) large.enter(`m${index}`);
    // Some have something on, one's line is lost, and the others have nothing to do with it.
    for (let index = 0; index < 401; index += 1) large.command(`m${index}`, { t: 'media.set', camera: true });
    large.drop('m400');
    large.take();
    large.command('host', { t: 'media.stop', members: 'all', media: ['camera'] });
    const notices = large.take().told.filter(({ t }) => t === 'media.stopped');
    const sizes = notices.map(({ members }) => (members as string[]).length);
    expect(sizes).toEqual([200, 200, 1]);
    const { rows } = auditBefore(large.state, null, 10);
    expect(rows.filter(({ action }) => action === 'media.stopped')).toMatchObject([
      { detail: { count: 401 } },
    ]);
  });

  test('lets them switch it on again, unless it is denied to them', () => {
    turnOn('ada');
    stop('host', { members: 'all', media: ['microphone'] });
    expect(room.command('ada', { t: 'media.set', microphone: true })).toMatchObject({ ok: true });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { microphone: 'denied' } });
    expect(room.command('ada', { t: 'media.set', microphone: true })).toMatchObject(refused('not_allowed'));
  });

  test.each<[By, string, ErrorCode | null]>([
    ['host', 'host', null],
    ['host', 'co', null],
    [KEY, 'host', null],
    ['co', 'co', null],
    ['co', 'ada', null],
    ['co', 'host', 'role_required'],
    ['ada', 'ben', 'role_required'],
    ['ada', 'ada', 'role_required'],
    ['vic', 'ada', 'role_required'],
  ])('%j stops %s: %s', (by, of, code) => {
    turnOn('host', 'co', 'ada', 'ben');
    // Who may not touch one of those named touches none.
    const done = stop(by, { members: [idOf('vic'), idOf(of)], media: ['microphone'] });
    if (code === null) {
      expect(done).toMatchObject({ ok: true });
      expect(silent()).toEqual([of]);
    } else {
      expect(done).toMatchObject(refused(code));
      expect(told()).toEqual([]);
      expect(silent()).toEqual([]);
    }
  });

  test.each<[string, object]>([
    ['nobody', { members: [], media: ['camera'] }],
    ['nothing', { members: 'all', media: [] }],
    ['speaking', { members: 'all', media: ['speaking'] }],
    ['everyone', { members: 'everyone', media: ['camera'] }],
    ['no id', { members: ['ada'], media: ['camera'] }],
    ['too many', { members: Array(201).fill(idOf('ada')), media: ['camera'] }],
  ])('%s is bad input', (_, fields) => {
    turnOn('ada');
    expect(stop('host', fields as CommandInput<'media.stop'>)).toMatchObject(refused('invalid'));
    expect(told()).toEqual([]);
  });

  test('has its number accepted and answered also where there was nothing to switch off', () => {
    const done = room.command('host', {
      t: 'media.stop',
      n: 7,
      members: 'all',
      media: ['microphone'],
    });
    // A receipt that nobody sends would leave the host waiting for ever.
    expect(done).toMatchObject({ ok: true });
    expect(done.ok && done.value).not.toHaveProperty('echoed');
    expect(room.journal.mark(idOf('host')).acked).toBe(7);
    expect(room.command('host', { t: 'spotlight.set', n: 8, member: null })).toMatchObject({ ok: true });
    expect(room.command('host', { t: 'hand.raise', n: 9 })).toMatchObject({ value: { echoed: true } });
  });
});

describe('asking', () => {
  const ask = (by: By, member: string, media: 'camera' | 'microphone' | 'screen' = 'microphone') =>
    room.command(by, { t: 'media.request', member: idOf(member), media });
  const answer = (by: By, request: number, accept: boolean) =>
    room.command(by, { t: 'media.answer', request, accept });
  const open = (name: string) =>
    Object.assign({ requests: [] as MediaRequest[] }, muting.own?.(room.state, idOf(name))).requests;
  const requested = (by: By = 'host', member = 'ada', media?: 'camera'): number => {
    expect(ask(by, member, media)).toMatchObject({ ok: true });
    return told().find(({ t }) => t === 'media.requested')?.seq;
  };

  test('is told to who is asked and who asks, stays open, and switches nothing on', () => {
    const request = requested();
    expect(open('ada')).toEqual([
      { request, member: idOf('ada'), media: 'microphone', by: idOf('host'), at: room.now },
    ]);
    expect(open('host')).toEqual(open('ada'));
    expect(open('ben')).toEqual([]);
    expect(has('ada', 'microphone')).toBe(false);
    ask('co', 'ben');
    expect(told()).toMatchObject([
      { t: 'media.requested', member: idOf('ben'), by: idOf('co'), private: [idOf('ben'), idOf('co')] },
    ]);
  });

  test('accepted, it goes on; told to the two, the switching on to all', () => {
    const request = requested();
    room.command('ada', { t: 'media.set', camera: true });
    room.take();
    answer('ada', request, true);
    expect(told()).toMatchObject([
      {
        t: 'media.answered',
        ...{ request, member: idOf('ada'), media: 'microphone', accepted: true },
        private: [idOf('ada'), idOf('host')],
      },
      { t: 'media.changed', member: idOf('ada'), camera: true, microphone: true, private: null },
    ]);
    expect(open('ada')).toEqual([]);
    expect(room.deadlines()).not.toHaveProperty(`media-request ${idOf('ada')} microphone`);
  });

  test('declined, it stays off', () => {
    const request = requested();
    answer('ada', request, false);
    expect(told()).toMatchObject([{ t: 'media.answered', accepted: false }]);
    expect(has('ada', 'microphone')).toBe(false);
    expect(open('ada')).toEqual([]);
  });

  test('accepted without the right is refused and stays open; with it, it goes on', () => {
    room.command('host', { t: 'policy.set', policy: { microphone: false } });
    const request = requested();
    expect(answer('ada', request, true)).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'microphone' },
    });
    expect(told()).toEqual([]);
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { microphone: 'granted' } });
    room.take();
    expect(answer('ada', request, true)).toMatchObject({ ok: true });
    expect(has('ada', 'microphone')).toBe(true);
  });

  test('is for hosts, and the host key', () => {
    for (const by of ['ada', 'vic']) expect(ask(by, 'ben')).toMatchObject(refused('role_required'));
    expect(told()).toEqual([]);
    expect(ask(KEY, 'ben')).toMatchObject({ ok: true });
    const [event] = told();
    expect(event?.private).toEqual([idOf('ben')]);
    answer('ben', event?.seq, true);
    expect(told()[0]).toMatchObject({ t: 'media.answered', private: [idOf('ben')] });
  });

  test('is answered by who was asked, once', () => {
    const request = requested();
    for (const by of ['host', 'ben'])
      expect(answer(by, request, true)).toMatchObject(refused('request_unknown'));
    expect(answer(KEY, request, true)).toMatchObject(refused('not_allowed'));
    expect(answer('ada', request + 1, true)).toMatchObject(refused('request_unknown'));
    expect(open('ada')).toHaveLength(1);
    answer('ada', request, false);
    expect(answer('ada', request, true)).toMatchObject(refused('request_unknown'));
    expect(has('ada', 'microphone')).toBe(false);
  });

  test('for what is on, or asked for already, is no news; of nobody it is refused', () => {
    turnOn('ben');
    ask('host', 'ben');
    requested();
    ask('host', 'ada');
    ask('co', 'ada');
    expect(told()).toEqual([]);
    expect(ask('host', 'eve')).toMatchObject(refused('member_unknown'));
    requested('co', 'ada', 'camera');
    expect(open('ada')).toHaveLength(2);
  });

  test('lapses after two minutes, and can be made again', () => {
    const request = requested();
    room.pass(119);
    expect(open('ada')).toHaveLength(1);
    expect(room.pass(1)).toContain('media.lapse');
    const [event] = told();
    expect(event).toMatchObject({
      t: 'media.lapsed',
      ...{ request, member: idOf('ada'), media: 'microphone', private: [idOf('ada'), idOf('host')] },
    });
    expect(event).not.toHaveProperty('by');
    expect(answer('ada', request, true)).toMatchObject(refused('request_unknown'));
    expect(requested()).toBeGreaterThan(request);
  });

  test('waits for who drops and comes back, and dies with who leaves', () => {
    const request = requested();
    room.drop('ada');
    room.enter('ada', { returning: true });
    expect(open('ada')).toHaveLength(1);
    room.command('ada', { t: 'member.leave' });
    room.enter('ada', { returning: true });
    expect(open('ada')).toEqual([]);
    expect(room.deadlines()).not.toHaveProperty(`media-request ${idOf('ada')} microphone`);
    expect(answer('ada', request, true)).toMatchObject(refused('request_unknown'));
  });

  test('once they accepted and switched it off again, is not open to be accepted anew', () => {
    const request = requested();
    answer('ada', request, true);
    stop('host', { members: [idOf('ada')], media: ['microphone'] });
    expect(answer('ada', request, true)).toMatchObject(refused('request_unknown'));
    expect(has('ada', 'microphone')).toBe(false);
  });
});
