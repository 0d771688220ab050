import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { pinsOf } from '../../../src/room-object/message-rows.ts';
import { snapshotText } from '../../../src/room-object/view.ts';
import { edit, expectNothing, KEY, kept, newMeeting, remove, room, say, stored } from './chat-talk.ts';
import { idOf, refused, type Told } from './harness.ts';

beforeEach(newMeeting);

describe('pins', () => {
  const pin = (by: string | typeof KEY, message: number) => room.command(by, { t: 'chat.pin', message });
  const unpin = (by: string, message: number) => room.command(by, { t: 'chat.unpin', message });
  const shown = () => (JSON.parse(snapshotText(room.state, room.view)) as { pins: Told[] }).pins;

  test('are set and taken by the hosts, told, and shown whole to who comes later', () => {
    const a = say('ada', 'a');
    const b = say('ben', 'b');
    expect([pin('host', b), pin(KEY, a), pin('co', a)]).toMatchObject([1, 2, 3].map(() => ({ ok: true })));
    expect(room.take().told).toMatchObject([
      { t: 'chat.pinned', message: b },
      { t: 'chat.pinned', message: a },
    ]);
    expect(shown()).toMatchObject([
      { seq: b, t: 'chat.sent', body: { text: 'b' }, by: idOf('ben') },
      { seq: a, body: { text: 'a' } },
    ]);
    unpin('co', b);
    unpin('co', b);
    expect(room.told()).toEqual(['chat.unpinned']);
    expect(shown()).toMatchObject([{ seq: a }]);
  });

  test('are not for members', () => {
    const message = say('ada', 'x');
    for (const by of ['ada', 'vic']) {
      expect(pin(by, message)).toMatchObject(refused('role_required'));
      expect(unpin(by, message)).toMatchObject(refused('role_required'));
    }
    expectNothing();
  });

  test('show what all can see, and what is there', () => {
    const secret = say('ada', 'x', { to: idOf('host') });
    for (const message of [secret, 99_999, 1])
      expect(pin('host', message)).toMatchObject(refused('message_unknown'));
  });

  test('show an edit, stay when the log has lost the message, and go when it is deleted', () => {
    const message = say('ada', 'before');
    pin('host', message);
    edit('ada', message, 'after');
    room.take();
    expect(shown()).toEqual([stored(message)]);
    room.disk.segments = room.disk.segments.filter(({ first }) => first > message);
    edit('ada', message, 'later');
    expect(shown()).toMatchObject([{ seq: message, body: { text: 'later' } }]);
    expect(remove('co', message)).toMatchObject({ ok: true });
    expect(shown()).toEqual([]);
    expect(kept()).not.toContain('later');
  });

  test('are no more than there is room for', () => {
    for (let index = 0; index < LIMITS.pins; index += 1) pin('host', say('ada', 'x'));
    const message = say('ada', 'x');
    expect(pin('host', message)).toMatchObject(refused('quota_exceeded'));
    unpin('host', pinsOf(room.state)[0]?.seq ?? 0);
    expect(pin('host', message)).toMatchObject({ ok: true });
  });
});
