import { FileSpreadsheet, FileText, FileVideoCamera, File as Plain } from 'lucide-react';
import { describe, expect, test, vi } from 'vitest';
import { type FileUploadOptions, ParleyError } from '../../../src/client/index.ts';
import type { UploadState } from '../../../src/protocol/index.ts';
import { fileIcon } from '../../../web/src/room/files/file-icon.ts';
import { formatSize, timeLeft } from '../../../web/src/room/files/file-size.ts';
import { FileUploads, type SendingRoom } from '../../../web/src/room/files/uploads.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const fileOf = (name: string, size = 10) => new File([new Uint8Array(size)], name, { type: 'text/plain' });
const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const UNFINISHED: UploadState = {
  upload: `u_${'0'.repeat(22)}`,
  name: 'film.mp4',
  type: 'video/mp4',
  size: 20,
  partSize: 8,
  parts: [0, 2],
  offset: 8,
  expiresAt: 9e12,
};

/** A room whose uploads end when the test says so. */
class Room implements SendingRoom {
  readonly sending: { file: File; options: FileUploadOptions; end(error?: unknown): void }[] = [];
  left: readonly UploadState[] = [];
  readonly files = {
    unfinished: async () => this.left,
    abandon: vi.fn(async (_: string) => undefined),
    giveUp: vi.fn(async (_: File) => undefined),
  };

  uploadFile(file: File, options: FileUploadOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = (error?: unknown) => (error === undefined ? resolve({}) : reject(error));
      const aborted = () => reject(new ParleyError('aborted'));
      options.signal?.addEventListener('abort', aborted);
      options.pause?.addEventListener('abort', aborted);
      this.sending.push({ file, options, end });
    });
  }
}
const make = () => {
  const room = new Room();
  return { room, uploads: new FileUploads(room, storage) };
};
const shown = ({ list }: FileUploads) => list.map(({ name, state }) => `${name} ${state.is}`);

