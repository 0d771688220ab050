import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { UploadResult } from '../../platform/file-rpc.ts';
import type { ObjectStore, PartStore } from '../../platform/object-store.ts';
import {
  fail,
  type Outcome,
  succeed,
  UploadIdSchema,
  type UploadResponse,
  type UploadsResponse,
} from '../../protocol/index.ts';
import { sourceOf } from '../byte-source.ts';
import { memberOf, type RoomAtHand, roomOf } from '../caller.ts';
import { discard } from '../discard.ts';
import { fileStoreOf } from '../file-store.ts';
import { readIdempotencyKey } from '../idempotency.ts';
import { type Bringing, bringPart, bringRun, lookAt } from '../part-intake.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';
import {
  type Checksum,
  OFFSET_STREAM,
  readChecksum,
  readCreation,
  tus,
  uploadHeaders,
  writeMetadata,
} from '../tus.ts';

type C = Context<AppTypes>;

interface Sender {
  readonly room: RoomAtHand;
  readonly store: ObjectStore & PartStore;
  readonly member: string;
}

/** The room, the store and the member of a request. */
async function senderOf(c: C): Promise<Outcome<Sender>> {
  const room = roomOf(c);
  if (!room.ok) return room;
  const store = fileStoreOf(c);
  if (!store.ok) return store;
  const member = await memberOf(c, room.value.code);
  return member.ok ? succeed({ room: room.value, store: store.value, member: member.value }) : member;
}

/** The same, and the upload that the path names. */
async function bringingOf(c: C): Promise<Outcome<Bringing>> {
  const sender = await senderOf(c);
  if (!sender.ok) return sender;
  const id = v.safeParse(UploadIdSchema, c.req.param('id'));
  return id.success ? succeed({ ...sender.value, upload: id.output }) : fail('upload_unknown');
}

const body = (result: UploadResult): UploadResponse =>
  result.state === 'open' ? { upload: result.upload } : { event: result.event };

