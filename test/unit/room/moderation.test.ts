import { beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/protocol/index.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.enter('co');
  room.enter('ada');
  room.enter('ben');
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.take();
});

const text = (to?: string) =>
  ({
    t: 'chat.send',
    body: { kind: 'text', text: 'x' },
    ...(to === undefined ? {} : { to: idOf(to) }),
  }) as const;

describe('the room’s flags', () => {
  test('change where they are named and nowhere else, and are told whole', () => {
    const before = theRoom(room.state).policy;
    room.command('host', { t: 'policy.set', policy: { chat: false, watch: true } });
    const after = { ...before, chat: false, watch: true };
    expect(theRoom(room.state).policy).toEqual(after);
    expect(room.take().told).toMatchObject([{ t: 'policy.changed', policy: after, by: idOf('host') }]);
  });

  test('that are so already are no news', () => {
    for (const policy of [{}, { chat: true }, { watch: false, screen: true }]) {
      expect(room.command('host', { t: 'policy.set', policy })).toMatchObject({ ok: true });
    }
    expect(room.told()).toEqual([]);
  });

  test('are changed by a co-host, by the host key, and by nobody else', () => {
    expect(room.command('co', { t: 'policy.set', policy: { chat: false } })).toMatchObject({ ok: true });
    expect(room.command({ kind: 'host-key' }, { t: 'policy.set', policy: { image: false } })).toMatchObject({
      ok: true,
    });
    const before = room.everything();
    expect(room.command('ada', { t: 'policy.set', policy: { chat: true } })).toMatchObject(
      refused('role_required'),
    );
    expect(room.everything()).toBe(before);
  });

  test('are enforced: members are bound, host and co-host are not', () => {
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    expect(room.command('ada', text())).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'chat' },
    });
    expect(room.command('ada', text('ben'))).toMatchObject({ ok: true });
    for (const name of ['host', 'co']) expect(room.command(name, text())).toMatchObject({ ok: true });
  });
});

describe('one member’s rights', () => {
  test('are granted, denied and taken back, and told whole', () => {
    room.command('host', {
      t: 'rights.set',
      member: idOf('ada'),
      rights: { chat: 'denied', screen: 'granted' },
    });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: null } });
    expect(room.take().told).toMatchObject([
      { t: 'rights.changed', member: idOf('ada'), rights: { chat: 'denied', screen: 'granted' } },
      { t: 'rights.changed', member: idOf('ada'), rights: { screen: 'granted' } },
    ]);
    expect(room.member('ada')?.rights).toEqual({ screen: 'granted' });
  });

  test('that are so already are no news', () => {
    for (const rights of [{}, { chat: null }]) {
      expect(room.command('host', { t: 'rights.set', member: idOf('ada'), rights })).toMatchObject({
        ok: true,
      });
    }
    expect(room.told()).toEqual([]);
  });

  test('give one person the word where all are muted', () => {
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'granted' } });
    expect(room.command('ada', text())).toMatchObject({ ok: true });
    expect(room.command('ben', text())).toMatchObject(refused('not_allowed'));
  });

  test.each<[string, string, ErrorCode]>([
    ['ada', 'ben', 'role_required'],
    ['ada', 'ada', 'role_required'],
    ['co', 'host', 'role_required'],
    ['host', 'eve', 'member_unknown'],
  ])('%s can not change those of %s: %s', (by, of, code) => {
    const before = room.everything();
    expect(room.command(by, { t: 'rights.set', member: idOf(of), rights: { chat: 'denied' } })).toMatchObject(
      refused(code),
    );
    expect(room.everything()).toBe(before);
  });

  test('stay with the person through a drop and a return', () => {
    room.command('co', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'denied' } });
    room.drop('ada');
    room.enter('ada', { returning: true });
    expect(room.command('ada', text())).toMatchObject(refused('not_allowed'));
    room.command('ada', { t: 'member.leave' });
    room.enter('ada', { returning: true });
    expect(room.command('ada', text())).toMatchObject(refused('not_allowed'));
  });
});

