import { type Digest, digestStream, sha256Stream } from '../platform/digest.ts';
import type { FileRequests, PartPlace, UploadResult } from '../platform/file-rpc.ts';
import { type PartStore, PartsGone } from '../platform/object-store.ts';
import { type ErrorCode, fail, type Outcome, partCount, partSize, succeed } from '../protocol/index.ts';
import type { ByteSource } from './byte-source.ts';
import type { RoomAtHand } from './caller.ts';
import type { Checksum } from './tus.ts';

/** The upload that a request brings bytes to, and who brings them. */
export interface Bringing {
  readonly room: RoomAtHand;
  readonly store: PartStore;
  readonly member: string;
  readonly upload: string;
}

/** Why a part was not taken: the fault of who sends it, and not of the store. */
class Unfit extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

const isResult = (found: PartPlace | UploadResult): found is UploadResult => 'upload' in found;

type Recording = Pick<FileRequests['record'], 'n' | 'size' | 'etag' | 'hash'>;

/** Stores what comes next as a part: hashed as it passes, at most one piece of it in memory. */
async function storePart(
  { store }: Bringing,
  source: ByteSource,
  place: { readonly key: string; readonly multipart: string; readonly number: number },
  size: number,
  { expected, all }: { readonly expected: string | null; readonly all: Digest | null },
): Promise<Outcome<{ readonly etag: string; readonly hash: string }>> {
  const digest = sha256Stream();
  let hash = '';
  try {
    const etag = await store.putPart(place, size, async (write) => {
      for (let left = size; left > 0; ) {
        const piece = await source.next(left);
        if (typeof piece === 'string')
          throw new Unfit(piece === 'end' && left === size ? 'file_chunk_small' : 'file_broken_off');
        left -= piece.byteLength;
        await digest.update(piece);
        await all?.update(piece);
        // Before the last piece is passed on: what is whole the store keeps.
        if (left === 0) hash = await digest.finish();
        if (left === 0 && expected !== null && hash !== expected) throw new Unfit('file_checksum');
        await write(piece);
      }
    });
    return succeed({ etag, hash });
  } catch (error) {
    if (error instanceof Unfit) return fail(error.code);
    throw error;
  }
}

/** Reads so many bytes, or all that are left, and throws them away. */
async function skip(source: ByteSource, size: number, all: Digest | null): Promise<void> {
  for (let left = size; left > 0; ) {
    const piece = await source.next(left);
    if (typeof piece === 'string') return;
    left -= piece.byteLength;
    await all?.update(piece);
  }
}

const record = ({ room, member, upload }: Bringing, part: Recording): Promise<Outcome<UploadResult>> =>
  room.repeatable((stub) => stub.file('record', { member, upload, ...part }));

export const lookAt = (
  { room, member, upload }: Pick<Bringing, 'room' | 'member' | 'upload'>,
  wait: boolean,
): Promise<Outcome<UploadResult>> => room.repeatable((stub) => stub.file('look', { member, upload, wait }));

/** Where a part goes, or, where the upload is over, what has become of it. */
async function placeOf(bringing: Bringing, n: number): Promise<Outcome<PartPlace | UploadResult>> {
  const { room, member, upload } = bringing;
  const place = await room.repeatable((stub) => stub.file('begin', { member, upload, n }));
  // The last part has come by another request: this one is answered as that one was.
  return !place.ok && place.error.code === 'upload_unknown' ? lookAt(bringing, false) : place;
}

/** A store that fails because the upload was given up or finished meanwhile is no fault: says so instead. */
async function explained(
  bringing: Bringing,
  work: () => Promise<Outcome<UploadResult>>,
): Promise<Outcome<UploadResult>> {
  try {
    return await work();
  } catch (error) {
    const { room, member, upload } = bringing;
    if (error instanceof PartsGone) {
      const { multipart } = error;
      return room.repeatable((stub) => stub.file('gone', { member, upload, multipart }));
    }
    const now = await lookAt(bringing, false);
    if (!now.ok || now.value.state === 'shared') return now;
    throw error;
  }
}

