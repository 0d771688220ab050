import { fine, latency, ratio, table } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import { bundle } from '../servers/bundle.ts';
import { startServer } from '../servers/server.ts';
import type { Variant } from '../servers/variants.ts';
import { compareMessages, hash, logIn, returnToMessages, type Times, tellContacts } from './runs.ts';
import { hashesOnly, withPeople } from './server.ts';

/** Each run takes seconds, most of them for making people known to each other. */
const REPETITIONS = 3;

type Results = {
  messages: { direct: Times; room: Times } | null;
  returned: { seconds: number } | null;
  told: { seconds: number } | null;
  logins: { perSecond: number } | null;
  hashes: { perSecond: number } | null;
};

/** People outside of rooms: what they write to each other, who is there, and logging in. */
export const people: Section = {
  name: 'people',
  async measure(context) {
    const results = await runAll(context);
    return {
      title: 'People',
      lines: [
        'Two people, each in an object of their own, and beside them two members of one room, on one server and by turns:',
        'one message after another, from sending it until the other one has it. A direct message is written to disk in two',
        'objects before the second of them tells it. The database of accounts is an object in the same process.',
        '',
        ...tableOf(results),
      ],
      goals: goalsOf(results),
    };
  },
};

async function runAll({ plan, attempt, inOrder }: Context): Promise<Results> {
  const [served = withPeople(), bare = hashesOnly()] = bundle([withPeople(), hashesOnly()]);
  const found: { [K in keyof Results]: NonNullable<Results[K]>[] } = {
    messages: [],
    returned: [],
    told: [],
    logins: [],
    hashes: [],
  };
  const seconds = (run: (port: number) => Promise<number>) => async (port: number) => ({
    seconds: await run(port),
  });
  const perSecond = (run: (port: number) => Promise<number>) => async (port: number) => ({
    perSecond: await run(port),
  });
  const runs = [
    () => into(found.messages, served, compareMessages),
    () => into(found.returned, served, seconds(returnToMessages)),
    () => into(found.told, served, seconds(tellContacts)),
    () => into(found.logins, served, perSecond(logIn)),
    () => into(found.hashes, bare, perSecond(hash)),
  ];
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    for (const run of inOrder(runs, repetition)) await attempt('people', run);
  }
  const middle = <T extends object>(list: readonly T[]): T | null =>
    list.length === 0 ? null : summarize(list);
  return {
    messages: middle(found.messages),
    returned: middle(found.returned),
    told: middle(found.told),
    logins: middle(found.logins),
    hashes: middle(found.hashes),
  };
}

async function into<T>(list: T[], variant: Variant, run: (port: number) => Promise<T>): Promise<void> {
  const server = await startServer(variant.config);
  try {
    list.push(await run(server.port));
  } finally {
    await server.close();
  }
}

function tableOf({ messages, returned, told, logins, hashes }: Results): string[] {
  const rows: string[][] = [];
  if (messages !== null) {
    const { direct, room } = messages;
    rows.push(['direct message until the other has it, ms, p50 (p99)', latency(direct), '']);
    rows.push([
      'the same in a room of two',
      latency(room),
      `direct / room: ${ratio(direct.p50 / room.p50)} ×`,
    ]);
  }
  if (returned !== null) rows.push(['1,000 messages on return, s', fine(returned.seconds), '']);
  if (told !== null) rows.push(['somebody comes: 500 contacts know, s', fine(told.seconds), '']);
  if (logins !== null && hashes !== null) {
    const share = `${ratio(logins.perSecond / hashes.perSecond)} × of a Worker that only hashes`;
    rows.push(['log ins a second', fine(logins.perSecond), share]);
  }
  return table(['', 'Parley', 'beside'], rows);
}

const DIRECT_GOAL = 2.5;

function goalsOf({ messages, returned, told }: Results): Goal[] {
  const goals: Goal[] = [];
  if (messages !== null) {
    const times = messages.direct.p50 / messages.room.p50;
    goals.push({
      goal: `direct message, p50: at most ${DIRECT_GOAL} × a message in a room`,
      measured: `${ratio(times)} ×`,
      met: times <= DIRECT_GOAL,
    });
  }
  if (returned !== null) {
    goals.push({
      goal: '1,000 messages kept for somebody away, on return: below 1 s',
      measured: `${fine(returned.seconds)} s`,
      met: returned.seconds < 1,
    });
  }
  if (told !== null) {
    goals.push({
      goal: 'a change of presence to 500 contacts: at most 1 s',
      measured: `${fine(told.seconds)} s`,
      met: told.seconds <= 1,
    });
  }
  return goals;
}