describe('the files on their way', () => {
  test('go two at a time, and the next when one is shared', async () => {
    const { room, uploads } = make();
    uploads.add(['a', 'b', 'c'].map((name) => fileOf(name)));
    expect(shown(uploads)).toEqual(['a sending', 'b sending', 'c waiting']);
    room.sending[0]?.end();
    await settle();
    expect(shown(uploads)).toEqual(['b sending', 'c sending']);
    expect(uploads.shared).toBe(1);
  });

  test('show how far they are', () => {
    const { room, uploads } = make();
    const heard = vi.fn();
    uploads.subscribe(heard);
    uploads.add([fileOf('a')]);
    const progress = { stage: 'sending', done: 5, total: 10, rate: 1, left: 5_000 } as const;
    heard.mockClear();
    room.sending[0]?.options.onProgress?.(progress);
    expect(uploads.list[0]?.state).toEqual({ is: 'sending', progress });
    expect(heard).toHaveBeenCalledOnce();
  });

  test('let others go first while they are paused, and go on', async () => {
    const { room, uploads } = make();
    uploads.add(['a', 'b', 'c'].map((name) => fileOf(name)));
    uploads.pause(1);
    await settle();
    expect(shown(uploads)).toEqual(['a paused', 'b sending', 'c sending']);
    expect(room.sending[0]?.options.signal?.aborted).toBe(false);
    uploads.resume(1);
    expect(shown(uploads)).toEqual(['a waiting', 'b sending', 'c sending']);
    room.sending[1]?.end();
    await settle();
    expect(shown(uploads)).toEqual(['a sending', 'c sending']);
    expect(room.sending.at(-1)?.options.pause?.aborted).toBe(false);
  });

  test('are paused while they wait, too', async () => {
    const { uploads } = make();
    uploads.add(['a', 'b', 'c'].map((name) => fileOf(name)));
    uploads.pause(3);
    await settle();
    expect(shown(uploads)).toEqual(['a sending', 'b sending', 'c paused']);
  });

  test('say why they failed, and are sent again', async () => {
    const { room, uploads } = make();
    uploads.add([fileOf('a')]);
    const error = new ParleyError('quota_exceeded', { message: '' });
    room.sending[0]?.end(error);
    await settle();
    expect(uploads.list[0]?.state).toEqual({ is: 'failed', error });
    expect(uploads.isBusy).toBe(false);
    uploads.resume(1);
    expect(shown(uploads)).toEqual(['a sending']);
    expect(room.sending).toHaveLength(2);
  });

  test('are given up: what runs is called off, what was stopped is taken back', async () => {
    const { room, uploads } = make();
    uploads.add([fileOf('a'), fileOf('b')]);
    uploads.cancel(1);
    expect(room.sending[0]?.options.signal?.aborted).toBe(true);
    expect(room.files.giveUp).not.toHaveBeenCalled();
    uploads.pause(2);
    await settle();
    uploads.cancel(2);
    expect(room.files.giveUp).toHaveBeenCalledOnce();
    await settle();
    expect(uploads.list).toEqual([]);
  });

  test('of an earlier time go on with the same file, or are given up', async () => {
    const { room, uploads } = make();
    room.left = [UNFINISHED, { ...UNFINISHED, upload: `u_${'1'.repeat(22)}`, name: 'other' }];
    await uploads.findLeft();
    await uploads.findLeft();
    expect(uploads.list.map(({ state }) => state)).toEqual([
      { is: 'left', received: 12 },
      { is: 'left', received: 12 },
    ]);
    uploads.add([fileOf('film.mp4', 20)]);
    expect(shown(uploads)).toEqual(['other left', 'film.mp4 sending']);
    expect(room.sending[0]?.options.upload).toBe(UNFINISHED.upload);
    const [other] = uploads.list;
    uploads.cancel(other?.id ?? 0);
    expect(room.files.abandon).toHaveBeenCalledWith(`u_${'1'.repeat(22)}`);
  });

  test('a file of the same name and another size is another file', async () => {
    const { room, uploads } = make();
    room.left = [UNFINISHED];
    await uploads.findLeft();
    uploads.add([fileOf('film.mp4', 21)]);
    expect(room.sending[0]?.options.upload).toBeUndefined();
    expect(shown(uploads)).toEqual(['film.mp4 left', 'film.mp4 sending']);
  });

  test('tell the others how far they are, unless that is not wished', () => {
    const { room, uploads } = make();
    uploads.add([fileOf('a')]);
    uploads.announce = false;
    uploads.add([fileOf('b')]);
    expect(room.sending.map(({ options }) => options.announce)).toEqual([true, false]);
  });
});

describe('a file', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [5_368_709_120, '5.4 GB'],
    [2e12, '2 TB'],
  ])('of %s bytes reads %s', (bytes, text) => {
    expect(formatSize('en', bytes)).toBe(text);
  });

  test.each([
    [10, { key: 'seconds', count: 1 }],
    [89_500, { key: 'minutes', count: 2 }],
    [59_001, { key: 'seconds', count: 60 }],
    [5_400_001, { key: 'hours', count: 2 }],
  ])('that takes %s ms more', (ms, left) => {
    expect(timeLeft(ms)).toEqual(left);
  });

  test('has the picture of its type, or of its name where the type says nothing', () => {
    expect(fileIcon({ type: 'video/mp4', name: 'a' })).toBe(FileVideoCamera);
    expect(fileIcon({ type: 'text/csv', name: 'a.csv' })).toBe(FileSpreadsheet);
    expect(fileIcon({ type: 'application/pdf', name: 'a' })).toBe(FileText);
    expect(fileIcon({ type: 'application/octet-stream', name: 'a.MKV' })).toBe(FileVideoCamera);
    expect(fileIcon({ type: 'application/octet-stream', name: 'a.xyz' })).toBe(Plain);
  });
});
