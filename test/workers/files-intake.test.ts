import { expect, test } from 'vitest';
import type { PartStore } from '../../src/platform/object-store.ts';
import { FILE_PART_BYTES, succeed } from '../../src/protocol/index.ts';
import { sourceOf } from '../../src/worker/byte-source.ts';
import type { RoomAtHand } from '../../src/worker/caller.ts';
import { bringPart } from '../../src/worker/part-intake.ts';

const PIECE = 65_536;
const never = () => Promise.reject(new Error('not asked for'));

test('a store that does not take bytes keeps a sender waiting, and nothing piles up between them', async () => {
  let written = 0;
  let pulled = 0;
  const gate = Promise.withResolvers<void>();
  const store: PartStore = {
    beginParts: never,
    completeParts: never,
    abortParts: never,
    putPart: async (_place, _size, fill) => {
      await fill(async (bytes) => {
        if (written >= 4 * PIECE) await gate.promise;
        written += bytes.byteLength;
      });
      return 'etag';
    },
  };
  const place = { state: 'send', size: FILE_PART_BYTES, key: 'k', multipart: 'm', number: 1 } as const;
  const recorded: unknown[] = [];
  const stub = {
    file: async (call: string, request: { size?: number }) => {
      if (call === 'begin') return succeed(place);
      recorded.push(request.size);
      return succeed({ state: 'open', upload: {} });
    },
  };
  const room = { repeatable: (call: (room: typeof stub) => unknown) => call(stub) } as unknown as RoomAtHand;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += PIECE;
        controller.enqueue(new Uint8Array(PIECE));
        if (pulled === FILE_PART_BYTES) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const bringing = { room, store, member: 'm', upload: 'u' };
  const done = bringPart(bringing, sourceOf(body), 0, { size: null, expected: null });
  await expect.poll(() => written).toBe(4 * PIECE);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(pulled - written).toBeLessThanOrEqual(2 * PIECE);
  gate.resolve();
  expect((await done).ok).toBe(true);
  expect([written, recorded]).toEqual([FILE_PART_BYTES, [FILE_PART_BYTES]]);
});
