import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/protocol/index.ts';
import { createApp } from '../../src/worker/app.ts';
import { FILE_ERRORS } from '../support/file-errors.ts';
import {
  type Answer,
  ada,
  ben,
  bytesFrom,
  checksumOf,
  fileHash,
  inRoom,
  isSame,
  keys,
  meetInEachTest,
  multiparts,
  nothingLeft,
  ORIGIN,
  PART,
  partOf,
  passTime,
  Sender,
  world,
} from './support/files.ts';

// What goes wrong is told by a typed error, loses nothing that was there, and leaves nothing in the bucket.

const bytes = bytesFrom(2 * PART + 500);
const [first, second, third] = [partOf(bytes, 0), partOf(bytes, 1), partOf(bytes, 2)];
const provoked = new Set<string>();

meetInEachTest();
afterAll(() => {
  expect(FILE_ERRORS.filter((code) => !provoked.has(code))).toEqual([]);
});

/** Is this refusal, and no other. */
function expectRefused(answer: Answer, code: ErrorCode, status: number): void {
  expect([answer.status, answer.code]).toEqual([status, code]);
  provoked.add(code);
}

const drop = async (upload: string) => {
  const open = await multiparts(world.code);
  expect((await ada.ask(`/uploads/${upload}`, 'DELETE')).status).toBe(204);
  await nothingLeft(open);
};

