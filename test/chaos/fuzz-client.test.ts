// The SDK against a server that has lost its mind: nothing that it says makes the SDK throw or lose its place, and what
// it says sensibly afterwards is believed again. FUZZ_SEED draws the same frames again.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../src/client/index.ts';
import type { RoomView } from '../../src/client/room-view.ts';
import { fromSnapshot } from '../../src/client/view.ts';
import { ADA, BEN, FakeServer, imageId, ready, settle } from '../unit/client/fake-server.ts';
import { SEED, summary, Tally } from './fuzz/campaign.ts';
import { type ServerText, serverTexts } from './fuzz/server-frames.ts';
import { NOBODY } from './fuzz/values.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';

const RUNS = scale(120, 4_000);
/** Frames that one client is told at most. */
const FRAMES = 20;
const KNOWN = {
  ...NOBODY,
  members: [ADA.id, BEN.id, ...NOBODY.members],
  images: [imageId('sea')],
};

// The rate is measured by the true clock.
const toFake = ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000, toFake: [...toFake] }));
afterEach(() => void vi.useRealTimers());

/** What the SDK's own bookkeeping must never come to, whatever a server says. */
function expectSound(view: RoomView): void {
  for (const position of [view.seq, view.private])
    expect(Number.isInteger(position) && position >= 0).toBe(true);
  expect(view.count).toBeGreaterThanOrEqual(0);
  expect(
    Array.from(view.members, ([id, member]) => id === member.id).every(Boolean),
    'members by their ids',
  ).toBe(true);
  const order = view.messages.map(({ seq }) => seq);
  expect(order, 'messages in order').toEqual(order.toSorted((a, b) => a - b));
}

/** What a snapshot says, and nothing that was known before. */
const content = ({ names: _, ...view }: object & { readonly names: unknown }): unknown => {
  const { connection: __, pending: ___, ...rest } = view as Partial<RoomView>;
  return rest;
};

/** Where a client stands that a good server has told everything anew. */
const ANEW = ready({ seq: 10, epoch: 'e9' });
const FRESH = content(fromSnapshot(ANEW) ?? expect.unreachable());

/** A server that has come to its senses: the client finds its way to it and believes it. */
async function recover(server: FakeServer, room: RoomConnection): Promise<void> {
  for (let waits = 0; server.socket.closedWith !== null; waits += 1) {
    expect(waits, `comes back; ${JSON.stringify(room.state.connection)}`).toBeLessThan(100);
    await vi.advanceTimersByTimeAsync(500);
  }
  server.socket.tell(ANEW);
  expect(room.state.connection.status).toBe('online');
  expect(content(room.state)).toEqual(FRESH);
}

test('a server that says anything whatever finds the SDK unshaken, and in its place again after a snapshot', async () => {
  const seen = new Tally();
  const start = performance.now();
  const rejected: unknown[] = [];
  const note = (reason: unknown) => rejected.push(reason);
  process.on('unhandledRejection', note);
  const tell = async (texts: readonly ServerText[], told: string[]): Promise<void> => {
    const server = new FakeServer();
    const room = await server.join();
    for (const text of texts) {
      const before = room.state;
      told.push(text(before));
      server.socket.tellText(told.at(-1) ?? '');
      const after = room.state;
      const { status } = after.connection;
      seen.add(after === before ? 'ignored' : status === before.connection.status ? 'taken' : status);
      expectSound(after);
      if (status === 'closed') return;
      if (status === 'reconnecting') await recover(server, room);
    }
    await recover(server, room);
    room.close();
    await settle();
    if (rejected.length > 0) throw rejected.pop();
  };
  const run = async (texts: readonly ServerText[]): Promise<void> => {
    const told: string[] = [];
    await tell(texts, told).catch((error: unknown) => {
      throw new Error(`after the frames ${told.join('\n').slice(0, 4_000)}`, { cause: error });
    });
  };
  try {
    const texts = fc.array(serverTexts(KNOWN), { minLength: 1, maxLength: FRAMES, size: 'max' });
    await fc.assert(fc.asyncProperty(texts, run), { numRuns: RUNS, seed: SEED });
  } finally {
    process.off('unhandledRejection', note);
  }
  vi.useRealTimers();
  record({
    order: 82,
    title: `Fuzz: the SDK's reading of frames`,
    lines: [summary('frames of a mad server', seen.sum, (performance.now() - start) / 1_000, seen)],
  });
});
