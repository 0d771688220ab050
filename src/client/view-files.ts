import type { FileInfo, Progress } from '../protocol/files.ts';
import type { ReadyFrame } from '../protocol/frames.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { CommandResult, RoomEvent } from '../protocol/registry.ts';

/** How far the uploads of a member are. `at`: when it was told, server time in ms. */
export interface MemberUploads {
  readonly at: number;
  readonly uploads: readonly Progress[];
}

/** What is known of the files of a room. Never changed: each change makes a new one. */
export interface FilesView {
  readonly count: number;
  /** Of all files. */
  readonly bytes: number;
  /** The newest first, at most 20; `room.files.list` has all. */
  readonly newest: readonly FileInfo[];
  /** By member: the uploads of those who let others see them, you among them. Whose are over is not in it. */
  readonly uploads: ReadonlyMap<string, MemberUploads>;
}

type Change<T extends RoomEvent['t']> = (now: FilesView, event: RoomEvent<T>) => Partial<FilesView> | null;

/** A file as the event of its sharing tells it. */
export const toFileInfo = ({
  file,
  name,
  type,
  size,
  hash,
  by = '',
  at,
  seq,
}: RoomEvent<'file.shared'>): FileInfo => ({ file, name, type, size, hash, by, at, seq });

function withUploads(
  { uploads: before }: Pick<FilesView, 'uploads'>,
  { member, uploads, at }: RoomEvent<'file.progress'>,
): ReadonlyMap<string, MemberUploads> {
  const others = Array.from(before).filter(([id]) => id !== member);
  return new Map(uploads.length === 0 ? others : [...others, [member, { at, uploads }]]);
}

/** What each event does to the files. */
export const FILE_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'file.shared': ({ count, bytes, newest }, event) => ({
    count: count + 1,
    bytes: bytes + event.size,
    newest: [toFileInfo(event), ...newest].slice(0, LIMITS.filesRecent),
  }),
  'file.removed': ({ count, bytes, newest }, { file, size }) => ({
    count: Math.max(0, count - 1),
    bytes: Math.max(0, bytes - size),
    newest: newest.filter((one) => one.file !== file),
  }),
  'file.progress': (now, event) => ({ uploads: withUploads(now, event) }),
};

/** Uploads under way, of the newest of each latest-only event. */
export function readUploads(latest: readonly RoomEvent[]): FilesView['uploads'] {
  let uploads: FilesView['uploads'] = new Map();
  for (const event of latest) if (event.t === 'file.progress') uploads = withUploads({ uploads }, event);
  return uploads;
}

/** The files as a snapshot tells them. */
export const readFiles = ({ snapshot }: ReadyFrame, latest: readonly RoomEvent[]): FilesView => ({
  count: snapshot?.files?.count ?? 0,
  bytes: snapshot?.files?.bytes ?? 0,
  newest: snapshot?.files?.newest ?? [],
  uploads: readUploads(latest),
});

/** The server's word on how many there are; of a page without a search. */
export function listed<V extends { readonly files: FilesView }>(
  view: V,
  { count, bytes }: Pick<CommandResult<'file.list'>, 'count' | 'bytes'>,
): V {
  const { files } = view;
  return files.count === count && files.bytes === bytes
    ? view
    : { ...view, files: { ...files, count, bytes } };
}
