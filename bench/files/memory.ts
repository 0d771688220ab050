import { inTurn } from '../load/admission.ts';
import { fine, table } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import { drain } from './http.ts';
import type { FileServer } from './server.ts';
import {
  AT_ONCE,
  Content,
  type FileService,
  type FileSession,
  fileServices,
  type Place,
  upload,
  withSession,
} from './services.ts';
import { grownBeyond, type Held } from './shares.ts';

const MIB = 1_048_576;
const LARGE = 2_048 * MIB;
const LARGE_QUICK = 128 * MIB;
/** Bytes a second, and for how long, ms. */
const SLOW = MIB;
const SLOW_MS = 20_000;
const SLOW_MS_QUICK = 3_000;
/** A run takes a minute and a half. */
const REPETITIONS = 3;
/** Bytes that Parley may grow by beyond the bare Worker. */
const GOAL = 32_000_000;

type Work = { readonly large: number; readonly slowMs: number };

/** What the server's process held while something was done, by what it was. */
type Memory = Readonly<Record<PhaseName, Held>>;
type Results = { readonly parley: Memory; readonly bare: Memory };

type PhaseName = 'upload' | 'download' | 'slowPeople' | 'slowDisk' | 'simulatedUpload' | 'simulatedDownload';
type Phase = {
  readonly name: PhaseName;
  readonly title: string;
  /** Left out of the goal: what the simulator does is more than what is asked for. */
  readonly isJudged: boolean;
};

const PHASES: readonly Phase[] = [
  { name: 'upload', title: 'the file comes', isJudged: true },
  { name: 'download', title: 'it is fetched', isJudged: true },
  { name: 'slowPeople', title: 'one sends slowly, one fetches slowly', isJudged: true },
  { name: 'slowDisk', title: 'it comes fast, and the bucket is slow', isJudged: true },
  { name: 'simulatedUpload', title: "the file comes, with wrangler's R2", isJudged: true },
  { name: 'simulatedDownload', title: "it is fetched, with wrangler's R2", isJudged: false },
];

/** What the server's process needs for large files, and for slow people. */
export const fileMemory: Section = {
  name: 'file-memory',
  async measure(context) {
    const work = context.plan.quick
      ? { large: LARGE_QUICK, slowMs: SLOW_MS_QUICK }
      : { large: LARGE, slowMs: SLOW_MS };
    const results = await runAll(context, work);
    return {
      title: 'Memory for files',
      lines: [
        `What the process of the server grows by, with the same bare Worker beside it: while a file of ${gib(work.large)} comes in parts`,
        `of 8 MiB, three at once, and while it is fetched, both since before the first byte; while two are slow, with 1 MiB`,
        `a second each, for ${work.slowMs / 1_000} s; and while three parts at once go to a bucket that takes 1 MiB a second of each. In these`,
        'the bucket keeps nothing and is never faster than who reads, so what is held is held by the Worker. The simulator of R2 reads',
        'a whole file ahead of whoever fetches it, with either Worker: there the goal is judged by the upload alone.',
        '',
        ...(results === null ? [] : tableOf(results)),
      ],
      goals: results === null ? [] : goalsOf(results, work),
    };
  },
};

async function runAll({ plan, attempt, inOrder }: Context, work: Work): Promise<Results | null> {
  const services = fileServices();
  const found: { [K in keyof Results]: Memory[] } = { parley: [], bare: [] };
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    for (const service of inOrder(services, repetition)) {
      const memory = await attempt(`file memory, ${service.name}`, () => measure(service, work));
      if (memory !== null) found[service.name].push(memory);
    }
  }
  if (found.parley.length === 0 || found.bare.length === 0) return null;
  return { parley: summarize(found.parley), bare: summarize(found.bare) };
}

async function measure(service: FileService, work: Work): Promise<Memory> {
  const alone = await withSession(service, 'nothing', async (server, session) => {
    const first = sizeOf(server).memory;
    const { upload: up, place } = await bring(server, session, work, first);
    const down = await fetchAll(server, place, work, first);
    const slowPeople = await held(server, async () => {
      await Promise.all([sendSlowly(session, work), fetchSlowly(place, work)]);
    });
    return { upload: up, download: down, slowPeople };
  });
  const slowDisk = await withSession(service, 'slow', (server, session) =>
    held(server, () => sendFast(session, work)),
  );
  const simulated = await withSession(service, 'simulated', async (server, session) => {
    const first = sizeOf(server).memory;
    const { upload: up, place } = await bring(server, session, work, first);
    const down = await fetchAll(server, place, work, first);
    return { simulatedUpload: up, simulatedDownload: down };
  });
  return { ...alone, slowDisk, ...simulated };
}

async function bring(server: FileServer, session: FileSession, { large }: Work, first: number) {
  let place: Place | null = null;
  const { most } = await held(server, async () => {
    place = await upload(session, new Content(large));
  });
  if (place === null) throw new Error('unable to upload');
  return { upload: { before: first, most }, place: place as Place };
}

async function fetchAll(server: FileServer, place: Place, { large }: Work, first: number): Promise<Held> {
  const { most } = await held(server, async () => {
    const came = await drain(place);
    if (came !== large) throw new Error(`unable to download; ${came} bytes came`);
  });
  return { before: first, most };
}

function sizeOf(server: FileServer): { memory: number; peak: number } {
  const { memory, peakMemory } = server.usage();
  if (memory === null || peakMemory === null)
    throw new Error('unable to measure; this system does not tell the size of a process');
  return { memory, peak: peakMemory };
}

async function held(server: FileServer, work: () => Promise<void>): Promise<Held> {
  server.forgetPeak();
  const { memory: before } = sizeOf(server);
  await work();
  return { before, most: sizeOf(server).peak };
}

/** Sends parts, so many at once, until the time is over. */
async function send(session: FileSession, { slowMs }: Work, lanes: number, pace?: number): Promise<void> {
  const signal = AbortSignal.timeout(slowMs);
  const content = new Content(LARGE);
  const begun = await session.begin(content);
  try {
    await inTurn(content.count, lanes, async (n) => {
      if (!signal.aborted) await begun.part(n, pace === undefined ? { signal } : { pace, signal });
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const sendSlowly = (session: FileSession, work: Work) => send(session, work, 1, SLOW);
const sendFast = (session: FileSession, work: Work) => send(session, work, AT_ONCE);

async function fetchSlowly(place: Place, { slowMs }: Work): Promise<void> {
  await drain({ ...place, pace: SLOW, signal: AbortSignal.timeout(slowMs) });
}

const MB = 1e6;
const gib = (bytes: number): string => `${fine(bytes / MIB / 1_024)} GiB`;
const grown = ({ before, most }: Held): string => fine((most - before) / MB);

function tableOf({ parley, bare }: Results): string[] {
  const rows = PHASES.map(({ name, title }) => [
    title,
    grown(parley[name]),
    grown(bare[name]),
    fine(grownBeyond(parley[name], bare[name]) / MB),
  ]);
  return table(['grows by, MB, while', 'Parley', 'bare Worker', 'difference'], rows);
}

function goalsOf({ parley, bare }: Results, { large }: Work): Goal[] {
  const judged = PHASES.filter(({ isJudged }) => isJudged);
  const most = Math.max(...judged.map(({ name }) => grownBeyond(parley[name], bare[name])));
  return [
    {
      goal: `memory of the server, ${gib(large)} up and down, and slow people: at most ${GOAL / MB} MB beyond the bare Worker's`,
      measured: `${fine(most / MB)} MB`,
      met: most <= GOAL,
    },
  ];
}
