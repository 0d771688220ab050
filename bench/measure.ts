import type { BlasterJob } from './load/blaster.ts';
import type {
  EchoJob,
  EchoResult,
  FanOutResult,
  JoinJob,
  JoinResult,
  OpenJob,
  OpenResult,
  Target,
} from './load/jobs.ts';
import { runJob, startBlaster } from './load/run-job.ts';
import { longestOf, type Row } from './plan.ts';
import { type Server, startServer } from './servers/server.ts';
import type { Variant } from './servers/variants.ts';

/** What the server used while one row was measured. */
export type ServerUse = {
  /** Bytes; null where the system does not tell. */
  peakMemory: number | null;
  /** Processor time as a share of one core; null where the system does not tell. */
  serverCpu: number | null;
};

export type FanOut = FanOutResult &
  ServerUse & { /** Rows added to the tables, for one message. */ rows: number };
export type Echo = EchoResult & ServerUse;
export type Open = OpenResult & ServerUse;
export type JoinStorm = JoinResult & ServerUse;

/** Does something with a fresh server of a variant, and ends it. */
export async function withServer<T>(
  { config, dialect }: Variant,
  deflate: boolean,
  work: (server: Server, target: Target) => Promise<T>,
): Promise<T> {
  const server = await startServer(config);
  try {
    return await work(server, { port: server.port, dialect, deflate });
  } finally {
    await server.close();
  }
}

/** One row with one variant, on a server of its own. */
export function measureFanOut(variant: Variant, row: Row, seconds: number): Promise<FanOut> {
  const { deflate, ...asked } = row;
  return withServer(variant, deflate, async (server, target) => {
    let rowsBefore = 0;
    const onEntered = () => {
      rowsBefore = server.rows();
    };
    const use = watch(server);
    const job = { kind: 'fan-out' as const, target, ...asked, seconds, longest: longestOf(row) };
    const result = await runJob(job, { ...use, onEntered });
    return { ...result, ...use.of(result.seconds), rows: (server.rows() - rowsBefore) / result.messages };
  });
}

/** Each member speaks again as soon as it hears itself, on a server of its own. */
export function measureEcho(variant: Variant, job: Omit<EchoJob, 'kind' | 'target'>): Promise<Echo> {
  return withServer(variant, false, async (server, target) => {
    const use = watch(server);
    const result = await runJob({ kind: 'echo', target, ...job }, use);
    return { ...result, ...use.of(result.seconds) };
  });
}

/** So many messages a second, on a server of its own. */
export function measureOpen(variant: Variant, job: Omit<OpenJob, 'kind' | 'target'>): Promise<Open> {
  return withServer(variant, false, async (server, target) => {
    const use = watch(server);
    const result = await runJob({ kind: 'open', target, ...job }, use);
    return { ...result, ...use.of(result.seconds) };
  });
}

/** Everybody comes at once, on a server of its own. */
export function measureJoinStorm(
  variant: Variant,
  job: Omit<JoinJob, 'kind' | 'target'>,
): Promise<JoinStorm> {
  return withServer(variant, false, async (server, target) => {
    const use = watch(server);
    const result = await runJob({ kind: 'join', target, ...job });
    use.onMeasured();
    return { ...result, ...use.of(result.settled / 1000) };
  });
}

/** Notes what a server has used at both ends of the measured part. */
function watch(server: Server) {
  let before = server.usage();
  let after = before;
  return {
    onMeasuring: () => {
      before = server.usage();
    },
    onMeasured: () => {
      after = server.usage();
    },
    of: (seconds: number): ServerUse => ({
      peakMemory: server.usage().peakMemory,
      serverCpu:
        before.cpuSeconds === null || after.cpuSeconds === null
          ? null
          : (after.cpuSeconds - before.cpuSeconds) / seconds,
    }),
  };
}

const CEILING_SECONDS = 1;

/** Messages a second that the generator can take from a server that does nothing but send frames of this shape. */
export async function measureCeiling(shape: BlasterJob): Promise<number> {
  const blaster = await startBlaster(shape);
  try {
    const { dialect, members } = shape;
    const target = { port: blaster.port, dialect, deflate: false };
    return (await runJob({ kind: 'digest', target, members, seconds: CEILING_SECONDS })).ceiling;
  } finally {
    await blaster.close();
  }
}
