import { effectTable } from '../../../src/engine/deadlines.ts';
import { asMember, SYSTEM } from '../../../src/engine/feature.ts';
import { FILE_PART_BYTES, type UploadState } from '../../../src/protocol/index.ts';
import {
  type AskFile,
  askFile,
  type FileAsked,
  recordPart,
  shareFile,
} from '../../../src/room-object/file-commands.ts';
import { fileOf, toUploadState, uploadTable } from '../../../src/room-object/file-rows.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

export const PART = FILE_PART_BYTES;
export const SIZE = 2 * PART + 100;
export const hashOf = (letter: string) => letter.repeat(43);

export let room: Room;

/** A new meeting, of a host, Ada and Ben, under these variables of the deployer. */
export function newMeeting(vars: ConstructorParameters<typeof Room>[1] = {}): void {
  room = new Room({}, vars);
  room.enter('host', { hostKey: HOST_KEY });
  room.enter('ada');
  room.enter('ben');
  room.take();
}

let count = 0;

/** Asks for an upload, here or in another room. */
export function ask(by: string, fields: Partial<AskFile> = {}, inside: Room = room) {
  count += 1;
  const upload = `u_${String(count).padStart(22, '0')}`;
  const standard = {
    upload,
    key: `rooms/r_1/files/${count}`,
    name: 'a.txt',
    type: 'text/plain',
    size: SIZE,
    announce: false,
  };
  return inside.perform(askFile, { ...standard, ...fields }, asMember(idOf(by)));
}
/** Asks for an upload; of no bytes, or known ones, it is shared at once. Answers the upload, or the file. */
export function asked(by: string, fields: Partial<AskFile> = {}, inside: Room = room): string {
  const done = ask(by, fields, inside);
  if (!done.ok) throw new Error(done.error.code);
  const result = done.value.result as FileAsked;
  return result.state === 'open' ? result.upload : result.file;
}
export const sizeOf = (upload: string, n: number) =>
  Math.min(PART, (room.state.table(uploadTable).get(upload)?.size ?? 0) - n * PART);
export const put = (by: string, upload: string, n: number, hash = hashOf('p'), size = sizeOf(upload, n)) =>
  room.perform(recordPart, { upload, n, size, etag: `e${n}`, hash }, asMember(idOf(by)));
export const share = (upload: string, hash = hashOf('w')) =>
  room.perform(shareFile, { upload, hash }, SYSTEM);
/** Brings a file from asking to sharing. */
export function bring(by: string, fields: Partial<AskFile> = {}, hash = hashOf('w')): string {
  const upload = asked(by, fields);
  for (let n = 0; n < Math.ceil((fields.size ?? SIZE) / PART); n += 1) put(by, upload, n);
  const done = share(upload, hash);
  if (!done.ok || done.value.result !== undefined) throw new Error('not shared');
  return fileOf(upload);
}
export const stateOf = (upload: string): UploadState | undefined => {
  const row = room.state.table(uploadTable).get(upload);
  return row === undefined ? undefined : toUploadState(room.state, row);
};
export const effects = (kind: string) =>
  Array.from(room.state.table(effectTable).values()).filter((effect) => effect.kind === kind);
