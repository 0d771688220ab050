import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { snapshotText } from '../../../src/room-object/view.ts';
import {
  audiences,
  edit,
  expectNothing,
  KEY,
  newMeeting,
  remove,
  room,
  say,
  stored,
  textBody,
} from './chat-talk.ts';
import { idOf, refused } from './harness.ts';

beforeEach(newMeeting);

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