describe('a part', () => {
  test('that is missing: the file is shared when it is there, and not before', async () => {
    const upload = await ada.begun(bytes.byteLength);
    await ada.put(upload, 0, first);
    const waiting = await ada.put(upload, 2, third);
    expect(waiting).toMatchObject({ status: 200, upload: { parts: [0, 2] } });
    expectRefused(await ada.patch(upload, bytes.byteLength, new Uint8Array()), 'file_offset', 409);
    expect(ben.heard('file.shared')).toEqual([]);
    expect(await ada.list()).toEqual([]);
    await drop(upload);
  });

  test('that comes twice is taken once', async () => {
    const upload = await ada.begun(bytes.byteLength);
    const hash = { 'upload-checksum': await checksumOf(first) };
    for (const headers of [{}, {}, hash])
      expect(await ada.put(upload, 0, first, headers)).toMatchObject({ status: 200, upload: { parts: [0] } });
    expectRefused(
      await ada.put(upload, 0, second, { 'upload-checksum': await checksumOf(second) }),
      'file_checksum',
      460,
    );
    expect((await ada.look(upload)).upload?.parts).toEqual([0]);
    await drop(upload);
  });

  /** The same part from two requests at once: the first has begun when the second comes, and ends when that one is over. */
  async function twice(
    upload: string,
    n: number,
    early: Uint8Array<ArrayBuffer>,
    late: Uint8Array<ArrayBuffer>,
  ) {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        pulled += 1;
        if (pulled === 2) {
          started.resolve();
          await gate.promise;
        }
        controller.enqueue(pulled === 1 ? early.slice(0, 100) : early.slice(100));
        if (pulled === 2) controller.close();
      },
    });
    const first = ada.put(upload, n, body, { 'content-length': String(early.byteLength) });
    await started.promise;
    const second = await ada.put(upload, n, late);
    gate.resolve();
    return { first: await first, second };
  }

  test('that comes behind the last one is answered with the file, however it comes', async () => {
    const upload = await ada.begun(bytes.byteLength);
    for (const n of [0, 1]) await ada.put(upload, n, partOf(bytes, n));
    const { event } = await ada.put(upload, 2, third);
    expect(event).toBeDefined();
    for (const n of [0, 2])
      expect(await ada.put(upload, n, partOf(bytes, n))).toMatchObject({ status: 200, event });
    expect(await ada.list()).toHaveLength(1);
    await ada.request(`/files/${event?.file}`, { method: 'DELETE' });
    expectRefused(await ada.put(upload, 2, third), 'upload_unknown', 404);
  });

  test('of an upload that the bucket has given up: it is over, and the same key begins anew', async () => {
    const key = { 'idempotency-key': 'a-key-of-24-characters-1' };
    const upload = await ada.begun(bytes.byteLength, {}, key);
    await ada.put(upload, 0, first);
    const [open] = await multiparts(world.code);
    await env.PICTURES.resumeMultipartUpload(open?.key ?? '', open?.multipart ?? '').abort();
    expectRefused(await ada.put(upload, 1, second), 'upload_unknown', 404);
    const again = await ada.begun(bytes.byteLength, {}, key);
    expect(again).not.toBe(upload);
    for (const n of [0, 1]) await ada.put(again, n, partOf(bytes, n));
    const { event } = await ada.put(again, 2, third);
    expect(isSame(await ben.read(event?.file ?? ''), bytes)).toBe(true);
  });

  test('that comes twice at once, the same both times, does no harm', async () => {
    const upload = await ada.begun(bytes.byteLength);
    const { first: one, second: other } = await twice(upload, 0, first, first);
    expect([one.status, other.status]).toEqual([200, 200]);
    await ada.put(upload, 1, second);
    const last = await twice(upload, 2, third, third);
    expect(last.second.event).toBeDefined();
    expect(last.first.event).toEqual(last.second.event);
    const { file } = await ben.hears('file.shared');
    expect(isSame(await ben.read(String(file)), bytes)).toBe(true);
    expect(ben.heard('file.shared')).toHaveLength(1);
  });

  test('that comes twice at once with different bytes is not kept', async () => {
    const upload = await ada.begun(bytes.byteLength);
    const { first: late, second: early } = await twice(upload, 0, first, second);
    expect(early.upload?.parts).toEqual([0]);
    expectRefused(late, 'file_part_differs', 409);
    expect((await ada.look(upload)).upload?.parts).toEqual([]);
    for (const [n, part] of [first, second, third].entries()) await ada.put(upload, n, part);
    const { file } = await ben.hears('file.shared');
    expect(isSame(await ben.read(String(file)), bytes)).toBe(true);
  });

  test('of another size', async () => {
    const upload = await ada.begun(bytes.byteLength);
    for (const [n, body] of [
      [0, bytes.slice(0, PART - 1)],
      [0, bytes.slice(0, PART + 1)],
      [2, bytes.slice(0, 499)],
      [2, bytes.slice(0, 501)],
    ] as const)
      expectRefused(await ada.put(upload, n, body), 'file_broken_off', 400);
    // Without a length it is seen when it ends.
    for (const size of [100, 600]) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const writing = writer.write(bytes.slice(0, size)).then(() => writer.close());
      expectRefused(await ada.put(upload, 2, readable), 'file_broken_off', 400);
      await writing.catch(() => {});
    }
    expectRefused(await ada.put(upload, 3, third), 'file_part_unknown', 422);
    expectRefused(await ada.ask(`/uploads/${upload}/parts/x`, 'PUT', {}, third), 'file_part_unknown', 422);
    expectRefused(await ada.patch(upload, 0, bytes.slice(0, 1_000)), 'file_chunk_small', 422);
    expectRefused(await ada.patch(upload, 1_000, bytes.slice(0, PART)), 'file_offset', 409);
    expect((await ada.look(upload)).upload?.parts).toEqual([]);
    await drop(upload);
  });

  test('that does not match its hash', async () => {
    const upload = await ada.begun(bytes.byteLength);
    const wrong = { 'upload-checksum': await checksumOf(second) };
    expectRefused(await ada.put(upload, 0, first, wrong), 'file_checksum', 460);
    expect((await ada.look(upload)).upload?.parts).toEqual([]);
    await drop(upload);
  });

  test('of an upload of somebody else, or of none', async () => {
    const upload = await ada.begun(bytes.byteLength);
    expectRefused(await ben.put(upload, 0, first), 'upload_unknown', 404);
    expectRefused(await ben.look(upload), 'upload_unknown', 404);
    expect((await ben.ask(`/uploads/${upload}`, 'DELETE')).code).toBe('upload_unknown');
    expect((await ada.put('u_none', 0, first)).code).toBe('upload_unknown');
    await drop(upload);
  });
});