/** Takes one part, which is the whole of a body. `size`: bytes, as announced; null: not said. */
export const bringPart = (
  bringing: Bringing,
  source: ByteSource,
  n: number,
  { size, expected }: { readonly size: number | null; readonly expected: string | null },
): Promise<Outcome<UploadResult>> =>
  explained(bringing, async () => {
    const place = await placeOf(bringing, n);
    if (!place.ok) return place;
    const { value } = place;
    if (isResult(value)) return succeed(value);
    if (size !== null && size !== value.size)
      return fail('file_broken_off', { detail: `${size} of ${value.size} bytes` });
    if (value.state === 'have') {
      const isSame = expected === null || expected === value.hash;
      return isSame ? lookAt(bringing, true) : fail('file_checksum', { detail: 'another part is stored' });
    }
    const stored = await storePart(bringing, source, value, value.size, { expected, all: null });
    if (!stored.ok) return fail(stored.error.code === 'file_checksum' ? 'file_checksum' : 'file_broken_off');
    if ((await source.next(1)) !== 'end')
      return fail('file_broken_off', { detail: `more than ${value.size} bytes` });
    return record(bringing, { n, size: value.size, ...stored.value });
  });

/** What a run of parts has come to so far. */
interface Run {
  result: UploadResult;
  /** Stored, and not recorded before the whole of the body has proved right. */
  readonly kept: Recording[];
  taken: number;
}

/** Takes the next part of a body that goes on. False: there is no more to take. */
async function takeNext(
  bringing: Bringing,
  source: ByteSource,
  run: Run,
  n: number,
  all: Digest | null,
): Promise<Outcome<boolean>> {
  const place = await placeOf(bringing, n);
  if (!place.ok) return place;
  const { value } = place;
  if (isResult(value)) {
    run.result = value;
    return succeed(false);
  }
  if (value.state === 'have') {
    await skip(source, value.size, all);
    return succeed(true);
  }
  const stored = await storePart(bringing, source, value, value.size, { expected: null, all });
  // What came before it stays; the rest of a part that is cut off does not.
  if (!stored.ok) return run.taken > 0 ? succeed(false) : stored;
  const part = { n, size: value.size, ...stored.value };
  run.taken += 1;
  if (all !== null) {
    run.kept.push(part);
    return succeed(true);
  }
  const recorded = await record(bringing, part);
  if (!recorded.ok) return recorded;
  run.result = recorded.value;
  return succeed(true);
}

/**
 * Takes all whole parts of a body that begins where the upload stands. What is left of a part that the body does not fill is
 * not kept: the offset of the answer says where to go on. `size`: bytes of the body; null: not said.
 */
export const bringRun = (
  bringing: Bringing,
  source: ByteSource,
  from: Extract<UploadResult, { readonly state: 'open' }>,
  { size, checksum }: { readonly size: number | null; readonly checksum: Checksum | null },
): Promise<Outcome<UploadResult>> =>
  explained(bringing, async () => {
    const all = checksum === null ? null : digestStream(checksum.algorithm);
    const run: Run = { result: from, kept: [], taken: 0 };
    const { upload } = from;
    let left = size ?? Number.POSITIVE_INFINITY;
    let n = Math.floor(upload.offset / upload.partSize);
    if (n < partCount(upload.size) && left < partSize(upload.size, n)) return fail('file_chunk_small');
    for (; n < partCount(upload.size) && left >= partSize(upload.size, n); n += 1) {
      left -= partSize(upload.size, n);
      const more = await takeNext(bringing, source, run, n, all);
      if (!more.ok) return more;
      if (!more.value) break;
    }
    if (all === null || checksum === null) return succeed(run.result);
    await skip(source, Number.POSITIVE_INFINITY, all);
    if ((await all.finish()) !== checksum.value) return fail('file_checksum');
    for (const part of run.kept) {
      const recorded = await record(bringing, part);
      if (!recorded.ok) return recorded;
      run.result = recorded.value;
    }
    return succeed(run.result);
  });
