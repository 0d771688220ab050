import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { asMember, SYSTEM } from '../../../src/engine/feature.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { executorsOf } from '../../../src/room-object/executors.ts';
import { PURGE_EFFECT } from '../../../src/room-object/features/lifecycle.ts';
import {
  DISCARD_FILE,
  dropUpload,
  FINISH_FILE,
  loseParts,
  openUpload,
} from '../../../src/room-object/file-commands.ts';
import { fileOf, findFile, findUpload, uploadTable } from '../../../src/room-object/file-rows.ts';
import { memberTable } from '../../../src/room-object/tables.ts';
import {
  ask,
  asked,
  bring,
  effects,
  hashOf,
  newMeeting,
  PART,
  put,
  room,
  SIZE,
  share,
  stateOf,
} from './file-asking.ts';
import { idOf, refused } from './harness.ts';

const VARS = {
  FILE_MAX_BYTES: String(4 * PART),
  FILE_ROOM_BYTES: String(8 * PART),
  FILE_MEMBER_BYTES: String(6 * PART),
};

beforeEach(() => newMeeting(VARS));

describe('asking', () => {
  test('makes an upload that waits for its parts, and tells nobody', () => {
    const upload = asked('ada');
    expect(stateOf(upload)).toMatchObject({ upload, size: SIZE, parts: [], offset: 0, partSize: PART });
    expect(room.told()).toEqual([]);
    expect(room.deadlines()[`upload:${upload}`]).toBe(600);
  });

  test.each([
    ['of one file', 'ada', { size: 4 * PART + 1 }, 'file_too_large'],
    ['in a policy that forbids it', 'ada', {}, 'not_allowed'],
    ['from somebody who is not there', 'cleo', {}, 'member_gone'],
  ] as const)('is refused: %s', (_, by, fields, code) => {
    if (code === 'not_allowed') room.command('host', { t: 'policy.set', policy: { file: false } });
    const before = room.everything();
    expect(ask(by, fields)).toMatchObject(refused(code));
    expect(room.everything()).toBe(before);
    expect(room.state.table(uploadTable).size).toBe(0);
  });

  test('keeps room for what is on its way: of the member, and of the room', () => {
    asked('ada', { size: 3 * PART });
    asked('ada', { size: 3 * PART });
    expect(ask('ada', { size: 1 })).toMatchObject(refused('quota_exceeded'));
    asked('ben', { size: 2 * PART });
    expect(ask('ben', { size: 1 })).toMatchObject(refused('quota_exceeded'));
    const [upload] = room.state.table(uploadTable).keys();
    room.perform(dropUpload, { upload: upload ?? '' }, asMember(idOf('ada')));
    expect(ask('ben', { size: 1 }).ok).toBe(true);
  });

  test('what is stored once counts once', () => {
    bring('ada', { size: 3 * PART });
    const same = ask('ben', { size: 3 * PART, hash: hashOf('w') });
    expect(same).toMatchObject({ ok: true, value: { result: { state: 'shared' } } });
    expect(ask('host', { size: 4 * PART }).ok).toBe(true);
    expect(ask('host', { size: PART }).ok).toBe(true);
    expect(ask('ben', { size: 1 })).toMatchObject(refused('quota_exceeded'));
  });

  test('not more than so many at a time', () => {
    for (let at = 0; at < LIMITS.uploads; at += 1) asked('ada', { size: 1 });
    expect(ask('ada', { size: 1 })).toMatchObject(refused('rate_limited'));
    expect(ask('ben', { size: 1 }).ok).toBe(true);
  });

  test('by the same Idempotency-Key is the same upload, for its sender alone', () => {
    const upload = asked('ada', { request: 'r' });
    expect(asked('ada', { request: 'r' })).toBe(upload);
    expect(ask('ada', { request: 'r', size: 1 })).toMatchObject(refused('idempotency_mismatch'));
    expect(asked('ben', { request: 'r', size: 5 })).not.toBe(upload);
    for (const n of [0, 1, 2]) put('ada', upload, n);
    share(upload);
    expect(asked('ada', { request: 'r' })).toBe(fileOf(upload));
    room.command('ada', { t: 'file.remove', file: fileOf(upload) });
    expect(ask('ada', { request: 'r' })).toMatchObject(refused('file_unknown'));
  });

  test('for known content shares it at once, by size and hash together', () => {
    const file = bring('ada');
    room.take();
    expect(ask('ben', { hash: hashOf('w'), size: SIZE - 1 })).toMatchObject({
      value: { result: { state: 'open' } },
    });
    const same = asked('ben', { hash: hashOf('w'), name: 'b.txt' });
    expect(findFile(room.state, same)).toMatchObject({
      by: idOf('ben'),
      name: 'b.txt',
      key: findFile(room.state, file)?.key,
    });
    expect(room.told()).toEqual(['file.shared']);
    // The bytes go when the last one that has them goes.
    room.command('ada', { t: 'file.remove', file });
    expect(effects('objects.delete')).toEqual([]);
    room.command('ben', { t: 'file.remove', file: same });
    expect(effects('objects.delete')).toHaveLength(1);
  });
});

