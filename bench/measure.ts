import type { Dialect } from './load/dialect.ts';
import type { FanOutResult, JoinJob, JoinResult } from './load/jobs.ts';
import { runJob, startBlaster } from './load/run-job.ts';
import type { Row } from './plan.ts';
import { startServer } from './servers/server.ts';
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
export type JoinStorm = JoinResult & ServerUse;

/** One row with one variant, on a server of its own. */
export async function measureFanOut(variant: Variant, row: Row, seconds: number): Promise<FanOut> {
  const server = await startServer(variant.config);
  try {
    let before = server.usage();
    let after = before;
    let rowsBefore = 0;
    const result = await runJob(
      {
        kind: 'fan-out',
        target: { port: server.port, dialect: variant.dialect, deflate: row.deflate },
        members: row.members,
        window: row.window,
        seconds,
      },
      {
        onEntered: () => {
          rowsBefore = server.rows();
        },
        onMeasuring: () => {
          before = server.usage();
        },
        onMeasured: () => {
          after = server.usage();
        },
      },
    );
    return {
      ...result,
      peakMemory: server.usage().peakMemory,
      serverCpu: share(before.cpuSeconds, after.cpuSeconds, result.seconds),
      rows: (server.rows() - rowsBefore) / result.messages,
    };
  } finally {
    await server.close();
  }
}

/** Everybody comes at once, on a server of its own. */
export async function measureJoinStorm(
  variant: Variant,
  job: Pick<JoinJob, 'members' | 'form' | 'concurrency'>,
): Promise<JoinStorm> {
  const server = await startServer(variant.config);
  try {
    const before = server.usage();
    const result = await runJob({
      kind: 'join',
      target: { port: server.port, dialect: variant.dialect, deflate: false },
      ...job,
    });
    const after = server.usage();
    return {
      ...result,
      peakMemory: after.peakMemory,
      serverCpu: share(before.cpuSeconds, after.cpuSeconds, result.settled / 1000),
    };
  } finally {
    await server.close();
  }
}

const CEILING_SECONDS = 2;

/** Messages a second that the generator can take from a server that does nothing but send frames of this shape. */
export async function measureCeiling(dialect: Dialect, members: number, perFrame: number): Promise<number> {
  const blaster = await startBlaster({ dialect, members, perFrame });
  try {
    const target = { port: blaster.port, dialect, deflate: false };
    return (await runJob({ kind: 'digest', target, members, seconds: CEILING_SECONDS })).ceiling;
  } finally {
    await blaster.close();
  }
}

function share(before: number | null, after: number | null, seconds: number): number | null {
  return before === null || after === null ? null : (after - before) / seconds;
}
