import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';
import { parley } from '../../../bench/servers/variants.ts';
import type { RoomConnection } from '../../../src/client/index.ts';
import { testKeys } from '../../support/keys.ts';
import { judge, sleep, Talker, until } from '../../support/talker.ts';
import type { Facts, Order } from '../worker/orders.ts';
import { faultyWorker } from './places.ts';

/** Gives an order to a room of the faulty worker; once more when the object was reset while it obeyed. */
export async function order(base: string, code: string, what: Order): Promise<Facts> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(`${base}/chaos/${code}`, { method: 'POST', body: JSON.stringify(what) });
    if (response.ok) return (await response.json()) as Facts;
    const text = await response.text();
    if (attempt === 20) throw new Error(`order ${what.t}: ${response.status} ${text}`);
    await sleep(10);
  }
}

export const look = (base: string, code: string): Promise<Facts> => order(base, code, { t: 'look' });

/** Looks until the facts are as `isSo` wants them. */
export async function untilFacts(
  what: string,
  base: string,
  code: string,
  isSo: (facts: Facts) => boolean,
  limit = 10_000,
): Promise<Facts> {
  const end = Date.now() + limit;
  for (;;) {
    const facts = await look(base, code);
    if (isSo(facts)) return facts;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}; ${JSON.stringify(facts)}`);
    await sleep(20);
  }
}

export const gather = (base: string, code: string, count: number): Promise<Talker[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => Talker.join(base, code, `Talker ${index}`)));

let talks = 0;

/** Lets everybody talk while something goes on, each at most 4 messages ahead of their receipts. Answers what was said. */
export async function talkWhile(
  talkers: readonly Talker[],
  work: () => Promise<void>,
  pace = 20,
): Promise<Map<string, number>> {
  talks += 1;
  const talk = talks;
  const said = new Map<string, number>();
  let isOver = false;
  const talking = talkers.map(async (talker, who) => {
    for (let count = 0; !isOver; count += 1) {
      if (talker.unsettled < 4) {
        const text = `${talk}/${who}/${count}`;
        said.set(text, 1);
        talker.say(text);
      }
      await sleep(pace * (0.5 + Math.random()));
    }
  });
  try {
    await work();
  } finally {
    isOver = true;
    await Promise.all(talking);
  }
  return said;
}

/** Waits until everybody has their receipts and stands at the same place. */
export async function settle(talkers: readonly Talker[]): Promise<void> {
  await until('everything is settled', () => talkers.every((talker) => talker.unsettled === 0));
  const head = () => Math.max(...talkers.map(({ position }) => position));
  await until('everybody is at the head', () => talkers.every(({ position }) => position === head()));
}

/** What is wrong with what was heard, by all that was ever said. */
export const faultsOf = (talkers: readonly Talker[], ...said: ReadonlyMap<string, number>[]): string[] =>
  judge(talkers[0]?.heard ?? [], talkers, new Map(said.flatMap((map) => Array.from(map))));

/** What everybody must see alike: all but oneself, and whoever came only to look. */
export function sharedState({ state }: RoomConnection, without: readonly string[]): object {
  const { room, policy, hands, polls, authority, door, spotlight, seq } = state;
  const members = Array.from(state.members.values()).filter(({ id }) => !without.includes(id));
  return {
    seq,
    room,
    policy,
    hands,
    polls: Array.from(polls.all.values()),
    tallies: Array.from(polls.tallies.entries(), ([poll, { counts, voters }]) => ({
      poll,
      counts,
      voters,
    })).sort((one, other) => one.poll - other.poll),
    authority,
    door,
    spotlight,
    members: members.sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

/** A server that can throw a room's object out of memory and leave its sockets as they are. */
export interface EvictingServer {
  readonly url: string;
  /** False: the object was not there. */
  evict(code: string, webSockets: 'hibernate' | 'close'): Promise<boolean>;
  close(): Promise<void>;
}

export async function startEvictingServer(vars: Record<string, string> = {}): Promise<EvictingServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-evictions-'));
  const config = {
    ...parley.config,
    main: faultyWorker,
    no_bundle: true,
    send_metrics: false,
    vars: { ...parley.config.vars, PARLEY_KEYS: testKeys, RATE_REFUSALS_PER_MINUTE: '0', ...vars },
  };
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(config));
  const harness = createTestHarness({ root: folder, workers: [{ configPath: 'wrangler.json' }] });
  const { url } = await harness.listen();
  return {
    url: url.origin,
    async evict(code, webSockets) {
      try {
        await harness.getWorker().evictDurableObject('RoomObject', { name: code, webSockets });
        return true;
      } catch (error) {
        if (!String(error).includes('not currently running')) throw error;
        return false;
      }
    },
    async close() {
      await harness.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
