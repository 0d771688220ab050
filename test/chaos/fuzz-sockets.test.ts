// The whole socket surface of a real server, from people of every role: nothing throws, nobody is closed but with a
// code of the table, and the meeting goes on for those who look on and those who talk. FUZZ_SEED draws the same frames.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge, makeRoom, Talker, until } from '../support/talker.ts';
import { SEED, summary, Tally } from './fuzz/campaign.ts';
import { ROOM_TYPES } from './fuzz/commands.ts';
import type { Sightings } from './fuzz/fuzzer.ts';
import { Fuzzers, MESSAGES } from './fuzz/fuzzers.ts';
import { RoomAddress } from './fuzz/http.ts';
import { Onlooker } from './fuzz/onlooker.ts';
import { traces } from './fuzz/traces.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const ROOMS = scale(1, 14);
const HOST_ROOMS = scale(1, 20);
const BATCHES = scale(1, 5);
/** Frames of one person in one batch. */
const FRAMES = scale(300, 320);
const UNLIMITED = '1000000/1000000';
/** What ends a meeting, or lets nobody in again, is left to the room that the host fuzzes. */
const TYPES = ROOM_TYPES.filter((t) => t !== 'schedule.set');
const GO_ON = ROOM_TYPES.filter((t) => t !== 'room.end');
const HOST_TYPES = [...GO_ON, ...GO_ON, ...GO_ON, 'room.end'] as const;

/** What the product ships with. */
const EVERYDAY = { RATE_CHAT: '10/40', RATE_CONTROL: '10/40', RATE_ERROR: '2/40', AWAY_GRACE_SECONDS: '1' };

let server: RoomServer;
beforeAll(async () => {
  const rates = ['MEDIA', 'QUERY', 'IMAGE', 'ERROR'].map((rate) => [`RATE_${rate}`, UNLIMITED]);
  // That one has a place for pictures.
  server = await startRoomServer({
    faulty: true,
    vars: { ...Object.fromEntries(rates), AWAY_GRACE_SECONDS: '1' },
  });
});
afterAll(() => server?.close());

const nothingSeen = (): Sightings => ({
  sent: new Tally(),
  errors: new Tally(),
  closes: new Tally(),
  faults: [],
});

test('a meeting goes on, and shows itself as it was told, whatever co-hosts, members, viewers and the lobby send', async () => {
  const seen = nothingSeen();
  const compared = new Tally();
  let told = 0;
  const start = performance.now();
  for (let number = 0; number < ROOMS; number += 1) {
    const room = new RoomAddress(server.url, await makeRoom(server.url, { capacity: 1_000 }));
    const onlooker = await Onlooker.open(room);
    // Messages for the fuzzers to speak of; what the talkers say later is beyond the numbers they guess.
    for (let n = 1; n <= 3; n += 1)
      onlooker.send({ t: 'poll.open', n, question: 'now?', options: ['yes', 'no'], multiple: n > 1 });
    for (let n = 4; n <= MESSAGES; n += 1)
      onlooker.send({ t: 'chat.send', n, body: { kind: 'text', text: `message ${n}` } });
    await onlooker.barrier();
    const talkers = [
      await Talker.join(server.url, room.code, 'One'),
      await Talker.join(server.url, room.code, 'Other'),
    ];
    // Nobody but the host can keep them from talking.
    for (const { id: member } of talkers) await room.command({ t: 'role.set', member, role: 'cohost' });
    const fuzzers = new Fuzzers(room, ['cohost', 'member', 'member', 'viewer', 'lobby'], seen);
    const said = new Map<string, number>();
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await fuzzers.enterAll();
      const chat = setInterval(() => {
        for (const [who, talker] of talkers.entries()) {
          const text = `${who} says ${said.size}`;
          said.set(text, 1);
          talker.say(text);
        }
      }, 20);
      await fuzzers.send(SEED + number * BATCHES + batch, TYPES, FRAMES).finally(() => clearInterval(chat));
      await until('all is said', () => talkers.every(({ unsettled }) => unsettled === 0));
      let isCompared = false;
      for (let tries = 0; tries < 8 && !isCompared; tries += 1)
        isCompared = await onlooker.compare((told, shown) => expect(told).toEqual(shown));
      compared.add(isCompared ? 'compared' : 'too restless to compare');
      expect(seen.faults).toEqual([]);
      expect(onlooker.faults).toEqual([]);
      expect(traces(server)).toEqual([]);
    }
    const head = Math.max(...talkers.map(({ position }) => position));
    await until('both stand at the same place', () => talkers.every(({ position }) => position >= head));
    const truth = talkers[0]?.heard ?? [];
    for (const { by, text } of truth)
      if (talkers.every(({ id }) => id !== by)) said.set(text, (said.get(text) ?? 0) + 1);
    expect(judge(truth, talkers, said)).toEqual([]);
    for (const talker of talkers) talker.stop();
    fuzzers.stop();
    told += onlooker.view.seq;
    onlooker.close();
  }
  record({
    order: 83,
    title: `Fuzz: the sockets of a meeting`,
    lines: [
      summary('frames over sockets', seen.sent.sum, (performance.now() - start) / 1_000, seen.sent, compared),
      `- ${told.toLocaleString('en')} events came of it`,
      `- errors: ${seen.errors}`,
      `- closes: ${seen.closes}`,
    ],
  });
  expect(compared.of('compared')).toBeGreaterThan(0);
});

