import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { messageTable, reactionsTo } from '../../../src/room-object/message-rows.ts';
import { snapshotText } from '../../../src/room-object/view.ts';
import { audiences, KEY, newMeeting, react, room, say, THUMB } from './chat-talk.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('reactions', () => {
  const known = (message: number) => reactionsTo(room.state, [{ seq: message, t: 'chat.sent' }])[message];

  test('are one of each emoji for each member, told, kept in order and taken back', () => {
    const message = say('ada', 'x');
    for (const by of ['ben', 'vic', 'ben']) react(by, message);
    react('ben', message, '🎉');
    expect(room.take().told).toMatchObject([
      { t: 'chat.reacted', message, emoji: THUMB, member: idOf('ben'), on: true },
      { t: 'chat.reacted', message, emoji: THUMB, member: idOf('vic'), on: true },
      { t: 'chat.reacted', message, emoji: '🎉', member: idOf('ben'), on: true },
    ]);
    expect(known(message)).toEqual({ [THUMB]: [idOf('ben'), idOf('vic')], '🎉': [idOf('ben')] });
    react('ben', message, THUMB, false);
    react('ben', message, '🎉', false);
    react('ada', message, '🎉', false);
    expect(room.take().told).toMatchObject([{ on: false }, { on: false }]);
    expect(known(message)).toEqual({ [THUMB]: [idOf('vic')] });
    react('vic', message, THUMB, false);
    expect(room.state.table(messageTable).size).toBe(0);
  });

  test('need the right to react; to take one back needs none', () => {
    const message = say('ada', 'x');
    react('ben', message);
    room.command('host', { t: 'policy.set', policy: { react: false } });
    room.take();
    expect(react('vic', message)).toMatchObject(refused('not_allowed'));
    expect(room.command(KEY, { t: 'chat.react', message, emoji: THUMB, on: true })).toMatchObject(
      refused('not_allowed'),
    );
    expect(react('ben', message, THUMB, false)).toMatchObject({ ok: true });
  });

  test('to a private message are for the two', () => {
    const message = say('ada', 'x', { to: idOf('ben') });
    expect(react('host', message)).toMatchObject(refused('message_unknown'));
    expect(react('ben', message)).toMatchObject({ ok: true });
    expect(audiences()).toEqual([[idOf('ada'), idOf('ben')]]);
  });

  test('are emoji, and no more than a message has room for', () => {
    const message = say('ada', 'x');
    for (const emoji of ['x', '', '👍👍', '__proto__'])
      expect(react('ben', message, emoji)).toMatchObject(refused('invalid'));
    for (let index = 0; index < LIMITS.messageEmoji; index += 1)
      expect(react('ben', message, String.fromCodePoint(0x1f600 + index))).toMatchObject({ ok: true });
    expect(react('ben', message, '🎉')).toMatchObject(refused('quota_exceeded'));
    expect(react('vic', message, '😀')).toMatchObject({ ok: true });
    const members = Array.from({ length: LIMITS.messageReactions }, (_, index) => idOf(`m${index}`));
    room.state.table(messageTable).set(String(message), { edit: null, reactions: { [THUMB]: members } });
    expect(react('ben', message)).toMatchObject(refused('quota_exceeded'));
  });

  test('come with history and with the snapshot', () => {
    const message = say('ada', 'x');
    const secret = say('ada', 'y', { to: idOf('ben') });
    for (const one of [message, secret]) react('ben', one);
    room.take();
    const reactions = { [message]: { [THUMB]: [idOf('ben')] } };
    const ask = (by: string) => room.command(by, { t: 'chat.history' });
    expect(ask('vic')).toMatchObject({ ok: true, value: { result: { reactions } } });
    expect(ask('ada')).toMatchObject({
      ok: true,
      value: { result: { reactions: { ...reactions, [secret]: reactions[message] } } },
    });
    expect(JSON.parse(snapshotText(room.state, room.view))).toMatchObject({ reactions });
    expect(JSON.parse(snapshotText(room.state, room.view)).reactions).not.toHaveProperty(String(secret));
  });

  test('to messages that the log has lost are forgotten in time, and those to pins are not', () => {
    const pinned = say('ada', 'pinned');
    room.command('host', { t: 'chat.pin', message: pinned });
    react('ben', pinned);
    for (let index = 0; index < 499; index += 1) react('ben', say('ada', 'x'));
    expect(room.state.table(messageTable).size).toBe(500);
    room.take();
    const kept = room.journal.last;
    const message = say('ada', 'y');
    room.disk.segments = room.disk.segments.filter(({ first }) => first > kept);
    react('ben', message);
    expect(Array.from(room.state.table(messageTable).keys())).toEqual([String(pinned), String(message)]);
  });
});
