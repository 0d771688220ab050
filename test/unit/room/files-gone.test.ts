// What is left of files that are removed, and of people who are put out.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { asMember, SYSTEM } from '../../../src/engine/feature.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { executorsOf } from '../../../src/room-object/executors.ts';
import { PURGE_EFFECT } from '../../../src/room-object/features/lifecycle.ts';
import {
  type AskFile,
  askFile,
  DISCARD_FILE,
  FINISH_FILE,
  openUpload,
  recordPart,
  shareFile,
} from '../../../src/room-object/file-commands.ts';
import { filePage, freeName } from '../../../src/room-object/file-lists.ts';
import {
  fileOf,
  fileTable,
  findFile,
  locateFile,
  sharedFiles,
  uploadTable,
} from '../../../src/room-object/file-rows.ts';
import { asked as askedIn, effects, newMeeting, room } from './file-asking.ts';
import { Group } from './group.ts';
import { accountOf, idOf, type Room, refused } from './harness.ts';

beforeEach(() => newMeeting());

const hashOf = (text: string) => text.padEnd(43, '_');

/** Asks for a file, which is shared at once unless it has bytes. */
const asked = (by: string, fields: Partial<AskFile> = {}, inside?: Room): string =>
  askedIn(by, { size: 0, ...fields }, inside);
/** Brings a file of one part from asking to sharing. */
function bring(by: string, fields: Partial<AskFile> = {}): string {
  const upload = asked(by, { size: 50, ...fields });
  const part = { upload, n: 0, size: 50, etag: 'e', hash: hashOf('p') };
  room.perform(recordPart, part, asMember(idOf(by)));
  room.perform(shareFile, { upload, hash: hashOf(upload) }, SYSTEM);
  return fileOf(upload);
}
const uploads = () => Array.from(room.state.table(uploadTable).keys());

describe('files that were removed', () => {
  const shareAndRemove = (request: string) => {
    const file = asked('ada', { request });
    expect(room.command('ada', { t: 'file.remove', file }).ok).toBe(true);
    return file;
  };

  const table = () => room.state.table(fileTable);
  const again = (request: string) => {
    const ask = { upload: 'u_again', key: 'k', name: 'a', type: 'x/y', size: 0, announce: false };
    return room.perform(askFile, { ...ask, request }, asMember(idOf('ada')));
  };

  test('take no place from others', () => {
    for (let at = 0; at < LIMITS.files; at += 1) {
      const id = `f_${String(at).padStart(22, 'x')}`;
      table().set(id, { state: 'removed', id, by: idOf('ada'), request: `r${at}`, at });
    }
    const file = asked('host');
    expect(sharedFiles(room.state).map(({ id }) => id)).toEqual([file]);
  });

  test('are remembered, so that they do not come back, but not for ever', () => {
    const first = shareAndRemove('first');
    room.now += 1;
    for (let at = 0; at < 1_000; at += 1) {
      shareAndRemove(`r${at}`);
      if (at % 100 === 0) room.take();
    }
    expect([table().count('removed'), table().has(first)]).toEqual([1_000, false]);
    for (const request of ['r0', 'r999']) expect(again(request)).toMatchObject(refused('file_unknown'));
  });

  test('are named nowhere, also where they were watched', () => {
    const film = { name: 'secret film.mp4', type: 'video/mp4' };
    const [file, other] = [bring('ada', film), bring('ada', { ...film, name: 'secret too.mp4' })];
    for (const one of [file, other])
      expect(
        room.command('host', { t: 'watch.add', source: { kind: 'file', file: one }, duration: null }).ok,
      ).toBe(true);
    room.take();
    const log = () => JSON.stringify(room.disk.segments.map(({ public: told }) => told));
    expect(log().match(/secret/g)).toHaveLength(4);
    // Also where the item goes first.
    const [, item] = room.view.back(room.journal.last + 1)?.filter(({ t }) => t === 'watch.added') ?? [];
    expect(item).toMatchObject({ t: 'watch.added' });
    expect(room.command('host', { t: 'watch.remove', item: item?.seq ?? 0 }).ok).toBe(true);
    room.take();
    for (const one of [file, other]) room.command('host', { t: 'file.remove', file: one });
    room.take();
    expect(log()).not.toContain('secret');
    expect(log()).toContain('watch.added');
    // Not in what hosts can read for long afterwards either.
    const trail = room.command('host', { t: 'audit.page' });
    expect(JSON.stringify(trail)).toContain('file.removed');
    expect(JSON.stringify(trail)).not.toContain('secret');
  });
});

