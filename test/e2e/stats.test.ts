import * as v from 'valibot';
import { afterEach, expect, it } from 'vitest';
import { type Server, startServer } from '../../bench/servers/server.ts';
import { variants } from '../../bench/servers/variants.ts';
import { type StatsResponse, StatsResponseSchema } from '../../src/protocol/index.ts';
import { testKeys } from '../support/keys.ts';
import { makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { prebuiltWorker } from './support/server.ts';

const parley = variants.find(({ name }) => name === 'parley');
const FAST = '100000/100000';
/** Messages of 4,000 characters said at a time: not so many that anybody who reads falls behind. */
const BURST = 20;

let server: Server | undefined;
let talkers: Talker[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  await server?.close();
});

it('shows a host who is behind and by how much, who came back, and what all of it took', async () => {
  if (parley === undefined) throw new Error('no such variant');
  // workerd by itself: no proxy reads on for a member who doesn't, and no dataset is bound.
  const vars = { PARLEY_KEYS: testKeys, RATE_CHAT: FAST, RATE_QUERY: FAST };
  server = await startServer({ ...parley.config, main: `${prebuiltWorker}/index.js`, no_bundle: true, vars });
  const url = `http://127.0.0.1:${server.port}`;
  const { code, hostKey } = await makeRoom(url);
  const stats = async (): Promise<StatsResponse> => {
    const response = await fetch(`${url}/v1/rooms/${code}/stats`, {
      headers: { authorization: `Bearer ${hostKey}` },
    });
    expect(response.status).toBe(200);
    return v.parse(StatsResponseSchema, await response.json());
  };
  talkers = await Promise.all(['Ada', 'Ben', 'Eve'].map((name) => Talker.join(url, code, name)));
  const [ada, ben, eve] = talkers;
  if (ada === undefined || ben === undefined || eve === undefined) throw new Error('nobody came');

  eve.pause();
  let said = 0;
  const say = async () => {
    for (let count = 0; count < BURST; count += 1) ada.say(`${said + count} `.padEnd(4_000, 'x'));
    said += BURST;
    await until('all who read have heard it', () => [ada, ben].every(({ heard }) => heard.length === said));
  };
  // Until more has been said than all buffers between the room and a reader hold.
  for (let isBehind = false; !isBehind; ) {
    await say();
    isBehind = (await stats()).now.sessions.lagging > 0;
    // A moment later, too: buffers of the system may still take something.
    if (isBehind) await sleep(100);
    isBehind &&= (await stats()).now.sessions.lagging > 0;
    if (said > 20_000) throw new Error('Eve takes whatever comes');
  }
  // Nothing more is pushed to her by now, however much is said.
  await say();
  await sleep(2_100);
  await say();
  const behind = await stats();
  expect(behind.now.sessions).toEqual({ joining: 0, live: 2, lagging: 1 });
  expect(behind.now.lagging).toHaveLength(1);
  const [lagging] = behind.now.lagging;
  expect(lagging?.member).toBe(eve.id);
  expect(lagging?.behind).toBeGreaterThanOrEqual(2 * BURST);
  expect(behind.now.mostUnsentBytes).toBeGreaterThan(0);
  expect(behind.now.mostUnsentBytes).toBeLessThan(behind.budgets.slowHardBytes);

  eve.resume();
  await until('Eve has caught up', () => eve.heard.length === said);
  ben.cut();
  await until('Ben has gone', () => ben.resumes === 1);
  await say();
  await until('Eve hears what is said now', () => eve.heard.length === said);

  const after = await stats();
  expect(after.now).toMatchObject({ sessions: { joining: 0, live: 3, lagging: 0 }, lagging: [] });
  expect(after.commands.durable).toEqual({ taken: said, refused: 0 });
  // Three who came, one who dropped and came back.
  expect(after.events.public).toBe(said + 5);
  expect(after.sessions).toMatchObject({ opened: 4, snapshots: 3, resumed: 1, unproven: 0, lost: 1 });
  expect(after.sessions.lagged).toBeGreaterThanOrEqual(1);
  expect(after.sessions.closed.too_slow).toBe(0);
  expect(after.frames.replayed).toBeGreaterThanOrEqual(1);
  const { characters } = after.frames;
  expect(characters.sum).toBeGreaterThan(3 * said * 4_000 * 0.99);
  expect(characters.classes.reduce((sum, { count }) => sum + count, 0)).toBe(characters.count);
  expect(after.commits.events.sum).toBe(said + 5);
  expect(after.since).toBe(behind.since);

  const lines = server
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{"level"'))
    .map((line) => JSON.parse(line) as { readonly event: string; readonly member?: string });
  expect(lines.filter(({ event }) => event === 'session.slow').map(({ member }) => member)).toEqual([eve.id]);
  expect(lines.map(({ event }) => event)).toEqual(['room.created', 'session.slow']);
}, 60_000);