describe('a whole', () => {
  test('that does not match the hash it was announced with is not shared', async () => {
    const upload = await ada.begun(bytes.byteLength, { hash: await fileHash(first) });
    await ada.put(upload, 0, first);
    await ada.put(upload, 1, second);
    const open = await multiparts(world.code);
    expectRefused(await ada.put(upload, 2, third), 'file_hash', 422);
    expectRefused(await ada.look(upload), 'upload_unknown', 404);
    expect(ben.heard('file.shared')).toEqual([]);
    await nothingLeft(open);
  });

  test('that is larger than is allowed', async () => {
    expectRefused(await ada.begin(5_368_709_121), 'file_too_large', 413);
    await nothingLeft();
  });

  test('for which there is no room: what is on its way keeps its room, and is not cut off', async () => {
    // Two of 5 GiB are what one person may have.
    const upload = await ada.begun(bytes.byteLength);
    await ada.put(upload, 0, first);
    await ada.begun(5_368_709_120);
    const more = await ada.begin(5_368_709_120);
    expectRefused(more, 'quota_exceeded', 413);
    await ada.put(upload, 1, second);
    expect((await ada.put(upload, 2, third)).event).toBeDefined();
    // The room has 20 GiB for all.
    for (const _ of [1, 2]) await ben.begun(5_368_709_120);
    const cleo = await Sender.enter(world.code, 'Cleo');
    await cleo.begun(4_000_000_000);
    expectRefused(await cleo.begin(5_368_709_120), 'quota_exceeded', 413);
  });
});

describe('what stops an upload in the middle', () => {
  test('the permission is withdrawn: from the room', async () => {
    const upload = await ada.begun(bytes.byteLength, { announce: true });
    await ada.put(upload, 0, first);
    const open = await multiparts(world.code);
    await world.asHost({ t: 'policy.set', policy: { file: false } });
    expectRefused(await ada.put(upload, 1, second), 'not_allowed', 403);
    expect((await ada.begin(10)).code).toBe('not_allowed');
    await world.asHost({ t: 'policy.set', policy: { file: true } });
    expectRefused(await ada.put(upload, 1, second), 'upload_unknown', 404);
    await nothingLeft(open);
  });

  test('the permission is withdrawn: from the sender, while the last part comes', async () => {
    const upload = await ada.begun(bytes.byteLength);
    await ada.put(upload, 0, first);
    await ada.put(upload, 1, second);
    const open = await multiparts(world.code);
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        pulled += 1;
        if (pulled === 2)
          await world.asHost({ t: 'rights.set', member: ada.member.id, rights: { file: 'denied' } });
        controller.enqueue(third.slice((pulled - 1) * 250, pulled * 250));
        if (pulled === 2) controller.close();
      },
    });
    const answer = await ada.put(upload, 2, body, { 'content-length': String(third.byteLength) });
    expect([403, 404]).toContain(answer.status);
    expect(['not_allowed', 'upload_unknown']).toContain(answer.code);
    expect(ben.heard('file.shared')).toEqual([]);
    await nothingLeft(open);
  });

  test('nobody goes on: the alarm sweeps it, also in the bucket', async () => {
    const upload = await ada.begun(bytes.byteLength);
    await ada.put(upload, 0, first);
    const open = await multiparts(world.code);
    expect(open).toHaveLength(1);
    // What is asked for and moves is not swept.
    await runDurableObjectAlarm(env.ROOMS.getByName(world.code));
    expect((await ada.look(upload)).upload?.parts).toEqual([0]);
    await passTime(world.code);
    expectRefused(await ada.look(upload), 'upload_unknown', 404);
    await nothingLeft(open);
    expect(
      await inRoom(world.code, (sql) =>
        sql.exec("SELECT key FROM state WHERE tbl IN ('uploads', 'parts')").toArray(),
      ),
    ).toEqual([]);
  });

  test('the meeting ends', async () => {
    const upload = await ada.begun(bytes.byteLength);
    await ada.put(upload, 0, first);
    await ada.sent(bytesFrom(100), { name: 'shared' });
    const open = await multiparts(world.code);
    await world.asHost({ t: 'room.update', retentionSeconds: 0 });
    await world.asHost({ t: 'room.end' });
    await nothingLeft(open);
    expect([404, 410]).toContain((await ada.put(upload, 1, second)).status);
  });
});