describe('somebody who is put out', () => {
  test('with another device loses what they began with one that has left, and what is whole is not shared', () => {
    room.enter('phone', { account: 'cleo' });
    room.enter('laptop', { account: 'cleo' });
    const upload = asked('phone', { size: 100 });
    const whole = asked('phone', { size: 50 });
    room.perform(openUpload, { upload, multipart: 'm' }, SYSTEM);
    const part = { upload: whole, n: 0, size: 50, etag: 'e', hash: hashOf('p') };
    room.perform(recordPart, part, asMember(idOf('phone')));
    const kept = asked('ben', { size: 100 });
    room.command('phone', { t: 'member.leave' });
    expect(uploads()).toEqual([upload, whole, kept]);
    expect(room.command('host', { t: 'member.remove', member: idOf('laptop') }).ok).toBe(true);
    expect(uploads()).toEqual([kept]);
    expect(effects(DISCARD_FILE)).toHaveLength(2);
    room.perform(shareFile, { upload: whole, hash: hashOf('w') }, SYSTEM);
    expect(sharedFiles(room.state)).toEqual([]);
  });

  test('while they come back loses what they began', () => {
    const upload = asked('ada', { size: 100 });
    room.command('ada', { t: 'member.leave' });
    expect(room.admit('ada', { returning: true }).ok).toBe(true);
    expect(uploads()).toEqual([upload]);
    expect(room.command('host', { t: 'member.remove', member: idOf('ada') }).ok).toBe(true);
    expect(uploads()).toEqual([]);
  });

  test('and had left before is banned with their uploads', () => {
    const upload = asked('ada', { size: 100 });
    room.command('ada', { t: 'member.leave' });
    expect(uploads()).toEqual([upload]);
    room.command('host', { t: 'member.ban', member: idOf('ada') });
    expect(uploads()).toEqual([]);
  });

  const read = (member: string, file: string) =>
    locateFile(room.state, { member: idOf(member), file, byLink: true });

  test.each([
    ['removed', () => room.command('host', { t: 'member.remove', member: idOf('ben') })],
    ['banned', () => room.command('host', { t: 'member.ban', member: idOf('ben') })],
    ['sent to the lobby', () => room.command('host', { t: 'lobby.send', member: idOf('ben') })],
  ] as const)('can use no link that they were given before: %s', (_, putOut) => {
    const file = asked('ada');
    expect(read('ben', file).ok).toBe(true);
    expect(putOut()).toMatchObject({ ok: true });
    expect(read('ben', file)).toMatchObject(refused('link_invalid'));
    expect(read('ada', file).ok).toBe(true);
    // Nobody whom the room does not know was given a link.
    expect(read('nobody', file)).toMatchObject(refused('link_invalid'));
  });

  test('of a group, and is not there: their link ends as well', () => {
    const group = new Group();
    group.gather('ada', 'bob', 'cy');
    const file = asked('ada', {}, group);
    const opens = (name: string) => locateFile(group.state, { member: idOf(name), file, byLink: true }).ok;
    for (const name of ['bob', 'cy']) group.command(name, { t: 'member.leave' });
    expect([opens('bob'), opens('cy')]).toEqual([true, true]);
    const { id: account } = accountOf('bob');
    expect(group.command('ada', { t: 'group.remove', account })).toMatchObject({ ok: true });
    expect([opens('bob'), opens('cy')]).toEqual([false, true]);
  });

  test('is not who merely left, also after the meeting; a removed file has no link', () => {
    const [file, other] = [asked('ada'), asked('ada')];
    room.command('ben', { t: 'member.leave' });
    expect(read('ben', file).ok).toBe(true);
    expect(locateFile(room.state, { member: idOf('ben'), file, byLink: false })).toMatchObject(
      refused('member_gone'),
    );
    room.command('ada', { t: 'file.remove', file: other });
    expect(read('ben', other)).toMatchObject(refused('file_unknown'));
    room.command('host', { t: 'room.end' });
    expect(read('ben', file).ok).toBe(true);
  });

  test('as a host takes the files home: after leaving, and after the end; nobody else does, and not who was put out', () => {
    const file = asked('ada');
    const take = (member: string) => locateFile(room.state, { member: idOf(member), file, byLink: false });
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    room.command('ben', { t: 'member.leave' });
    expect(take('ben').ok).toBe(true);
    room.command('host', { t: 'member.ban', member: idOf('ben') });
    expect(take('ben')).toMatchObject(refused('member_gone'));
    room.command('host', { t: 'room.end' });
    expect(take('host').ok).toBe(true);
    expect(take('ada')).toMatchObject(refused('member_gone'));
  });
});

test('the last trace of a room goes after what the object store still puts together', async () => {
  const upload = asked('ada', { size: 50 });
  const part = { upload, n: 0, size: 50, etag: 'e', hash: hashOf('p') };
  room.perform(recordPart, part, asMember(idOf('ada')));
  expect(effects(FINISH_FILE)).toHaveLength(1);
  const state = room.state;
  const purge = vi.fn(async () => {});
  const executors = executorsOf({ engine: () => ({ state }), objects: null, people: () => undefined, purge });
  await expect(executors[PURGE_EFFECT]?.({}, PURGE_EFFECT, 0)).rejects.toThrow('tidied');
  state.table(effectTable).delete(`${FINISH_FILE}:${upload}`);
  await executors[PURGE_EFFECT]?.({}, PURGE_EFFECT, 0);
  expect(purge).toHaveBeenCalledOnce();
});

test('whoever pages through many files, searches them or adds to them has no name folded twice', () => {
  for (let at = 0; at < 200; at += 1) asked('host', { name: `Résumé ${1_000 + ((at * 79) % 200)}.pdf` });
  filePage(room.state, { order: 'name' });
  const normalize = vi.spyOn(String.prototype, 'normalize');
  const sort = vi.spyOn(Array.prototype, 'sort');
  const page = filePage(room.state, { order: 'name', limit: 50 });
  const more = filePage(room.state, { order: 'name', limit: 50, after: page.next ?? undefined });
  const found = filePage(room.state, { order: 'name', search: 'RESUME 10' });
  expect(sort).not.toHaveBeenCalled();
  freeName(room.state, 'other.pdf');
  // What was searched for, each time, and the name that is asked for.
  const folds = normalize.mock.calls.length;
  normalize.mockRestore();
  sort.mockRestore();
  expect(folds).toBeLessThan(10);
  const names = [...page.files, ...more.files].map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(new Set(names).size).toBe(100);
  expect(found.count).toBe(100);
  // And what changed since is seen.
  const [first] = page.files;
  room.command('host', { t: 'file.remove', file: first?.file ?? '' });
  expect(filePage(room.state, { order: 'name' }).files[0]?.name).toBe(names[1]);
  expect(findFile(room.state, first?.file ?? '')).toBeUndefined();
});
