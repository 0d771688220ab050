import { beforeEach, describe, expect, test } from 'vitest';
import { MARK_EVERY, markTable } from '../../../src/user-object/direct-rows.ts';
import { type GroupRow, groupTable } from '../../../src/user-object/group-rows.ts';
import { outgoingTable } from '../../../src/user-object/links.ts';
import { blockedTable, contactTable, peopleTable } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, deviceId, refused, type Told, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');

let talk: Talk;
const start = (names: readonly string[], access?: 'contacts' | 'everybody') => {
  talk = new Talk(new World(names, access === undefined ? {} : { PEOPLE_ACCESS: access }));
  return talk.world;
};
const seqsOf = (told: readonly Told[]) => told.map(({ seq }) => seq);
const of = (told: readonly Told[], t: string) => told.filter((event) => event.t === t);

beforeEach(() => {
  start(['ada', 'bob']).befriend('ada', 'bob');
});

describe('a message', () => {
  test('stands in both logs under the same name, and its echo is the receipt', () => {
    talk.send('ada', 'bob', 'hello', { n: 1 });
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    const told = {
      t: 'direct.sent',
      from: ADA,
      number: 1,
      body: { kind: 'text', text: 'hello' },
      sentAt: talk.world.now,
      prev: null,
    };
    expect(atAda).toMatchObject([
      { ...told, with: BOB, by: deviceId('ada'), n: 1, person: cardOf('bob') },
      { t: 'direct.receipt', with: BOB, delivered: 1, read: 0 },
    ]);
    expect(of(atBob, 'direct.sent')).toMatchObject([{ ...told, with: ADA, person: cardOf('ada') }]);
    expect(of(atBob, 'direct.sent')[0]).not.toHaveProperty('by');
    expect(talk.world.of('bob').state.table(outgoingTable).size).toBe(0);
  });

  test('comes in the order of sending, each after the one before it', () => {
    for (const text of ['one', 'two', 'three']) talk.send('ada', 'bob', text);
    talk.settle();
    talk.send('bob', 'ada', 'four');
    talk.settle();
    talk.send('ada', 'bob', 'five');
    const [atBob = []] = talk.settle('bob');
    expect(talk.texts('bob', 'ada')).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(talk.texts('ada', 'bob')).toEqual(['one', 'two', 'three', 'four', 'five']);
    const sent = of(atBob, 'direct.sent');
    expect(sent.map(({ number }) => number)).toEqual([1, 2, 3, 1, 4]);
    expect(sent.map(({ prev }) => prev)).toEqual([null, ...seqsOf(sent).slice(0, -1)]);
    // Only the first one says who it is from.
    expect(sent.filter(({ person }) => person !== undefined)).toHaveLength(1);
  });

  test('to somebody who can not be reached waits, and comes once when they can', () => {
    talk.world.cut('bob');
    for (const text of ['one', 'two']) talk.send('ada', 'bob', text);
    talk.settle();
    expect(talk.texts('bob', 'ada')).toEqual([]);
    talk.world.reach('bob');
    talk.send('ada', 'bob', 'three');
    talk.settle();
    talk.settle();
    expect(talk.texts('bob', 'ada')).toEqual(['one', 'two', 'three']);
  });

  test('to somebody without a connected device is kept', () => {
    talk.world.of('bob').drop('bob');
    talk.send('ada', 'bob', 'while you were out');
    const [atAda = []] = talk.settle('ada');
    expect(of(atAda, 'direct.receipt')).toEqual([]);
    expect(talk.texts('bob', 'ada')).toEqual(['while you were out']);
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 1, with: cardOf('ada') });
  });

  test('answers another one of either of them, by its name', () => {
    talk.send('ada', 'bob', 'question');
    talk.settle();
    talk.send('bob', 'ada', 'answer', { replyTo: { from: ADA, number: 1 } });
    talk.settle();
    talk.send('ada', 'bob', 'and more', { replyTo: { from: BOB, number: 1 } });
    talk.settle();
    const replies = talk.history('bob', 'ada').events.map(({ replyTo }) => replyTo);
    expect(replies).toEqual([undefined, { from: ADA, number: 1 }, { from: BOB, number: 1 }]);
    for (const replyTo of [
      { from: ADA, number: 3 },
      { from: BOB, number: 2 },
      { from: accountId('eve'), number: 1 },
    ])
      expect(talk.send('ada', 'bob', 'x', { replyTo })).toMatchObject(refused('message_unknown'));
    talk.remove('ada', 'bob', 1);
    const deleted = { replyTo: { from: ADA, number: 1 } };
    expect(talk.send('ada', 'bob', 'x', deleted)).toMatchObject(refused('message_unknown'));
  });
});

