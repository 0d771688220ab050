import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { exportPage } from '../../../src/room-object/exports.ts';
import { filePage } from '../../../src/room-object/file-lists.ts';
import { findFile, sharedFiles } from '../../../src/room-object/file-rows.ts';
import { bring, hashOf, newMeeting, room } from './file-asking.ts';
import { idOf, refused } from './harness.ts';

beforeEach(() => newMeeting());

describe('names', () => {
  test('are told apart whatever their case and accents, and stay within their length', () => {
    const names = [
      'Plan.TXT',
      'plan.txt',
      'plán.txt',
      'noextension',
      'noextension',
      '.hidden',
      '.hidden',
    ].map((name, at) => findFile(room.state, bring('host', { name, size: 1 }, hashOf(String(at))))?.name);
    expect(names).toEqual([
      'Plan.TXT',
      'plan (2).txt',
      'plán (3).txt',
      'noextension',
      'noextension (2)',
      '.hidden',
      '.hidden (2)',
    ]);
    const long = `${'x'.repeat(LIMITS.fileNameLength - 4)}.txt`;
    bring('host', { name: long, size: 1 }, hashOf('A'));
    const second = findFile(room.state, bring('host', { name: long, size: 1 }, hashOf('B')))?.name ?? '';
    expect([second.length, second.endsWith(' (2).txt')]).toEqual([LIMITS.fileNameLength, true]);
  });
});

describe('the list', () => {
  test('gives each file once, page by page, in any order', () => {
    for (let at = 0; at < 9; at += 1)
      bring('host', { name: `${at % 3}`, size: 1 + (at % 2) }, hashOf(String(at)));
    for (const order of ['newest', 'oldest', 'name', 'size'] as const) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = filePage(room.state, { order, limit: 2, after });
        seen.push(...page.files.map(({ file }) => file));
        expect(page).toMatchObject({ count: 9, bytes: 13 });
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(new Set(seen).size).toBe(9);
      expect(seen).toHaveLength(9);
    }
  });
});

describe('removing', () => {
  test('is for the sender, with any device, and for hosts; the name goes from the log', () => {
    room.enter('phone', { account: 'cleo' });
    room.enter('laptop', { account: 'cleo' });
    const file = bring('phone', { name: 'secret', size: 1 });
    expect(room.command('ada', { t: 'file.remove', file })).toMatchObject(refused('role_required'));
    expect(room.command('laptop', { t: 'file.remove', file }).ok).toBe(true);
    expect(room.command('laptop', { t: 'file.remove', file })).toMatchObject(refused('file_unknown'));
    const other = bring('phone', { name: 'other', size: 1 }, hashOf('z'));
    room.take();
    const seq = findFile(room.state, other)?.seq ?? 0;
    expect(room.command('host', { t: 'file.remove', file: other }).ok).toBe(true);
    expect(room.view.read(seq)?.event).toMatchObject({ t: 'file.shared', name: '' });
    expect(sharedFiles(room.state)).toEqual([]);
  });
});

describe('in the chat a file is', () => {
  const seqOf = (file: string) => findFile(room.state, file)?.seq ?? 0;

  test('answered, reacted to and pinned, and its pin goes with it', () => {
    const file = bring('ada', { size: 1 });
    room.take();
    const message = seqOf(file);
    const body = { kind: 'text', text: 'thanks' } as const;
    expect(room.command('ben', { t: 'chat.send', body, replyTo: message }).ok).toBe(true);
    expect(room.command('ben', { t: 'chat.react', message, emoji: '👍', on: true }).ok).toBe(true);
    expect(room.command('host', { t: 'chat.pin', message }).ok).toBe(true);
    room.take();
    room.command('ada', { t: 'file.remove', file });
    expect(room.told()).toEqual(['file.removed', 'chat.unpinned']);
    expect(room.command('ben', { t: 'chat.react', message, emoji: '👍', on: true })).toMatchObject(
      refused('message_unknown'),
    );
  });

  test('in the transcript by its name, until it is removed', () => {
    const [kept, gone] = [bring('ada', { name: 'kept', size: 1 }), bring('ada', { name: 'gone', size: 2 })];
    room.command('ada', { t: 'file.remove', file: gone });
    room.take();
    expect(exportPage(room.disk, room.state, 'transcript', null).entries).toMatchObject([
      { by: idOf('ada'), text: 'kept', file: kept },
      { text: '', file: gone, deleted: true },
    ]);
  });

  test('in the audit trail when a host removes that of somebody else', () => {
    const [own, other] = [bring('host', { size: 1 }), bring('ada', { name: 'other', size: 2 })];
    room.command('host', { t: 'file.remove', file: own });
    room.command('host', { t: 'file.remove', file: other });
    const page = room.command('host', { t: 'audit.page' });
    const { rows } = (page.ok ? page.value.result : { rows: [] }) as { rows: { action: string }[] };
    expect(rows.filter(({ action }) => action === 'file.removed')).toMatchObject([
      { member: idOf('ada'), detail: { file: other } },
    ]);
  });
});