describe('parts', () => {
  test('in any order; the last one that is missing has the file put together', () => {
    const upload = asked('ada');
    put('ada', upload, 2);
    put('ada', upload, 0);
    expect(stateOf(upload)).toMatchObject({ parts: [0, 2], offset: PART });
    expect(effects(FINISH_FILE)).toEqual([]);
    put('ada', upload, 1);
    expect(stateOf(upload)).toMatchObject({ parts: [0, 1, 2], offset: SIZE });
    expect(effects(FINISH_FILE)).toMatchObject([{ data: { upload } }]);
    share(upload);
    expect(room.take().told).toMatchObject([
      { t: 'file.shared', file: fileOf(upload), by: idOf('ada'), size: SIZE, hash: hashOf('w') },
    ]);
    expect(room.deadlines()[`upload:${upload}`]).toBeUndefined();
    expect(room.state.table({ name: 'parts' }).size).toBe(0);
  });

  test.each([
    ['of another size', 0, PART - 1, 'file_broken_off'],
    ['behind the end', 3, 100, 'file_part_unknown'],
    ['before the beginning', -1, PART, 'file_part_unknown'],
    ['between two', 0.5, PART, 'file_part_unknown'],
  ] as const)('%s are refused', (_, n, size, code) => {
    const upload = asked('ada');
    expect(put('ada', upload, n, hashOf('p'), size)).toMatchObject(refused(code));
    expect(stateOf(upload)?.parts).toEqual([]);
  });

  test('are for their sender alone', () => {
    const upload = asked('ada');
    expect(put('ben', upload, 0)).toMatchObject(refused('upload_unknown'));
    expect(findUpload(room.state, idOf('ben'), upload)).toBeUndefined();
  });

  test('twice with the same hash: the newest is what the store has; with another: neither counts', () => {
    const upload = asked('ada');
    put('ada', upload, 0);
    expect(put('ada', upload, 0)).toMatchObject({ ok: true });
    expect(stateOf(upload)?.parts).toEqual([0]);
    expect(put('ada', upload, 0, hashOf('q'))).toMatchObject({
      ok: true,
      value: { result: { refused: { code: 'file_part_differs' } } },
    });
    expect(stateOf(upload)?.parts).toEqual([]);
  });

  test('that are lost have to come again', () => {
    const upload = asked('ada');
    for (const n of [0, 1, 2]) put('ada', upload, n);
    room.perform(loseParts, { upload, parts: [1] }, SYSTEM);
    expect(stateOf(upload)).toMatchObject({ parts: [0, 2], offset: PART });
    room.perform(loseParts, { upload: 'u_none', parts: [1] }, SYSTEM);
  });

  test('the multipart upload that was begun first counts', () => {
    const upload = asked('ada');
    room.perform(openUpload, { upload, multipart: 'first' }, SYSTEM);
    room.perform(openUpload, { upload, multipart: 'second' }, SYSTEM);
    expect(room.state.table(uploadTable).get(upload)?.multipart).toBe('first');
    expect(room.perform(openUpload, { upload: 'u_none', multipart: 'x' }, SYSTEM)).toMatchObject(
      refused('upload_unknown'),
    );
  });
});