describe('who may not write', () => {
  const groupOf = (code: string, everybody = false): GroupRow => ({
    code,
    name: code,
    everybody,
    version: 1,
    at: 1,
    role: 'member',
  });
  /** Nothing was told, nothing is on its way. */
  const expectNothing = (name: string) => {
    expect(talk.world.of(name).told()).toEqual([]);
    expect(talk.world.of(name).state.table(outgoingTable).size).toBe(0);
  };

  test('to oneself, to somebody unknown, to somebody blocked: is told so at once', () => {
    const ada = talk.world.of('ada');
    expect(talk.send('ada', 'ada', 'x')).toMatchObject(refused('person_self'));
    expect(talk.send('ada', 'eve', 'x')).toMatchObject(refused('person_unknown'));
    ada.state.table(blockedTable).set(BOB, { at: 1 });
    expect(talk.send('ada', 'bob', 'x')).toMatchObject(refused('person_blocked'));
    expectNothing('ada');
  });

  test('as a stranger without any group: is told so at once, and may where everybody may', () => {
    start(['ada', 'bob']).introduce('ada', 'bob');
    expect(talk.send('ada', 'bob', 'x')).toMatchObject(refused('not_contact'));
    expectNothing('ada');
    start(['ada', 'bob'], 'everybody').introduce('ada', 'bob');
    expect(talk.send('ada', 'bob', 'x')).toMatchObject({ ok: true });
    talk.settle();
    expect(talk.texts('bob', 'ada')).toEqual(['x']);
  });

  test('as somebody of other groups: the other side decides, and the sender learns it', () => {
    const world = start(['ada', 'bob']);
    world.introduce('ada', 'bob');
    world.of('ada').state.table(groupTable).set('ours', groupOf('ours'));
    world.of('bob').state.table(groupTable).set('theirs', groupOf('theirs'));
    expect(talk.send('ada', 'bob', 'x')).toMatchObject({ ok: true });
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    expect(atBob).toEqual([]);
    expect(of(atAda, 'direct.failed')).toMatchObject([{ with: BOB, number: 1, reason: 'not_contact' }]);
    expect(talk.history('ada', 'bob').events).toMatchObject([{ number: 1, failed: 'not_contact' }]);

    world.of('bob').state.table(groupTable).set('ours', groupOf('ours'));
    talk.send('ada', 'bob', 'y');
    talk.settle();
    expect(talk.texts('bob', 'ada')).toEqual(['y']);
    expect(talk.history('bob', 'ada').events).toMatchObject([{ number: 2 }]);
    // The one that failed is no message there, and the other can be found all the same.
    expect(talk.read('bob', 'ada', 2)).toMatchObject({ ok: true });
  });

  test('as somebody who shares no group but that of everybody', () => {
    const world = start(['ada', 'bob']);
    world.introduce('ada', 'bob');
    for (const name of ['ada', 'bob'])
      world.of(name).state.table(groupTable).set('all', groupOf('all', true));
    expect(talk.send('ada', 'bob', 'x')).toMatchObject(refused('not_contact'));
    const item = { message: 1, body: { kind: 'text', text: 'x' }, sentAt: 1, groups: ['all'] };
    world.of('bob').performNamed('direct.arrive', { ...item, from: ADA, card: cardOf('ada'), number: 1 });
    expect(talk.texts('bob', 'ada')).toEqual([]);
  });

  test('as a contact who is none any more on the other side: it fails there', () => {
    talk.world.of('bob').state.table(contactTable).delete(ADA);
    talk.send('ada', 'bob', 'x');
    const [atAda = []] = talk.settle('ada');
    expect(of(atAda, 'direct.failed')).toHaveLength(1);
    expect(talk.texts('bob', 'ada')).toEqual([]);
  });

  test('as somebody who is blocked there: it looks as if it were on its way, for ever', () => {
    talk.world.of('bob').state.table(blockedTable).set(ADA, { at: 1 });
    expect(talk.send('ada', 'bob', 'x')).toMatchObject({ ok: true });
    talk.edit('ada', 'bob', 1, 'y');
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    expect(atAda.map(({ t }) => t)).toEqual(['direct.sent', 'direct.edited']);
    expect(atBob).toEqual([]);
    expect(talk.conversation('ada', 'bob')).toMatchObject({ delivered: 0, seen: 0 });
    expect(talk.conversation('bob', 'ada')).toBeUndefined();
    // Unblocked, they are heard from here on; what was missed stays missed.
    talk.world.of('bob').state.table(blockedTable).delete(ADA);
    talk.send('ada', 'bob', 'z');
    talk.settle();
    expect(talk.texts('bob', 'ada')).toEqual(['z']);
  });

  test('as somebody who is blocked and might not write anyway: it fails as if they were not', () => {
    const world = start(['ada', 'bob']);
    world.introduce('ada', 'bob');
    world.of('ada').state.table(groupTable).set('ours', groupOf('ours'));
    world.of('bob').state.table(blockedTable).set(ADA, { at: 1 });
    talk.send('ada', 'bob', 'x');
    const [atAda = []] = talk.settle('ada');
    expect(of(atAda, 'direct.failed')).toHaveLength(1);
    // In a common group, where they might, they hear nothing.
    world.of('bob').state.table(groupTable).set('ours', groupOf('ours'));
    talk.send('ada', 'bob', 'y');
    expect(talk.settle('ada', 'bob').map((told) => told.map(({ t }) => t))).toEqual([['direct.sent'], []]);
  });

  test('more than may wait for one person', () => {
    talk.world.cut('bob');
    for (let number = 1; number <= 600; number += 1)
      expect(talk.send('ada', 'bob', 'x')).toMatchObject({ ok: true });
    for (const done of [
      talk.send('ada', 'bob', 'x'),
      talk.edit('ada', 'bob', 1, 'y'),
      talk.remove('ada', 'bob', 1),
    ])
      expect(done).toMatchObject(refused('person_unreachable'));
  });
});

