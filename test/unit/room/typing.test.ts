import { beforeEach, describe, expect, test } from 'vitest';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['ada', 'ben', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

const type = (by: Parameters<Room['command']>[0], typing: boolean, to?: string) =>
  room.command(by, { t: 'typing.set', typing, ...(to === undefined ? {} : { to: idOf(to) }) });
/** What was told of typing, and to whom. */
const told = () =>
  room.journal
    .take()
    .live.map(({ text, to, key }) => ({ ...JSON.parse(text), private: to, key }))
    .filter(({ t }) => t === 'typing.changed');
const isKept = (name: string) => room.state.latest('typing.changed', idOf(name)) !== undefined;
const say = (by: string, to?: string) =>
  room.command(by, {
    t: 'chat.send',
    body: { kind: 'text', text: 'x' },
    ...(to === undefined ? {} : { to: idOf(to) }),
  });

describe('typing', () => {
  test('is told to all, again each time, and its end once', () => {
    type('ada', true);
    expect(told()).toMatchObject([{ member: idOf('ada'), typing: true, private: null }]);
    type('ada', true);
    expect(told()).toMatchObject([{ typing: true }]);
    expect(isKept('ada')).toBe(true);
    type('ada', false);
    expect(told()).toMatchObject([{ member: idOf('ada'), typing: false }]);
    expect(isKept('ada')).toBe(false);
    type('ada', false);
    expect(told()).toEqual([]);
  });

  test('in one commit comes down to its last word', () => {
    for (const typing of [true, false, true]) type('ada', typing);
    type('ben', true);
    expect(told()).toMatchObject([
      { member: idOf('ada'), typing: true },
      { member: idOf('ben'), typing: true },
    ]);
  });

  test('to one is told to that one, and is nothing that others find when they come', () => {
    type('ada', true, 'ben');
    type('ada', true);
    const list = told();
    expect(list).toMatchObject([
      { member: idOf('ada'), typing: true, to: idOf('ben'), private: [idOf('ben')] },
      { member: idOf('ada'), typing: true, private: null },
    ]);
    expect(list[1]).not.toHaveProperty('to');
    type('ada', false);
    type('ada', true, 'ben');
    expect(Array.from(room.state.allLatest())).toEqual([]);
  });

  test('needs the right to write what is written; to stop needs none', () => {
    type('ada', true);
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    room.take();
    expect(type('ada', true)).toMatchObject({ ok: false, error: { code: 'not_allowed', detail: 'chat' } });
    expect(type('ada', false)).toMatchObject({ ok: true });
    expect(type('ada', true, 'ben')).toMatchObject({ ok: true });
    room.command('host', { t: 'policy.set', policy: { direct: false } });
    expect(type('ada', true, 'ben')).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'direct' },
    });
    expect(type('ada', false, 'ben')).toMatchObject({ ok: true });
    expect(type('vic', true)).toMatchObject(refused('not_allowed'));
    expect(type('host', true)).toMatchObject({ ok: true });
  });

  test('to nobody in the room is refused, to oneself is nothing, and the host key does not type', () => {
    expect(type('ada', true, 'eve')).toMatchObject(refused('member_unknown'));
    expect(type('ada', true, 'ada')).toMatchObject({ ok: true });
    expect(type({ kind: 'host-key' }, true)).toMatchObject(refused('not_allowed'));
    expect(told()).toEqual([]);
  });
});

describe('typing ends', () => {
  beforeEach(() => {
    type('ada', true);
    type('ben', true);
    room.take();
  });

  test.each<[string, () => unknown]>([
    ['with the message', () => say('ada')],
    ['when they drop', () => room.drop('ada')],
    ['when they leave', () => room.command('ada', { t: 'member.leave' })],
    ['when they come from somewhere else', () => room.enter('ada', { returning: true })],
    [
      'when it is denied to them',
      () => room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'denied' } }),
    ],
    [
      'when they become a viewer',
      () => room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' }),
    ],
  ])('%s, for them alone', (_, act) => {
    act();
    expect(told()).toMatchObject([{ member: idOf('ada'), typing: false }]);
    expect([isKept('ada'), isKept('ben')]).toEqual([false, true]);
  });

  test('when the room locks chat, for all who may not go on', () => {
    type('host', true);
    room.take();
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    expect(told()).toMatchObject([
      { member: idOf('ada'), typing: false },
      { member: idOf('ben'), typing: false },
    ]);
    expect(isKept('host')).toBe(true);
  });

  test('not with a message to one, nor with the message of another', () => {
    say('ada', 'host');
    say('host');
    expect(told()).toEqual([]);
    expect(isKept('ada')).toBe(true);
  });
});
