// Everybody in a room is dropped at one instant, while things are said; they come back with the client that everybody
// uses. They and the server share one machine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge, makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { Crowd } from './load/crowd-client.ts';
import { count } from './load/wire.ts';
import { histogram, quantile, record } from './support/report.ts';
import { scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const PEOPLE = scale(150, 1_000);
const PROCESSES = 2;
/** ms within which the last one is back. */
const BACK_WITHIN = 10_000;
/** ms of the storm in which things are said. */
const OUTAGE = 1_000;
/** ms in which attempts are counted together. */
const BUCKET = 100;

interface Storm {
  readonly server: RoomServer;
  readonly crowd: Crowd;
  readonly witness: Talker;
  /** How often each text was said, from the beginning. */
  readonly said: Map<string, number>;
}
let storm: Storm;

beforeAll(async () => {
  const server = await startRoomServer();
  const { code } = await makeRoom(server.url, { capacity: 2 * PEOPLE });
  const witness = await Talker.join(server.url, code, 'Witness');
  const crowd = await Crowd.join({ base: server.url, code }, PEOPLE, PROCESSES);
  storm = { server, crowd, witness, said: new Map() };
}, 120_000);
afterAll(async () => {
  storm?.witness.stop();
  await storm?.crowd.end();
  await storm?.server.close();
});

/** Before the storm: everybody is there and has heard the same. Answers the text that will show who is whole again. */
async function calm(name: string): Promise<string> {
  const { crowd, witness, said } = storm;
  sayAll(storm, `before ${name}`);
  const hasAll = ({ told }: { readonly told: readonly string[] }) => told.length === total(said);
  const calmed = async () => (await crowd.report()).members.filter(hasAll).length;
  await expect.poll(calmed, { timeout: 20_000 }).toBe(PEOPLE);
  const marker = `witness marker ${name}`;
  crowd.order({ order: 'watch', marker });
  await until('the witness is calm', () => witness.unsettled === 0);
  return marker;
}

const total = (said: ReadonlyMap<string, number>): number =>
  Array.from(said.values()).reduce((sum, times) => sum + times, 0);

/** A few of the crowd say something, and the witness does. */
function sayAll({ crowd, witness, said }: Storm, when: string): void {
  const texts = Array.from({ length: 5 }, (_, at) => `crowd ${when} ${at}`);
  // Each process says them all.
  crowd.order({ order: 'say', texts });
  for (const text of texts) said.set(text, PROCESSES);
  say(witness, said, `witness ${when}`);
}

function say(witness: Talker, said: Map<string, number>, text: string): void {
  said.set(text, 1);
  witness.say(text);
}

/** Waits until all are back, and judges. Answers the lines of the report. */
async function judged(
  { server, crowd, witness, said }: Storm,
  droppedAt: number,
  usedBefore: number,
): Promise<string[]> {
  await until('all are back', () => crowd.back === PEOPLE, 60_000);
  await until('the witness has all', () => witness.unsettled === 0);
  await expect.poll(async () => (await crowd.report()).unsettled, { timeout: 20_000 }).toBe(0);
  const last = total(said);
  await until('everything was heard', () => witness.heard.length >= last);
  const everybodyHas = async () =>
    (await crowd.report()).members.filter(({ told }) => told.length >= last).length;
  await expect.poll(everybodyHas, { timeout: 20_000 }).toBe(PEOPLE);

  const { members, attempts, refused, processor } = await crowd.report();
  const used = server.usage().cpuSeconds - usedBefore;
  expect(refused).toEqual([]);
  expect(judge(witness.heard, [witness], said)).toEqual([]);
  const truth = witness.heard.map(({ text }) => text);
  expect(members.filter(({ told }) => !same(told, truth))).toEqual([]);
  expect(members.filter(({ shown }) => !same(shown, truth))).toEqual([]);
  // Proven by a replay without a gap, not made up for by a snapshot.
  expect(members.reduce((sum, { resyncs }) => sum + resyncs, 0)).toBe(0);

  const connected = members.map(({ backAt }) => (backAt ?? 0) - droppedAt);
  const whole = members.map(({ backAt, markedAt }) => Math.max(backAt ?? 0, markedAt ?? 0) - droppedAt);
  expect(Math.max(...whole)).toBeLessThan(BACK_WITHIN);
  // What each chose is even; when it is done, a busy machine blurs: there a herd is all in one.
  expect(fullest(members.map(({ firstWait }) => firstWait ?? 0))).toBeLessThan(PEOPLE * scale(0.25, 0.15));
  const times = attempts.map(({ at }) => Math.max(0, at - droppedAt));
  const peak = fullest(times);
  expect(peak).toBeLessThan(PEOPLE * scale(0.5, 0.35));
  const failed = attempts.filter(({ worked }) => !worked).length;
  const quantiles = (values: readonly number[]) =>
    [quantile(values, 0.5), quantile(values, 0.99), Math.max(...values)].map(seconds).join(' | ');
  return [
    `${PEOPLE} members. Each heard each message once and in order, by replay; no snapshot was needed.`,
    '',
    '| after the drop | half of them | 99 % | the last one |',
    '| --- | --- | --- | --- |',
    `| connected again | ${quantiles(connected)} |`,
    `| and heard all that was said meanwhile | ${quantiles(whole)} |`,
    '',
    `Processor time: ${used.toFixed(1)} s of the server, ${processor.toFixed(1)} s of the members.`,
    '',
    `${attempts.length} attempts, ${failed} of them in vain; at most ${peak} within ${BUCKET} ms. Attempts by time since the drop:`,
    '',
    '```',
    ...histogram(times, 250, 'ms'),
    '```',
    '',
    'Connected again, by time since the drop:',
    '',
    '```',
    ...histogram(connected, 250, 'ms'),
    '```',
  ];
}

/** How many fall into the fullest bucket. */
function fullest(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const time of times) count(counts, Math.floor(time / BUCKET));
  return Math.max(...counts.values());
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, at) => text === other[at]);

test('all connections break at one instant: everybody is back with proof, and no herd comes', async () => {
  const { crowd, witness, said, server } = storm;
  const marker = await calm('the cut');
  const usedBefore = server.usage().cpuSeconds;
  const droppedAt = Date.now();
  crowd.order({ order: 'cut' });
  sayAll(storm, 'during the cut');
  for (let at = 0; at < 20; at += 1) {
    await sleep(OUTAGE / 20);
    say(witness, said, `witness during the cut ${at}`);
  }
  say(witness, said, marker);
  const lines = await judged(storm, droppedAt, usedBefore);
  record({ order: 60, title: 'Storm: all connections of a room break at one instant', lines });
});

test('the server is killed and comes back: everybody is back with proof, and no herd comes', async () => {
  const { witness, said, server } = storm;
  const marker = await calm('the kill');
  sayAll(storm, 'at the very end');
  const droppedAt = Date.now();
  await server.kill();
  sayAll(storm, 'during the kill');
  await sleep(OUTAGE);
  await server.restart();
  const away = Date.now() - droppedAt;
  say(witness, said, marker);
  // Its processor time begins anew with it.
  const lines = await judged(storm, droppedAt, 0);
  const line = `The server was away for ${seconds(away)}.`;
  record({
    order: 61,
    title: 'Storm: the server is killed with everybody in a room',
    lines: [line, ...lines],
  });
});
