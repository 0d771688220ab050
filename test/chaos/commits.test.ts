import { afterEach, describe, expect, it } from 'vitest';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { makeRoom, sleep, type Talker, until } from '../support/talker.ts';
import { faultsOf, gather, look, order, settle, talkWhile } from './support/faulty-room.ts';
import { record } from './support/report.ts';
import { scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';
import { canFill, startOnSmallDisk } from './support/small-disk.ts';
import { FAULTS } from './worker/orders.ts';

const MEMBERS = 20;

let server: { close(): Promise<void> };
let talkers: Talker[] = [];
let host: RoomConnection | undefined;

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  host?.close();
  host = undefined;
  talkers = [];
  await server.close();
});

async function startFaulty(): Promise<RoomServer> {
  const started = await startRoomServer({ faulty: true });
  server = started;
  return started;
}

/** Every message that the log holds, read after the fact and past the sockets. */
async function logged(base: string, code: string, hostKey: string): Promise<string[]> {
  const response = await fetch(`${base}/v1/rooms/${code}/export/transcript?format=json`, {
    headers: { authorization: `Bearer ${hostKey}` },
  });
  if (!response.ok) throw new Error(`export: ${response.status} ${await response.text()}`);
  const entries = (await response.json()) as { seq: number; text: string }[];
  return entries.map(({ seq, text }) => `${seq} ${text}`);
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe('a room whose commits fail', () => {
  it('resets, has told nobody anything untrue, and everybody goes on', async () => {
    const { url } = await startFaulty();
    const { code, hostKey } = await makeRoom(url);
    const chair = await joinRoom({ server: url, code, name: 'Host', hostKey });
    host = chair;
    talkers = await gather(url, code, MEMBERS);
    const rounds = scale(2, 40);
    const start = performance.now();
    const saids: Map<string, number>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const said = await talkWhile(talkers, async () => {
        for (const fault of FAULTS) {
          const before = sum((await look(url, code)).faults);
          await order(url, code, { t: 'fail', fault, after: Math.floor(Math.random() * 12) });
          for (let turn = 0; sum((await look(url, code)).faults) === before; turn += 1) {
            // Rows beside the log: commits of several statements.
            void chair.setPolicy({ react: turn % 2 === 0 }).catch(() => {});
            await sleep(10);
          }
        }
      });
      saids.push(said);
      await settle(talkers);
      expect(faultsOf(talkers, ...saids)).toEqual([]);
    }
    const { lives, faults } = await look(url, code);
    const heard = talkers[0]?.heard ?? [];
    expect(await logged(url, code, hostKey)).toEqual(heard.map(({ seq, text }) => `${seq} ${text}`));
    expect(sum(faults)).toBe(rounds * FAULTS.length);
    expect(lives).toBe(1 + rounds * FAULTS.length);
    // Nobody had to begin anew: whatever they had been told was in the log that they came back to.
    expect(talkers.reduce((total, { snapshots }) => total + snapshots, 0)).toBe(MEMBERS);
    const messages = saids.reduce((total, { size }) => total + size, 0);
    expect(messages).toBeGreaterThan(rounds * 50);
    record({
      order: 21,
      title: 'Commits that fail',
      lines: [
        `${sum(faults)} commits were made to fail in ${((performance.now() - start) / 1_000).toFixed(0)} s while ${MEMBERS} members said ${messages} messages (${Object.entries(
          faults,
        )
          .map(([fault, count]) => `${fault} ${count}`)
          .join(
            ', ',
          )}): ${lives - 1} resets, ${talkers.reduce((total, { resumes }) => total + resumes, 0)} resumes, no snapshot; the log holds what everybody heard, and nothing else.`,
      ],
    });
  });

  it('refuses in the end what no commit can hold, and goes on', async () => {
    const { url } = await startFaulty();
    const { code } = await makeRoom(url);
    talkers = await gather(url, code, MEMBERS);
    const [poisoner, ...others] = talkers;
    await order(url, code, { t: 'poison', text: 'arsenic' });
    const said = await talkWhile(others, async () => {
      poisoner?.say('arsenic');
      await until('it is refused', () => (poisoner?.faults.length ?? 0) > 0);
      await sleep(300);
    });
    expect(poisoner?.faults).toHaveLength(1);
    expect(poisoner?.faults[0]).toContain('internal');
    const { lives, faults } = await look(url, code);
    // Three times at least; more often where others were in its company, who are to be blamed as little as it.
    expect(faults).toEqual({ poison: lives - 1 });
    expect(lives - 1).toBeGreaterThanOrEqual(3);
    expect(lives - 1).toBeLessThanOrEqual(2 * MEMBERS);
    poisoner?.say('tea');
    said.set('tea', 1);
    await until('the next thing is heard', () =>
      others.every(({ heard }) => heard.some(({ text }) => text === 'tea')),
    );
    expect(others.flatMap((talker) => talker.faults)).toEqual([]);
    await until('everybody else has their receipts', () => others.every(({ unsettled }) => unsettled === 0));
    expect(faultsOf(others, said)).toEqual([]);
    record({
      order: 22,
      title: 'A message that no commit can hold',
      lines: [
        `Refused after ${lives - 1} resets; ${said.size} other messages were heard by all, once, in one order.`,
      ],
    });
  });

  it.runIf(canFill())(
    'on a full disk tells nobody anything untrue, and goes on when there is room again',
    async () => {
      const disk = await startOnSmallDisk();
      server = disk;
      const { url } = disk;
      const { code, hostKey } = await makeRoom(url);
      talkers = await gather(url, code, MEMBERS);
      const rounds = scale(1, 6);
      const saids: Map<string, number>[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const said = await talkWhile(talkers, async () => {
          await sleep(200);
          disk.fill(20_000);
          await sleep(scale(1_000, 2_000));
          disk.empty();
          await sleep(300);
        });
        saids.push(said);
        await settle(talkers);
      }
      expect(faultsOf(talkers, ...saids)).toEqual([]);
      const heard = talkers[0]?.heard ?? [];
      expect(await logged(url, code, hostKey)).toEqual(heard.map(({ seq, text }) => `${seq} ${text}`));
      expect(talkers.reduce((total, { snapshots }) => total + snapshots, 0)).toBe(MEMBERS);
      const resumes = talkers.reduce((total, talker) => total + talker.resumes, 0);
      expect(resumes).toBeGreaterThanOrEqual(rounds * MEMBERS);
      record({
        order: 23,
        title: 'A full disk',
        lines: [
          `Full ${rounds} times (a limit on the size of the files of the process) under ${saids.reduce((total, { size }) => total + size, 0)} messages of ${MEMBERS} members: ${resumes} resumes, no snapshot; the log holds what everybody heard, and nothing else.`,
        ],
      });
    },
  );
});
