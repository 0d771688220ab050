import { defineTable, type StateView } from '../engine/state.ts';
import type { FilePlace } from '../platform/file-rpc.ts';
import {
  FILE_PART_BYTES,
  type FileInfo,
  fail,
  LIMITS,
  type Outcome,
  type Progress,
  partCount,
  partSize,
  type RoomEvent,
  succeed,
  type UploadState,
} from '../protocol/index.ts';
import { isSamePerson } from './account-rows.ts';
import { hasAuthority } from './gate.ts';
import { purgePrefix } from './image-rows.ts';
import { isPutOut } from './put-out.ts';
import { findPresent, memberTable, settingsOf } from './tables.ts';

/** A file on its way: it was let in, and its parts come. The file will have the same id with `f` in place of `u`. */
export interface UploadRow {
  readonly id: string;
  /** The member who sends it. */
  readonly by: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** As it was announced, or null. */
  readonly hash: string | null;
  /** The Idempotency-Key, or null. */
  readonly request: string | null;
  readonly announce: boolean;
  /** Upload-Metadata as it came, which tus has said back; absent: there was none. */
  readonly metadata?: string;
  /** Where its bytes go. */
  readonly key: string;
  /** The multipart upload of the object store, once it was begun. */
  readonly multipart: string | null;
  /** ms. */
  readonly at: number;
}

/** A part that is stored. */
export interface PartRow {
  readonly etag: string;
  /** SHA-256, base64url. */
  readonly hash: string;
  /** ms. */
  readonly at: number;
}

/** Told to everybody. Files with the same bytes have the same key; null: there are no bytes. */
export interface SharedFile {
  readonly state: 'shared';
  readonly id: string;
  readonly by: string;
  readonly request: string | null;
  readonly key: string | null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  /** Position and time (ms) of its `file.shared`. */
  readonly seq: number;
  readonly at: number;
}

/** Its bytes are there; it is told of in the same commit. */
export interface StoredFile extends Pick<SharedFile, 'id' | 'by' | 'request' | 'key'> {
  readonly state: 'stored';
}

/** Removed. Kept for a while where the upload can come again by its request: it must not put the file back. */
export interface RemovedFile extends Pick<SharedFile, 'id' | 'by' | 'request'> {
  readonly state: 'removed';
  /** ms; when it was removed. */
  readonly at: number;
}

export type FileRow = SharedFile | StoredFile | RemovedFile;

export const uploadTable = defineTable<UploadRow>('uploads');
/** By upload and number. */
export const partTable = defineTable<PartRow>('parts');
export const fileTable = defineTable<FileRow, 'shared' | 'removed'>('files', {
  shared: ({ state }) => state === 'shared',
  removed: ({ state }) => state === 'removed',
});

export const partKey = (upload: string, n: number): string => `${upload} ${n}`;
export const fileOf = (upload: string): string => `f${upload.slice(1)}`;
export const uploadOf = (file: string): string => `u${file.slice(1)}`;

/** The key of a new file of a room; `random` tells it from every other one. */
export const fileKey = (room: { readonly id: string }, random: string): string =>
  `${purgePrefix(room)}files/${random}`;

/** A file that everybody can see, or undefined. */
export function findFile(state: StateView, file: string): Readonly<SharedFile> | undefined {
  const row = state.table(fileTable).get(file);
  return row?.state === 'shared' ? row : undefined;
}

/** Whether a file was shared and not removed: history leaves the others out. */
export const isLiveFile = (state: StateView, file: string): boolean => findFile(state, file) !== undefined;

/** All files, in no order. */
export function sharedFiles(state: StateView): Readonly<SharedFile>[] {
  const rows: Readonly<SharedFile>[] = [];
  for (const row of state.table(fileTable).among('shared')) if (row.state === 'shared') rows.push(row);
  return rows;
}

/** A file with the same content. */
export function findSameContent(
  state: StateView,
  { hash, size }: { readonly hash: string; readonly size: number },
): Readonly<SharedFile> | undefined {
  for (const row of state.table(fileTable).among('shared'))
    if (row.state === 'shared' && row.hash === hash && row.size === size) return row;
  return undefined;
}

/** Whether the bytes of a file are those of another one, too. */
export const isKeyUsedElsewhere = (state: StateView, { id, key }: Readonly<SharedFile>): boolean =>
  sharedFiles(state).some((row) => row.id !== id && row.key === key);

