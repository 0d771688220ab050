import { beforeEach, describe, expect, test, vi } from 'vitest';
import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import { asMember } from '../../../src/engine/feature.ts';
import type { UploadResult } from '../../../src/platform/file-rpc.ts';
import { FILE_PART_BYTES, type Outcome, refuse } from '../../../src/protocol/index.ts';
import { FINISH_FILE, recordPart } from '../../../src/room-object/file-commands.ts';
import { sharedFiles, uploadTable } from '../../../src/room-object/file-rows.ts';
import { Files } from '../../../src/room-object/files.ts';
import { MemoryPartStore } from '../../support/memory-part-store.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

// From the last part to the file that is shared, and whatever comes between: a store that fails, a kill at any point.

const PART = FILE_PART_BYTES;
const SIZE = PART + 50;
const ADA = idOf('ada');
const hashOf = (letter: string) => letter.repeat(43);

let room: Room;
let store: MemoryPartStore;
let files: Files;
let limited: boolean;
/** The server has no object store at the moment. */
let isOff: boolean;

/** The room's object as it is after a kill: what was on disk is there, and nothing else. */
const wake = (patience = 1_000) =>
  new Files({
    engine: () => ({
      state: room.state,
      perform: (command, fields, actor) => room.perform(command, fields, actor),
      settled: async () => {},
      consistent: (compute, answer) => answer(compute()),
    }),
    store: () => (isOff ? null : store),
    limit: () => (limited ? refuse('rate_limited') : null),
    patience,
  });

beforeEach(() => {
  room = new Room();
  room.enter('ada', { hostKey: HOST_KEY });
  room.enter('ben');
  store = new MemoryPartStore();
  files = wake();
  limited = false;
  isOff = false;
});

/** Carries out the effects that wait, as the outbox does: those that reject stay. */
async function carryOut(of = files): Promise<void> {
  for (const [id, { kind, data }] of Array.from(room.state.table(effectTable).entries())) {
    try {
      await of.executors[kind]?.(data, id, 0);
      room.state.table(effectTable).delete(id);
    } catch {
      // Tried again.
    }
  }
}

async function ask(fields: { size?: number; hash?: string } = {}): Promise<string> {
  const asked = await files.file('ask', {
    member: ADA,
    ask: { name: 'a', type: 'x/y', size: SIZE, announce: false, ...fields },
  });
  if (!asked.ok || asked.value.state !== 'open') throw new Error('not asked');
  return asked.value.upload.upload;
}

const sizes = [PART, SIZE - PART];
/** Stores a part as the Worker does, and tells the room where `tells`. */
async function put(
  upload: string,
  n: number,
  { value = n + 1, hash = hashOf(String(n)), tells = true } = {},
) {
  const place = await files.file('begin', { member: ADA, upload, n });
  if (!place.ok) throw new Error(place.error.code);
  if (place.value.state === 'have') return files.file('look', { member: ADA, upload, wait: true });
  const size = sizes[n] ?? 0;
  const etag = await store.putPart(place.value, size, (write) => write(new Uint8Array(size).fill(value)));
  if (!tells) return null;
  const done = files.file('record', { member: ADA, upload, n, size, etag, hash });
  await Promise.resolve();
  await carryOut();
  return done;
}
const eventOf = (done: Outcome<UploadResult> | null) =>
  done?.ok === true && done.value.state === 'shared' ? done.value.event : undefined;

