import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../load/statistics.ts';
import { fine, table, thousands } from '../report/markdown.ts';
import type { Context, Section } from '../sections/section.ts';
import { type Server, startServer } from '../servers/server.ts';
import { isOnWorkerd, type Variant, type VariantName } from '../servers/variants.ts';
import { counted, readCounts } from './counted.ts';
import { Crowd, type Heard } from './crowd.ts';

const MEMBERS = 10;
/** The platform lets an object sleep after ten seconds without work. */
const SLEEP_MS = 14_000;
/** For which a seat is held: an alarm at its end must not come in the middle of the sleep. */
const SEAT_SECONDS = '2';
/** Messages to an object that is awake, for comparison. */
const AWAKE = 30;

/** A server and how much it has to remember. */
type Case = { name: VariantName; events: number };

const CASES: readonly Case[] = [
  { name: 'parley', events: 100 },
  { name: 'parley', events: 100_000 },
  { name: 'insert-then-send', events: 100 },
  { name: 'partyserver', events: 100 },
];

type Sleeper = Case & { variant: Variant; server: Server; crowd: Crowd; asleep: Heard[]; awake: Heard[] };

/** The first message to an object that sleeps. */
export const waking: Section = {
  name: 'waking',
  async measure(context) {
    const sleepers: Sleeper[] = [];
    try {
      for (const each of CASES) {
        const sleeper = await prepare(context, each);
        if (sleeper !== null) sleepers.push(sleeper);
      }
      // All sleep at the same time: a sleeping server takes nothing from the one that is measured.
      for (let repetition = 0; repetition < context.plan.repetitions; repetition += 1) {
        await wait(SLEEP_MS);
        for (const sleeper of context.inOrder(sleepers, repetition)) await wake(context, sleeper);
      }
    } finally {
      await Promise.all(sleepers.map(end));
    }
    return {
      title: 'From sleep to the first delivery',
      lines: [...EXPLANATION, ...tableOf(sleepers)],
      goals: [],
    };
  },
};

const EXPLANATION = [
  `${MEMBERS} members, silent for ${SLEEP_MS / 1000} s: the object has hibernated, its sockets stand. That it slept is counted: it is made`,
  'anew by the message, once and no more. Then one member speaks. Parley reads its state, its checkpoint and the',
  'segments since, however long its log is; the others have nothing to remember but their last number.',
  '',
];

async function prepare(context: Context, each: Case): Promise<Sleeper | null> {
  const found = context.variant(each.name);
  if (found === undefined) return null;
  const variant = counted(withShortSeats(found));
  return await context.attempt(`${variant.label}, ${thousands(each.events)} events`, async () => {
    const server = await startServer(variant.config);
    const target = { port: server.port, dialect: variant.dialect, deflate: false };
    const capacity = each.events + context.plan.repetitions * (AWAKE + 1);
    const crowd = await Crowd.open(target, MEMBERS, capacity);
    await crowd.admit(MEMBERS);
    await crowd.sayMany(each.events);
    return { ...each, variant, server, crowd, asleep: [], awake: [] };
  });
}

function withShortSeats(variant: Variant): Variant {
  if (!isOnWorkerd(variant) || variant.name !== 'parley') return variant;
  const { config } = variant;
  return { ...variant, config: { ...config, vars: { ...config.vars, SEAT_SECONDS } } };
}

async function wake(context: Context, { variant, events, server, crowd, asleep, awake }: Sleeper) {
  await context.attempt(`${variant.label}, ${thousands(events)} events, wakes`, async () => {
    const before = await readCounts(server.port);
    const first = await crowd.say(asleep.length % MEMBERS);
    const { wakes } = await readCounts(server.port);
    if (wakes !== before.wakes + 1)
      throw new Error(`it was made ${wakes - before.wakes} times; it did not sleep`);
    asleep.push(first);
    for (let count = 0; count < AWAKE; count += 1) awake.push(await crowd.say(count % MEMBERS));
  });
}

async function end({ crowd, server }: Sleeper): Promise<void> {
  crowd.drop();
  await server.close();
}

function tableOf(sleepers: readonly Sleeper[]): string[] {
  const head = [
    'server',
    'events before',
    'asleep: to the echo, ms',
    'to everybody, ms',
    'awake: to the echo, ms',
    'to everybody, ms',
  ];
  const of = (heard: readonly Heard[], which: keyof Heard) => fine(median(heard.map((each) => each[which])));
  const rows = sleepers
    .filter(({ asleep }) => asleep.length > 0)
    .map(({ variant, events, asleep, awake }) => [
      variant.label,
      thousands(events),
      of(asleep, 'echo'),
      of(asleep, 'everybody'),
      of(awake, 'echo'),
      of(awake, 'everybody'),
    ]);
  return rows.length === 0 ? [] : table(head, rows);
}
