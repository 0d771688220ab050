// Floods of every kind, from one hostile address, at the rates and limits that the product ships with. One process
// serves all rooms here, and one thread of it runs all their objects: what a flood takes from it, it takes from every
// room. On the platform another room is another isolate, as a rule on another machine.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { root } from '../../scripts/support.ts';
import { CLOSE } from '../../src/protocol/close-codes.ts';
import { Talker } from '../support/talker.ts';
import { startFlood, startSink } from './load/children.ts';
import { mustTakeSeat, takeSeat } from './load/entry.ts';
import type { Flood, FloodResult } from './load/jobs.ts';
import { type Delay, Meeting } from './load/meeting.ts';
import { RudeSocket, type Target } from './load/wire.ts';
import { record } from './support/report.ts';
import { isFull, scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const MiB = 2 ** 20;
const PEOPLE = 10;
/** ms between two messages of one meeting. */
const EVERY = scale(25, 50);
/** Addresses; the platform says where a request comes from in a header, and here the load does. */
const HOSTILE = '203.0.113.66';
const BYSTANDER = '198.51.100.7';
/** ms of each measurement without the flood. */
const QUIET = scale(300, 4_000);
/** Seconds, as all settings. Shorter than the product's, so that their end can be waited for. */
const SHORT = { SEAT_SECONDS: String(scale(2, 15)), AWAY_GRACE_SECONDS: '1' };
const CAPACITY = scale(160, 2_000);
/** Bytes by which the heap of a busy server grows before it is tidied up, whatever it is busy with. */
const HEAP = 128 * MiB;
/** Bytes for each three connections and one seat. */
const IDLE = 256 * 1024;

const HOW_TO_READ = `All floods come from one address, at the rates that the product ships with, into a room in which ten
people meet; ten others meet in another room of the same server. What is shown: that both meetings go on and miss nothing,
what the flood is answered, and what it costs a server whose rooms share one process and one thread, on two cores with the
load. The control, the same load at a server that does nothing, tells what of that is the load itself. What is not shown:
on the platform another room is another isolate, as a rule on another machine, and the edge in front of it has limits of its
own.`;

let server: RoomServer;
let sink: Awaited<ReturnType<typeof startSink>>;

beforeAll(async () => {
  const { vars } = unstable_readConfig({ config: `${root}wrangler.toml` }, { hideWarnings: true });
  // Rooms are made by the tests themselves, from one address.
  const shipped = { ...(vars as Record<string, string>), RATE_CREATIONS_PER_MINUTE: '0', ...SHORT };
  record({ order: 50, title: 'Floods: how to read them', lines: [HOW_TO_READ] });
  [server, sink] = await Promise.all([startRoomServer({ vars: shipped }), startSink()]);
});
afterAll(() => Promise.all([server?.close(), sink?.close()]));

/** What a test that fails leaves behind must not flood the next one. */
const left: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of left.splice(0)) await end();
});

interface Seen {
  readonly result: FloodResult;
  /** Another room: undisturbed; while the same load goes to a server that does nothing; while it goes to this one. */
  readonly before: Delay;
  readonly control: Delay;
  readonly during: Delay;
  /** The room that is flooded, meanwhile. */
  readonly same: Delay;
  /** Bytes. */
  readonly memory: { readonly before: number; readonly most: number; readonly after: number };
  /** Cores. */
  readonly processor: number;
}

const overrun: Target[] = [];

/**
 * Floods a room in which people meet, for some ms, and looks at what becomes of them and of those in another room.
 * `meanwhile` is called in the middle of it, with the token of somebody in the room who has the flood's address.
 */
