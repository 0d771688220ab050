import { beforeEach, describe, expect, test } from 'vitest';
import { GROWN_SIZE } from '../../../src/engine/journal.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import {
  audiences,
  edit,
  expectNothing,
  KEY,
  kept,
  newMeeting,
  remove,
  room,
  say,
  stored,
  textBody,
} from './chat-talk.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('an edit', () => {
  test('is told, and takes the place of the old text wherever it stood', () => {
    const message = say('ada', 'first words', { mentions: [idOf('ben')] });
    room.now += 5_000;
    expect(edit('ada', message, 'second words', [idOf('co')])).toMatchObject({ ok: true });
    const change = { body: textBody('second words'), mentions: [idOf('co')], editedAt: room.now };
    expect(room.take().told).toMatchObject([{ t: 'chat.edited', by: idOf('ada'), message, ...change }]);
    expect(stored(message)).toEqual({
      seq: message,
      t: 'chat.sent',
      at: room.now - 5_000,
      by: idOf('ada'),
      ...change,
    });
    expect(kept()).not.toContain('first words');
    expect(room.view.history(idOf('ben'), null, 10).events.at(-1)).toMatchObject({ body: change.body });
  });

  test('keeps the envelope in front, in its order', () => {
    room.command('ada', { t: 'chat.send', n: 4, body: textBody('x'), replyTo: say('ben', 'y') });
    const message = Number(room.take().told[0]?.seq);
    edit('ada', message, 'z');
    expect(Object.keys(stored(message) ?? {}).slice(0, 5)).toEqual(['seq', 't', 'at', 'by', 'n']);
    expect(stored(message)).toMatchObject({ n: 4, replyTo: expect.any(Number) });
  });

  test('made again leaves none of the texts before, not even in the event that told of them', () => {
    const message = say('ada', 'alpha');
    edit('ada', message, 'beta');
    const first = Number(room.take().told[0]?.seq);
    edit('ada', message, 'gamma');
    expect(kept()).not.toMatch(/alpha|beta/);
    expect(stored(first)).not.toHaveProperty('body');
    expect(stored(first)).toMatchObject({ t: 'chat.edited', message });
    // Both in one commit, too.
    edit('ada', message, 'delta');
    edit('ada', message, 'epsilon');
    expect(kept()).not.toMatch(/alpha|beta|gamma|delta/);
  });

  test('is for the author alone, while they may send', () => {
    const message = say('ada', 'x');
    for (const by of ['ben', 'co', 'host', 'vic'])
      expect(edit(by, message, 'y')).toMatchObject(refused('not_allowed'));
    expect(room.command(KEY, { t: 'chat.edit', message, body: textBody('y') })).toMatchObject(
      refused('not_allowed'),
    );
    expectNothing();
    room.command('host', { t: 'policy.set', policy: { chat: false } });
    room.take();
    expect(edit('ada', message, 'y')).toMatchObject({
      ok: false,
      error: { code: 'not_allowed', detail: 'chat' },
    });
    expectNothing();
    const own = say('host', 'x');
    expect(edit('host', own, 'y')).toMatchObject({ ok: true });
  });

  test('of a private message needs the right to send one, and is told to the same two', () => {
    const message = say('ada', 'secret', { to: idOf('ben') });
    expect(edit('ada', message, 'hush')).toMatchObject({ ok: true });
    expect(audiences()).toEqual([[idOf('ada'), idOf('ben')]]);
    room.command('host', { t: 'policy.set', policy: { direct: false } });
    expect(edit('ada', message, 'y')).toMatchObject({ ok: false, error: { detail: 'direct' } });
  });

  test('also reaches whoever has left, who may come back to where they were', () => {
    const message = say('ada', 'secret', { to: idOf('ben') });
    room.command('ben', { t: 'member.leave' });
    room.take();
    edit('ada', message, 'hush');
    expect(audiences()).toEqual([[idOf('ada'), idOf('ben')]]);
  });

  test('does not reach into the lobby, nor those who have to go through it', () => {
    const message = say('ada', 'secret', { to: idOf('ben') });
    room.command('host', { t: 'member.remove', member: idOf('ben') });
    room.take();
    edit('ada', message, 'one');
    expect(audiences()).toEqual([[idOf('ada')]]);
    room.enter('ben', { returning: true });
    expect(room.member('ben')?.presence).toBe('waiting');
    room.take();
    edit('ada', message, 'two');
    expect(audiences()).toEqual([[idOf('ada')]]);
    room.command('host', { t: 'lobby.admit', members: 'all' });
    room.take();
    edit('ada', message, 'three');
    expect(audiences()).toEqual([[idOf('ada'), idOf('ben')]]);
  });

  test('that changes nothing is no news', () => {
    const message = say('ada', 'x', { mentions: [idOf('ben')] });
    expect(edit('ada', message, 'x', [idOf('ben')])).toMatchObject({ ok: true });
    expectNothing();
  });

  test('is measured like what is sent', () => {
    const message = say('ada', 'x');
    const long = 'x'.repeat(LIMITS.textLength + 1);
    expect(edit('ada', message, long)).toMatchObject(refused('text_too_long'));
    expect(edit('ada', message, '')).toMatchObject(refused('invalid'));
    expect(edit('ada', message, long.slice(1))).toMatchObject({ ok: true });
  });

  test('is refused where the log has no space for it to grow, and a shorter one is not', () => {
    for (let index = 0; index < 140; index += 1)
      room.command('ada', { t: 'chat.send', body: textBody(`${index}${'x'.repeat(3_900)}`) });
    room.take();
    const [first] = room.disk.segments.slice(-2);
    if (first === undefined) throw new Error('nothing was stored');
    // Other edits have filled it to the brim.
    const filler = { seq: 0, x: 'z'.repeat(GROWN_SIZE - first.public.length) };
    room.disk.segments = room.disk.segments.map((one) =>
      one === first ? { ...one, private: JSON.stringify([[{}, JSON.stringify(filler)]]) } : one,
    );
    const at = first.first;
    expect(edit('ada', at, 'short')).toMatchObject({ ok: true });
    expect(edit('ada', at + 1, `${'"'.repeat(4_000)}`)).toMatchObject(refused('text_too_long'));
    expect(remove('ada', at + 1)).toMatchObject({ ok: true });
  });

  test('of what is not there, not yet, or not for them: unknown', () => {
    const secret = say('ada', 'secret', { to: idOf('ben') });
    for (const [by, message] of [
      ['ada', 99_999],
      ['ada', 0],
      ['co', secret],
      ['host', secret],
    ] as const) {
      expect(edit(by, message, 'y')).toMatchObject(refused('message_unknown'));
      if (by !== 'ada') expect(remove(by, message)).toMatchObject(refused('message_unknown'));
    }
    // Positions that other events have are no messages.
    expect(edit('host', 1, 'y')).toMatchObject(refused('message_unknown'));
    expectNothing();
  });
});
