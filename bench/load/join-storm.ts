import { enter, inTurn, openRoom, quiet } from './admission.ts';
import type { Connection } from './connection.ts';
import type { JoinJob, JoinResult } from './jobs.ts';
import { cpuSeconds, latencyOf } from './statistics.ts';

/** Lets everybody in at once and counts what each of them is told meanwhile. */
export async function runJoinStorm({
  target,
  members,
  form,
  announce,
  concurrency,
}: JoinJob): Promise<JoinResult> {
  const room = await openRoom(target, members);
  const times: number[] = [];
  const arrived: Connection[] = [];
  const start = performance.now();
  const cpuAtStart = cpuSeconds();
  const connections = await inTurn(members, concurrency, async () => {
    const asked = performance.now();
    const connection = await enter(room, {
      form,
      listener: {},
      ...(announce && target.dialect === 'party' ? { query: '?announce=1' } : {}),
    });
    times.push(performance.now() - asked);
    arrived.push(connection);
    return connection;
  });
  const allIn = performance.now();
  const cpu = (cpuSeconds() - cpuAtStart) / ((allIn - start) / 1000);
  const settled = (await quiet(connections)) - start;
  const result: JoinResult = {
    kind: 'join',
    joinsPerSecond: members / ((allIn - start) / 1000),
    latency: latencyOf(times),
    settled,
    bytes: summary(connections.map(({ bytes }) => bytes)),
    frames: summary(connections.map(({ frames }) => frames)),
    cpu,
  };
  for (const connection of connections) connection.destroy();
  return result;
}

function summary(values: readonly number[]): { mean: number; most: number } {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    most: values.reduce((most, value) => Math.max(most, value), 0),
  };
}