test('a room whose host sends anything whatever ends at most', async () => {
  const seen = nothingSeen();
  const start = performance.now();
  let ended = 0;
  for (let number = 0; number < HOST_ROOMS; number += 1) {
    const room = new RoomAddress(server.url, await makeRoom(server.url));
    const fuzzers = new Fuzzers(room, ['host', 'member', 'lobby'], seen);
    for (let batch = 0; batch < BATCHES && !fuzzers.isOver; batch += 1) {
      await fuzzers.enterAll();
      await fuzzers.send(SEED + 1_000 + number * BATCHES + batch, HOST_TYPES, FRAMES);
      expect(seen.faults).toEqual([]);
      expect(traces(server)).toEqual([]);
    }
    if (fuzzers.isOver) ended += 1;
    fuzzers.stop();
  }
  const seconds = (performance.now() - start) / 1_000;
  record({
    order: 84,
    title: `Fuzz: a host who sends anything`,
    lines: [
      summary(`frames to ${HOST_ROOMS} rooms, of which ${ended} ended`, seen.sent.sum, seconds, seen.sent),
      `- errors: ${seen.errors}`,
      `- closes: ${seen.closes}`,
    ],
  });
});

test('at the rates of everyday, whoever sends rubbish is put out with a code of the table, and the others stay', async () => {
  const limited = await startRoomServer({ vars: EVERYDAY });
  try {
    const seen = nothingSeen();
    const room = new RoomAddress(limited.url, await makeRoom(limited.url));
    const talker = await Talker.join(limited.url, room.code, 'One');
    const fuzzers = new Fuzzers(room, ['member', 'viewer', 'lobby'], seen);
    await fuzzers.enterAll();
    await fuzzers.send(SEED + 9_000, TYPES, FRAMES);
    const [large] = fuzzers.all;
    if (large !== undefined) {
      await fuzzers.enter(large);
      large.send('x'.repeat(300_000), false);
      await large.barrier();
    }
    talker.say('still here');
    await until('it is heard', () => talker.unsettled === 0);
    expect(talker.faults).toEqual([]);
    expect(seen.faults).toEqual([]);
    expect(traces(limited)).toEqual([]);
    expect(seen.closes.of('4103 (errors)')).toBeGreaterThan(0);
    expect(seen.closes.of('4105 (too_large)')).toBeGreaterThan(0);
    talker.stop();
    fuzzers.stop();
    record({
      order: 85,
      title: 'Fuzz: at the rates of everyday',
      lines: [`- ${seen.sent.sum} frames; closes: ${seen.closes}`],
    });
  } finally {
    await limited.close();
  }
});
