import { setTimeout as wait } from 'node:timers/promises';
import { withServer } from '../measure.ts';
import { fine, part, table, thousands } from '../report/markdown.ts';
import type { Context, Section } from '../sections/section.ts';
import type { Variant, VariantName, WorkerdConfig } from '../servers/variants.ts';
import { type Cost, costOf, rowsOf } from './costs.ts';
import { counted, readCounts, since } from './counted.ts';
import { Crowd } from './crowd.ts';
import { type Costs, DAY_SECONDS, HOUR, usageOfHour, usageOfSilentDay } from './model.ts';
import { type Bill, billedRequests, priceOf, type Usage } from './price.ts';

const PRICED: readonly VariantName[] = ['parley', 'insert-then-send', 'partyserver'];
const MEMBERS = 10;
/** Often enough to be waited for, seldom enough that the object sleeps in between. */
const SWEEP_SECONDS = 12;
const SWEEPS = 2;
/** Taken, not measured: processor time that the Worker spends on a request, signatures included. */
const CPU_MS = 5;

/** One look for dead connections. */
type Sweep = { cost: Cost; seconds: number; wakes: number };

/** What a room costs: on a day on which nothing happens, and in an hour of fifty people. */
export const price: Section = {
  name: 'price',
  async measure(context) {
    const sweep = await measureSweep(context);
    const everySeconds = sweepSecondsOf(context.variant('parley'));
    return {
      title: 'Price',
      lines: [
        'At the published prices of 2026-11-20 (developers.cloudflare.com: Workers, Durable Objects, R2), as if all that a plan',
        'includes were used up. Rows read, which cost a thousandth of rows written, and the monthly fee are left out.',
        '',
        ...(sweep === null || everySeconds === null
          ? []
          : part('A silent day', silentDay(sweep, everySeconds))),
        ...part('An hour of fifty people', hourOf(context, sweep, everySeconds)),
      ],
      goals: [],
    };
  },
};

/** Seconds between looks for the dead, as the product is set; null where it was not chosen. */
function sweepSecondsOf(parley: Variant | undefined): number | null {
  const vars = (parley?.config as WorkerdConfig | undefined)?.vars;
  return vars === undefined ? null : Number(vars.SWEEP_SECONDS);
}

/** Members are connected and silent, and the room looks for dead connections more often than it is set to. */
function measureSweep({ variant, attempt }: Context): Promise<Sweep | null> {
  const parley = variant('parley');
  if (parley === undefined) return Promise.resolve(null);
  const config = parley.config as WorkerdConfig;
  const often = { ...config, vars: { ...config.vars, SWEEP_SECONDS: String(SWEEP_SECONDS) } };
  return attempt('Parley, silent', () =>
    withServer(counted({ ...parley, config: often }), false, async (server, target) => {
      const crowd = await Crowd.open(target, MEMBERS, 1);
      await crowd.admit(MEMBERS);
      const before = await readCounts(server.port);
      await wait((SWEEPS + 0.5) * SWEEP_SECONDS * 1000);
      const counts = since(before, await readCounts(server.port));
      crowd.drop();
      if (counts.alarms === 0) throw new Error('it never looked for dead connections');
      return {
        cost: costOf(counts, counts.alarms),
        seconds: counts.alarmMs / 1000 / counts.alarms,
        wakes: counts.wakes / counts.alarms,
      };
    }),
  );
}

const sweepUsage = ({ cost, seconds }: Sweep): Partial<Usage> => ({
  objectRequests: cost.objectRequests,
  rows: rowsOf(cost),
  seconds,
});

/** "$0.0021" */
const dollars = (value: number) =>
  `$${value === 0 ? '0' : value < 0.0001 ? value.toFixed(7) : value.toFixed(5)}`;

function silentDay(sweep: Sweep, everySeconds: number): string[] {
  const usage = usageOfSilentDay(sweepUsage(sweep), everySeconds);
  const bill = priceOf(usage);
  const looks = DAY_SECONDS / everySeconds;
  // Should the ten seconds until it sleeps be billed after all.
  const most = priceOf({ ...usage, seconds: looks * 10 }).total;
  return [
    `Members are connected and say nothing for 24 hours. Their pings are answered without waking the object. Every ${everySeconds} s an`,
    `alarm looks for connections that died without a word: ${thousands(looks)} a day. Counted for one look, with ${MEMBERS} members and a look`,
    `every ${SWEEP_SECONDS} s: ${fine(sweep.cost.objectRequests)} requests, ${fine(rowsOf(sweep.cost))} rows, woken from sleep ${fine(sweep.wakes)} times, ${fine(sweep.seconds * 1000)} ms of work.`,
    '',
    ...table(
      ['', 'in a day', 'price'],
      [
        ['requests', thousands(billedRequests(usage)), dollars(bill.requests)],
        ['rows', thousands(usage.rows), dollars(bill.rows)],
        ['seconds of work', fine(usage.seconds), dollars(bill.duration)],
        ['in all', '', dollars(bill.total)],
      ],
    ),
    '',
    `An object that may sleep is not billed for the ten seconds until it does; were it billed, the day would cost ${dollars(most)}.`,
    'The peers have nothing of the kind: they cost nothing while nobody speaks, and never learn of a connection that died.',
  ];
}