/** Bytes that the body is said to have; null: it is not said. */
const lengthOf = (c: C): number | null => {
  const length = c.req.header('content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
};

/** Brings the body of a request to an upload that stands at `from`. */
async function bringBody(
  c: C,
  bringing: Bringing,
  from: Extract<UploadResult, { readonly state: 'open' }>,
  checksum: Checksum | null,
): Promise<Outcome<UploadResult>> {
  if (c.req.raw.body === null) return fail('file_chunk_small');
  const source = sourceOf(c.req.raw.body);
  try {
    return await bringRun(bringing, source, from, { size: lengthOf(c), checksum });
  } finally {
    source.release();
  }
}

/** Begins an upload, and takes what of it comes along. */
async function create(c: C, { room, store, member }: Sender): Promise<Outcome<UploadResult>> {
  const creation = readCreation(c);
  if (!creation.ok) return creation;
  const checksum = readChecksum(c.req.header('upload-checksum'));
  if (!checksum.ok) return checksum;
  const key = readIdempotencyKey(c.req.raw.headers);
  if (!key.ok) return key;
  const ask = { ...creation.value, ...(key.value === null ? {} : { request: key.value }) };
  const isRepeatable = key.value !== null;
  const asked = await (isRepeatable ? room.repeatable : room.once)((stub) =>
    stub.file('ask', { member, ask }),
  );
  if (!asked.ok || asked.value.state === 'shared') return asked;
  const { upload } = asked.value;
  const comesAlong = c.req.header('content-type') === OFFSET_STREAM && lengthOf(c) !== 0;
  // Of an upload that goes on this is the beginning, which is there.
  if (!comesAlong || upload.offset > 0) return asked;
  const bringing = { room, store, member, upload: upload.upload };
  const brought = await bringBody(c, bringing, asked.value, checksum.value);
  if (brought.ok) return brought;
  if (brought.error.code === 'file_chunk_small') return asked;
  // Nobody was told its address, so nobody can go on with it.
  if (!isRepeatable) await room.repeatable((stub) => stub.file('drop', { member, upload: upload.upload }));
  return brought;
}

/** Goes on at an offset. */
async function patch(c: C, bringing: Bringing): Promise<Outcome<UploadResult>> {
  if (c.req.header('content-type') !== OFFSET_STREAM) return fail('media_type', { detail: OFFSET_STREAM });
  const offset = c.req.header('upload-offset') ?? '';
  if (!/^\d{1,15}$/.test(offset)) return fail('invalid', { detail: 'Upload-Offset: must be a whole number' });
  const checksum = readChecksum(c.req.header('upload-checksum'));
  if (!checksum.ok) return checksum;
  const found = await lookAt(bringing, false);
  if (!found.ok) return found;
  const stands = found.value.state === 'open' ? found.value.upload.offset : found.value.event.size;
  if (Number(offset) !== stands) return fail('file_offset', { detail: String(stands) });
  // All is there: what is asked for is what becomes of it.
  if (found.value.state === 'shared') return found;
  if (stands === found.value.upload.size) return lookAt(bringing, true);
  return bringBody(c, bringing, found.value, checksum.value);
}

async function answerPatch(c: C): Promise<Response> {
  const bringing = await bringingOf(c);
  const done = bringing.ok ? await patch(c, bringing.value) : bringing;
  await discard(c.req.raw);
  if (!bringing.ok) return deny(c, bringing.error);
  if (!done.ok) return deny(c, done.error);
  return c.body(null, 204, uploadHeaders(bringing.value.room.code, done.value));
}

async function answerDelete(c: C): Promise<Response> {
  const bringing = await bringingOf(c);
  if (!bringing.ok) return deny(c, bringing.error);
  const { room, member, upload } = bringing.value;
  const dropped = await room.repeatable((stub) => stub.file('drop', { member, upload }));
  return dropped.ok ? c.body(null, 204) : deny(c, dropped.error);
}

/** One part, whatever its turn. */
async function put(c: C, bringing: Bringing): Promise<Outcome<UploadResult>> {
  const n = c.req.param('n') ?? '';
  if (!/^\d{1,5}$/.test(n)) return fail('file_part_unknown');
  const checksum = readChecksum(c.req.header('upload-checksum'));
  if (!checksum.ok) return checksum;
  if (checksum.value !== null && checksum.value.algorithm !== 'SHA-256')
    return fail('tus_unsupported', { detail: 'Upload-Checksum: must be sha256 for a single part' });
  if (c.req.raw.body === null) return fail('file_broken_off', { detail: 'no bytes' });
  const source = sourceOf(c.req.raw.body);
  try {
    const expected = checksum.value?.value ?? null;
    return await bringPart(bringing, source, Number(n), { size: lengthOf(c), expected });
  } finally {
    source.release();
  }
}

/** Uploads: tus, and parts of them that come at once. */
export const uploadsRoutes = new Hono<AppTypes>()
  .use('/:code/uploads/*', tus)
  .post('/:code/files', holdOffGuessers, tus, async (c) => {
    const sender = await senderOf(c);
    const done = sender.ok ? await create(c, sender.value) : sender;
    await discard(c.req.raw);
    if (!sender.ok) return deny(c, sender.error);
    if (!done.ok) return deny(c, done.error);
    const { code } = sender.value.room;
    const upload = done.value.state === 'open' ? done.value.upload.upload : done.value.upload;
    const location = `/v1/rooms/${code}/uploads/${upload}`;
    return c.json(body(done.value), 201, { location, ...uploadHeaders(code, done.value) });
  })
  .get('/:code/uploads', holdOffGuessers, async (c) => {
    const sender = await senderOf(c);
    if (!sender.ok) return deny(c, sender.error);
    const { room, member } = sender.value;
    const found = await room.repeatable((stub) => stub.file('mine', { member }));
    return found.ok ? c.json<UploadsResponse>({ uploads: found.value }) : deny(c, found.error);
  })
  .all('/:code/uploads', onlyMethods('GET', 'HEAD'))
  // Hono answers HEAD by this, too: with the headers alone, as tus wants them.
  .get('/:code/uploads/:id', holdOffGuessers, async (c) => {
    const bringing = await bringingOf(c);
    if (!bringing.ok) return deny(c, bringing.error);
    // Where all parts are there it waits for what becomes of them: whoever hears that all is there takes it for shared.
    const found = await lookAt(bringing.value, true);
    if (!found.ok) return deny(c, found.error);
    const { name, type, size } = found.value.state === 'open' ? found.value.upload : found.value.event;
    const given = found.value.state === 'open' ? found.value.metadata : undefined;
    return c.json(body(found.value), 200, {
      'upload-length': String(size),
      'upload-metadata': given ?? writeMetadata({ filename: name, filetype: type }),
      ...uploadHeaders(bringing.value.room.code, found.value),
    });
  })
  .patch('/:code/uploads/:id', holdOffGuessers, answerPatch)
  .delete('/:code/uploads/:id', holdOffGuessers, answerDelete)
  // For networks that let no other method through.
  .post('/:code/uploads/:id', holdOffGuessers, async (c) => {
    const method = c.req.header('x-http-method-override')?.toUpperCase();
    if (method === 'PATCH') return answerPatch(c);
    if (method === 'DELETE') return answerDelete(c);
    return onlyMethods('GET', 'HEAD', 'PATCH', 'DELETE')();
  })
  .all('/:code/uploads/:id', onlyMethods('GET', 'HEAD', 'PATCH', 'DELETE'))
  .put('/:code/uploads/:id/parts/:n', holdOffGuessers, async (c) => {
    const bringing = await bringingOf(c);
    const done = bringing.ok ? await put(c, bringing.value) : bringing;
    await discard(c.req.raw);
    return done.ok ? c.json(body(done.value), 200) : deny(c, done.error);
  })
  .all('/:code/uploads/:id/parts/:n', onlyMethods('PUT'));
