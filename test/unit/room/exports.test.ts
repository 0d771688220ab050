import { beforeEach, describe, expect, test } from 'vitest';
import type { ExportCursor, ExportPage } from '../../../src/platform/room-rpc.ts';
import type { ExportEntries, ExportKind } from '../../../src/protocol/index.ts';
import { exportPage } from '../../../src/room-object/exports.ts';
import { imageTable } from '../../../src/room-object/image-rows.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['ada', 'ben']) room.enter(name);
  room.take();
});

/** Reads an export to its end; `between` runs between two pages. */
function read<K extends ExportKind>(
  what: K,
  between: () => void = () => {},
): { entries: ExportEntries[K][]; pages: ExportPage<K>[] } {
  const pages: ExportPage<K>[] = [];
  for (let cursor: ExportCursor | null = null; ; between()) {
    const page: ExportPage<K> = exportPage(room.disk, room.state, what, cursor);
    pages.push(page);
    cursor = page.next;
    if (cursor === null) break;
  }
  return { entries: pages.flatMap(({ entries }) => entries), pages };
}

function say(by: string, text: string, more: { to?: string; replyTo?: number } = {}): number {
  const done = room.command(by, { t: 'chat.send', body: { kind: 'text', text }, ...more });
  if (!done.ok) throw new Error(done.error.code);
  return room.take().told.find(({ t }) => t === 'chat.sent')?.seq as number;
}

describe('a transcript', () => {
  test('is what was said to everybody, in order, under the names that people have now', () => {
    const first = say('ada', 'Hello');
    say('ada', 'For Ben alone', { to: idOf('ben') });
    say('ada', 'For the hosts', { to: 'hosts' });
    const second = say('ben', 'Hello back', { replyTo: first });
    room.command('ada', { t: 'member.rename', name: 'Countess' });
    room.command('ada', { t: 'member.leave' });
    room.take();
    const { entries, pages } = read('transcript');
    expect(entries).toEqual([
      { seq: first, at: room.now, by: idOf('ada'), name: 'Countess', text: 'Hello' },
      { seq: second, at: room.now, by: idOf('ben'), name: 'ben', text: 'Hello back', reply: first },
    ]);
    expect(pages).toMatchObject([{ room: 'Physics', next: null }]);
    expect(JSON.stringify(pages)).not.toContain('For ');
  });

  test('has edits as they now stand, and of what was deleted the trace alone', () => {
    const edited = say('ada', 'Helo');
    const deleted = say('ben', 'A secret');
    room.command('ada', { t: 'chat.edit', message: edited, body: { kind: 'text', text: 'Hello' } });
    room.command('host', { t: 'chat.delete', message: deleted });
    room.take();
    expect(read('transcript').entries).toMatchObject([
      { seq: edited, text: 'Hello', edited: true },
      { seq: deleted, name: 'ben', text: '', deleted: true },
    ]);
  });

  test('names pictures, and of removed ones only that they were', () => {
    const share = (image: string, isShared: boolean) => {
      const fields = { image, type: 'image/png', size: 1, width: 1, height: 1, caption: `caption ${image}` };
      room.journal.append({ t: 'image.shared', fields }, { at: room.now, by: idOf('ada') }, true);
      if (isShared) room.state.table(imageTable).set(image, { id: image, state: 'shared' } as never);
      room.take();
    };
    share('i_1', true);
    share('i_2', false);
    const { entries } = read('transcript');
    expect(entries).toMatchObject([
      { image: 'i_1', text: 'caption i_1' },
      { image: 'i_2', text: '', deleted: true },
    ]);
    expect(entries[0]).not.toHaveProperty('deleted');
  });

  test('comes in pages of bounded size, whole and in order, and ends although people go on talking', () => {
    const long = 'x'.repeat(3_000);
    for (let index = 0; index < 200; index += 1) {
      say('ada', `${index} ${long}`);
      if (index % 10 === 0) room.command('ben', { t: 'member.rename', name: `ben ${index}` });
    }
    let later = 0;
    const { entries, pages } = read('transcript', () => {
      later += 1;
      say('ben', `later ${later}`);
    });
    expect(entries.map(({ text }) => Number(text.split(' ')[0]))).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    expect(pages.length).toBeGreaterThan(4);
    for (const page of pages)
      expect(JSON.stringify(page.entries).length).toBeLessThanOrEqual(128 * 1024 + 200);
  });

  test('has at most a thousand entries on a page, also where one commit holds more', () => {
    for (let index = 0; index < 2_500; index += 1)
      room.command('ada', { t: 'chat.send', body: { kind: 'text', text: String(index) } });
    room.take();
    const { entries, pages } = read('transcript');
    expect(entries.map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 2_500 }, (_, index) => index),
    );
    expect(Math.max(...pages.map((page) => page.entries.length))).toBeLessThanOrEqual(1_000);
  });

  test('reads only so much of the log for a page, although there is nothing to find in it', () => {
    say('ada', 'first');
    for (let index = 0; index < 2_000; index += 1) {
      room.command('ben', { t: 'member.rename', name: `ben ${index}` });
      room.take();
    }
    say('ada', 'last');
    const { entries, pages } = read('transcript');
    expect(entries).toMatchObject([{ text: 'first' }, { text: 'last' }]);
    expect(pages.length).toBeGreaterThan(1);
  });

  test('of a room where nothing was said is empty', () => {
    expect(read('transcript').pages).toEqual([{ room: 'Physics', entries: [], next: null }]);
  });
});

