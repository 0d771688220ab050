import { afterEach, expect, it } from 'vitest';
import { type Server, startServer } from '../../bench/servers/server.ts';
import { parley } from '../../bench/servers/variants.ts';
import { testKeys } from '../support/keys.ts';
import { judge, makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { prebuiltWorker } from './support/server.ts';

let server: Server | undefined;
let talkers: Talker[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  await server?.close();
});

it('catches a member up who stopped reading for a while: nothing missed, nothing twice, on the same socket', async () => {
  // workerd by itself: the proxy that development puts in front of it would read on for a member who doesn't.
  const vars = { PARLEY_KEYS: testKeys, RATE_CHAT: '100000/100000', SLOW_BYTES: '65536' };
  server = await startServer({ ...parley.config, main: `${prebuiltWorker}/index.js`, no_bundle: true, vars });
  const url = `http://127.0.0.1:${server.port}`;
  const { code } = await makeRoom(url);
  talkers = await Promise.all(['Ada', 'Ben', 'Eve'].map((name) => Talker.join(url, code, name)));
  const [ada, ben, eve] = talkers;
  if (ada === undefined || ben === undefined || eve === undefined) throw new Error('nobody came');
  const said = new Map<string, number>();
  eve.pause();
  // 72 MB: more than all buffers between the room and a reader hold.
  for (let count = 0; count < 6_000; count += 1) {
    const text = `${count} `.padEnd(4_000, '好');
    said.set(text, 1);
    ada.say(text);
    if (count % 50 === 0) await until('Ada is heard', () => ada.unsettled < 200);
  }
  await until('Ben has heard everything', () => ben.heard.length === said.size);
  expect(eve.heard.length).toBeLessThan(said.size);
  await sleep(200);
  eve.resume();
  await until('Eve has caught up', () => eve.heard.length === said.size);
  ada.say('live again');
  said.set('live again', 1);
  await until('Eve hears what is said now', () => eve.heard.length === said.size);
  expect(judge(ben.heard, talkers, said)).toEqual([]);
  expect(eve.resumes).toBe(0);
  expect(eve.snapshots).toBe(1);
}, 60_000);