describe('camera, microphone and screen', () => {
  const all = { camera: true, microphone: true, screen: true };
  const off = { camera: false, microphone: false, screen: false, speaking: false };
  const media = () => {
    const { told } = room.take();
    return told.filter(({ t }) => t === 'media.changed');
  };

  test('are announced whole; what is left out stays', () => {
    room.command('ada', { t: 'media.set', camera: true });
    expect(media()).toMatchObject([{ member: idOf('ada'), ...off, camera: true }]);
    room.command('ada', { t: 'media.set', microphone: true, speaking: true });
    expect(media()).toMatchObject([{ ...off, camera: true, microphone: true, speaking: true }]);
    room.command('ada', { t: 'media.set', camera: false });
    expect(media()).toMatchObject([{ ...off, microphone: true, speaking: true }]);
  });

  test('that are so already are no news', () => {
    room.command('ada', { t: 'media.set', camera: false });
    expect(media()).toEqual([]);
    room.command('ada', { t: 'media.set', camera: true });
    room.take();
    room.command('ada', { t: 'media.set', camera: true });
    expect(media()).toEqual([]);
  });

  test('nobody speaks without a microphone', () => {
    room.command('ada', { t: 'media.set', speaking: true });
    expect(media()).toEqual([]);
    room.command('ada', { t: 'media.set', microphone: true, speaking: true });
    room.take();
    room.command('ada', { t: 'media.set', microphone: false });
    expect(media()).toMatchObject([off]);
  });

  test('are left as they were by an announcement that is refused in part', () => {
    room.command('host', { t: 'policy.set', policy: { screen: false } });
    room.take();
    expect(room.command('ada', { t: 'media.set', ...all })).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'screen' },
    });
    expect(room.state.latest('media.changed', idOf('ada'))).toBeUndefined();
  });

  test('may be switched off by whoever may not switch them on', () => {
    room.command('ada', { t: 'media.set', ...all });
    room.command('host', { t: 'policy.set', policy: { screen: false } });
    expect(room.command('ada', { t: 'media.set', camera: false, screen: false })).toMatchObject({ ok: true });
  });

  test.each(['camera', 'microphone', 'screen'] as const)(
    '%s goes off when the room locks it, for members alone, and does not come back by itself',
    (one) => {
      for (const name of ['host', 'co', 'ada'])
        room.command(name, { t: 'media.set', ...all, speaking: true });
      room.take();
      room.command('host', { t: 'policy.set', policy: { [one]: false } });
      expect(media()).toMatchObject([
        { member: idOf('ada'), ...all, speaking: one !== 'microphone', [one]: false },
      ]);
      room.command('host', { t: 'policy.set', policy: { [one]: true } });
      expect(media()).toEqual([]);
      expect(room.state.latest('media.changed', idOf('ada'))?.fields[one]).toBe(false);
    },
  );

  test('stay on for whoever was granted them', () => {
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { camera: 'granted' } });
    for (const name of ['ada', 'ben']) room.command(name, { t: 'media.set', camera: true });
    room.take();
    room.command('host', { t: 'policy.set', policy: { camera: false } });
    expect(media()).toMatchObject([{ member: idOf('ben'), camera: false }]);
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { camera: null } });
    expect(media()).toMatchObject([{ member: idOf('ada'), camera: false }]);
  });

  test('go off when they are denied to their member', () => {
    room.command('ada', { t: 'media.set', ...all });
    room.command('ben', { t: 'media.set', ...all });
    room.take();
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { camera: 'denied' } });
    expect(media()).toMatchObject([{ member: idOf('ada'), ...all, camera: false }]);
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { camera: 'granted' } });
    expect(media()).toEqual([]);
  });

  test('go off when their member becomes a viewer', () => {
    room.command('ada', { t: 'media.set', ...all });
    room.take();
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    expect(media()).toMatchObject([{ member: idOf('ada'), ...off }]);
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'member' });
    expect(media()).toEqual([]);
  });

  test('go off when a co-host is one no longer and the room is locked', () => {
    room.command('host', { t: 'policy.set', policy: { camera: false } });
    room.command('co', { t: 'media.set', camera: true });
    room.take();
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'member' });
    expect(media()).toMatchObject([{ member: idOf('co'), ...off }]);
  });

  test.each([
    ['drops', () => room.drop('ada')],
    ['leaves', () => room.command('ada', { t: 'member.leave' })],
    ['comes from somewhere else', () => room.enter('ada', { returning: true })],
  ])('go off when their member %s', (_, act) => {
    room.command('ada', { t: 'media.set', ...all });
    room.take();
    act();
    expect(media()).toMatchObject([{ member: idOf('ada'), ...off }]);
    expect(room.state.latest('media.changed', idOf('ada'))).toBeUndefined();
  });
});

describe('chat', () => {
  test('to one is seen by the two, and by nobody else', () => {
    room.command('ada', text('ben'));
    const [segment] = room.journal.take().segments;
    expect(segment?.public).toBe('');
    expect(segment?.privateEvents.map(({ to }) => Array.from(to.keys()))).toEqual([
      [idOf('ada'), idOf('ben')],
    ]);
  });

  test('to oneself comes once', () => {
    room.command('ada', text('ada'));
    const [segment] = room.journal.take().segments;
    expect(segment?.privateEvents.map(({ to }) => Array.from(to.entries()))).toEqual([[[idOf('ada'), 1]]]);
  });

  test('to nobody in the room is refused', () => {
    room.command('ben', { t: 'member.leave' });
    for (const to of ['ben', 'eve'])
      expect(room.command('ada', text(to))).toMatchObject(refused('member_unknown'));
  });

  test('mentions those who are there, each once', () => {
    room.drop('ben');
    room.take();
    const mentions = [idOf('ben'), idOf('eve'), idOf('ben'), idOf('host')];
    room.command('ada', { ...text(), mentions });
    expect(room.take().told).toMatchObject([{ t: 'chat.sent', mentions: [idOf('ben'), idOf('host')] }]);
    room.command('ada', { ...text(), mentions: [idOf('eve')] });
    expect(room.take().told[0]).not.toHaveProperty('mentions');
  });

  test('is for people: the host key sends nothing and reads nothing', () => {
    expect(room.command({ kind: 'host-key' }, text())).toMatchObject(refused('not_allowed'));
    expect(room.command({ kind: 'host-key' }, { t: 'chat.history' })).toMatchObject(refused('not_allowed'));
    expect(room.command({ kind: 'host-key' }, { t: 'member.leave' })).toMatchObject(refused('not_allowed'));
    expect(room.command({ kind: 'host-key' }, { t: 'media.set', camera: false })).toMatchObject(
      refused('not_allowed'),
    );
  });
});
