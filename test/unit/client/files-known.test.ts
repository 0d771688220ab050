import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { begin, end, type FileServer, soon } from './fake-files.ts';
import { BEN, ready, resumed } from './fake-server.ts';

let server: FileServer;
let room: RoomConnection;
beforeEach(async () => {
  ({ server, room } = await begin());
});
afterEach(end);

describe('what is known of the files', () => {
  const info = (seq: number, size: number) => ({
    file: `f_${String(seq).padStart(22, '0')}`,
    name: `${seq}.txt`,
    type: 'text/plain',
    size,
    hash: 'h',
    by: BEN.id,
    at: seq * 10,
    seq,
  });
  const progress = (at: number, received: number | null) => ({
    t: 'file.progress',
    at,
    member: BEN.id,
    uploads:
      received === null ? [] : [{ upload: `u_${'0'.repeat(22)}`, name: 'film.mp4', size: 100, received }],
  });

  test('follows what is shared, removed and under way, and comes with the snapshot', async () => {
    const first = ready({ latest: [progress(1, 5)] });
    const { snapshot } = first;
    if (snapshot === undefined) throw new Error('a first frame has a snapshot');
    const files = { count: 30, bytes: 1_000, newest: [info(9, 40)] };
    room = await server.join({ ...first, snapshot: { ...snapshot, files } });
    expect(room.state.files).toMatchObject({ count: 30, bytes: 1_000, newest: [{ file: info(9, 40).file }] });
    expect(room.state.files.uploads.get(BEN.id)?.uploads).toMatchObject([{ received: 5 }]);

    const shared = { t: 'file.shared', ...info(11, 60) };
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [shared] });
    expect(room.state.files).toMatchObject({ count: 31, bytes: 1_060 });
    expect(room.state.files.newest.map(({ seq }) => seq)).toEqual([11, 9]);
    expect(room.state.messages.at(-1)).toMatchObject({ t: 'file.shared', name: '11.txt' });

    const removed = { t: 'file.removed', at: 120, seq: 12, file: shared.file, size: 60 };
    server.socket.tell({ t: 'events', prev: 11, last: 12, events: [removed] });
    expect(room.state.files).toMatchObject({ count: 30, bytes: 1_000 });
    expect(room.state.messages).toEqual([]);

    server.socket.tell({ t: 'live', events: [progress(2, 50)] });
    expect(room.state.files.uploads.get(BEN.id)?.uploads).toMatchObject([{ received: 50 }]);
    server.socket.tell({ t: 'live', events: [progress(3, null)] });
    expect(room.state.files.uploads.size).toBe(0);
  });

  test('after a resume has who uploads now', async () => {
    server.socket.tell({ t: 'live', events: [progress(2, 50)] });
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(60_000);
    server.socket.tell(resumed(10, 0));
    expect(room.state.files.uploads.size).toBe(0);
  });

  test('is put right by a list of all, not by a search', async () => {
    const page = { files: [], next: null, count: 7, bytes: 70 };
    for (const [fields, count] of [
      [{ search: 'x' }, 0],
      [{ order: 'size' }, 7],
    ] as const) {
      const listing = room.files.list(fields);
      const { n } = server.socket.commands.at(-1) ?? { n: 0 };
      server.socket.tell({ t: 'ok', n, result: page });
      await soon(listing);
      expect(room.state.files.count).toBe(count);
    }
  });
});