describe('an upload', () => {
  test('is given up where no first part comes in ten minutes, and no further one in a day', () => {
    const idle = asked('ada');
    const moving = asked('ada');
    put('ada', moving, 0);
    room.pass(599);
    expect(stateOf(idle)).toBeDefined();
    room.pass(1);
    expect(stateOf(idle)).toBeUndefined();
    room.pass(43_000);
    put('ada', moving, 1);
    room.pass(86_399);
    expect(stateOf(moving)).toBeDefined();
    room.pass(1);
    expect(stateOf(moving)).toBeUndefined();
    expect(effects(DISCARD_FILE)).toHaveLength(2);
    expect(room.state.table({ name: 'parts' }).size).toBe(0);
  });

  test('whose parts are all there is not swept: it is being put together', () => {
    const upload = asked('ada', { size: 10 });
    put('ada', upload, 0);
    room.pass(200_000);
    expect(stateOf(upload)).toBeDefined();
  });

  test.each([
    ['the policy', () => room.command('host', { t: 'policy.set', policy: { file: false } })],
    [
      'their rights',
      () => room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { file: 'denied' } }),
    ],
    ['their role', () => room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' })],
  ] as const)('ends when its sender may no more: by %s', (_, withdraw) => {
    const upload = asked('ada');
    const other = asked('host');
    put('ada', upload, 0);
    room.perform(openUpload, { upload, multipart: 'm' }, SYSTEM);
    withdraw();
    expect(stateOf(upload)).toBeUndefined();
    expect(stateOf(other)).toBeDefined();
    expect(effects(DISCARD_FILE)).toMatchObject([{ data: { multipart: 'm' } }]);
    expect(put('ada', upload, 1)).toMatchObject(refused('not_allowed'));
  });

  test('ends with the meeting, and when its sender is put out; not when they drop', () => {
    const [ada, ben, host] = [asked('ada'), asked('ben'), asked('host')];
    put('ben', ben, 0);
    room.command('host', { t: 'member.remove', member: idOf('ada') });
    expect(stateOf(ada)).toBeUndefined();
    room.drop('ben');
    room.pass(60);
    expect(room.member('ben')?.presence).toBe('left');
    expect(stateOf(ben)?.parts).toEqual([0]);
    expect(put('ben', ben, 1)).toMatchObject(refused('member_gone'));
    room.enter('ben', { returning: true });
    expect(put('ben', ben, 1).ok).toBe(true);
    room.command('host', { t: 'room.end' });
    expect([stateOf(ben), stateOf(host)]).toEqual([undefined, undefined]);
  });

  test('that is whole is shared although its sender has dropped, but not against their right', () => {
    const upload = asked('ada', { size: 10 });
    put('ada', upload, 0);
    room.drop('ada');
    room.pass(60);
    share(upload);
    expect(findFile(room.state, fileOf(upload))).toBeDefined();
    expect(share(upload)).toMatchObject({ ok: true, value: { events: [] } });
  });

  test('is never shared without the right, whatever took it away', () => {
    const upload = asked('ada', { size: 10 });
    put('ada', upload, 0);
    const ada = room.member('ada');
    if (ada !== undefined) room.state.table(memberTable).set(ada.id, { ...ada, rights: { file: 'denied' } });
    expect(share(upload)).toMatchObject({ value: { result: { refused: { code: 'not_allowed' } } } });
    expect([findFile(room.state, fileOf(upload)), stateOf(upload)]).toEqual([undefined, undefined]);
    expect(effects(DISCARD_FILE)).toHaveLength(1);
  });
});

test('the last trace of a room goes after what its uploads have left in the object store', async () => {
  const upload = asked('ada');
  room.perform(openUpload, { upload, multipart: 'm' }, SYSTEM);
  room.command('host', { t: 'room.end' });
  let purged = false;
  const executors = executorsOf({
    engine: () => ({ state: room.state }),
    objects: null,
    people: () => undefined,
    purge: async () => {
      purged = true;
    },
  });
  await expect(executors[PURGE_EFFECT]?.({}, PURGE_EFFECT, 0)).rejects.toThrow('tidied');
  for (const id of Array.from(room.state.table(effectTable).keys()))
    if (id.startsWith(DISCARD_FILE)) room.state.table(effectTable).delete(id);
  await executors[PURGE_EFFECT]?.({}, PURGE_EFFECT, 0);
  expect(purged).toBe(true);
});

describe('progress', () => {
  const told = () => room.take().told.filter(({ t }) => t === 'file.progress');

  test('is told at most once a second, about the newest uploads, and ends with them', () => {
    const upload = asked('ada', { announce: true });
    const silent = asked('ada', { name: 'silent' });
    put('ada', silent, 0);
    put('ada', upload, 0);
    expect(told()).toMatchObject([
      { member: idOf('ada'), uploads: [{ upload, received: PART, size: SIZE }] },
    ]);
    put('ada', upload, 1);
    expect(told()).toEqual([]);
    room.perform(loseParts, { upload, parts: [1] }, SYSTEM);
    room.pass(1);
    put('ada', upload, 1);
    expect(told()).toMatchObject([{ uploads: [{ received: 2 * PART }] }]);
    room.perform(dropUpload, { upload }, asMember(idOf('ada')));
    expect(told()).toMatchObject([{ uploads: [] }]);
    expect(room.state.latest('file.progress', idOf('ada'))).toBeUndefined();
  });

  test('of somebody who has left is seen no more', () => {
    const upload = asked('ada', { announce: true });
    put('ada', upload, 0);
    told();
    room.command('ada', { t: 'member.leave' });
    expect(told()).toMatchObject([{ uploads: [] }]);
    room.enter('ada', { returning: true });
    put('ada', upload, 1);
    expect(told()).toMatchObject([{ uploads: [{ received: 2 * PART }] }]);
  });
});
