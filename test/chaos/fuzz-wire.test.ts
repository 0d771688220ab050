// Below the frames: bytes that are no WebSocket frames, written to the TCP connection itself. FUZZ_SEED draws the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { SEED, Tally } from './fuzz/campaign.ts';
import { closeName, isKnownClose } from './fuzz/fuzzer.ts';
import { handshakes, statusOf } from './fuzz/handshakes.ts';
import { RoomAddress } from './fuzz/http.ts';
import { mutate, Random } from './fuzz/mutator.ts';
import { traces } from './fuzz/traces.ts';
import { GARBAGE, rawFrame } from './fuzz/wire-garbage.ts';
import { RudeSocket } from './load/wire.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const HANDSHAKES = scale(60, 2_000);
const MUTATED = scale(40, 3_000);
/** ms that the server has to say something, however much it has to do; and where most that is asked makes it wait. */
const PATIENCE = 3_000;
const SHORT_PATIENCE = 250;
const TOGETHER = 10;
/** The platform's own word on a method that HTTP does not have. */
const METHOD_UNKNOWN = 501;
/** An edge in front takes no other host than its own; without one a host that is none may end in a 500. */
const HOST = '\r\nHost: 127.0.0.1\r\n';

let server: RoomServer;
let room: RoomAddress;
beforeAll(async () => {
  server = await startRoomServer({ vars: { RATE_ERROR: '1000000/1000000', AWAY_GRACE_SECONDS: '1' } });
  room = new RoomAddress(server.url, await makeRoom(server.url, { capacity: 10_000 }));
});
afterAll(() => server?.close());

const WAITS = 'waits for more';
/** As a close frame without a code is reported. */
const NO_CODE = 1005;
/** Whether a close frame may begin somewhere in it: the answer to that is its own code. */
const holdsClose = (bytes: Uint8Array): boolean => bytes.some((byte) => (byte & 0x0f) === 8);

/** What the server makes of these bytes: the code with which it closes, or that it reads on, waits, or hangs up. */
async function answerTo(bytes: Uint8Array, patience: number): Promise<string> {
  const { ticket } = await room.join({ name: 'Garbage' });
  const target = { port: server.port, code: room.code, address: '203.0.113.7' };
  const { socket, heard } = await RudeSocket.open(target, ticket);
  const answers = () => heard.frames.get('error unknown_command') ?? 0;
  socket.write(bytes);
  socket.write(rawFrame({ payload: '{"t":"fuzz"}' }));
  const end = Date.now() + patience;
  while (heard.closed === null && answers() === 0 && !socket.closed && Date.now() < end) await sleep(2);
  const isGone = socket.closed;
  socket.destroy();
  if (heard.closed === NO_CODE) return 'closes without a code';
  if (heard.closed !== null && isKnownClose(heard.closed)) return `closes with ${closeName(heard.closed)}`;
  if (heard.closed !== null) {
    expect(holdsClose(bytes), `closed with ${heard.closed}, which nobody sent`).toBe(true);
    return 'closes with the code that was sent';
  }
  return answers() > 0 ? 'reads on' : isGone ? 'hangs up' : WAITS;
}

test('what is no WebSocket frame closes its own connection with a code of the protocol, and no other', async () => {
  const talkers = [
    await Talker.join(server.url, room.code, 'One'),
    await Talker.join(server.url, room.code, 'Other'),
  ];
  const answers = new Map<string, string>();
  await Promise.all(
    Object.entries(GARBAGE).map(async ([name, bytes]) => answers.set(name, await answerTo(bytes, PATIENCE))),
  );
  // That one is taken for the beginning of a frame.
  const waiting = Array.from(answers).flatMap(([name, answer]) => (answer === WAITS ? [name] : []));
  expect(waiting).toEqual(['an HTTP request']);
  const random = new Random(SEED);
  const frames = Object.values(GARBAGE).filter(({ length }) => length < 1_000);
  const seen = new Tally();
  const start = performance.now();
  for (let sent = 0; sent < MUTATED; sent += TOGETHER) {
    talkers[0]?.say(`after ${sent}`);
    const drawn = Array.from({ length: TOGETHER }, () =>
      mutate(random, random.of(frames), random.of(frames)),
    );
    await Promise.all(
      drawn.map(async (bytes) =>
        seen.add(
          await answerTo(bytes, SHORT_PATIENCE).catch((error: unknown) => {
            throw new Error(`after the bytes ${Buffer.from(bytes).toString('hex')}`, { cause: error });
          }),
        ),
      ),
    );
  }
  await until('the talkers are heard', () =>
    talkers.every(({ heard }) => heard.length >= MUTATED / TOGETHER),
  );
  expect(talkers.flatMap(({ faults }) => faults)).toEqual([]);
  expect(traces(server)).toEqual([]);
  for (const talker of talkers) talker.stop();
  record({
    order: 86,
    title: `Fuzz: bytes that are no frames`,
    lines: [
      `- ${MUTATED} times bytes made of such frames, in ${((performance.now() - start) / 1_000).toFixed(1)} s, seed ${SEED}: ${seen}`,
      '',
      '| what | the server |',
      '| --- | --- |',
      ...Object.keys(GARBAGE).map((what) => `| ${what} | ${answers.get(what)} |`),
    ],
  });
});

test('a request for a socket is granted or refused, whatever stands in it', async () => {
  const all = handshakes(room.code);
  const seen = new Tally();
  const note = async (bytes: string | Uint8Array, patience: number): Promise<void> => {
    const status = await statusOf(server.port, bytes, patience);
    seen.add(status === null ? 'nothing' : String(status));
    const shown = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
    const isOurs = typeof bytes === 'string' || shown.includes(HOST);
    const isFault = isOurs && status !== null && status >= 500 && status !== METHOD_UNKNOWN;
    expect(isFault, `${status} is the answer to ${shown.slice(0, 2_000)}`).toBe(false);
  };
  await Promise.all(all.map((text) => note(text, PATIENCE)));
  expect(seen.of('101')).toBeGreaterThan(0);
  const whole = all.filter(({ length }) => length < 1_000).map((text) => new TextEncoder().encode(text));
  const start = performance.now();
  for (let sent = 0; sent < HANDSHAKES; sent += TOGETHER) {
    const random = new Random(SEED + sent);
    const drawn = Array.from({ length: TOGETHER }, () => mutate(random, random.of(whole), random.of(whole)));
    await Promise.all(drawn.map((bytes) => note(bytes, SHORT_PATIENCE)));
  }
  const talker = await Talker.join(server.url, room.code, 'Last');
  talker.say('still here');
  await until('it is heard', () => talker.unsettled === 0);
  talker.stop();
  expect(traces(server)).toEqual([]);
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  record({
    order: 87,
    title: `Fuzz: requests for a socket`,
    lines: [
      `- ${all.length} odd requests, and ${HANDSHAKES} made of them, in ${seconds} s, seed ${SEED}, by status: ${seen}`,
    ],
  });
});