type Figures = Readonly<Record<string, number>> | undefined;

/** What one action costs, as the section on writes has left it. */
function usageFrom(figures: Figures, action: string): Partial<Usage> {
  const of = (name: string) => figures?.[`${action} ${name}`] ?? 0;
  return {
    workerRequests: of('workerRequests'),
    workerCpuMs: of('workerRequests') * CPU_MS,
    objectRequests: of('objectRequests'),
    messages: of('messages'),
    rows: of('rows'),
  };
}

function costsOf(name: VariantName, writes: Figures, pictures: Figures, sweep: Sweep | null): Costs {
  const action = (which: string) => usageFrom(writes, `${name} ${which}`);
  const message = action('message');
  const isOurs = name === 'parley';
  const request = { workerRequests: 1, workerCpuMs: CPU_MS };
  return {
    join: action('join'),
    message,
    media: action('media'),
    reconnect: action('reconnect'),
    leave: action('leave'),
    // A peer puts the bytes as the bare Worker above does, and says where they are in a message.
    picture: {
      ...(isOurs ? usageFrom(pictures, 'picture') : { ...message, ...request }),
      bucketWrites: 1,
    },
    view: { ...(isOurs ? usageFrom(pictures, 'view') : request), bucketReads: 1 },
    sweep: isOurs && sweep !== null ? sweepUsage(sweep) : {},
  };
}

type Priced = { variant: Variant; usage: Usage; bill: Bill };

function hourOf(context: Context, sweep: Sweep | null, sweepSeconds: number | null): string[] {
  const writes = context.earlier.get('writes');
  const pictures = context.earlier.get('pictures');
  if (writes === undefined || pictures === undefined)
    return ['Made from what the sections `writes` and `pictures` count; they did not run.'];
  const priced = context.variants
    .filter(({ name }) => PRICED.includes(name))
    .map((variant): Priced => {
      const isOurs = variant.name === 'parley';
      const usage = usageOfHour(costsOf(variant.name, writes, pictures, sweep), {
        active: HOUR.seconds,
        keeps: variant.durable,
        sweepSeconds: isOurs ? sweepSeconds : null,
      });
      return { variant, usage, bill: priceOf(usage) };
    });
  const { people, messages, mediaSwitches, reconnects, pictures: shown, pictureBytes, keptDays } = HOUR;
  return [
    `${people} people join, say ${messages} messages each, switch camera or microphone ${mediaSwitches} times each, lose their connection and come back`,
    `${reconnects} times each, and leave. ${shown} pictures of ${thousands(pictureBytes / 1024)} KiB are shared, and everybody looks at each once. Messages and pictures are`,
    `kept for ${keptDays} days. A message every few seconds keeps the object awake: all ${thousands(HOUR.seconds)} s are billed, as 128 MB, which is the most that`,
    'it can be (an object that waits for the next message and could sleep is not billed, by the published rules). The',
    'peers admit nobody, check nothing and know of no picture: for those a bare put, a message and a get are counted.',
    `The Worker's processor time is taken as ${CPU_MS} ms for each of its requests.`,
    '',
    ...table(['', ...priced.flatMap(({ variant }) => [variant.label, 'price'])], rowsOfHour(priced)),
  ];
}

function rowsOfHour(priced: readonly Priced[]): string[][] {
  const line = (name: string, amount: (usage: Usage) => string, cost: (bill: Bill) => number) => [
    name,
    ...priced.flatMap(({ usage, bill }) => [amount(usage), dollars(cost(bill))]),
  ];
  return [
    line(
      'requests: Worker + object',
      (usage) => `${thousands(usage.workerRequests)} + ${thousands(billedRequests(usage))}`,
      ({ requests }) => requests,
    ),
    line(
      'duration, s',
      ({ seconds }) => thousands(seconds),
      ({ duration }) => duration,
    ),
    line(
      'rows written',
      ({ rows }) => thousands(rows),
      ({ rows }) => rows,
    ),
    line(
      'kept in the database, KB-months',
      ({ storedByteMonths }) => fine(storedByteMonths / 1e3),
      ({ storage }) => storage,
    ),
    line(
      'bucket: puts + gets',
      ({ bucketWrites, bucketReads }) => `${thousands(bucketWrites)} + ${thousands(bucketReads)}`,
      ({ bucket }) => bucket,
    ),
    line(
      '**in all**',
      () => '',
      ({ total }) => total,
    ),
    line(
      'in all, without duration',
      () => '',
      ({ total, duration }) => total - duration,
    ),
  ];
}
