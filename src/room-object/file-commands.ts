import {
  callOff,
  type Decision,
  deadline,
  decide,
  type EffectDraft,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
} from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { FileAsk } from '../platform/file-rpc.ts';
import {
  can,
  fail,
  type Outcome,
  partCount,
  partSize,
  type Refusal,
  refuse,
  succeed,
} from '../protocol/index.ts';
import { isSamePerson } from './account-rows.ts';
import { freeName } from './file-lists.ts';
import { tooMany, tooMuch } from './file-quota.ts';
import {
  fileOf,
  fileTable,
  findSameContent,
  findUpload,
  isWhole,
  partKey,
  partTable,
  type SharedFile,
  storedParts,
  type UploadRow,
  uploadExpiry,
  uploadTable,
} from './file-rows.ts';
import { isPutOut } from './put-out.ts';
import { findPresent, type MemberRow, memberTable, theRoom } from './tables.ts';

export const uploadAsked = internalEvent<{ readonly row: UploadRow }>('upload.asked');
/** The object store has a multipart upload for it. */
export const uploadOpened = internalEvent<{ readonly upload: string; readonly multipart: string }>(
  'upload.opened',
);
export const partStored = internalEvent<{
  readonly upload: string;
  readonly n: number;
  readonly etag: string;
  readonly hash: string;
}>('upload.part-stored');
/** What the object store has in their place is not known: they have to come again. */
export const partsLost = internalEvent<{ readonly upload: string; readonly parts: readonly number[] }>(
  'upload.parts-lost',
);
export const uploadDropped = internalEvent<{ readonly upload: string; readonly member: string }>(
  'upload.dropped',
);
/** Comes right before its `file.shared`. */
export const fileStored = internalEvent<{
  readonly file: string;
  readonly member: string;
  readonly key: string | null;
  readonly request: string | null;
}>('file.stored');

/** The effect that puts the parts of an upload together and has the file shared. */
export const FINISH_FILE = 'file.finish';
/** The effect that removes what an upload has left in the object store; its data is `{key, multipart}`. */
export const DISCARD_FILE = 'file.discard';
export interface Discard {
  readonly key: string;
  readonly multipart: string | null;
}
export interface Finish extends Discard {
  readonly upload: string;
}

/** SHA-256 of no bytes. */
const EMPTY_HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';
/** ms between two looks at an upload whose parts are all there, while the object store can't be reached. */
const LOOK_AGAIN = 3_600_000;

const deadlineOf = (upload: string): string => `upload:${upload}`;

const discard = ({ key, multipart }: Readonly<UploadRow>): EffectDraft => ({
  id: `${DISCARD_FILE}:${key}`,
  kind: DISCARD_FILE,
  data: { key, multipart } satisfies Discard,
});

const finish = ({ id, key, multipart }: Readonly<UploadRow>): EffectDraft => ({
  id: `${FINISH_FILE}:${id}`,
  kind: FINISH_FILE,
  data: { upload: id, key, multipart } satisfies Finish,
});

/** What follows when an upload comes to nothing. */
export const drop = (row: Readonly<UploadRow>) => ({
  events: [note(uploadDropped, { upload: row.id, member: row.by })],
  effects: [discard(row)],
  deadlines: [callOff(deadlineOf(row.id))],
});

/** The sender as they are now: present, and with the right to share files. */
function permit(state: StateView, id: string): Outcome<Readonly<MemberRow>> {
  if (theRoom(state).endedAt !== null) return fail('room_ended');
  const member = findPresent(state, id);
  if (member === undefined) return fail('member_gone');
  return can(member, theRoom(state).policy, 'file')
    ? succeed(member)
    : fail('not_allowed', { detail: 'file' });
}

/**
 * Whether what somebody began may still go on. They need not be there: a file outlives the connection that it came by. But
 * whoever was put out shares nothing more.
 */
export function mayFinish(state: StateView, { by }: Readonly<UploadRow>): boolean {
  const { endedAt, policy } = theRoom(state);
  const member = state.table(memberTable).get(by);
  return endedAt === null && member !== undefined && can(member, policy, 'file') && !isPutOut(state, by);
}

/** Tells everybody of a file. */
function share(
  state: StateView,
  { id, by, request }: Pick<UploadRow, 'id' | 'by' | 'request'>,
  { key, name, type, size, hash }: Pick<SharedFile, 'key' | 'name' | 'type' | 'size' | 'hash'>,
): Decision {
  const file = fileOf(id);
  return {
    events: [
      note(fileStored, { file, member: by, key, request }),
      happen('file.shared', { file, name: freeName(state, name), type, size, hash }, { by }),
    ],
  };
}

