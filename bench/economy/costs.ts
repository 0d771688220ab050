import { setTimeout as wait } from 'node:timers/promises';
import { startServer } from '../servers/server.ts';
import { isOnWorkerd, type Variant } from '../servers/variants.ts';
import { allRows, readCounts, since } from './counted.ts';
import type { Counts } from './counting.ts';
import { Crowd } from './crowd.ts';

/** Things that people do. */
export const ACTIONS = ['join', 'message', 'media', 'reconnect', 'leave'] as const;
export type Action = (typeof ACTIONS)[number];

/** What one of an action costs on average. */
export type Cost = {
  workerRequests: number;
  /** Calls to objects and alarms. */
  objectRequests: number;
  messages: number;
  logRows: number;
  alarmRows: number;
  /** All others: state and checkpoints, and what a framework keeps for itself. */
  stateRows: number;
};

const MEMBERS = 50;
/** Twice as many as there are between two checkpoints. */
const MESSAGES = 512;
const SWITCHES = 200;
const EVERY_MS = 4;
const LOG_TABLES = ['segments', 'messages'];

/** What was counted, for each of so many. */
export function costOf(counts: Counts, times: number): Cost {
  const logRows = LOG_TABLES.reduce((sum, table) => sum + (counts.rows[table] ?? 0), 0);
  return {
    workerRequests: counts.workerRequests / times,
    objectRequests: (counts.calls + counts.alarms) / times,
    messages: counts.messages / times,
    logRows: logRows / times,
    alarmRows: counts.alarmRows / times,
    stateRows: (allRows(counts) - counts.alarmRows - logRows) / times,
  };
}

export const rowsOf = ({ logRows, stateRows, alarmRows }: Cost): number => logRows + stateRows + alarmRows;

const switchOf = (count: number) =>
  JSON.stringify({ t: 'media.set', camera: Math.floor(count / MEMBERS) % 2 === 0 });

/** What a peer is billed for a switch that it passes on as it does any message, but does not keep. */
const PASSED_ON: Cost = {
  workerRequests: 0,
  objectRequests: 0,
  messages: 1,
  logRows: 0,
  alarmRows: 0,
  stateRows: 0,
};
const NO_COST: Cost = { ...PASSED_ON, messages: 0 };

/** Each action by itself, one after another, as in a meeting where no two people speak in the same millisecond. */
export async function measureCosts(variant: Variant): Promise<Record<Action, Cost>> {
  if (variant.name !== 'parley') return await measureInTurn(variant);
  const alone = withShortDeadlines(variant);
  const [costs, join, reconnect] = await Promise.all([
    measureInTurn(variant),
    measureAlone(alone, (crowd) => crowd.admitOne()),
    measureAlone(alone, comeBack),
  ]);
  return { ...costs, join, reconnect };
}

/** A room on a server of its own; `costs` tells what is counted while some work is done. */
async function withCrowd<T>(
  variant: Variant,
  measure: (crowd: Crowd, costs: (times: number, work: () => Promise<void>) => Promise<Cost>) => Promise<T>,
): Promise<T> {
  const server = await startServer(variant.config);
  try {
    const target = { port: server.port, dialect: variant.dialect, deflate: false };
    const crowd = await Crowd.open(target, MEMBERS, MESSAGES);
    return await measure(crowd, async (times, work) => {
      const before = await readCounts(server.port);
      await work();
      await crowd.rest();
      return costOf(since(before, await readCounts(server.port)), times);
    });
  } finally {
    await server.close();
  }
}

function measureInTurn(variant: Variant): Promise<Record<Action, Cost>> {
  return withCrowd(variant, async (crowd, costs) => {
    const each = (times: number, act: (index: number) => unknown) =>
      costs(times, async () => {
        for (let index = 0; index < times; index += 1) {
          await act(index);
          await wait(EVERY_MS);
        }
      });
    // What only Parley has as a command; the others pass it on, or see a socket close.
    const ours = (times: number, text: (index: number) => string, theirs: Cost) =>
      variant.dialect === 'parley'
        ? each(times, (index) => crowd.tell(index % MEMBERS, text(index)))
        : Promise.resolve(theirs);
    return {
      join: await each(MEMBERS, () => crowd.admitOne()),
      message: await each(MESSAGES, (index) => crowd.say(index % MEMBERS)),
      media: await ours(SWITCHES, switchOf, PASSED_ON),
      reconnect: await each(MEMBERS, (index) => comeBack(crowd, index)),
      leave: await ours(
        MEMBERS,
        (index) => JSON.stringify({ t: 'member.leave', n: crowd.next(index) }),
        NO_COST,
      ),
    };
  });
}

async function comeBack({ members }: Crowd, index: number): Promise<void> {
  members[index]?.drop();
  await wait(EVERY_MS);
  await members[index]?.enter();
}

/** Seconds for which a seat is held, and somebody is away before they have left: so short that both can be waited for. */
const DEADLINES = { SEAT_SECONDS: '1', AWAY_GRACE_SECONDS: '2' };
const AFTERWARDS_MS = 2_600;
const ALONE = 4;

function withShortDeadlines(parley: Variant): Variant {
  if (!isOnWorkerd(parley)) return parley;
  return {
    ...parley,
    config: { ...parley.config, vars: { ...parley.config.vars, ...DEADLINES } },
  };
}

/**
 * An action with everything that comes of it later: who comes sets an alarm, which fires when all is well already, and
 * sets the next one. Actions that come together share it; each by itself has it alone, which is the most it can cost.
 */
function measureAlone(variant: Variant, act: (crowd: Crowd, index: number) => Promise<void>): Promise<Cost> {
  return withCrowd(variant, async (crowd, costs) => {
    await crowd.admit(ALONE);
    await wait(AFTERWARDS_MS);
    return await costs(ALONE, async () => {
      for (let index = 0; index < ALONE; index += 1) {
        await act(crowd, index);
        await wait(AFTERWARDS_MS);
      }
    });
  });
}
