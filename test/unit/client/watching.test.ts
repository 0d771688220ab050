import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RoomConnection, ServerClock } from '../../../src/client/index.ts';
import { BEN, FakeServer, outcomeOf, ready, resumed, settle } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const FILE = `f_${'0'.repeat(22)}`;
const source = { kind: 'file' as const, file: FILE };
let seq = 10;
beforeEach(() => {
  seq = 10;
});
const tell = (event: { readonly t: string; readonly [field: string]: unknown }): void => {
  seq += 1;
  server.socket.tell({ t: 'events', prev: seq - 1, last: seq, events: [{ seq, at: seq * 10, ...event }] });
};
const added = (title: string) =>
  tell({ t: 'watch.added', by: BEN.id, source, type: 'video/mp4', title, duration: 9_000, hasPoster: true });
const changed = (more: object = {}) =>
  tell({
    t: 'watch.changed',
    by: BEN.id,
    version: 3,
    jump: 2,
    item: 11,
    status: 'playing',
    position: 500,
    rate: 1,
    ...more,
  });

test.each<[string, (room: RoomConnection) => Promise<unknown>, object]>([
  ['add', ({ watch }) => watch.add({ source, duration: 5 }), { t: 'watch.add', source, duration: 5 }],
  ['remove', ({ watch }) => watch.remove(11), { t: 'watch.remove', item: 11 }],
  ['move', ({ watch }) => watch.move(11, null), { t: 'watch.move', item: 11, before: null }],
  [
    'setSubtitles',
    ({ watch }) => watch.setSubtitles(11, []),
    { t: 'watch.subtitles', item: 11, subtitles: [] },
  ],
  ['select', ({ watch }) => watch.select(11), { t: 'watch.select', item: 11, play: true, base: 3 }],
  [
    'select nothing',
    ({ watch }) => watch.select(null),
    { t: 'watch.select', item: null, play: true, base: 3 },
  ],
  ['play', ({ watch }) => watch.play(), { t: 'watch.play', base: 3 }],
  ['pause', ({ watch }) => watch.pause(), { t: 'watch.pause', base: 3 }],
  ['seek', ({ watch }) => watch.seek(1_234.5), { t: 'watch.seek', position: 1_235, base: 3 }],
  ['setRate', ({ watch }) => watch.setRate(2), { t: 'watch.rate', rate: 2, base: 3 }],
  ['next', ({ watch }) => watch.next(), { t: 'watch.next', base: 3 }],
  [
    'setPolicy',
    ({ watch }) => watch.setPolicy({ waitForAll: true }),
    { t: 'watch.policy', waitForAll: true },
  ],
  [
    'letEverybodySteer',
    ({ watch }) => watch.letEverybodySteer(true),
    { t: 'policy.set', policy: { watch: true } },
  ],
])('%s says from which state it was decided', async (_, act, command) => {
  const room = await server.join();
  changed();
  const outcome = outcomeOf(act(room));
  const sent = server.socket.commands.at(-1);
  expect(sent).toEqual({ ...command, n: expect.any(Number) });
  server.socket.tell({ t: 'ok', n: sent?.n });
  expect(await outcome).toMatchObject({ status: 'done' });
});