export interface AskFile extends FileAsk {
  /** New and random; see `fileKey` for the key. */
  readonly upload: string;
  readonly key: string;
}

/** What an ask comes to: the upload, old or new, or the file. */
export type FileAsked =
  | { readonly state: 'open'; readonly upload: string }
  | { readonly state: 'shared'; readonly file: string };

/** What an earlier ask with the same Idempotency-Key has come to; undefined: there was none. */
function askedBefore(state: StateView, member: string, ask: AskFile): Outcome<FileAsked> | undefined {
  const { request, size } = ask;
  if (request === undefined) return undefined;
  const isIt = (row: { readonly by: string; readonly request: string | null }) =>
    row.request === request && isSamePerson(state, row.by, member);
  const mismatch = fail('idempotency_mismatch', { detail: 'the size differs' });
  for (const row of state.table(uploadTable).values())
    if (isIt(row)) return row.size === size ? succeed({ state: 'open', upload: row.id }) : mismatch;
  for (const row of state.table(fileTable).values()) {
    if (!isIt(row)) continue;
    if (row.state !== 'shared') return fail('file_unknown');
    return row.size === size ? succeed({ state: 'shared', file: row.id }) : mismatch;
  }
  return undefined;
}

/** Lets a file come, or, where the room has its content already, shares it at once. Its result is a `FileAsked`. */
export const askFile = internalCommand<AskFile>('file.ask', ({ state, fields, actor, now }) => {
  if (theRoom(state).endedAt !== null) return fail('room_ended');
  if (actor.kind !== 'member' || findPresent(state, actor.id) === undefined) return fail('member_gone');
  const before = askedBefore(state, actor.id, fields);
  if (before?.ok === false) return before;
  if (before?.ok === true && before.value.state === 'shared') return decide({ result: before.value });
  const permitted = permit(state, actor.id);
  if (!permitted.ok) return permitted;
  if (before?.ok === true) return decide({ result: before.value });

  const { upload, key, name, type, size, announce } = fields;
  const request = fields.request ?? null;
  const hash = size === 0 ? EMPTY_HASH : (fields.hash ?? null);
  const same = hash === null || size === 0 ? undefined : findSameContent(state, { hash, size });
  if (hash !== null && (same !== undefined || size === 0)) {
    const refused = tooMany(state);
    if (refused !== null) return { ok: false, error: refused };
    const content = { key: same?.key ?? null, name, type, size, hash };
    const shared = share(state, { id: upload, by: actor.id, request }, content);
    return decide({ ...shared, result: { state: 'shared', file: fileOf(upload) } satisfies FileAsked });
  }
  const refused = tooMuch(state, actor.id, size);
  if (refused !== null) return { ok: false, error: refused };
  const { metadata } = fields;
  const sender = {
    id: upload,
    by: actor.id,
    request,
    announce,
    ...(metadata === undefined ? {} : { metadata }),
  };
  const row: UploadRow = { ...sender, name, type, size, hash, key, multipart: null, at: now };
  return decide({
    events: [note(uploadAsked, { row })],
    deadlines: [deadline(deadlineOf(upload), uploadExpiry(state, row), sweepUpload, { upload })],
    result: { state: 'open', upload } satisfies FileAsked,
  });
});

/** The multipart upload was begun. The first one counts. */
export const openUpload = internalCommand<{ readonly upload: string; readonly multipart: string }>(
  'upload.open',
  ({ state, fields }) => {
    const row = state.table(uploadTable).get(fields.upload);
    if (row === undefined) return fail('upload_unknown');
    return decide(row.multipart === null ? { events: [note(uploadOpened, fields)] } : {});
  },
);

/** Whether this part of an upload may come from this member. */
export function mayPut(
  state: StateView,
  member: string,
  upload: string,
  n: number,
): Outcome<Readonly<UploadRow>> {
  const permitted = permit(state, member);
  if (!permitted.ok) return permitted;
  const row = findUpload(state, member, upload);
  if (row === undefined) return fail('upload_unknown');
  const isPart = Number.isSafeInteger(n) && n >= 0 && n < partCount(row.size);
  return isPart ? succeed(row) : fail('file_part_unknown', { detail: `0 to ${partCount(row.size) - 1}` });
}

