import { beforeEach, describe, expect, test } from 'vitest';
import { GROWN_SIZE } from '../../../src/engine/journal.ts';
import { directEditTable } from '../../../src/user-object/direct-rows.ts';
import { removeSelf } from '../../../src/user-object/features/self.ts';
import { blockedTable, contactTable } from '../../../src/user-object/tables.ts';
import { accountId, deviceId, refused, type Told, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');

let talk: Talk;
beforeEach(() => {
  const world = new World(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob', 'eve');
  talk = new Talk(world);
});
const of = (told: readonly Told[], t: string) => told.filter((event) => event.t === t);
const SECRET = 'swordfish';

/** How often a text stands anywhere in somebody's object. */
const times = (name: string, text: string): number => talk.kept(name).split(text).length - 1;

describe('an edit', () => {
  test('is told on both sides and takes the place of the text in both logs', () => {
    talk.send('ada', 'bob', SECRET);
    talk.settle('ada', 'bob');
    talk.world.pass(5);
    talk.edit('ada', 'bob', 1, 'better');
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    const change = { from: ADA, number: 1, body: { kind: 'text', text: 'better' }, editedAt: talk.world.now };
    expect(atAda).toMatchObject([{ t: 'direct.edited', with: BOB, by: deviceId('ada'), ...change }]);
    expect(atBob).toMatchObject([{ t: 'direct.edited', with: ADA, ...change }]);
    for (const [name, other] of [
      ['ada', 'bob'],
      ['bob', 'ada'],
    ] as const) {
      expect(times(name, SECRET)).toBe(0);
      expect(talk.history(name, other).events).toMatchObject([{ number: 1, editedAt: talk.world.now }]);
      expect(talk.texts(name, other)).toEqual(['better']);
    }
  });

  test('once more takes the text out of the event that told of the one before', () => {
    talk.send('ada', 'bob', 'first');
    talk.settle();
    talk.edit('ada', 'bob', 1, SECRET);
    talk.settle('ada', 'bob');
    expect(times('bob', SECRET)).toBe(2);
    talk.edit('ada', 'bob', 1, 'third');
    talk.settle('ada', 'bob');
    for (const name of ['ada', 'bob']) expect(times(name, SECRET)).toBe(0);
    // In one go, too: nothing is committed or carried in between.
    talk.edit('ada', 'bob', 1, SECRET);
    talk.edit('ada', 'bob', 1, 'fifth');
    talk.settle('ada', 'bob');
    for (const name of ['ada', 'bob']) expect(times(name, SECRET)).toBe(0);
    expect(talk.texts('bob', 'ada')).toEqual(['fifth']);
  });

  test('to the same text does nothing', () => {
    talk.send('ada', 'bob', 'same');
    talk.settle('ada', 'bob');
    expect(talk.edit('ada', 'bob', 1, 'same')).toMatchObject({ ok: true });
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
  });

  test('is refused where there is nothing of one’s own to edit, or nobody to tell', () => {
    talk.send('bob', 'ada', 'theirs');
    talk.send('ada', 'bob', 'mine');
    talk.settle('ada', 'bob');
    expect(talk.edit('ada', 'bob', 2, 'x')).toMatchObject(refused('message_unknown'));
    expect(talk.edit('ada', 'eve', 1, 'x')).toMatchObject(refused('message_unknown'));
    expect(talk.edit('ada', 'ada', 1, 'x')).toMatchObject(refused('person_self'));
    talk.remove('ada', 'bob', 1);
    expect(talk.edit('ada', 'bob', 1, 'x')).toMatchObject(refused('message_unknown'));
    talk.settle('ada', 'bob');
    expect(talk.texts('ada', 'bob')).toEqual(['deleted', 'theirs']);
    talk.world.of('bob').state.table(contactTable).delete(ADA);
    talk.world.of('ada').state.table(contactTable).delete(BOB);
    expect(talk.edit('ada', 'bob', 1, 'x')).toMatchObject(refused('not_contact'));
  });

  test('of whoever may not write any more only takes the old text away on the other side', () => {
    talk.send('ada', 'bob', 'first');
    talk.settle('ada', 'bob');
    talk.world.of('bob').state.table(contactTable).delete(ADA);
    talk.edit('ada', 'bob', 1, 'second');
    expect(talk.settle('bob')).toMatchObject([[{ t: 'direct.deleted', from: ADA, number: 1 }]]);
    expect(talk.texts('bob', 'ada')).toEqual(['deleted']);
  });

  /** From here on the segments that somebody's log holds may grow no more. */
  const fill = (name: string): void => {
    const { disk } = talk.world.of(name);
    const event = JSON.stringify({ seq: 0, t: 'room.filled', text: 'x'.repeat(GROWN_SIZE) });
    const full = JSON.stringify([[{ d_nobody: 1 }, event]]);
    disk.segments = disk.segments.map((segment) => ({ ...segment, private: full }));
  };

  test('is refused where the own log has no space for it', () => {
    talk.send('ada', 'bob', 'short');
    talk.settle('ada', 'bob');
    fill('ada');
    expect(talk.edit('ada', 'bob', 1, 'much longer than it was before')).toMatchObject(
      refused('text_too_long'),
    );
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
    expect(talk.texts('ada', 'bob')).toEqual(['short']);
  });

  test('for which the other log has no space is read from the event that tells of it', () => {
    talk.send('ada', 'bob', 'short');
    talk.settle('ada', 'bob');
    fill('bob');
    const long = `${SECRET} ${'and so on '.repeat(10)}`;
    talk.edit('ada', 'bob', 1, long);
    talk.settle('ada', 'bob');
    const [message] = talk.history('bob', 'ada').events;
    expect(message).toMatchObject({ body: { kind: 'text', text: long }, editedAt: talk.world.now });
    expect(talk.conversation('bob', 'ada')?.last).toEqual(message);
    // In its place there is no text, neither the old one nor a part of the new one.
    expect(talk.world.of('bob').view.read(message?.seq ?? 0)?.event).toMatchObject({
      body: { kind: 'text', text: '' },
    });
    talk.edit('ada', 'bob', 1, `${long} once more`);
    talk.settle('ada', 'bob');
    expect(talk.texts('bob', 'ada')).toEqual([`${long} once more`]);
    expect(times('bob', SECRET)).toBe(1);
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    expect(times('bob', SECRET)).toBe(0);
  });
});

describe('a deletion', () => {
  test('leaves a tombstone in both logs, and the text nowhere', () => {
    talk.send('bob', 'ada', 'before');
    talk.settle('ada', 'bob');
    talk.send('ada', 'bob', SECRET, { replyTo: { from: BOB, number: 1 } });
    talk.settle('ada', 'bob');
    talk.edit('ada', 'bob', 1, `${SECRET} edited`);
    talk.settle('ada', 'bob');
    talk.remove('ada', 'bob', 1);
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    expect(atAda).toMatchObject([
      { t: 'direct.deleted', with: BOB, from: ADA, number: 1, by: deviceId('ada') },
    ]);
    expect(atBob).toMatchObject([{ t: 'direct.deleted', with: ADA, from: ADA, number: 1 }]);
    for (const name of ['ada', 'bob']) expect(times(name, SECRET)).toBe(0);
    const tombstone = talk.history('bob', 'ada').events.at(-1);
    expect(tombstone).toMatchObject({ from: ADA, number: 1, body: { kind: 'deleted' } });
    expect(tombstone).not.toHaveProperty('replyTo');
    expect(tombstone).not.toHaveProperty('editedAt');
    expect(talk.texts('ada', 'bob')).toEqual(['before', 'deleted']);
    expect(talk.world.of('bob').state.table(directEditTable).size).toBe(0);
  });

  test('is one’s own right only, and doing it twice is no error', () => {
    talk.send('ada', 'bob', 'mine');
    talk.settle('ada', 'bob');
    expect(talk.remove('bob', 'ada', 1)).toMatchObject(refused('message_unknown'));
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    expect(talk.remove('ada', 'bob', 1)).toMatchObject({ ok: true });
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
  });

  test('is possible when nothing may be sent any more', () => {
    talk.send('ada', 'bob', SECRET);
    talk.settle('ada', 'bob');
    talk.world.of('bob').state.table(contactTable).delete(ADA);
    talk.world.of('ada').state.table(contactTable).delete(BOB);
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    for (const name of ['ada', 'bob']) expect(times(name, SECRET)).toBe(0);
  });

  test('is heard of those who are blocked, too, and an edit of theirs as one: no text of theirs comes', () => {
    talk.send('ada', 'bob', `${SECRET} one`);
    talk.send('ada', 'bob', `${SECRET} two`);
    talk.settle('ada', 'bob');
    talk.world.of('bob').state.table(blockedTable).set(ADA, { at: 1 });
    talk.edit('ada', 'bob', 2, 'edited');
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    expect(talk.texts('bob', 'ada')).toEqual(['deleted', 'deleted']);
    talk.world.of('ada').perform(removeSelf, {});
    talk.settle('ada', 'bob');
    talk.world.pass(1);
    expect(times('bob', SECRET)).toBe(0);
  });

  test('of what was unread leaves one less to read', () => {
    talk.send('ada', 'bob', 'one');
    talk.send('ada', 'bob', 'two');
    talk.settle('ada', 'bob');
    talk.read('bob', 'ada', 1);
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 1 });
    talk.remove('ada', 'bob', 2);
    talk.settle('ada', 'bob');
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 0 });
  });

  test('empties the edit also where the log has lost the message', () => {
    talk.send('ada', 'bob', 'first');
    talk.settle('ada', 'bob');
    talk.edit('ada', 'bob', 1, SECRET);
    talk.settle('ada', 'bob');
    for (const name of ['ada', 'bob']) {
      const { disk } = talk.world.of(name);
      disk.segments = disk.segments.slice(-1);
      expect(times(name, SECRET)).toBe(1);
    }
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    for (const name of ['ada', 'bob']) expect(times(name, SECRET)).toBe(0);
  });
});

