import { beforeEach, describe, expect, test } from 'vitest';
import { GROWN_SIZE } from '../../../src/engine/journal.ts';
import type { CommandInput } from '../../../src/protocol/index.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { messageTable, pinsOf, reactionsTo } from '../../../src/room-object/message-rows.ts';
import { snapshotText } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room, refused, type Told } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
const THUMB = '👍';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'ben', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

const textBody = (text: string) => ({ kind: 'text', text }) as const;

/** Sends and commits. Answers the message's position. */
function say(by: string, text: string, more: Omit<CommandInput<'chat.send'>, 'body'> = {}): number {
  const done = room.command(by, { t: 'chat.send', body: textBody(text), ...more });
  if (!done.ok) throw new Error(done.error.code);
  const sent = room.take().told.find(({ t }) => t === 'chat.sent');
  return Number(sent?.seq);
}
const edit = (by: string, message: number, text: string, mentions?: string[]) =>
  room.command(by, {
    t: 'chat.edit',
    message,
    body: textBody(text),
    ...(mentions === undefined ? {} : { mentions }),
  });
const remove = (by: string | typeof KEY, message: number) => room.command(by, { t: 'chat.delete', message });
const react = (by: string, message: number, emoji = THUMB, on = true) =>
  room.command(by, { t: 'chat.react', message, emoji, on });

/** All that is kept anywhere: the log and the state. */
function kept(): string {
  room.take();
  return JSON.stringify([
    room.disk.segments,
    room.everything(),
    Array.from(room.state.table({ name: 'messages' }).values()),
    Array.from(room.state.table({ name: 'pins' }).values()),
    snapshotText(room.state, room.view),
  ]);
}
const stored = (message: number): Told | undefined => {
  room.take();
  return room.view.read(message)?.event;
};
/** Who was told each event since the last commit; null: everybody. */
function audiences(): (string[] | null)[] {
  const [segment] = room.journal.take().segments;
  const told = segment?.public === '' ? [] : [null];
  return [...told, ...(segment?.privateEvents.map(({ to }) => Array.from(to.keys())) ?? [])];
}
/** Nothing changed, nothing was told. */
function expectNothing(): void {
  expect(room.told()).toEqual([]);
}

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

describe('an answer', () => {
  test('names what it answers, where its sender may see that', () => {
    const message = say('ada', 'x');
    const secret = say('ada', 'y', { to: idOf('ben') });
    room.command('ben', { t: 'chat.send', body: textBody('z'), replyTo: message });
    expect(room.take().told).toMatchObject([{ t: 'chat.sent', replyTo: message }]);
    expect(say('ben', 'z', { to: idOf('ada'), replyTo: secret })).toBeGreaterThan(secret);
    for (const replyTo of [secret, 99_999])
      expect(room.command('host', { t: 'chat.send', body: textBody('z'), replyTo })).toMatchObject(
        refused('message_unknown'),
      );
  });
});

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

describe('slow mode', () => {
  const slow = (by: string | typeof KEY, slowSeconds: number) =>
    room.command(by, { t: 'chat.settings', slowSeconds });
  const send = (by: string, to?: string) =>
    room.command(by, { t: 'chat.send', body: textBody('x'), ...(to === undefined ? {} : { to }) });

  test('is for the hosts to set, told, and part of the snapshot', () => {
    for (const by of ['ada', 'vic']) expect(slow(by, 5)).toMatchObject(refused('role_required'));
    for (const seconds of [-1, 1.5, LIMITS.slowSeconds + 1])
      expect(slow('host', seconds)).toMatchObject(refused('invalid'));
    expectNothing();
    slow('co', 10);
    slow('host', 10);
    slow(KEY, 0);
    expect(room.take().told).toMatchObject([
      { t: 'chat.slowed', seconds: 10 },
      { t: 'chat.slowed', seconds: 0 },
    ]);
    slow('host', 30);
    expect(JSON.parse(snapshotText(room.state, room.view))).toMatchObject({ slowSeconds: 30 });
  });

  test('makes members wait between messages to all, and says how long', () => {
    slow('host', 10);
    expect(send('ada')).toMatchObject({ ok: true });
    room.now += 4_000;
    expect(send('ada')).toMatchObject({ ok: false, error: { code: 'rate_limited', retry: 6_000 } });
    expect(send('ben')).toMatchObject({ ok: true });
    expect(send('ada', idOf('ben'))).toMatchObject({ ok: true });
    expect(send('ada', 'hosts')).toMatchObject({ ok: true });
    room.now += 6_000;
    expect(send('ada')).toMatchObject({ ok: true });
    slow('host', 0);
    expect(send('ada')).toMatchObject({ ok: true });
  });

  test('does not wait for a clock that was put back', () => {
    slow('host', 10);
    send('ada');
    room.now -= 3_600_000;
    expect(send('ada')).toMatchObject({ ok: true });
    expect(send('ada')).toMatchObject({ ok: false, error: { code: 'rate_limited', retry: 10_000 } });
  });

  test('does not bind host and co-host', () => {
    slow('host', 10);
    for (const by of ['host', 'co', 'host', 'co']) expect(send(by)).toMatchObject({ ok: true });
  });

  test('writes no row for a message', () => {
    slow('host', 10);
    room.state.takeChanges();
    send('ada');
    expect(room.state.takeChanges()).toEqual([]);
  });
});

describe('questions to the hosts', () => {
  const ask = (by: string) => room.command(by, { t: 'chat.send', body: textBody('why?'), to: 'hosts' });

  test('are for the hosts who are there and their sender, also where chat and direct messages are locked', () => {
    room.command('host', { t: 'policy.set', policy: { chat: false, direct: false } });
    room.take();
    for (const by of ['ada', 'vic']) {
      expect(ask(by)).toMatchObject({ ok: true });
      expect(audiences()).toEqual([[idOf(by), idOf('host'), idOf('co')]]);
    }
    room.command('co', { t: 'member.leave' });
    room.take();
    ask('ada');
    expect(audiences()).toEqual([[idOf('ada'), idOf('host')]]);
  });

  test('are answered, edited and deleted among the same people', () => {
    const question = say('ada', 'why?', { to: 'hosts' });
    expect(stored(question)).toMatchObject({ to: 'hosts' });
    expect(room.view.history(idOf('ben'), null, 10).events).toEqual([]);
    expect(room.view.history(idOf('co'), null, 10).events).toHaveLength(1);
    expect(say('co', 'because', { to: idOf('ada'), replyTo: question })).toBeGreaterThan(question);
    edit('ada', question, 'when?');
    expect(audiences()).toEqual([[idOf('ada'), idOf('host'), idOf('co')]]);
    expect(remove('host', question)).toMatchObject(refused('not_allowed'));
  });

  test('need the right to ask, and somebody to be asked', () => {
    room.command('host', { t: 'policy.set', policy: { ask: false } });
    expect(ask('ada')).toMatchObject({ ok: false, error: { code: 'not_allowed', detail: 'ask' } });
    expect(room.command(KEY, { t: 'chat.send', body: textBody('x'), to: 'hosts' })).toMatchObject(
      refused('not_allowed'),
    );
    expect(ask('host')).toMatchObject({ ok: true });
    room.command('host', { t: 'policy.set', policy: { ask: true } });
    room.command('co', { t: 'member.leave' });
    expect(ask('host')).toMatchObject(refused('member_unknown'));
  });
});