describe('history', () => {
  const say = (from: string, to: string, text: string) => {
    talk.send(from, to, text);
    talk.settle('ada', 'bob');
  };

  test('is one conversation, newest page first, each page in order, from any position', () => {
    const world = start(['ada', 'bob', 'eve']);
    world.befriend('ada', 'bob', 'eve');
    const count = 3 * MARK_EVERY + 7;
    for (let index = 0; index < count; index += 1) {
      say(index % 3 === 0 ? 'bob' : 'ada', index % 3 === 0 ? 'ada' : 'bob', `m${index}`);
      talk.send('eve', 'ada', `other ${index}`);
      talk.settle('ada', 'eve');
    }
    const whole = talk.all('ada', 'bob', 100);
    expect(whole.map(({ body }) => body)).toEqual(
      Array.from({ length: count }, (_, index) => ({ kind: 'text', text: `m${index}` })),
    );
    expect(talk.all('ada', 'bob', 7)).toEqual(whole);
    const last = whole.at(-1)?.seq ?? 0;
    for (let before = 0; before <= last + 2; before += 5) {
      const expected = whole.filter(({ seq }) => seq < before).slice(-4);
      expect(talk.history('ada', 'bob', before, 4).events, `before ${before}`).toEqual(expected);
    }
  });

  test('can name every message, with few steps', () => {
    for (let index = 0; index < 2 * MARK_EVERY + 5; index += 1) say('ada', 'bob', `m${index}`);
    const bob = talk.world.of('bob');
    let reads = 0;
    const { read } = bob.view;
    bob.view.read = (seq) => {
      reads += 1;
      return read.call(bob.view, seq);
    };
    for (let number = 1; number <= 2 * MARK_EVERY + 5; number += 1) {
      reads = 0;
      talk.send('bob', 'ada', `re ${number}`, { replyTo: { from: ADA, number } });
      expect(reads).toBeLessThanOrEqual(MARK_EVERY + 1);
    }
    talk.settle();
    const replies = talk.all('ada', 'bob', 100).flatMap(({ replyTo }) => (replyTo ? [replyTo.number] : []));
    expect(replies).toEqual(Array.from({ length: 2 * MARK_EVERY + 5 }, (_, index) => index + 1));
  });

  test('ends where the log was cut, and marks before that go', () => {
    for (let index = 0; index < 2 * MARK_EVERY; index += 1) say('ada', 'bob', `m${index}`);
    const bob = talk.world.of('bob');
    const cut = talk.history('bob', 'ada', null, 10).events[0]?.seq ?? 0;
    bob.disk.segments = bob.disk.segments.filter(({ first }) => first >= cut);
    expect(talk.all('bob', 'ada', 4).map(({ number }) => number)).toEqual(
      Array.from({ length: 10 }, (_, index) => 2 * MARK_EVERY - 9 + index),
    );
    expect(talk.history('bob', 'ada', null, 10).next).toBeNull();
    const lost = { replyTo: { from: ADA, number: 3 } };
    expect(talk.send('bob', 'ada', 'x', lost)).toMatchObject(refused('message_unknown'));
    for (let index = 0; index < MARK_EVERY; index += 1) say('ada', 'bob', 'more');
    expect(bob.state.table(markTable).get(ADA)?.marks).toHaveLength(2);
    expect(talk.send('bob', 'ada', 'x', { replyTo: { from: ADA, number: 125 } })).toMatchObject({ ok: true });
  });

  test('of somebody unknown is refused, of somebody known without messages is empty', () => {
    const ask = (account: string) =>
      talk.world.of('ada').command('ada', { t: 'direct.history', with: account });
    expect(ask(accountId('eve'))).toMatchObject(refused('person_unknown'));
    expect(ask(BOB)).toMatchObject({ ok: true, value: { result: { events: [], next: null } } });
  });
});