describe('what waits to be carried', () => {
  test('loses the text that was edited or deleted meanwhile', () => {
    talk.world.cut('bob');
    talk.send('ada', 'bob', `${SECRET} one`);
    talk.send('ada', 'bob', 'two');
    talk.send('ada', 'eve', 'three');
    talk.settle('ada');
    talk.edit('ada', 'bob', 1, `${SECRET} once more`);
    talk.edit('ada', 'bob', 1, 'harmless');
    talk.edit('ada', 'bob', 2, `${SECRET} two`);
    expect(times('ada', SECRET)).toBeGreaterThan(0);
    talk.remove('ada', 'bob', 2);
    expect(times('ada', SECRET)).toBe(0);
    talk.world.reach('bob');
    talk.send('ada', 'bob', 'four');
    const [atBob = []] = talk.settle('bob');
    expect(JSON.stringify(atBob)).not.toContain(SECRET);
    expect(talk.texts('bob', 'ada')).toEqual(['harmless', 'deleted', 'four']);
    expect(talk.texts('eve', 'ada')).toEqual(['three']);
    // What came as a tombstone is nothing to read. It is told as one that is deleted, so that it counts as in a replay.
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 2 });
    expect(of(atBob, 'direct.edited')).toEqual([]);
    expect(of(atBob, 'direct.deleted')).toMatchObject([{ from: ADA, number: 2 }]);
  });

  test('mends what was under way already', () => {
    talk.send('ada', 'bob', SECRET);
    talk.world.cut('bob');
    // Taken by the other, and the answer was lost: it is carried again, with the deletion.
    const { ada, bob } = { ada: talk.world.of('ada'), bob: talk.world.of('bob') };
    const data = { ...cardOfAda(), ...sentRow() };
    expect(bob.performNamed('direct.arrive', data)).toMatchObject({ ok: true });
    talk.remove('ada', 'bob', 1);
    ada.take();
    expect(bob.performNamed('direct.withdraw', { ...cardOfAda(), message: 1 })).toMatchObject({ ok: true });
    expect(times('bob', SECRET)).toBe(0);
    expect(times('ada', SECRET)).toBe(0);
  });
});

const cardOfAda = () => ({ from: ADA, card: talk.world.of('ada').card });
const sentRow = () => ({ message: 1, body: { kind: 'text', text: SECRET }, sentAt: 1 });