async function flooded(
  flood: Flood,
  ms: number,
  meanwhile: (target: Target, insider: string) => Promise<void> = async () => {},
): Promise<Seen> {
  const [room, other] = await Promise.all([
    Meeting.begin(server.url, PEOPLE, EVERY, { capacity: CAPACITY }),
    Meeting.begin(server.url, PEOPLE, EVERY),
  ]);
  left.push(
    () => room.stop(),
    () => other.stop(),
  );
  const target = { port: server.port, code: room.code, address: HOSTILE };
  const seat = await mustTakeSeat(target, 'Insider');
  const insider = await RudeSocket.open(target, seat.ticket);

  const before = await other.measure(QUIET);
  const harmless = await startFlood({ ...target, port: sink.port }, flood);
  left.push(harmless.kill);
  const control = await other.measure(QUIET);
  await harmless.stop();

  const memoryBefore = server.usage().memory;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, server.usage().memory);
  }, 50);
  left.push(() => clearInterval(watch));
  const flow = await startFlood(target, flood);
  left.push(flow.kill);
  const start = performance.now();
  const { cpuSeconds } = server.usage();
  const [same, during] = await Promise.all([room.measure(ms), other.measure(ms)]);
  const processor = (server.usage().cpuSeconds - cpuSeconds) / ((performance.now() - start) / 1_000);
  await meanwhile(target, seat.token);
  const result = await flow.stop();
  clearInterval(watch);
  insider.socket.destroy();

  // The meeting goes on, and has missed nothing; what the flood was let say is in everybody's record, too.
  expect(await room.end((text) => !text.startsWith('flood '))).toEqual([]);
  expect(await other.end()).toEqual([]);
  overrun.push(target);
  const memory = { before: memoryBefore, most, after: server.usage().memory };
  return { result, before, control, during, same, memory, processor };
}

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });
const ratio = (one: Delay, other: Delay): string => `${(one.typical / other.typical).toFixed(1)} ×`;

function report(order: number, title: string, seen: Seen): void {
  const { result, before, control, during, same, memory, processor } = seen;
  const row = (what: string, delay: Delay) =>
    `| ${what} | ${number(delay.p50)} | ${number(delay.p99)} | ${number(delay.typical)} | ${delay.samples} |`;
  const answered = Object.entries(result.answers)
    .map(([what, times]) => `${what} (${number(times)})`)
    .join(', ');
  const mib = (bytes: number) => (bytes / MiB).toFixed(0);
  record({
    order,
    title: `Flood: ${title}`,
    lines: [
      `${number(result.sent)} in ${number(result.seconds)} s, ${number(result.sent / result.seconds)} a second. The flood was answered: ${answered}.`,
      '',
      '| ms from saying to hearing | p50 | p99 | p99 of a typical second | heard |',
      '| --- | --- | --- | --- | --- |',
      row('another room, before', before),
      row('another room, the same load at a server that does nothing', control),
      row('another room, during', during),
      row('the room that is flooded, during', same),
      '',
      `p99 of another room in a typical second: ${ratio(during, before)} of before, ${ratio(during, control)} of the control. Memory of the server: ${mib(memory.before)} MiB before, ${mib(memory.most)} at most, ${mib(memory.after)} after. Processor: ${number(processor)} of a core.`,
    ],
  });
}

/** Nothing of the flood grows without end. */
function expectBounded({ memory }: Seen, bytes: number): void {
  expect(memory.most - memory.before).toBeLessThan(bytes);
}

/**
 * The long form runs on a machine that does nothing else: there another room feels no more than half as much again of
 * what the load alone does to the machine, give or take the 10 ms that four processes on two cores cost one another.
 */
function expectBearable({ before, control, during }: Seen): void {
  const limit = isFull ? 1.5 * Math.max(before.typical, control.typical) + 10 : 2_000;
  expect(during.typical).toBeLessThan(limit);
}

describe('one member who sends 10,000 commands a second', () => {
  const PER_SECOND = 10_000;

  test('and goes on when the socket was closed: nobody hears it, and everybody goes on', async () => {
    const flood: Flood = { kind: 'commands', perSecond: PER_SECOND, manner: 'deaf' };
    const seen = await flooded(flood, scale(500, 8_000));
    report(51, 'one member, 10,000 commands a second over a socket that was closed', seen);
    const { answers } = seen.result;
    expect(answers[`closed ${CLOSE.flood.code}`]).toBe(1);
    expect(answers['error rate_limited']).toBe(40);
    expectBounded(seen, HEAP);
    expectBearable(seen);
  });

  test('and comes back as soon as the socket is closed: the door stays shut for ten seconds', async () => {
    const flood: Flood = { kind: 'commands', perSecond: PER_SECOND, manner: 'stubborn' };
    const seen = await flooded(flood, scale(500, 8_000));
    report(52, 'one member, 10,000 commands a second, back as soon as the socket is closed', seen);
    const { answers, seconds } = seen.result;
    expect(answers['HTTP 429']).toBeGreaterThan(0);
    expect(answers['HTTP 101']).toBeLessThanOrEqual(1 + seconds / 10);
    expect(answers[`closed ${CLOSE.flood.code}`]).toBe(answers['HTTP 101']);
    expectBounded(seen, HEAP);
    expectBearable(seen);
  });
});

