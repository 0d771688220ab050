import { fileURLToPath } from 'node:url';
import { SUBPROTOCOL, ticketSubprotocol } from '../../src/protocol/index.ts';
import { enter, inTurn, openRoom, post, quiet } from '../load/admission.ts';
import { Connection, type Listener } from '../load/connection.ts';
import { median } from '../load/statistics.ts';
import { fine, ratio, table } from '../report/markdown.ts';
import { summarize } from '../results.ts';
import type { Context, Section } from '../sections/section.ts';
import { bundle } from '../servers/bundle.ts';
import type { Variant, WorkerdConfig } from '../servers/variants.ts';
import { startBucketServer } from './bucket-server.ts';
import { type Cost, costOf, rowsOf } from './costs.ts';
import { counted, readCounts, since } from './counted.ts';
import { picture, send } from './upload.ts';

/** Sizes of pictures, and how many of each one run sends, one after another. */
const SIZES = [
  { name: '1 MiB', bytes: 1_048_576, times: 12 },
  { name: '8 MiB', bytes: 8_388_608, times: 5 },
] as const;
const MEMBERS = 20;
const VIEWS = 20;
/** A run takes seconds and its figures hardly move. */
const REPETITIONS = 3;

/** Milliseconds, p50, by the size's name. */
type Times = Record<string, number>;
type Shared = { answer: Times; everybody: Times; share: Cost; view: Cost };
type Results = { put: Times | null; shared: Shared | null };

/** From sending a picture until everybody has the reference, beside a bare put of the same bytes. */
export const pictures: Section = {
  name: 'pictures',
  async measure(context) {
    const { put, shared } = await runAll(context);
    return {
      title: 'Pictures',
      lines: [
        `One member of ${MEMBERS} shares pictures one after another. Beside it: a Worker that does nothing but put the body into`,
        'the bucket and answer. Both run under wrangler, with its simulator of R2, because workerd alone has no bucket.',
        'Parley asks the room first, looks at the first bytes, counts and hashes the stream, commits, and tells everybody.',
        '',
        ...(put === null || shared === null ? [] : tableOf(put, shared)),
      ],
      goals: [],
      ...(shared === null
        ? {}
        : { figures: { ...named('picture', shared.share), ...named('view', shared.view) } }),
    };
  },
};

/** A cost as figures for the sections after this one. */
function named(action: string, cost: Cost): Record<string, number> {
  const { workerRequests, objectRequests } = cost;
  return {
    [`${action} workerRequests`]: workerRequests,
    [`${action} objectRequests`]: objectRequests,
    [`${action} rows`]: rowsOf(cost),
  };
}

async function runAll({ plan, variant, attempt, inOrder }: Context): Promise<Results> {
  const parley = variant('parley');
  if (parley === undefined) return { put: null, shared: null };
  const room = counted(withFreePictures(parley));
  const [bare = parley] = bundle([putVariant(parley)]);
  const puts: Times[] = [];
  const shares: Shared[] = [];
  const runs = [
    async () => puts.push(await measurePut(bare)),
    async () => shares.push(await measureShare(room)),
  ];
  for (let repetition = 0; repetition < Math.min(REPETITIONS, plan.repetitions); repetition += 1) {
    for (const run of inOrder(runs, repetition)) await attempt('pictures', run);
  }
  return {
    put: puts.length === 0 ? null : summarize(puts),
    shared: shares.length === 0 ? null : summarize(shares),
  };
}

/** People are not this fast; the limit is still counted. */
function withFreePictures(parley: Variant): Variant {
  const config = parley.config as WorkerdConfig;
  return {
    ...parley,
    config: { ...config, vars: { ...config.vars, RATE_IMAGE: '1000000/1000000' } },
  };
}

function putVariant(parley: Variant): Variant {
  const { compatibility_date } = parley.config as WorkerdConfig;
  const main = fileURLToPath(new URL('./put-worker.ts', import.meta.url));
  const config = { name: 'put', main, compatibility_date, durable_objects: { bindings: [] }, exports: {} };
  return { ...parley, label: 'a bare put', config };
}