describe('conversations', () => {
  test('come newest first, each with its last message and what is unread, in pages', () => {
    const names = Array.from({ length: 250 }, (_, index) => `p${index}`);
    const world = start(['ada', ...names], 'everybody');
    for (const name of names) {
      world.of(name).state.table(peopleTable).set(ADA, cardOf('ada'));
      talk.send(name, 'ada', `from ${name}`);
      talk.settle('ada');
    }
    talk.send('p3', 'ada', 'again');
    talk.settle('ada');
    const ask = (before?: number) => {
      const more = before === undefined ? {} : { before };
      const done = world.of('ada').command('ada', { t: 'direct.conversations', ...more });
      return (done.ok ? done.value.result : null) as ReturnType<typeof Object>;
    };
    const first = ask();
    expect(first.conversations).toHaveLength(200);
    expect(first.unread).toBe(251);
    expect(first.conversations[0]).toMatchObject({
      with: cardOf('p3'),
      unread: 2,
      last: { body: { kind: 'text', text: 'again' } },
    });
    expect(first.conversations[1]).toMatchObject({ with: cardOf('p249') });
    const second = ask(first.next);
    expect(second).toMatchObject({ next: null, unread: 251 });
    expect(second.conversations).toHaveLength(50);
    expect(second.conversations.at(-1)).toMatchObject({ with: cardOf('p0') });
  });

  test('on one page are fewer where the messages are long', () => {
    const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
    const world = start(['ada', ...names], 'everybody');
    for (const name of names) {
      world.of(name).state.table(peopleTable).set(ADA, cardOf('ada'));
      talk.send(name, 'ada', 'x'.repeat(4_000));
      talk.settle('ada');
    }
    const done = world.of('ada').command('ada', { t: 'direct.conversations' });
    const page = (done.ok ? done.value.result : null) as { conversations: unknown[]; next: number | null };
    expect(page.conversations.length).toBeLessThan(80);
    expect(page.next).not.toBeNull();
    expect(JSON.stringify(page).length).toBeLessThan(400_000);
  });
});
