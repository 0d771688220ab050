import { setTimeout as wait } from 'node:timers/promises';
import { latencyOf, median } from '../load/statistics.ts';
import { fine, table } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import { buildPage, startPageServer } from '../servers/page-server.ts';
import { Cinema } from './cinema.ts';
import { settledAfter, spreadsOf } from './drift.ts';

const PEOPLE = 8;
/** s of steady play that are judged, and those before it in which all find their place. */
const STEADY = 60;
const STEADY_QUICK = 15;
const BEFORE = 10;
const FILM = 120;
/** A run takes two minutes and a half. */
const REPETITIONS = 3;
/** Where is gone to, in s: forth and back, to what is loaded and what is not. */
const SEEKS = [80, 5, 60, 30, 90, 12] as const;
/** ms after a seek that are looked at. */
const AFTER = 6_000;
/** ms within which all are together again. */
const TOGETHER = 250;

const MEDIAN_GOAL = 100;
const WORST_GOAL = 250;
const SEEK_GOAL = 1_500;

type Result = {
  /** Greatest difference of position among all, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Share of the moments at which somebody did not play. */
  readonly stood: number;
  /** ms until all were together again, by seek; null: they were not. */
  readonly seeks: readonly (number | null)[];
};

/** People who watch one film together, each in a page of their own. */
export const watching: Section = {
  name: 'watching',
  async measure(context: Context) {
    const result = await runAll(context);
    return {
      title: 'Watching together',
      lines: [
        `${PEOPLE} pages of one Chromium, on the machine of the server, watch a film of 160×90 with ten pictures a second. Each page`,
        'is looked at every 50 ms; what counts is the greatest difference of position among all of them at one moment, reckoned',
        'between two looks by the clock of the machine. It is where the player says that it is, not what is on the screen. After a',
        `seek: ms from when it was asked for until all play within ${TOGETHER} ms of each other and of the room, and go on so for 6 s.`,
        '',
        ...(result === null ? [] : tableOf(result)),
      ],
      goals: result === null ? [] : goalsOf(result),
    };
  },
};

async function runAll({ plan, attempt }: Context): Promise<Result | null> {
  await buildPage();
  const found: Result[] = [];
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    const result = await attempt('watching', () => run(plan.quick ? STEADY_QUICK : STEADY));
    if (result !== null) found.push(result);
  }
  if (found.length === 0) return null;
  // All seeks of all runs: the slowest counts.
  return {
    ...summarize(found.map(({ p50, p99, stood }) => ({ p50, p99, stood }))),
    seeks: found.flatMap(({ seeks }) => seeks),
  };
}

async function run(steady: number): Promise<Result> {
  const server = await startPageServer();
  try {
    const cinema = await Cinema.open(server.url, PEOPLE, FILM);
    try {
      return await watch(cinema, steady);
    } finally {
      await cinema.close();
    }
  } finally {
    await server.close();
  }
}

async function watch(cinema: Cinema, steady: number): Promise<Result> {
  await wait(BEFORE * 1_000);
  await cinema.look();
  // The first looks are there before the first moment that is judged.
  await wait(500);
  const from = Date.now();
  await wait(steady * 1_000 + 500);
  const { spreads, stood } = spreadsOf(await cinema.tracks(), from, from + steady * 1_000);
  const seeks: (number | null)[] = [];
  for (const place of SEEKS) {
    const asked = Date.now();
    await cinema.host.watch.seek(place * 1_000);
    await wait(AFTER + 500);
    seeks.push(settledAfter(await cinema.tracks(), asked, asked + AFTER, TOGETHER, cinema.room));
  }
  return { ...latencyOf(spreads), stood: stood / (stood + spreads.length), seeks };
}

/** The slowest; infinite where one of them never came to an end. */
const slowest = (seeks: Result['seeks']): number =>
  Math.max(...seeks.map((ms) => ms ?? Number.POSITIVE_INFINITY));
const typical = (seeks: Result['seeks']): number => median(seeks.map((ms) => ms ?? Number.POSITIVE_INFINITY));

function tableOf({ p50, p99, stood, seeks }: Result): string[] {
  return table(
    ['', 'median', 'p99 or slowest'],
    [
      ['greatest difference in steady play, ms', fine(p50), fine(p99)],
      [`after each of ${seeks.length} seeks, ms`, fine(typical(seeks)), fine(slowest(seeks))],
      ['moments at which somebody stood, %', fine(stood * 100), ''],
    ],
  );
}

function goalsOf({ p50, p99, seeks }: Result): Goal[] {
  return [
    {
      goal: `${PEOPLE} pages in steady play, greatest difference at the median: at most ${MEDIAN_GOAL} ms`,
      measured: `${fine(p50)} ms`,
      met: p50 <= MEDIAN_GOAL,
    },
    {
      goal: `the same at p99: at most ${WORST_GOAL} ms`,
      measured: `${fine(p99)} ms`,
      met: p99 <= WORST_GOAL,
    },
    {
      goal: `after a seek, all within ${TOGETHER} ms: in at most ${SEEK_GOAL / 1_000} s`,
      measured: `${fine(slowest(seeks) / 1_000)} s`,
      met: slowest(seeks) <= SEEK_GOAL,
    },
  ];
}
