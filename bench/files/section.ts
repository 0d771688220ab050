import { fine, percent, ratio, table, thousands } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import { fileServices } from './services.ts';
import { measureSpeeds, SHORT, type Speed, type Speeds, WHOLE, type Work } from './speed.ts';

const MIB = 1_048_576;
/** A run takes a minute. */
const REPETITIONS = 3;

const UPLOAD_GOAL = 0.8;
const RANGE_GOAL = 0.9;
/** Of the ranges, the least that the goal speaks of: a smaller piece is more asking than reading. */
const RANGE_OF_GOAL = MIB;
const SHARE_GOAL = 2;

/** Files brought and fetched, beside a Worker that does nothing else. */
export const files: Section = {
  name: 'files',
  async measure(context) {
    const work = context.plan.quick ? SHORT : WHOLE;
    const results = await runAll(context, work);
    return {
      title: 'Files',
      lines: [
        'Beside Parley: a Worker that passes what comes to the bucket and what it asks of the bucket back, and asks and checks',
        "nothing. Both run in workerd, with wrangler's simulator of R2 in the same process, which works for each byte far more",
        'than either of them. Parts of 8 MiB, three on their way at once. Parley has the room say where each part goes,',
        'hashes it as it passes, and has the room write down that it is there. The two are asked by turns.',
        '',
        ...(results === null ? [] : tableOf(results, work)),
      ],
      goals: results === null ? [] : goalsOf(results, work),
    };
  },
};

async function runAll({ plan, attempt, inOrder }: Context, work: Work): Promise<Speeds | null> {
  const services = fileServices();
  const found: Speeds[] = [];
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    const speeds = await attempt('files', () => measureSpeeds(inOrder(services, repetition), work));
    if (speeds !== null) found.push(speeds);
  }
  return found.length === 0 ? null : summarize(found);
}

const sizeName = (bytes: number): string =>
  bytes < MIB
    ? `${bytes / 1024} KiB`
    : bytes < 1_024 * MIB
      ? `${bytes / MIB} MiB`
      : `${bytes / MIB / 1_024} GiB`;

/** How fast ranged reads are beside the bare Worker's, by their size. */
const rangeRatio = ({ parley, bare }: Speeds, bytes: number): number =>
  (bare.ranges[bytes] ?? Number.NaN) / (parley.ranges[bytes] ?? Number.NaN);

function tableOf(results: Speeds, { upload, ranges, shared, readers }: Work): string[] {
  const { parley, bare } = results;
  const upRow = [
    `upload of ${sizeName(upload)}, MiB/s`,
    fine(parley.upload),
    fine(bare.upload),
    `${ratio(parley.upload / bare.upload)} ×`,
  ];
  const cpuRow = [
    'processor time for each MiB of it, ms (and the load, of a core)',
    `${fine(parley.work)} (${percent(parley.load)})`,
    `${fine(bare.work)} (${percent(bare.load)})`,
    `${ratio(parley.work / bare.work)} ×`,
  ];
  const ownRow = [
    'the same with a bucket that keeps nothing, in and out',
    `${fine(parley.takes)}, ${fine(parley.gives)}`,
    `${fine(bare.takes)}, ${fine(bare.gives)}`,
    `${fine(parley.takes - bare.takes)} and ${fine(parley.gives - bare.gives)} ms more`,
  ];
  const rangeRows = ranges.map(({ bytes }) => [
    `ranged reads of ${sizeName(bytes)} one after another, ms for each`,
    fine(parley.ranges[bytes] ?? Number.NaN),
    fine(bare.ranges[bytes] ?? Number.NaN),
    `${ratio(rangeRatio(results, bytes))} × as fast`,
  ]);
  const together = ({ slowest, fastest }: Speed) => `${ratio(fastest)} to ${ratio(slowest)}`;
  return table(
    ['', 'Parley', 'bare Worker', 'Parley / bare Worker'],
    [
      upRow,
      cpuRow,
      ownRow,
      ...rangeRows,
      [
        `download of ${sizeName(shared)} by one alone, ms`,
        thousands(parley.alone),
        thousands(bare.alone),
        `${ratio(bare.alone / parley.alone)} × as fast`,
      ],
      [`${readers} at once: times of their share that they take`, together(parley), together(bare), ''],
    ],
  );
}

function goalsOf(results: Speeds, { upload, ranges, readers }: Work): Goal[] {
  const { parley, bare } = results;
  const speed = parley.upload / bare.upload;
  const judged = ranges.filter(({ bytes }) => bytes >= RANGE_OF_GOAL);
  const reads = judged.map(({ bytes }) => rangeRatio(results, bytes));
  const names = judged.map(({ bytes }) => sizeName(bytes)).join(' and ');
  return [
    {
      goal: `upload of ${sizeName(upload)} in parts: at least ${UPLOAD_GOAL} × the speed of bare part uploads`,
      measured: `${ratio(speed)} ×`,
      met: speed >= UPLOAD_GOAL,
    },
    {
      goal: `ranged reads (${names}): at least ${RANGE_GOAL} × the speed of a bare Worker that returns the object`,
      measured: reads.map((each) => `${ratio(each)} ×`).join(', '),
      met: reads.every((each) => each >= RANGE_GOAL),
    },
    {
      goal: `${readers} downloads of one file at once: none slower than ${SHARE_GOAL} × a single one's share`,
      measured: `slowest ${ratio(parley.slowest)} ×`,
      met: parley.slowest <= SHARE_GOAL,
    },
  ];
}