describe('polls', () => {
  const open = (question: string, named: boolean): number => {
    room.command('host', { t: 'poll.open', question, options: ['Yes', 'No'], multiple: true, named });
    return room.take().told.find(({ t }) => t === 'poll.opened')?.seq as number;
  };
  const vote = (by: string, poll: number, options: number[]) =>
    room.command(by, { t: 'poll.vote', poll, options });

  test('come with counts; with votes only where they have names', () => {
    const secret = open('Secret?', false);
    const named = open('Named?', true);
    for (const poll of [secret, named]) {
      vote('ada', poll, [0]);
      vote('ben', poll, [0, 1]);
    }
    room.command('host', { t: 'poll.close', poll: secret });
    const { entries } = read('polls');
    expect(entries).toEqual([
      expect.objectContaining({ kind: 'poll', poll: secret, counts: [2, 1], voters: 2, closedAt: room.now }),
      expect.objectContaining({
        kind: 'poll',
        poll: named,
        counts: [2, 1],
        voters: 2,
        closedAt: null,
        name: 'host',
      }),
      { kind: 'vote', poll: named, member: idOf('ada'), name: 'ada', options: ['Yes'] },
      { kind: 'vote', poll: named, member: idOf('ben'), name: 'ben', options: ['Yes', 'No'] },
    ]);
    expect(JSON.stringify(entries.slice(0, 1))).not.toContain(idOf('ada'));
  });

  test('with many votes come in pages, each vote once, although votes change meanwhile', () => {
    room = new Room({ capacity: 3_000 });
    room.enter('host', { hostKey: HOST_KEY });
    const names = Array.from({ length: 2_300 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    for (const name of names) room.enter(name);
    room.take();
    const poll = open('Named?', true);
    for (const name of names.toReversed()) vote(name, poll, [0]);
    const after = open('After?', false);
    let turn = 0;
    const { entries, pages } = read('polls', () => {
      turn += 1;
      vote('p0000', poll, turn % 2 === 0 ? [0] : []);
      vote('p2299', poll, [1]);
    });
    expect(pages.length).toBeGreaterThan(2);
    expect(entries.flatMap((entry) => (entry.kind === 'vote' ? [entry.name] : []))).toEqual(names);
    expect(entries.flatMap((entry) => (entry.kind === 'poll' ? [entry.poll] : []))).toEqual([poll, after]);
  });
});

test('the audit trail comes whole, with names', () => {
  for (let index = 0; index < 1_200; index += 1)
    room.command('host', { t: 'policy.set', policy: { screen: index % 2 === 1 } });
  room.command('host', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
  room.take();
  const { entries, pages } = read('audit');
  expect(pages.length).toBe(2);
  expect(entries.length).toBeGreaterThan(1_200);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => (entries[0]?.seq ?? 0) + index));
  expect(entries.at(-1)).toMatchObject({
    by: idOf('host'),
    byName: 'host',
    member: idOf('ben'),
    memberName: 'ben',
  });
});
