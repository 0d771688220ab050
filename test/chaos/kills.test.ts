import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../../scripts/support.ts';
import { startServer } from '../e2e/support/server.ts';
import { makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { Crowd, randomFrom, seed } from './support/crowd.ts';
import { quantile, record } from './support/report.ts';
import { isFull, scale } from './support/scale.ts';
import { startRoomServer } from './support/server.ts';

/** A server that can be killed and started again on what it left behind. */
interface Mortal {
  url(): string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** ms from the start of the server; only to end a test whose members can't come back. */
const BACK_WITHIN = scale(20_000, 60_000);
const VARS = { RATE_QUERY: '1000000/1000000' };

async function startWorkerd(): Promise<Mortal> {
  const server = await startRoomServer({ vars: VARS });
  return { ...server, url: () => server.url };
}

/** `wrangler dev` with all its processes; each start listens on another port. */
async function startWrangler(): Promise<Mortal> {
  const persistTo = mkdtempSync(join(tmpdir(), 'parley-kills-'));
  // The page is of no concern here, but its folder must be there.
  mkdirSync(`${root}web/dist`, { recursive: true });
  const vars = { ...VARS, RATE_CHAT: '1000000/1000000', RATE_REFUSALS_PER_MINUTE: '0' };
  let server = await startServer({ persistTo, vars });
  return {
    url: () => server.url,
    kill: () => server.kill(),
    restart: async () => {
      server = await startServer({ persistTo, vars });
    },
    close: async () => {
      await server.kill();
      rmSync(persistTo, { recursive: true, force: true });
    },
  };
}

let server: Mortal | undefined;
let crowd: Crowd | undefined;
afterEach(async () => {
  crowd?.stop();
  await server?.close();
  crowd = undefined;
  server = undefined;
});

type Moment = (crowd: Crowd, random: () => number, allBack: () => Promise<void>) => Promise<void>;

/** When the server is killed. */
const MOMENTS: Readonly<Record<string, Moment>> = {
  'in the talk, some having just lost their line': async ({ talkers }, random, allBack) => {
    await allBack();
    for (let cuts = 0; cuts < 3; cuts += 1) talkers[Math.floor(random() * talkers.length)]?.cut();
    await sleep(random() * 400);
  },
  'within 4 ms of an echo': async (everybody, random, allBack) => {
    await allBack();
    const { echoes } = everybody;
    await until('an echo', () => everybody.echoes > echoes);
    await sleep(random() * 4);
  },
  'in the storm of returns': async (everybody, random) => {
    const some = 1 + Math.floor(random() * (everybody.talkers.length - 1));
    await until(`${some} are back`, () => everybody.back >= some, BACK_WITHIN);
  },
  'at waking': (_, random) => sleep(random() * 50),
};

/** Kills the server again and again while everybody talks, and asks all of them, and somebody new, what was said. */
async function outlive(kills: number, members: number, order: number, title: string): Promise<void> {
  const mortal = server;
  if (mortal === undefined) throw new Error('no server');
  const random = randomFrom(`kills ${seed}`);
  const { code } = await makeRoom(mortal.url());
  const everybody = await Crowd.gather(mortal.url(), code, members);
  crowd = everybody;
  everybody.begin({ window: 3, pause: 200 }, randomFrom(`talk ${seed}`));

  const backAfter: number[] = [];
  let startedAt: number | null = null;
  const allBack = async () => {
    await until('everybody is back', () => everybody.isBack, BACK_WITHIN);
    if (startedAt !== null) backAfter.push(performance.now() - startedAt);
    startedAt = null;
  };
  const moments = Object.entries(MOMENTS);
  const killed = new Map<string, number>();
  let echoes = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const [name, moment] = moments[kill % moments.length] ?? expect.unreachable();
    await moment(everybody, random, allBack);
    echoes = everybody.echoes;
    await mortal.kill();
    killed.set(name, (killed.get(name) ?? 0) + 1);
    startedAt = performance.now();
    await mortal.restart();
    for (const talker of everybody.talkers) talker.moveTo(mortal.url());
  }
  await allBack();
  await everybody.rest(BACK_WITHIN);

  const newcomer = await Talker.join(mortal.url(), code, 'Newcomer');
  const history = await newcomer.history();
  newcomer.stop();
  record({
    order,
    title,
    lines: [
      `${kills} kills (${Array.from(killed, ([name, count]) => `${count} ${name}`).join(', ')}; seed ${seed}), ` +
        `${members} members.`,
      `${everybody.said.size} messages, ${echoes} of them with an echo before a kill; ` +
        `${everybody.resumes} resumes, ${everybody.snapshots - members} snapshots.`,
      `From the start of the server until everybody was back: p50 ${quantile(backAfter, 0.5).toFixed(0)} ms, ` +
        `p99 ${quantile(backAfter, 0.99).toFixed(0)} ms, most ${Math.max(...backAfter).toFixed(0)} ms.`,
    ],
  });
  expect(everybody.faults(), `seed ${seed}: what the members were told`).toEqual([]);
  expect(history, `seed ${seed}: what somebody new is told`).toEqual(everybody.record);
  // Nobody was ever told more than the server still knew when it came back.
  expect(everybody.snapshots, `seed ${seed}: snapshots, one for each first coming`).toBe(members);
  expect(everybody.resumes).toBeGreaterThan((kills * members) / 4);
  expect(echoes).toBeGreaterThan(kills);
}

console.log(`seed ${seed}`);

it('what was told outlives the server, however often it is killed', async () => {
  server = await startWorkerd();
  const [kills, members] = [scale(5, 100), scale(12, 50)];
  await outlive(kills, members, 10, 'The server killed: workerd by itself');
});

it.runIf(isFull)('what was told outlives wrangler dev and everything below it', async () => {
  server = await startWrangler();
  await outlive(100, 50, 11, 'The server killed: all processes of wrangler dev');
});