describe('what is watched', () => {
  test('is there from a snapshot on, and told of when it changes and not otherwise', async () => {
    const room = await server.join();
    expect(room.watch.state).toBe(room.state.watch);
    expect(room.watch.state).toMatchObject({ items: [], addresses: 'off', playback: { item: null } });
    let changes = 0;
    const off = room.watch.subscribe(() => {
      changes += 1;
    });
    added('A film');
    changed();
    expect(changes).toBe(2);
    expect(room.watch.state).toMatchObject({
      items: [{ id: 11, title: 'A film', at: 110, by: BEN.id, failed: null }],
      playback: { version: 3, item: 11, position: 500, at: 120, by: BEN.id },
    });
    tell({ t: 'chat.sent', by: BEN.id, body: { kind: 'text', text: 'x' } });
    expect(changes).toBe(2);
    off();
    tell({ t: 'watch.removed', item: 11 });
    expect(changes).toBe(2);
    expect(room.state.watch.items).toEqual([]);
  });

  test('says who decided, also after a wait that nobody decided', async () => {
    const room = await server.join();
    changed();
    changed({ by: undefined, status: 'holding', waitsFor: [BEN.id], until: 99 });
    expect(room.state.watch.playback).toMatchObject({ by: BEN.id, waitsFor: [BEN.id], until: 99 });
    changed({ by: undefined });
    expect(room.state.watch.playback).not.toHaveProperty('until');
    changed({ by: undefined, version: 4 });
    expect(room.state.watch.playback.by).toBeNull();
  });

  test('knows who watches, as long as they do', async () => {
    const viewing = (value: string | null, at: number) => ({
      t: 'live',
      events: [{ t: 'watch.viewing', at, member: BEN.id, viewing: value, version: 3 }],
    });
    const room = await server.join();
    server.socket.tell(viewing('buffering', 100));
    expect(room.state.watch.viewers.get(BEN.id)).toEqual({ viewing: 'buffering', version: 3, at: 100 });
    // The word of an earlier moment does not take away what was said since.
    tell({ t: 'member.away', member: BEN.id, at: 50 });
    expect(room.state.watch.viewers.size).toBe(1);
    server.socket.tell(viewing(null, 120));
    expect(room.state.watch.viewers.size).toBe(0);
    server.socket.tell(viewing('ready', 130));
    tell({ t: 'member.left', member: BEN.id, reason: 'left', at: 140 });
    expect(room.state.watch.viewers.size).toBe(0);
  });

  test('fetches a picture once, and again where that failed', async () => {
    const room = await server.join();
    const first = room.watch.poster(11);
    await settle();
    server.socket.tell({
      t: 'error',
      n: server.socket.commands.at(-1)?.n,
      code: 'watch_unknown',
      message: 'x',
    });
    await expect(first).rejects.toMatchObject({ code: 'watch_unknown' });
    const both = Promise.all([room.watch.poster(11), room.watch.poster(11)]);
    await settle();
    const asked = server.socket.commands.filter(({ t }) => t === 'watch.poster');
    expect(asked).toHaveLength(2);
    server.socket.tell({ t: 'ok', n: asked[1]?.n, result: { poster: 'data:x' } });
    expect(await both).toEqual(['data:x', 'data:x']);
    expect(await room.watch.poster(11)).toBe('data:x');
  });

  test('fetches many pictures one after another, and waits where that is too fast', async () => {
    const room = await server.join();
    const asked = () => server.socket.commands.filter(({ t }) => t === 'watch.poster');
    const answers = Promise.all(Array.from({ length: 60 }, (_, item) => room.watch.poster(item)));
    const times: number[] = [];
    let refusals = 0;
    for (let answered = 0; answered < asked().length || times.length < 60 + refusals; ) {
      await vi.advanceTimersByTimeAsync(10);
      // Never are two on their way.
      expect(asked().length).toBeLessThanOrEqual(answered + 1);
      const question = asked()[answered];
      if (question === undefined) continue;
      times.push(Date.now());
      answered += 1;
      if (times.length % 20 === 0) {
        refusals += 1;
        server.socket.tell({ t: 'error', n: question.n, code: 'rate_limited', message: 'x', retry: 700 });
        await vi.advanceTimersByTimeAsync(690);
        expect(asked()).toHaveLength(answered);
      } else server.socket.tell({ t: 'ok', n: question.n, result: { poster: `data:${question.item}` } });
    }
    expect(await answers).toEqual(Array.from({ length: 60 }, (_, item) => `data:${item}`));
    expect(refusals).toBeGreaterThan(1);
    // No second in which a room would have refused one.
    const perSecond = times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length);
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(20);
  });

  test('stands still when the meeting ends', async () => {
    const room = await server.join();
    added('A film');
    changed({ at: 1_000 });
    tell({ t: 'room.ended', reason: 'host', at: 5_000 });
    expect(room.state.watch.playback).toMatchObject({ status: 'paused', position: 4_500, at: 5_000 });
  });
});

/** Answers all questions for the time that have none yet; the server is an hour ahead. */
async function answerClock(): Promise<number> {
  const { commands } = server.socket;
  let answered = 0;
  for (; commands[clocksSeen] !== undefined; clocksSeen += 1) {
    if (commands[clocksSeen]?.t !== 'clock.read') continue;
    server.socket.tell({ t: 'ok', n: commands[clocksSeen]?.n, result: { time: Date.now() + 3_600_000 } });
    answered += 1;
  }
  await settle();
  return answered;
}
let clocksSeen = 0;

test('the clock of the server is read over the connection, and again over the next one', async () => {
  clocksSeen = 0;
  const room = await server.join();
  const clock = new ServerClock(room);
  expect(clock.now()).toBeNull();
  let questions = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    await vi.advanceTimersByTimeAsync(60);
    questions += await answerClock();
  }
  expect(questions).toBe(10);
  expect(clock.now()).toBeCloseTo(Date.now() + 3_600_000, -2);
  server.socket.breaks();
  await vi.advanceTimersByTimeAsync(1_000);
  clocksSeen = 0;
  server.socket.tell(resumed(10, 0));
  for (let turn = 0; turn < 20; turn += 1) {
    await vi.advanceTimersByTimeAsync(60);
    questions += await answerClock();
  }
  expect(questions).toBe(16);
  clock.close();
  room.close();
});

test('a server that knows nothing of watching has nothing to watch', async () => {
  const room = await server.join(ready());
  expect(room.state.watch.items).toEqual([]);
});
