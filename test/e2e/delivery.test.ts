import { afterEach, describe, expect, it } from 'vitest';
import { judge, makeRoom, sleep, Talker, until } from '../support/talker.ts';
import { type Server, startServer } from './support/server.ts';

const UNLIMITED = { RATE_CHAT: '100000/100000', RATE_ERROR: '100000/100000', RATE_REFUSALS_PER_MINUTE: '0' };

let server: Server | undefined;
let talkers: Talker[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  talkers = [];
  await server?.close();
  server = undefined;
});

async function gather(count: number, code: string): Promise<Talker[]> {
  const base = server?.url ?? '';
  talkers = await Promise.all(
    Array.from({ length: count }, (_, index) => Talker.join(base, code, `Talker ${index}`)),
  );
  return talkers;
}

/** Throws the object out of memory; false: nobody has come back since the last time. */
async function evict(
  from: Server | undefined,
  code: string,
  webSockets: 'hibernate' | 'close',
): Promise<boolean> {
  try {
    await from?.harness.getWorker().evictDurableObject('RoomObject', { name: code, webSockets });
    return true;
  } catch (error) {
    if (!String(error).includes('not currently running')) throw error;
    return false;
  }
}

/** Lets everybody talk for a while, and does something to the room again and again meanwhile. */
async function talk(
  everybody: readonly Talker[],
  messages: number,
  window: number,
  every: number,
  least: number,
  disturb: () => Promise<void> | void,
) {
  const said = new Map<string, number>();
  let disturbances = 0;
  let isTalking = true;
  const disturbing = (async () => {
    while (isTalking) {
      await disturb();
      disturbances += 1;
      await sleep(every * (0.5 + Math.random()));
    }
  })();
  await Promise.all(
    everybody.map(async (talker, who) => {
      for (let count = 0; count < messages || disturbances < least; count += 1) {
        await until(`talker ${who} gets on`, () => talker.unsettled < window);
        const text = `${who}/${count}`;
        said.set(text, 1);
        talker.say(text);
        if (count % 7 === 0) await sleep(1);
      }
    }),
  );
  isTalking = false;
  await disturbing;
  await until('everything is settled', () => everybody.every((talker) => talker.unsettled === 0));
  return said;
}

const arrive = async (everybody: readonly Talker[]) => {
  const head = () => Math.max(...everybody.map((talker) => talker.position));
  await until('everybody is at the head', () => everybody.every((talker) => talker.position === head()));
};

describe('what was said', () => {
  for (const webSockets of ['hibernate', 'close'] as const) {
    it(`is heard once, in one order, by all, while the object is evicted in the middle (sockets: ${webSockets})`, async () => {
      server = await startServer({ vars: UNLIMITED });
      const { code } = await makeRoom(server.url);
      const everybody = await gather(20, code);
      let evictions = 0;
      const said = await talk(everybody, 100, 4, webSockets === 'close' ? 300 : 40, 10, async () => {
        if (await evict(server, code, webSockets)) evictions += 1;
      });
      await arrive(everybody);
      expect(evictions).toBeGreaterThan(4);
      expect(said.size).toBeGreaterThanOrEqual(2_000);
      const truth = everybody[0]?.heard ?? [];
      expect(judge(truth, everybody, said)).toEqual([]);
      if (webSockets === 'close')
        expect(everybody.reduce((sum, talker) => sum + talker.resumes, 0)).toBeGreaterThan(50);
      expect(everybody.reduce((sum, talker) => sum + talker.snapshots, 0)).toBe(20);
    }, 60_000);
  }

  it('survives random cuts, sockets that go on talking, and a log trimmed to 150 events: 10,000 messages', async () => {
    server = await startServer({ vars: { ...UNLIMITED, LOG_EVENTS: '150', SOCKETS_PER_MEMBER: '50' } });
    const { code } = await makeRoom(server.url);
    const everybody = await gather(25, code);
    // One in five is never cut: their records are the truth.
    const [witness, ...others] = everybody;
    const restless = others.slice(4);
    let ghosts = 0;
    const said = await talk(everybody, 400, 6, 40, 60, async () => {
      const victim = restless[Math.floor(Math.random() * restless.length)];
      if (Math.random() < 0.5) victim?.cut();
      else if (Math.random() < 0.2) {
        // The numbers of all members come back from the checkpoint and what was written since.
        await evict(server, code, 'hibernate');
      } else {
        ghosts += 1;
        await victim?.supersede(`ghost ${ghosts}`);
      }
    });
    await arrive(everybody);
    expect(said.size).toBeGreaterThanOrEqual(10_000);
    expect(ghosts).toBeGreaterThan(10);
    expect(restless.reduce((sum, talker) => sum + talker.resumes + talker.snapshots, 0)).toBeGreaterThan(40);
    expect(judge(witness?.heard ?? [], everybody, said)).toEqual([]);
  }, 90_000);
});