export interface RecordPart {
  readonly upload: string;
  readonly n: number;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** SHA-256, base64url. */
  readonly hash: string;
}

/** What the handlers below answer where something follows although it was refused. */
export interface Refused {
  readonly refused: Refusal;
}

/** Notes a stored part. With the last one that was missing the file is put together. */
export const recordPart = internalCommand<RecordPart>('upload.record', ({ state, fields, actor }) => {
  const { upload, n, size, etag, hash } = fields;
  if (actor.kind !== 'member') return fail('upload_unknown');
  const allowed = mayPut(state, actor.id, upload, n);
  if (!allowed.ok) return allowed;
  const row = allowed.value;
  if (size !== partSize(row.size, n))
    return fail('file_broken_off', { detail: `${size} of ${partSize(row.size, n)} bytes` });
  const before = state.table(partTable).get(partKey(upload, n));
  // Two came at once. Which of them the object store has is not known, so neither counts.
  if (before !== undefined && before.hash !== hash)
    return decide({
      events: [note(partsLost, { upload, parts: [n] })],
      result: { refused: refuse('file_part_differs', { detail: `part ${n}` }) } satisfies Refused,
    });
  const missing = partCount(row.size) - storedParts(state, row).parts.length - Number(before === undefined);
  return decide({
    events: [note(partStored, { upload, n, etag, hash })],
    effects: missing > 0 ? [] : [finish(row)],
  });
});

/**
 * Shares a file whose parts were put together. `hash` is that of the whole. The right is asked for again. Where the room has
 * the content already, what was put together is left to whoever did it.
 */
export const shareFile = internalCommand<{ readonly upload: string; readonly hash: string }>(
  'file.share',
  ({ state, fields }) => {
    const row = state.table(uploadTable).get(fields.upload);
    if (row === undefined) return decide({});
    if (!mayFinish(state, row)) {
      const refused =
        theRoom(state).endedAt === null ? refuse('not_allowed', { detail: 'file' }) : refuse('room_ended');
      return decide({ ...drop(row), result: { refused } satisfies Refused });
    }
    const { name, type, size } = row;
    const { hash } = fields;
    const same = findSameContent(state, { hash, size });
    return decide({
      ...share(state, row, { key: same?.key ?? row.key, name, type, size, hash }),
      deadlines: [callOff(deadlineOf(row.id))],
    });
  },
);

/**
 * The object store has given the multipart upload of this upload up, with all its parts: so it is given up as well. Nothing
 * happens where it has another one by now, or where all parts are there: then it may be the store that was quicker.
 */
export const loseUpload = internalCommand<{ readonly upload: string; readonly multipart: string }>(
  'upload.lose',
  ({ state, actor, fields }) => {
    if (actor.kind !== 'member') return fail('upload_unknown');
    const row = findUpload(state, actor.id, fields.upload);
    const isLost = row !== undefined && row.multipart === fields.multipart && !isWhole(state, row);
    return decide(isLost ? drop(row) : {});
  },
);

/** These parts have to come again: the object store has others in their place. */
export const loseParts = internalCommand<{ readonly upload: string; readonly parts: readonly number[] }>(
  'upload.lose-parts',
  ({ state, fields }) =>
    decide(state.table(uploadTable).has(fields.upload) ? { events: [note(partsLost, fields)] } : {}),
);

/** Gives an upload up: by its sender, or by the object itself. Nothing happens where there is none. */
export const dropUpload = internalCommand<{ readonly upload: string }>(
  'upload.drop',
  ({ state, actor, fields }) => {
    const row =
      actor.kind === 'member'
        ? findUpload(state, actor.id, fields.upload)
        : state.table(uploadTable).get(fields.upload);
    return decide(row === undefined ? {} : drop(row));
  },
);

/** The deadline of an upload: whether it has moved since. */
export const sweepUpload: InternalCommand<{ readonly upload: string }> = internalCommand(
  'upload.sweep',
  ({ state, fields, now }) => {
    const row = state.table(uploadTable).get(fields.upload);
    if (row === undefined) return decide({});
    const isAllThere = isWhole(state, row);
    const until = isAllThere ? now + LOOK_AGAIN : uploadExpiry(state, row);
    if (until <= now) return decide(drop(row));
    return decide({
      // It is on its way already, unless it was lost: drafted once more it is the same one.
      effects: isAllThere ? [finish(row)] : [],
      deadlines: [deadline(deadlineOf(row.id), until, sweepUpload, fields)],
    });
  },
);