test('invalid frames as fast as the generator can: the meeting is slow, and goes on', async () => {
  const seen = await flooded({ kind: 'invalid' }, scale(2_000, 30_000));
  report(53, 'invalid frames as fast as they are taken', seen);
  const { answers } = seen.result;
  expect(answers[`closed ${CLOSE.errors.code}`]).toBeGreaterThanOrEqual(2);
  expect(answers['HTTP 429']).toBeGreaterThan(0);
  expect(answers['error bad_json']).toBeGreaterThan(0);
  expectBounded(seen, HEAP);
  // One thread takes every frame off the socket: that costs 5 µs, and nothing in the room can make it less.
  expect(seen.same.p50).toBeLessThan(1_000);
});

test('connections that never speak or stop half-way: each costs its kilobytes and no time', async () => {
  const each = scale(60, 1_000);
  const seen = await flooded({ kind: 'idle', each }, scale(500, 8_000));
  report(54, 'connections that never speak, and handshakes, frames and joins that stop half-way', seen);
  const { answers } = seen.result;
  expect(answers).toMatchObject({
    'connected and silent': each,
    'stopped in the handshake': each,
    'joined and silent': each / 2,
    'half a frame': each / 2,
  });
  // Of a room's seats an address may ask for a quarter and not take them; the oldest may have run out meanwhile.
  expect(answers['seat not taken']).toBeGreaterThanOrEqual(CAPACITY / 4);
  expect(answers['seat refused 429']).toBeGreaterThan(0);
  expectBounded(seen, HEAP + each * IDLE);
  expectBearable(seen);
});

test.runIf(isFull)('what they cost is given back: the same again takes next to nothing', async () => {
  const each = 1_000;
  const seen = await flooded({ kind: 'idle', each }, 1_000);
  const { before, most } = seen.memory;
  const line = `${((most - before) / MiB).toFixed(0)} MiB more than before`;
  record({ order: 55, title: 'Flood: the same connections a second time', lines: [line] });
  expectBounded(seen, 32 * MiB + (each * IDLE) / 4);
});

test('joins with bad tokens, codes and tickets: the address is held off, and nobody else', async () => {
  const flood: Flood = { kind: 'guesses', perSecond: scale(800, 1_000) };
  const seen = await flooded(flood, scale(600, 12_000), async (target, insider) => {
    expect(await takeSeat({ ...target, code: 'aaa-aaaa-aaa' }, { name: 'Eve' })).toBe(429);
    expect(await takeSeat(target, { name: 'Eve' })).toBe(429);
    // A meeting's people can't be locked out by somebody beside them, nor anybody with another address.
    expect(await takeSeat(target, { token: insider })).toMatchObject({ token: expect.any(String) });
    expect(await takeSeat({ ...target, address: BYSTANDER }, { name: 'Ben' })).toMatchObject({
      token: expect.any(String),
    });
  });
  report(56, 'joins with bad tokens, codes and tickets', seen);
  const { answers, seconds } = seen.result;
  const { 'HTTP 429 rate_limited': heldOff = 0, ...looked } = answers;
  expect(Object.keys(looked).sort()).toEqual([
    'HTTP 401 ticket_invalid',
    'HTTP 401 token_invalid',
    'HTTP 404 room_not_found',
  ]);
  // A minute's worth at once, then one a second; what was on its way when the limit was reached counts, too.
  const most = 60 + seconds + 40;
  expect(Object.values(looked).reduce((sum, times) => sum + times, 0)).toBeLessThan(most);
  expect(heldOff).toBeGreaterThan(most);
  expect(heldOff + Object.values(looked).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(
    scale(300, 10_000),
  );
  expectBounded(seen, HEAP);
  expectBearable(seen);
});

test('afterwards nobody of a flood holds a seat, whoever comes is heard, and the address is let in again', async () => {
  const patience = { timeout: 20_000, interval: 200 };
  for (const target of overrun) {
    const { code } = target;
    const status = async () => (await (await fetch(`${server.url}/v1/rooms/${code}`)).json()) as object;
    await expect.poll(status, patience).toMatchObject({ members: 0, status: 'open' });
    const newcomer = await Talker.join(server.url, code, 'New');
    newcomer.say('hello');
    await expect.poll(() => newcomer.unsettled, patience).toBe(0);
    newcomer.stop();
    await expect
      .poll(() => takeSeat(target, { name: 'Eve' }), patience)
      .toMatchObject({ ticket: expect.any(String) });
  }
  expect(overrun).not.toHaveLength(0);
});
