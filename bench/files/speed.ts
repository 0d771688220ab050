import { inTurn } from '../load/admission.ts';
import { median } from '../load/statistics.ts';
import { drain } from './http.ts';
import type { FileServer } from './server.ts';
import {
  AT_ONCE,
  Content,
  type FileService,
  type FileSession,
  type Place,
  type Upload,
  upload,
  withSession,
} from './services.ts';
import { type Shares, sharesOf } from './shares.ts';

const MIB = 1_048_576;

/** What a run brings and fetches. `reads` of each range, one after another. */
export type Work = {
  readonly upload: number;
  readonly ranges: readonly { readonly bytes: number; readonly reads: number }[];
  readonly shared: number;
  readonly readers: number;
};

export const WHOLE: Work = {
  upload: 1_024 * MIB,
  ranges: [
    { bytes: MIB / 16, reads: 200 },
    { bytes: MIB, reads: 100 },
    { bytes: 8 * MIB, reads: 25 },
  ],
  shared: 32 * MIB,
  readers: 20,
};
/** For a quick run: less of everything. */
export const SHORT: Work = {
  ...WHOLE,
  upload: 128 * MIB,
  ranges: WHOLE.ranges.map(({ bytes, reads }) => ({ bytes, reads: Math.ceil(reads / 4) })),
  shared: 8 * MIB,
};

/** What was measured of one server. */
export type Speed = {
  /** MiB a second. */
  readonly upload: number;
  /** Processor time of the server's process for each MiB that comes, ms. */
  readonly work: number;
  /** Share of a core that the load took meanwhile. */
  readonly load: number;
  /** Processor time for each MiB that comes, and that goes, with a bucket that keeps nothing, ms. */
  readonly takes: number;
  readonly gives: number;
  /** ms for one, at the median, by its size in bytes. */
  readonly ranges: Readonly<Record<string, number>>;
  /** ms that a download takes alone. */
  readonly alone: number;
  /** Of many at once: of its share. */
  readonly slowest: number;
  readonly fastest: number;
};

/** What was measured of each. */
export type Speeds = Readonly<Record<FileService['name'], Speed>>;

type Running = {
  readonly name: FileService['name'];
  readonly server: FileServer;
  readonly session: FileSession;
};

/**
 * All figures, with fresh servers that are asked by turns, a moment each: whatever else the machine does then hits both. While
 * one is asked, the other has nothing to do.
 */
export async function measureSpeeds(services: readonly FileService[], work: Work): Promise<Speeds> {
  const own = new Map<string, Own>();
  for (const service of services) own.set(service.name, await measureOwn(service, work));
  return running(services, async (servers) => {
    const places = new Map<Running, Place>();
    for (const one of servers) places.set(one, await upload(one.session, new Content(work.shared)));
    const together = await readTogether(places, work);
    const uploads = await bringByTurns(servers, work);
    const ranges = await readRanges(
      new Map(servers.map((one) => [one, uploads.get(one)?.place as Place])),
      work,
    );
    const speeds = servers.map((one) => {
      const { place: _, ...uploaded } = uploads.get(one) as Uploaded;
      return [one.name, { ...own.get(one.name), ...uploaded, ranges: ranges.get(one), ...together.get(one) }];
    });
    return Object.fromEntries(speeds) as Speeds;
  });
}

/** Starts all, does something with them, and ends them. */
function running<T>(
  services: readonly FileService[],
  work: (servers: readonly Running[]) => Promise<T>,
  started: readonly Running[] = [],
): Promise<T> {
  const [next, ...others] = services;
  if (next === undefined) return work(started);
  return withSession(next, 'simulated', (server, session) =>
    running(others, work, [...started, { name: next.name, server, session }]),
  );
}

/** Calls `work` for each, and the next time the other way round. */
class Turns<T> {
  readonly #list: readonly T[];
  #turn = 0;

  constructor(list: readonly T[]) {
    this.#list = list;
  }