describe('a file', () => {
  test('that is deleted while others download: they learn it, and nothing is left over', async () => {
    const upload = await ada.begun(bytes.byteLength, { name: 'a' });
    for (const [n, part] of [first, second, third].entries()) await ada.put(upload, n, part);
    const { file } = await ben.hears('file.shared');
    const path = `/files/${String(file)}`;
    const begun = await ben.request(path);
    const etag = begun.headers.get('etag') ?? '';
    const reader = begun.body?.getReader();
    await reader?.read();
    expect((await ben.ask(path, 'DELETE')).code).toBe('role_required');
    expect((await ada.request(path, { method: 'DELETE' })).status).toBe(204);
    await ben.hears('file.removed');
    // What had begun ends or breaks off; it never goes on with something else.
    let size = 0;
    try {
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
        size += read.value.byteLength;
    } catch {
      // It broke off.
    }
    expect(size).toBeLessThanOrEqual(bytes.byteLength);
    expectRefused(
      await ben.ask(path, 'GET', { range: 'bytes=1000-', 'if-range': etag }),
      'file_unknown',
      404,
    );
    expectRefused(await ada.ask(path, 'DELETE'), 'file_unknown', 404);
    expectRefused(await ben.ask('/files/f_none', 'GET'), 'file_unknown', 404);
    await nothingLeft();
  });

  test('may be removed by its sender and by hosts, and by nobody else', async () => {
    const one = await ada.sent(bytesFrom(10, 1));
    const two = await ada.sent(bytesFrom(10, 2));
    expect((await ben.ask(`/files/${one.file}`, 'DELETE')).code).toBe('role_required');
    await world.asHost({ t: 'file.remove', file: one.file });
    await world.asHost({ t: 'role.set', member: ben.member.id, role: 'cohost' });
    expect((await ben.request(`/files/${two.file}`, { method: 'DELETE' })).status).toBe(204);
    expect(await keys()).toEqual([]);
  });
});

test('a server without an object store says so, and other versions of tus are refused', async () => {
  const app = createApp();
  const path = `${ORIGIN}/v1/rooms/${world.code}/files`;
  const headers = { authorization: `Bearer ${ada.token}`, 'tus-resumable': '1.0.0', 'upload-length': '1' };
  const bare = { ...env, PICTURES: undefined } as unknown as Parameters<typeof app.fetch>[1];
  const off = await app.fetch(new Request(path, { method: 'POST', headers }), bare);
  const problem = await off.json<{ code: string }>();
  expect([off.status, problem.code]).toEqual([501, 'files_off']);
  provoked.add(problem.code);
  expectRefused(await ada.begin(1, {}, { 'tus-resumable': '2.0.0' }), 'tus_version', 412);
  expectRefused(await ada.begin(1, {}, { 'upload-concat': 'partial' }), 'tus_unsupported', 400);
});

test('parts in whose place the bucket has others have to come again', async () => {
  const upload = await ada.begun(bytes.byteLength);
  await ada.put(upload, 0, first);
  await ada.put(upload, 1, second);
  // Another try of a part, of which nobody was told, has taken its place.
  const [open] = await multiparts(world.code);
  if (open === undefined) throw new Error('no upload');
  await env.PICTURES.resumeMultipartUpload(open.key, open.multipart).uploadPart(1, second.slice());
  expectRefused(await ada.put(upload, 2, third), 'file_incomplete', 409);
  expect((await ada.look(upload)).upload?.parts).toEqual([]);
  for (const [n, part] of [first, second, third].entries()) await ada.put(upload, n, part);
  const { file } = await ben.hears('file.shared');
  expect(isSame(await ben.read(String(file)), bytes)).toBe(true);
});
