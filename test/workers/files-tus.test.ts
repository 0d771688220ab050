import { describe, expect, test } from 'vitest';
import {
  ada,
  bytesFrom,
  checksumOf,
  encoded,
  fetch,
  fileHash,
  isSame,
  meetInEachTest,
  multiparts,
  nothingLeft,
  PART,
  world,
} from './support/files.ts';

// Uploads by the letter of tus 1.0.0, as any client of it makes them.

const bytes = bytesFrom(3 * PART + 77);

meetInEachTest();

/** A body of known length that comes in pieces, and may break off. */
function streamed(whole: Uint8Array<ArrayBuffer>, { breakAt = whole.byteLength, piece = 100_003 } = {}) {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= breakAt) {
        if (breakAt < whole.byteLength) controller.error(new Error('the sender has gone'));
        else controller.close();
        return;
      }
      const next = Math.min(at + piece, breakAt);
      controller.enqueue(whole.slice(at, next));
      at = next;
    },
  });
}

describe('tus', () => {
  test('OPTIONS says what is there, and leaves preflights of browsers alone', async () => {
    const path = `/v1/rooms/${world.code}/files`;
    const options = await fetch(path, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(Object.fromEntries(options.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,termination,checksum,expiration',
      'tus-max-size': '5368709120',
      'tus-checksum-algorithm': 'sha1,sha256',
    });
    const preflight = await fetch(path, {
      method: 'OPTIONS',
      headers: { origin: 'http://parley.test', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('upload-length');
    expect(preflight.headers.get('tus-version')).toBeNull();
  });

  test('pages can read all of it, and HEAD says the metadata back as they came', async () => {
    const origin = 'http://parley.test';
    const response = await fetch(`/v1/rooms/${world.code}/files`, { method: 'OPTIONS', headers: { origin } });
    expect(response.headers.get('tus-extension')).toContain('creation');
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = response.headers.get('access-control-expose-headers')?.split(',');
    for (const [name] of response.headers) if (name.startsWith('tus-')) expect(exposed).toContain(name);

    const given = `filename ${encoded('a:b.txt')}, is_secret,filetype ${encoded('Text/Plain')}`;
    const begun = await ada.ask('/files', 'POST', { 'upload-length': '10', 'upload-metadata': given });
    const upload = begun.upload?.upload ?? '';
    expect((await ada.head(upload)).headers.get('upload-metadata')).toBe(given);
    expect(begun.upload).toMatchObject({ name: 'a_b.txt', type: 'text/plain' });
    const silent = await ada.ask('/files', 'POST', { 'upload-length': '10' });
    const { headers } = await ada.head(silent.upload?.upload ?? '');
    expect(headers.get('upload-metadata')).toMatch(/^filename /);
    const long = { 'upload-length': '10', 'upload-metadata': `filename YQ==,x ${'A'.repeat(8_192)}` };
    expect(await ada.ask('/files', 'POST', long)).toMatchObject({ status: 422, code: 'invalid' });
  });

  test('a PATCH is cut into whole parts while it streams, and the offset is the end of the last', async () => {
    const created = await ada.begin(bytes.byteLength, { name: 'a.bin', type: 'x/y' });
    expect(created.status).toBe(201);
    expect(Date.parse(created.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now());
    const url = created.headers.get('location') ?? '';
    const upload = url.split('/').at(-1) ?? '';

    // Two parts and a half: the half is not kept.
    const size = Math.floor(2.5 * PART);
    const first = await ada.patch(upload, 0, streamed(bytes.slice(0, size)), {
      'content-length': String(size),
    });
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(2 * PART)]);

    const head = await ada.head(upload);
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': String(2 * PART),
      'upload-length': String(bytes.byteLength),
      'cache-control': 'no-store',
      'upload-metadata': `filename ${encoded('a.bin')},filetype ${encoded('x/y')}`,
      'tus-resumable': '1.0.0',
    });

    const last = await ada.patch(upload, 2 * PART, bytes.slice(2 * PART));
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(bytes.byteLength)]);
    const event = await world.ben.hears('file.shared');
    expect(event).toMatchObject({ name: 'a.bin', size: bytes.byteLength, hash: await fileHash(bytes) });
    expect(last.headers.get('content-location')).toBe(`/v1/rooms/${world.code}/files/${String(event.file)}`);
    expect(isSame(await ada.read(String(event.file)), bytes)).toBe(true);
    await ada.request(`/files/${String(event.file)}`, { method: 'DELETE' });
    await nothingLeft();
  });

  test('what came before a drop is there, and it goes on from HEAD', async () => {
    const upload = await ada.begun(bytes.byteLength, { name: 'a' });
    const dropped = ada.patch(upload, 0, streamed(bytes, { breakAt: PART + 5_000_000 }), {
      'content-length': String(bytes.byteLength),
    });
    await dropped.catch(() => {});
    await expect.poll(async () => (await ada.head(upload)).headers.get('upload-offset')).toBe(String(PART));
    expect((await ada.patch(upload, PART, bytes.slice(PART))).status).toBe(204);
    const { file } = await ada.hears('file.shared');
    expect(isSame(await ada.read(String(file)), bytes)).toBe(true);
  });

  test('bytes may come along with the creation, all or the first', async () => {
    const upload = await ada.ask(
      '/files',
      'POST',
      { 'upload-length': String(bytes.byteLength), 'content-type': 'application/offset+octet-stream' },
      bytes.slice(0, PART),
    );
    expect(upload).toMatchObject({ status: 201, upload: { parts: [0], offset: PART, name: 'file' } });
    const id = upload.upload?.upload ?? '';
    // Too little for a part: the upload is made, and nothing of it is there.
    const little = await ada.ask(
      '/files',
      'POST',
      { 'upload-length': String(bytes.byteLength), 'content-type': 'application/offset+octet-stream' },
      bytes.slice(0, 100),
    );
    expect(little).toMatchObject({ status: 201, upload: { parts: [], offset: 0 } });
    const open = await multiparts(world.code);
    for (const one of [id, little.upload?.upload ?? ''])
      expect((await ada.ask(`/uploads/${one}`, 'DELETE')).status).toBe(204);
    expect(await ada.head(id)).toMatchObject({ status: 404 });
    await nothingLeft(open);
  });

  test('checksums of the body, by SHA-1 and SHA-256', async () => {
    const upload = await ada.begun(bytes.byteLength, { name: 'a' });
    const body = bytes.slice(0, 2 * PART);
    const wrong = { 'upload-checksum': await checksumOf(bytes.slice(1, 10)) };
    expect(await ada.patch(upload, 0, body, wrong)).toMatchObject({ status: 460, code: 'file_checksum' });
    expect((await ada.look(upload)).upload).toMatchObject({ parts: [], offset: 0 });
    const right = { 'upload-checksum': await checksumOf(body) };
    expect((await ada.patch(upload, 0, body, right)).status).toBe(204);
    const rest = bytes.slice(2 * PART);
    const sha1 = new Uint8Array(await crypto.subtle.digest('SHA-1', rest));
    const short = { 'upload-checksum': `sha1 ${btoa(String.fromCharCode(...sha1))}` };
    const done = await ada.patch(upload, 2 * PART, rest, short);
    expect([done.status, done.headers.get('upload-offset')]).toEqual([204, String(bytes.byteLength)]);
    expect(
      await ada.patch(upload, bytes.byteLength, new Uint8Array(), { 'upload-checksum': 'crc32 AAAA' }),
    ).toMatchObject({
      status: 400,
      code: 'tus_unsupported',
    });
  });

  test('methods may come as POST', async () => {
    const upload = await ada.begun(10, { name: 'a' });
    const patched = await ada.ask(
      `/uploads/${upload}`,
      'POST',
      {
        'x-http-method-override': 'PATCH',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      bytes.slice(0, 10),
    );
    expect([patched.status, patched.headers.get('upload-offset')]).toEqual([204, '10']);
    expect(await ada.ask(`/uploads/${upload}`, 'POST')).toMatchObject({ status: 405 });
  });

  test('other versions, and what is not there, are refused', async () => {
    const other = { 'tus-resumable': '0.2.2' };
    const answer = await ada.begin(10, {}, other);
    expect(answer).toMatchObject({ status: 412, code: 'tus_version' });
    expect(answer.headers.get('tus-version')).toBe('1.0.0');
    expect(await ada.begin(10, {}, { 'upload-concat': 'partial' })).toMatchObject({
      code: 'tus_unsupported',
    });
    const deferred = await ada.ask('/files', 'POST', { 'upload-defer-length': '1' });
    expect(deferred).toMatchObject({ status: 400, code: 'tus_unsupported' });
    for (const headers of [
      { 'upload-length': '-1' },
      { 'upload-length': '1e3' },
      { 'upload-length': '10', 'upload-metadata': 'filename !!!' },
      { 'upload-length': '10', 'upload-metadata': `filename ${encoded('x'.repeat(300))}` },
      { 'upload-length': '10', 'upload-metadata': `sha256 ${encoded('short')}` },
    ])
      expect(await ada.ask('/files', 'POST', headers)).toMatchObject({ status: 422, code: 'invalid' });
    expect((await ada.ask('/uploads', 'GET')) as object).toMatchObject({ uploads: [] });
  });
});
