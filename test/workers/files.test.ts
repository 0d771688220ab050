import { describe, expect, test } from 'vitest';
import {
  ada,
  answerOf,
  ben,
  bytesFrom,
  checksumOf,
  fetch,
  fileHash,
  isSame,
  keys,
  killRoom,
  meet,
  meetInEachTest,
  multiparts,
  nothingLeft,
  PART,
  partOf,
  world,
} from './support/files.ts';

meetInEachTest();

const removed = async (file: string) => {
  expect((await ada.request(`/files/${file}`, { method: 'DELETE' })).status).toBe(204);
};

describe('a small file', () => {
  test('comes in one request, is told to everybody and read by everybody', async () => {
    const bytes = bytesFrom(5_000);
    const answer = await ada.send(bytes, { name: 'notes.txt', type: 'text/plain; charset=utf-8' });
    expect(answer).toMatchObject({
      status: 201,
      event: { t: 'file.shared', by: ada.member.id, name: 'notes.txt', type: 'text/plain', size: 5_000 },
    });
    expect(answer.event?.hash).toBe(await fileHash(bytes));
    expect(answer.headers.get('upload-offset')).toBe('5000');
    expect(answer.headers.get('tus-resumable')).toBe('1.0.0');
    expect(await ben.hears('file.shared')).toEqual(answer.event);
    expect(isSame(await ben.read(answer.event?.file ?? ''), bytes)).toBe(true);
    await removed(answer.event?.file ?? '');
    await nothingLeft();
  });

  test('without bytes is a file, too', async () => {
    const answer = await ada.send(new Uint8Array(), { name: 'empty' });
    expect(answer).toMatchObject({ status: 201, event: { size: 0 } });
    const response = await ben.request(`/files/${answer.event?.file}`);
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
    expect(await keys()).toEqual([]);
    await removed(answer.event?.file ?? '');
  });

  test('sent twice with one Idempotency-Key is there once, and stays away once it is removed', async () => {
    const headers = { 'idempotency-key': 'a-request-0123456789' };
    const first = await ada.send(bytesFrom(100), { name: 'a' }, headers);
    const second = await ada.send(bytesFrom(100), { name: 'a' }, headers);
    expect(second.event).toEqual(first.event);
    expect(await ada.send(bytesFrom(101), { name: 'a' }, headers)).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    });
    await removed(first.event?.file ?? '');
    expect(await ada.send(bytesFrom(100), { name: 'a' }, headers)).toMatchObject({
      status: 404,
      code: 'file_unknown',
    });
    await nothingLeft();
  });
});

describe('a large file', () => {
  const bytes = bytesFrom(2 * PART + 1_000);

  test('comes in parts, several at once, in any order', async () => {
    const upload = await ada.begun(bytes.byteLength, {
      name: 'film.mp4',
      type: 'video/mp4',
      hash: await fileHash(bytes),
    });
    const [last, first] = await Promise.all([
      ada.put(upload, 2, partOf(bytes, 2)),
      ada.put(upload, 0, partOf(bytes, 0)),
    ]);
    expect([last.status, first.status]).toEqual([200, 200]);
    expect((await ada.look(upload)).upload).toMatchObject({ parts: [0, 2], offset: PART });
    const done = await ada.put(upload, 1, partOf(bytes, 1), {
      'upload-checksum': await checksumOf(partOf(bytes, 1)),
    });
    expect(done).toMatchObject({
      status: 200,
      event: { name: 'film.mp4', size: bytes.byteLength, hash: await fileHash(bytes) },
    });
    expect(isSame(await ben.read(done.event?.file ?? ''), bytes)).toBe(true);
    // Who missed the answer asks what became of it.
    expect((await ada.look(upload)).event).toEqual(done.event);
    expect((await ada.head(upload)).headers.get('upload-offset')).toBe(String(bytes.byteLength));
    await removed(done.event?.file ?? '');
    await nothingLeft();
  });

  test('goes on after the room was killed, from another request of the same sender', async () => {
    const headers = { 'idempotency-key': 'fingerprint-of-this-file' };
    const upload = await ada.begun(bytes.byteLength, { name: 'a.bin' }, headers);
    await ada.put(upload, 1, partOf(bytes, 1));
    await killRoom(world.code);
    const again = await ada.begin(bytes.byteLength, { name: 'a.bin' }, headers);
    expect(again).toMatchObject({ status: 201, upload: { upload, parts: [1], offset: 0 } });
    await ada.put(upload, 0, partOf(bytes, 0));
    await killRoom(world.code);
    const done = await ada.put(upload, 2, partOf(bytes, 2));
    expect(isSame(await ben.read(done.event?.file ?? ''), bytes)).toBe(true);
    await removed(done.event?.file ?? '');
    await nothingLeft();
  });

  test('that the room has is not sent again, and one that another room has is', async () => {
    const upload = await ada.begun(bytes.byteLength, { name: 'a' });
    for (const n of [0, 1, 2]) await ada.put(upload, n, partOf(bytes, n));
    const hash = await fileHash(bytes);
    const known = await ben.begin(bytes.byteLength, { name: 'b', hash });
    expect(known).toMatchObject({ status: 201, event: { name: 'b', by: ben.member.id, hash } });
    expect(known.headers.get('upload-offset')).toBe(String(bytes.byteLength));
    expect(await keys()).toHaveLength(1);
    const elsewhere = await meet();
    const answer = await elsewhere.ada.begin(bytes.byteLength, { name: 'c', hash });
    expect(answer).toMatchObject({ status: 201, upload: { parts: [], offset: 0 } });
    // What two have stays for one.
    const [mine] = await ada.list({ search: 'a' });
    await removed(mine?.file ?? '');
    expect(isSame(await ada.read(known.event?.file ?? ''), bytes)).toBe(true);
    await ben.request(`/files/${known.event?.file}`, { method: 'DELETE' });
    await nothingLeft();
  });
});

test('the same name twice: both are kept, told apart', async () => {
  const names: (string | undefined)[] = [];
  for (const seed of [1, 2, 3])
    names.push((await ada.sent(bytesFrom(10, seed), { name: 'Résumé.pdf' })).name);
  expect(names).toEqual(['Résumé.pdf', 'Résumé (2).pdf', 'Résumé (3).pdf']);
  expect(await answerOf(await fetch(`/v1/rooms/${world.code}/files`))).toMatchObject({ status: 405 });
  expect(await multiparts(world.code)).toEqual([]);
});