/** Sends all pictures one after another; answers the median time for each size. */
async function timesOf(upload: (body: Buffer) => Promise<number>): Promise<Times> {
  const times: Times = {};
  for (const { name, bytes, times: count } of SIZES) {
    const taken: number[] = [];
    // The first one warms up.
    for (let index = 0; index <= count; index += 1) {
      const time = await upload(picture(bytes));
      if (index > 0) taken.push(time);
    }
    times[name] = median(taken);
  }
  return times;
}

async function measurePut(bare: Variant): Promise<Times> {
  const server = await startBucketServer(bare.config);
  try {
    return await timesOf(async (body) => {
      const start = performance.now();
      await send(server.port, 'POST', '/', { body });
      return performance.now() - start;
    });
  } finally {
    await server.close();
  }
}

const SHARED = '"t":"image.shared"';

/** Counts the pictures of which somebody is told. */
function watcher(onShared: () => void): Listener {
  let text = '';
  return {
    onPayload: (part, isLast) => {
      text += part.toString('latin1');
      if (!isLast) return;
      for (const _ of text.matchAll(new RegExp(SHARED, 'g'))) onShared();
      text = '';
    },
  };
}

async function measureShare(variant: Variant): Promise<Shared> {
  const server = await startBucketServer(variant.config);
  const connections: Connection[] = [];
  try {
    const target = { port: server.port, dialect: variant.dialect, deflate: false };
    const room = await openRoom(target, MEMBERS);
    const joinPath = room.joinPath ?? '';
    const { token, ticket, url } = await post(server.port, joinPath, { name: 'Ada' });
    const headers = { authorization: `Bearer ${String(token)}` };
    const path = new URL(String(url)).pathname;
    const protocols = [SUBPROTOCOL, ticketSubprotocol(String(ticket))];
    connections.push(
      await Connection.open({ port: server.port, path, protocols, deflate: false }),
      ...(await inTurn(MEMBERS - 1, 5, () => enter(room, { form: 'two-step', listener: {} }))),
    );
    await quiet(connections);
    let told = 0;
    let everybody = () => {};
    for (const connection of connections) {
      connection.listener = watcher(() => {
        told += 1;
        if (told % MEMBERS === 0) everybody();
      });
    }

    const images = joinPath.replace(/join$/, 'images');
    const answers = new Map<number, number[]>();
    let shown = '';
    const before = await readCounts(server.port);
    const all = await timesOf(async (body) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      everybody = resolve;
      const start = performance.now();
      const answer = await send(server.port, 'POST', images, { headers, body });
      answers.set(body.length, [...(answers.get(body.length) ?? []), performance.now() - start]);
      await promise;
      shown = String(JSON.parse(answer.toString()).event.image);
      return performance.now() - start;
    });
    const uploaded = await readCounts(server.port);
    for (let count = 0; count < VIEWS; count += 1)
      await send(server.port, 'GET', `${images}/${shown}`, { headers });
    const viewed = await readCounts(server.port);
    return {
      everybody: all,
      answer: Object.fromEntries(SIZES.map(({ name, bytes }) => [name, median(answers.get(bytes) ?? [])])),
      share: costOf(since(before, uploaded), told / MEMBERS),
      view: costOf(since(uploaded, viewed), VIEWS),
    };
  } finally {
    for (const connection of connections) connection.destroy();
    await server.close();
  }
}

function tableOf(put: Times, { answer, everybody }: Shared): string[] {
  const rows = SIZES.map(({ name }) => {
    const [bare, told] = [put[name] ?? Number.NaN, everybody[name] ?? Number.NaN];
    return [name, fine(bare), fine(answer[name] ?? Number.NaN), fine(told), `${ratio(told / bare)} ×`];
  });
  const head = [
    'picture',
    'a bare put, ms',
    'Parley: answered, ms',
    'Parley: everybody has the reference, ms',
    'Parley / a bare put',
  ];
  return table(head, rows);
}