export const toFileInfo = (row: Readonly<SharedFile>): FileInfo => ({
  file: row.id,
  name: row.name,
  type: row.type,
  size: row.size,
  hash: row.hash,
  by: row.by,
  at: row.at,
  seq: row.seq,
});

/** The event that told of a file, put together again from its row. */
export const toFileEvent = (row: Readonly<SharedFile>): RoomEvent<'file.shared'> => ({
  t: 'file.shared',
  at: row.at,
  seq: row.seq,
  by: row.by,
  file: row.id,
  name: row.name,
  type: row.type,
  size: row.size,
  hash: row.hash,
});

/** The parts of an upload that are stored: their numbers, their bytes, and since when the last one is (ms). */
export function storedParts(
  state: StateView,
  { id, size, at }: Readonly<UploadRow>,
): { readonly parts: readonly number[]; readonly received: number; readonly movedAt: number } {
  const table = state.table(partTable);
  const parts: number[] = [];
  let received = 0;
  let movedAt = at;
  for (let n = 0; n < partCount(size); n += 1) {
    const part = table.get(partKey(id, n));
    if (part === undefined) continue;
    parts.push(n);
    received += partSize(size, n);
    movedAt = Math.max(movedAt, part.at);
  }
  return { parts, received, movedAt };
}

export const isWhole = (state: StateView, row: Readonly<UploadRow>): boolean =>
  storedParts(state, row).parts.length === partCount(row.size);

/** ms for which an upload waits for its first part: what is only asked for holds the quota of others. */
const FIRST_PART_WITHIN = 600_000;

/** When an upload is given up unless another part comes. ms. */
export function uploadExpiry(state: StateView, row: Readonly<UploadRow>): number {
  const { parts, movedAt } = storedParts(state, row);
  const { uploadFor } = settingsOf(state);
  return movedAt + (parts.length === 0 ? Math.min(FIRST_PART_WITHIN, uploadFor) : uploadFor);
}

/** An upload as its sender sees it. */
export function toUploadState(state: StateView, row: Readonly<UploadRow>): UploadState {
  const { parts } = storedParts(state, row);
  const gap = parts.findIndex((n, index) => n !== index);
  const before = gap === -1 ? parts.length : gap;
  return {
    upload: row.id,
    name: row.name,
    type: row.type,
    size: row.size,
    partSize: FILE_PART_BYTES,
    parts: [...parts],
    offset: Math.min(before * FILE_PART_BYTES, row.size),
    expiresAt: uploadExpiry(state, row),
  };
}

/** An upload of this person, or undefined: others know nothing of it. */
export function findUpload(
  state: StateView,
  member: string,
  upload: string,
): Readonly<UploadRow> | undefined {
  const row = state.table(uploadTable).get(upload);
  return row !== undefined && isSamePerson(state, row.by, member) ? row : undefined;
}

/** The unfinished uploads of a person, in the order in which they were begun. */
export const uploadsOf = (state: StateView, member: string): readonly Readonly<UploadRow>[] =>
  Array.from(state.table(uploadTable).values())
    .filter(({ by }) => isSamePerson(state, by, member))
    .sort((a, b) => a.at - b.at);

/** What others are told of the uploads of a member, the newest first. */
export const progressOf = (state: StateView, member: string): readonly Progress[] =>
  Array.from(state.table(uploadTable).values())
    .filter(({ by, announce }) => announce && by === member)
    .sort((a, b) => b.at - a.at)
    .slice(0, LIMITS.uploadsTold)
    .map((row) => ({
      upload: row.id,
      name: row.name,
      size: row.size,
      received: storedParts(state, row).received,
    }));

/** Hosts take home what was shared, as they do with what was said: after they have left, and after the end. */
const takesHome = (state: StateView, member: string): boolean => {
  const role = state.table(memberTable).get(member)?.role;
  return role !== undefined && hasAuthority(role) && !isPutOut(state, member);
};

/**
 * Where a file's bytes are, for a member who is present, for a host also later, or by the signed link that they were given: it is
 * good for whoever has it, also when they have left, until they are put out.
 */
export function locateFile(
  state: StateView,
  { member, file, byLink }: { readonly member: string; readonly file: string; readonly byLink: boolean },
): Outcome<FilePlace> {
  if (byLink && isPutOut(state, member))
    return fail('link_invalid', { detail: 'it was given to somebody who was put out' });
  if (!byLink && findPresent(state, member) === undefined && !takesHome(state, member))
    return fail('member_gone');
  const row = findFile(state, file);
  if (row === undefined) return fail('file_unknown');
  const { key, name, type, size } = row;
  return succeed({ key, name, type, size });
}
