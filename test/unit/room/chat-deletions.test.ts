import { beforeEach, describe, expect, test } from 'vitest';
import { messageTable, pinsOf } from '../../../src/room-object/message-rows.ts';
import {
  audiences,
  edit,
  expectNothing,
  KEY,
  kept,
  newMeeting,
  react,
  remove,
  room,
  say,
  stored,
} from './chat-talk.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('a deletion', () => {
  test('leaves the trace that there was one, and nothing of what was said', () => {
    const message = say('ada', 'gone words', { mentions: [idOf('ben')] });
    edit('ada', message, 'gone again', [idOf('ben')]);
    react('ben', message);
    room.command('host', { t: 'chat.pin', message });
    room.take();
    expect(remove('ada', message)).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([
      { t: 'chat.deleted', message, deletedBy: idOf('ada'), by: idOf('ada') },
      { t: 'chat.unpinned', message },
    ]);
    expect(stored(message)).toEqual({
      seq: message,
      t: 'chat.sent',
      at: room.now,
      by: idOf('ada'),
      body: { kind: 'deleted' },
      deletedBy: idOf('ada'),
    });
    expect(kept()).not.toContain('gone');
    expect(room.state.table(messageTable).size).toBe(0);
    expect(pinsOf(room.state)).toEqual([]);
  });

  test('is for the author, also while the chat is locked, and for the hosts where all could see it', () => {
    const list = ['a', 'b', 'c', 'd'].map((text) => say('ada', text));
    const [a = 0, b = 0, c = 0, d = 0] = list;
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    room.take();
    for (const by of ['ben', 'vic']) expect(remove(by, a)).toMatchObject(refused('role_required'));
    expectNothing();
    expect([remove('ada', a), remove('co', b), remove('host', c), remove(KEY, d)]).toMatchObject(
      list.map(() => ({ ok: true })),
    );
    expect(room.take().told.map(({ deletedBy }) => deletedBy)).toEqual([
      idOf('ada'),
      idOf('co'),
      idOf('host'),
      undefined,
    ]);
  });

  test('of a private message is for its author alone, and told to the same two', () => {
    const message = say('ada', 'secret', { to: idOf('host') });
    expect(remove('host', message)).toMatchObject(refused('not_allowed'));
    expect(remove(KEY, message)).toMatchObject(refused('message_unknown'));
    expect(remove('ada', message)).toMatchObject({ ok: true });
    expect(audiences()).toEqual([[idOf('ada'), idOf('host')]]);
  });

  test('made again is no news, and nothing is edited, pinned or reacted to after it', () => {
    const message = say('ada', 'x');
    remove('host', message);
    // Decided on before the deletion is written, and after.
    for (const settle of [() => {}, () => room.take()]) {
      settle();
      expect(edit('ada', message, 'back again')).toMatchObject(refused('message_unknown'));
      expect(react('ben', message)).toMatchObject(refused('message_unknown'));
      expect(room.command('host', { t: 'chat.pin', message })).toMatchObject(refused('message_unknown'));
    }
    expect(remove('ada', message)).toMatchObject({ ok: true });
    expectNothing();
    expect(stored(message)).toMatchObject({ body: { kind: 'deleted' }, deletedBy: idOf('host') });
    // Its trace can still be answered.
    expect(say('ben', 'why?', { replyTo: message })).toBeGreaterThan(message);
  });

  test('reaches the text that is left where the log has lost the message', () => {
    const message = say('ada', 'old');
    const other = say('ada', 'other');
    room.take();
    edit('ada', message, 'newer words');
    room.take();
    room.disk.segments = room.disk.segments.filter(({ last }) => last > other);
    expect(remove('ben', message)).toMatchObject(refused('role_required'));
    expect(remove('ada', message)).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ t: 'chat.deleted', message }]);
    expect(kept()).not.toContain('newer words');
    expect(remove('ada', message)).toMatchObject(refused('message_unknown'));
    expect(remove('ada', other)).toMatchObject(refused('message_unknown'));
    expect(edit('ada', other, 'y')).toMatchObject(refused('message_unknown'));
  });
});