describe('the last part', () => {
  test('has the file put together and shared, and answers with it', async () => {
    const upload = await ask();
    expect(eventOf(await put(upload, 1))).toBeUndefined();
    const event = eventOf(await put(upload, 0));
    expect(event).toMatchObject({ t: 'file.shared', size: SIZE });
    const [kept] = store.objects.values();
    expect([kept?.bytes.byteLength, kept?.bytes[0], kept?.bytes[PART]]).toEqual([SIZE, 1, 2]);
    expect(await files.file('look', { member: ADA, upload, wait: true })).toMatchObject({
      value: { state: 'shared' },
    });
    expect(await files.file('begin', { member: ADA, upload, n: 0 })).toMatchObject(refused('upload_unknown'));
  });

  test('after a kill between store and room: it is put together once, and shared', async () => {
    const upload = await ask();
    await put(upload, 0);
    const row = room.state.table(uploadTable).get(upload);
    // Killed right after the store had done it.
    const completeParts = store.completeParts.bind(store);
    store.completeParts = async (...args) => {
      await completeParts(...args);
      throw new Error('killed');
    };
    files = wake(20);
    const done = await put(upload, 1);
    expect(done).toMatchObject({ ok: true, value: { state: 'open', upload: { parts: [0, 1] } } });
    expect(sharedFiles(room.state)).toEqual([]);
    store.completeParts = completeParts;
    files = wake();
    await carryOut();
    expect(sharedFiles(room.state)).toMatchObject([{ key: row?.key }]);
    await carryOut();
    expect(room.told().filter((t) => t === 'file.shared')).toHaveLength(1);
  });

  test('while the store can’t be reached: it is tried again, and whoever asks meanwhile waits', async () => {
    const upload = await ask();
    await put(upload, 0);
    const { completeParts } = store;
    store.completeParts = () => Promise.reject(new Error('no way to the store'));
    files = wake(20);
    expect(await put(upload, 1)).toMatchObject({ value: { state: 'open' } });
    store.completeParts = completeParts;
    files = wake();
    const asking = files.file('look', { member: ADA, upload, wait: true });
    await carryOut();
    expect(eventOf(await asking)).toBeDefined();
  });

  test('where the upload was given up by the store: it is over, and says so', async () => {
    const upload = await ask();
    await put(upload, 0);
    store.completeParts = async () => 'gone';
    expect(await put(upload, 1)).toMatchObject(refused('upload_unknown'));
    expect(room.state.table(uploadTable).size).toBe(0);
  });

  test('where the store has another try of a part, and it is forgotten of which: all have to come again', async () => {
    const upload = await ask();
    await put(upload, 0);
    const row = room.state.table(uploadTable).get(upload);
    await store.putPart({ key: '', multipart: row?.multipart ?? '', number: 1 }, PART, (write) =>
      write(new Uint8Array(PART).fill(9)),
    );
    files = wake();
    expect(await put(upload, 1)).toMatchObject(refused('file_incomplete'));
    expect(await files.file('look', { member: ADA, upload, wait: false })).toMatchObject({
      value: { upload: { parts: [] } },
    });
  });

  test('begun twice, and the later try in the store: only that one has to come again', async () => {
    const upload = await ask();
    await files.file('begin', { member: ADA, upload, n: 0 });
    await put(upload, 0);
    const row = room.state.table(uploadTable).get(upload);
    await store.putPart({ key: '', multipart: row?.multipart ?? '', number: 1 }, PART, (write) =>
      write(new Uint8Array(PART).fill(9)),
    );
    expect(await put(upload, 1)).toMatchObject(refused('file_incomplete'));
    expect(await files.file('look', { member: ADA, upload, wait: false })).toMatchObject({
      value: { upload: { parts: [1] } },
    });
    expect(eventOf(await put(upload, 0))).toBeDefined();
    const [kept] = store.objects.values();
    expect(kept?.bytes[0]).toBe(1);
  });

  test('of a file that is not what was announced: nothing is shared, and nothing is left', async () => {
    const upload = await ask({ hash: hashOf('x') });
    await put(upload, 0);
    expect(await put(upload, 1)).toMatchObject(refused('file_hash'));
    await carryOut();
    expect([store.objects.size, Array.from(store.uploads.values())]).toEqual([0, [null]]);
  });

  test('of content that the room has: its bytes are kept once', async () => {
    for (const _ of [1, 2]) {
      const upload = await ask();
      await put(upload, 0);
      await put(upload, 1);
    }
    await carryOut();
    expect(sharedFiles(room.state)).toHaveLength(2);
    expect(store.objects.size).toBe(1);
  });

  test('when the right was withdrawn while it was put together: nothing is shared, and nothing is left', async () => {
    room.enter('host', { hostKey: HOST_KEY });
    const upload = await ask();
    await put(upload, 0);
    const completeParts = store.completeParts.bind(store);
    store.completeParts = async (...args) => {
      room.command({ kind: 'host-key' }, { t: 'role.set', member: ADA, role: 'viewer' });
      // What the upload has left is removed before the store has put it together.
      await carryOut();
      store.completeParts = completeParts;
      const [, multipart] = args;
      const [upload] = Array.from(store.uploads.keys());
      expect(multipart).toBe(upload);
      await store.put(args[0], new Uint8Array(1), 1, '');
      return 'done';
    };
    const done = await put(upload, 1);
    expect(done?.ok === true && done.value.state === 'shared').toBe(false);
    expect([sharedFiles(room.state), store.objects.size]).toEqual([[], 0]);
  });

  test('said twice is answered twice with the file; a part that comes behind it is refused', async () => {
    const upload = await ask();
    await put(upload, 0);
    const event = eventOf(await put(upload, 1));
    expect(event).toBeDefined();
    const [size = 0] = sizes;
    const part = { member: ADA, upload, n: 0, size, etag: 'e', hash: hashOf('0') };
    expect(eventOf(await files.file('record', part))).toEqual(event);
    expect(room.told().filter((t) => t === 'file.shared')).toHaveLength(1);
    room.command('ada', { t: 'file.remove', file: event?.file ?? '' });
    expect(await files.file('record', part)).toMatchObject(refused('upload_unknown'));
  });

  test('that is refused is answered at once, also where all others are there', async () => {
    files = wake(60_000);
    const upload = await ask();
    await put(upload, 0);
    store.completeParts = () => new Promise(() => {});
    void put(upload, 1);
    await vi.waitFor(() => expect(room.state.table(effectTable).size).toBe(1));
    const part = { member: ADA, upload, n: 0, size: 1, etag: 'e', hash: hashOf('0') };
    const timers = vi.spyOn(globalThis, 'setTimeout');
    expect(await files.file('record', part)).toMatchObject(refused('file_broken_off'));
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  test('while the server has no object store: nothing is lost, and it is shared when it has one again', async () => {
    const upload = await ask();
    await put(upload, 0);
    isOff = true;
    files = wake(20);
    const [size = 0] = sizes.slice(1);
    const row = room.state.table(uploadTable).get(upload);
    const place = { key: row?.key ?? '', multipart: row?.multipart ?? '', number: 2 };
    const etag = await store.putPart(place, size, (write) => write(new Uint8Array(size)));
    room.perform(recordPart, { upload, n: 1, size, etag, hash: hashOf('1') }, asMember(ADA));
    await carryOut();
    expect(room.state.table(effectTable).size).toBe(1);
    isOff = false;
    await carryOut();
    expect(sharedFiles(room.state)).toHaveLength(1);
  });

  test('whose effect was lost is put together by the sweep', async () => {
    const upload = await ask();
    await put(upload, 0);
    store.completeParts = () => Promise.reject(new Error('no way to the store'));
    files = wake(20);
    await put(upload, 1);
    store.completeParts = MemoryPartStore.prototype.completeParts;
    room.state.table(effectTable).delete(`${FINISH_FILE}:${upload}`);
    const at = room.state.table(deadlineTable).get(`upload:${upload}`)?.at ?? room.now;
    room.pass((at - room.now) / 1_000);
    await carryOut();
    expect(sharedFiles(room.state)).toHaveLength(1);
    expect(room.state.table(uploadTable).size).toBe(0);
  });
});

describe('an upload that the store has given up', () => {
  const gone = (upload: string, multipart: string) => files.file('gone', { member: ADA, upload, multipart });

  test('is over, so that it is begun anew', async () => {
    const upload = await ask();
    await put(upload, 0);
    expect(await gone(upload, 'another')).toMatchObject({ value: { state: 'open' } });
    expect(await files.file('gone', { member: idOf('ben'), upload, multipart: 'm1' })).toMatchObject(
      refused('upload_unknown'),
    );
    expect(room.state.table(uploadTable).size).toBe(1);
    expect(await gone(upload, 'm1')).toMatchObject(refused('upload_unknown'));
    expect(room.state.table(uploadTable).size).toBe(0);
    expect(await gone(upload, 'm1')).toMatchObject(refused('upload_unknown'));
  });

  test('because it has put it together is finished', async () => {
    const upload = await ask();
    await put(upload, 0);
    store.completeParts = () => Promise.reject(new Error('no way to the store'));
    files = wake(20);
    await put(upload, 1);
    store.completeParts = MemoryPartStore.prototype.completeParts;
    files = wake();
    const asking = gone(upload, 'm1');
    await carryOut();
    expect(await asking).toMatchObject({ value: { state: 'shared' } });
  });
});

describe('the first parts', () => {
  test('that come at once begin one multipart upload', async () => {
    const upload = await ask();
    const places = await Promise.all([0, 1].map((n) => files.file('begin', { member: ADA, upload, n })));
    expect(
      new Set(places.map((place) => (place.ok && place.value.state === 'send' ? place.value.multipart : ''))),
    ).toEqual(new Set(['m1']));
    expect(store.uploads.size).toBe(1);
  });

  test('of an upload that is given up while the store answers leave nothing', async () => {
    const upload = await ask();
    const beginParts = store.beginParts.bind(store);
    store.beginParts = async (...args) => {
      await files.file('drop', { member: ADA, upload });
      return beginParts(...args);
    };
    expect(await files.file('begin', { member: ADA, upload, n: 0 })).toMatchObject(refused('upload_unknown'));
    expect(Array.from(store.uploads.values())).toEqual([null]);
  });

  test('are not taken from who asks too often, and not without a store or a room', async () => {
    limited = true;
    const request = { member: ADA, ask: { name: 'a', type: 'x/y', size: 1, announce: false } };
    expect(await files.file('ask', request)).toMatchObject(refused('rate_limited'));
    const bare = { limit: () => null, engine: () => null, store: () => null };
    expect(await new Files(bare).file('ask', request)).toMatchObject(refused('room_not_found'));
    const engine = () => ({ state: room.state }) as never;
    expect(await new Files({ ...bare, engine }).file('ask', request)).toMatchObject(refused('files_off'));
  });
});