  async each(work: (one: T) => Promise<void>): Promise<void> {
    this.#turn += 1;
    for (const one of this.#turn % 2 === 0 ? this.#list : this.#list.toReversed()) await work(one);
  }
}

type Own = Pick<Speed, 'takes' | 'gives'>;

/** What a server costs without a real bucket. */
const measureOwn = (service: FileService, work: Work): Promise<Own> =>
  withSession(service, 'nothing', async (server, session) => {
    // The first one warms up.
    await upload(session, new Content(work.shared));
    let place: Place | null = null;
    const takes = await cpuOf(server, async () => {
      place = await upload(session, new Content(work.upload));
    });
    if (place === null) throw new Error('unable to upload');
    const from = place;
    const gives = await cpuOf(server, () => drain(from));
    return { takes: takes / (work.upload / MIB), gives: gives / (work.upload / MIB) };
  });

/** ms of processor time that a server takes for something. */
async function cpuOf(server: FileServer, work: () => Promise<unknown>): Promise<number> {
  const now = () => (server.usage().cpuSeconds ?? Number.NaN) * 1_000;
  const before = now();
  await work();
  return now() - before;
}

/** Parts that are brought to one server before it is the other's turn. */
const TURN = 16;

type Uploaded = Pick<Speed, 'upload' | 'work' | 'load'> & { readonly place: Place };

/** One file for each, some parts to one and then some to the other. */
async function bringByTurns(
  servers: readonly Running[],
  { upload: size }: Work,
): Promise<Map<Running, Uploaded>> {
  const content = new Content(size);
  const tallies = new Map<Running, { ms: number; cpu: number; load: number }>();
  const count = async (one: Running, work: () => Promise<void>) => {
    const tally = tallies.get(one) ?? { ms: 0, cpu: 0, load: 0 };
    const before = process.cpuUsage();
    const start = performance.now();
    tally.cpu += await cpuOf(one.server, work);
    tally.ms += performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    tally.load += (user + system) / 1_000;
    tallies.set(one, tally);
  };
  const begun = new Map<Running, Upload>();
  const places = new Map<Running, Place>();
  const turns = new Turns(servers);
  await turns.each((one) =>
    count(one, async () => {
      begun.set(one, await one.session.begin(content));
    }),
  );
  for (let from = 0; from < content.count; from += TURN) {
    const parts = Math.min(TURN, content.count - from);
    await turns.each((one) =>
      count(one, async () => {
        await inTurn(parts, AT_ONCE, async (n) => {
          await begun.get(one)?.part(from + n);
        });
      }),
    );
  }
  await turns.each((one) =>
    count(one, async () => {
      const place = await begun.get(one)?.finish();
      if (place !== undefined) places.set(one, place);
    }),
  );
  const mib = size / MIB;
  return new Map(
    servers.map((one) => {
      const { ms, cpu, load } = tallies.get(one) ?? { ms: Number.NaN, cpu: Number.NaN, load: Number.NaN };
      const figures = { upload: mib / (ms / 1_000), work: cpu / mib, load: load / ms };
      return [one, { ...figures, place: places.get(one) as Place }];
    }),
  );
}

/** Pieces from all over the file, in an order that has nothing to do with that of its bytes: each from one, then from the other. */
async function readRanges(
  places: ReadonlyMap<Running, Place>,
  { upload: size, ranges }: Work,
): Promise<Map<Running, Record<string, number>>> {
  const times = new Map<Running, Record<string, number>>([...places.keys()].map((one) => [one, {}]));
  const turns = new Turns([...places]);
  for (const { bytes, reads } of ranges) {
    const taken = new Map<Running, number[]>([...places.keys()].map((one) => [one, []]));
    // The first ones warm up.
    for (let read = -5; read < reads; read += 1) {
      const from = ((read + 5) * 7_919 * 65_536) % (size - bytes);
      const range = `bytes=${from}-${from + bytes - 1}`;
      await turns.each(async ([one, place]) => {
        const start = performance.now();
        const came = await drain({ ...place, headers: { ...place.headers, range } });
        if (came !== bytes) throw new Error(`unable to read ${range}; ${came} bytes came`);
        if (read >= 0) taken.get(one)?.push(performance.now() - start);
      });
    }
    for (const [one, all] of times) all[bytes] = median(taken.get(one) ?? []);
  }
  return times;
}

const ALONE = 5;
const TOGETHER = 2;

type Together = Pick<Speed, 'alone' | 'slowest' | 'fastest'>;

/** One file, fetched by one alone, and by many at once. */
async function readTogether(
  places: ReadonlyMap<Running, Place>,
  { shared, readers }: Work,
): Promise<Map<Running, Together>> {
  const read = async (place: Place) => {
    const start = performance.now();
    const came = await drain(place);
    if (came !== shared) throw new Error(`unable to download; ${came} bytes came`);
    return performance.now() - start;
  };
  const turns = new Turns([...places]);
  const alone = new Map<Running, number[]>([...places.keys()].map((one) => [one, []]));
  // The first one warms up.
  for (let time = -1; time < ALONE; time += 1) {
    await turns.each(async ([one, place]) => {
      const ms = await read(place);
      if (time >= 0) alone.get(one)?.push(ms);
    });
  }
  const shares = new Map<Running, Shares[]>([...places.keys()].map((one) => [one, []]));
  for (let time = 0; time < TOGETHER; time += 1) {
    await turns.each(async ([one, place]) => {
      const all = await inTurn(readers, readers, () => read(place));
      shares.get(one)?.push(sharesOf(median(alone.get(one) ?? []), all));
    });
  }
  return new Map(
    [...places.keys()].map((one) => {
      const all = shares.get(one) ?? [];
      // Of several times the worst counts.
      const slowest = Math.max(...all.map((each) => each.slowest));
      const fastest = Math.min(...all.map((each) => each.fastest));
      return [one, { alone: median(alone.get(one) ?? []), slowest, fastest }];
    }),
  );
}
