import type { FanOutJob } from '../load/jobs.ts';
import { runJob } from '../load/run-job.ts';
import { withServer } from '../measure.ts';
import { fine, part, table, thousands } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import type { Variant, VariantName } from '../servers/variants.ts';
import { ACTIONS, type Action, type Cost, costOf, measureCosts, rowsOf } from './costs.ts';
import { counted, readCounts, since } from './counted.ts';
import type { Counts } from './counting.ts';
import { billedRequests } from './price.ts';

const MEASURED: readonly VariantName[] = ['parley', 'insert-then-send', 'partyserver'];
const LOG_GOAL = 0.05;
const ALL_GOAL = 0.1;

/** Full load: so many messages are under way at any moment. */
type Load = Pick<FanOutJob, 'members' | 'window'>;
const FULL: Load = { members: 1000, window: 512 };
const LOADS: readonly Load[] = [FULL, { members: 100, window: 512 }, { members: 100, window: 64 }];
const SECONDS = 1;
/** Counts are exact; only how messages fall into groups moves. */
const REPETITIONS = 3;

type Loaded = { load: Load; cost: Cost };
type Result = { variant: Variant; loaded: Loaded[]; costs: Record<Action, Cost> | null };

/** What is written to disk, and what the platform bills. */
export const writes: Section = {
  name: 'writes',
  async measure(context) {
    const results: Result[] = [];
    for (const found of context.variants.filter(({ name }) => MEASURED.includes(name)))
      results.push(await measure(context, counted(found)));
    return {
      title: 'Rows written and requests billed',
      lines: [
        'Counted inside the server, as the platform counts: rows as the cursors of the database tell them, index entries and',
        'deletes included, and one for each alarm that is set. A request is a call to an object or an alarm; twenty',
        'WebSocket messages that come in are one. What goes out, and pings that the platform answers, cost nothing.',
        '',
        ...part('For 1,000 messages', messageTable(results)),
        ...part('For each of what people do', [
          ...actionTable(results),
          '',
          'One after another; in Parley joining and coming back each by itself, with the alarm that holds the seat, or waits for',
          'who is away, and that finds nothing to do later. People who come together share it.',
        ]),
      ],
      goals: results.flatMap(goalsOf),
      figures: Object.fromEntries(results.flatMap(figuresOf)),
    };
  },
};

async function measure(context: Context, variant: Variant): Promise<Result> {
  const { attempt, plan } = context;
  // One row for each message, whatever the load; that is shown once.
  const loads = variant.name === 'parley' ? (plan.quick ? [FULL] : LOADS) : LOADS.slice(-1);
  const loaded: Loaded[] = [];
  for (const load of loads) {
    const costs: Cost[] = [];
    for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
      const name = `${variant.label}, ${load.members} members, window ${load.window}`;
      const cost = await attempt(name, () => measureLoad(variant, load));
      if (cost !== null) costs.push(cost);
    }
    if (costs.length > 0) loaded.push({ load, cost: summarize(costs) });
  }
  return {
    variant,
    loaded,
    costs: await attempt(`${variant.label}, one by one`, () => measureCosts(variant)),
  };
}

/** What one message costs while messages come as fast as the server takes them. */
function measureLoad(variant: Variant, load: Load): Promise<Cost> {
  return withServer(variant, false, async (server, target) => {
    const readings: Promise<Counts>[] = [];
    const read = () => readings.push(readCounts(server.port));
    await runJob(
      { kind: 'fan-out', target, bytes: 100, seconds: SECONDS, ...load },
      { onMeasuring: read, onMeasured: read },
    );
    const [before, after] = await Promise.all(readings);
    if (before === undefined || after === undefined) throw new Error('the counts were not read');
    const counts = since(before, after);
    return costOf(counts, counts.messages);
  });
}

function messageTable(results: readonly Result[]): string[] {
  const line = (name: string, pace: string, cost: Cost) => [
    name,
    pace,
    ...[cost.logRows, cost.stateRows, cost.alarmRows, rowsOf(cost), billedRequests(cost)].map((each) =>
      fine(each * 1000),
    ),
  ];
  const rows = results.flatMap(({ variant, loaded, costs }) => [
    ...loaded.map(({ load, cost }) =>
      line(variant.label, `${thousands(load.members)} members, window ${load.window}`, cost),
    ),
    ...(costs === null ? [] : [line(variant.label, 'one after another', costs.message)]),
  ]);
  const head = ['server', 'pace', 'log rows', 'state rows', 'alarm rows', 'all rows', 'requests'];
  return rows.length === 0 ? [] : table(head, rows);
}

const NAMES: Record<Action, string> = {
  join: 'joining',
  message: 'a message',
  media: 'a camera switched',
  reconnect: 'a broken connection, and coming back',
  leave: 'leaving',
};

function actionTable(results: readonly Result[]): string[] {
  const known = results.filter(({ costs }) => costs !== null);
  const head = ['', ...known.flatMap(({ variant }) => [`${variant.label}: rows`, 'requests'])];
  const rows = ACTIONS.map((action) => [
    NAMES[action],
    ...known.flatMap(({ costs }) => {
      const cost = costs?.[action];
      return cost === undefined ? ['–', '–'] : [fine(rowsOf(cost)), fine(billedRequests(cost))];
    }),
  ]);
  return known.length === 0 ? [] : table(head, rows);
}

function goalsOf({ variant, loaded }: Result): Goal[] {
  const full = loaded.find(({ load }) => load === FULL)?.cost;
  if (variant.name !== 'parley' || full === undefined) return [];
  const rows = (what: string, value: number, bound: number): Goal => ({
    goal: `${what} written per message at full load (${thousands(FULL.members)} members, window ${FULL.window}): at most ${bound}`,
    measured: value.toFixed(4),
    met: value <= bound,
  });
  return [rows('log rows', full.logRows, LOG_GOAL), rows('all rows', rowsOf(full), ALL_GOAL)];
}

/** For the section on prices: "parley join rows" and the like. */
function figuresOf({ variant, costs }: Result): [string, number][] {
  if (costs === null) return [];
  return ACTIONS.flatMap((action): [string, number][] => {
    const cost = costs[action];
    const { workerRequests, objectRequests, messages } = cost;
    const figures = { workerRequests, objectRequests, messages, rows: rowsOf(cost) };
    return Object.entries(figures).map(([name, value]) => [`${variant.name} ${action} ${name}`, value]);
  });
}
