import { afterEach, expect, it } from 'vitest';
import { makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server | undefined;
let talkers: Talker[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  await server?.close();
});

it('lets a room with silent members sleep, and wakes it where it was', async () => {
  server = await startServer();
  const { url, harness } = server;
  const { code } = await makeRoom(url);
  talkers = await Promise.all(['Ada', 'Ben'].map((name) => Talker.join(url, code, name)));
  const [ada, ben] = talkers;
  ada?.say('before');
  await until('Ben hears it', () => ben?.heard.length === 1);
  // The platform lets an object sleep after ten seconds without work; one that sleeps can't be evicted.
  await sleep(13_000);
  await expect(harness.getWorker().evictDurableObject('RoomObject', { name: code })).rejects.toThrow(
    'not currently running',
  );
  ben?.say('after');
  await until('Ada hears it', () => ada?.heard.length === 2);
  expect(ada?.heard.map(({ text }) => text)).toEqual(['before', 'after']);
  expect(talkers.map(({ resumes, snapshots, faults }) => ({ resumes, snapshots, faults }))).toEqual([
    { resumes: 0, snapshots: 1, faults: [] },
    { resumes: 0, snapshots: 1, faults: [] },
  ]);
}, 40_000);
