import { setTimeout as wait } from 'node:timers/promises';
import { enter, inTurn, openRoom, quiet } from './admission.ts';
import type { Connection } from './connection.ts';
import { Counter } from './counter.ts';
import { chatCommand } from './dialect.ts';
import type { DigestJob, DigestResult, FanOutJob, FanOutResult, Report } from './jobs.ts';
import { cpuSeconds } from './statistics.ts';
import { senderOf } from './turns.ts';

const WARM_UP_MS = 1_000;
/** Longest warm-up and longest measured part; a slow server with a long window needs its time. */
const PHASE_MS = 15_000;
/** Longest wait for what is still under way at the end. */
const DRAIN_MS = 8_000;
/** Slow servers send in bursts; this long without a byte is no burst any more. */
const STANDSTILL_MS = 4_000;
const STEP_MS = 5;
const ENTERED_MS = 100;

/** Members speak in turn; a new message is sent for each one that has reached everybody. */
export async function runFanOut(job: FanOutJob, tell: (report: Report) => void): Promise<FanOutResult> {
  const { target, members, window } = job;
  const counter = new Counter(target.dialect, members);
  const connections = await everybody(job, counter);
  // Who started this counts rows now.
  tell({ tell: 'entered' });
  await wait(ENTERED_MS);
  let speaking = true;
  counter.onProgress = () => {
    while (speaking && counter.sent - counter.complete < window && counter.hasRoom) {
      const number = counter.nextNumber();
      connections[senderOf(number, members)]?.send(chatCommand(number, Math.floor(number / members) + 1));
    }
  };
  const until = async (least: number) => {
    const start = performance.now();
    const completeAtStart = counter.complete;
    const isOver = () => {
      counter.throwIfFailed();
      const elapsed = performance.now() - start;
      if (elapsed > PHASE_MS || !counter.hasRoom) return true;
      return elapsed >= least && counter.complete - completeAtStart >= window;
    };
    while (!isOver()) await wait(STEP_MS);
  };

  counter.onProgress();
  await until(WARM_UP_MS);

  tell({ tell: 'measuring' });
  const start = { ...totals(counter, connections), time: counter.startLog(), cpu: cpuSeconds() };
  await until(job.seconds * 1000);
  const end = { ...totals(counter, connections), time: counter.endLog(), cpu: cpuSeconds() };
  tell({ tell: 'measured' });
  const seconds = (end.time - start.time) / 1000;

  speaking = false;
  await drain(counter);
  const compressed = connections.some((connection) => connection.compressed);
  const result: FanOutResult = {
    kind: 'fan-out',
    deliveries: (end.deliveries - start.deliveries) / seconds,
    frames: (end.frames - start.frames) / seconds,
    bytes: (end.bytes - start.bytes) / seconds,
    ...(await counter.latencies()),
    messages: counter.sent,
    seconds,
    cpu: (end.cpu - start.cpu) / seconds,
    compressed,
  };
  for (const connection of connections) connection.destroy();
  return result;
}

/** Only counts. */
export async function runDigest(job: DigestJob): Promise<DigestResult> {
  const counter = new Counter(job.target.dialect, job.members);
  const connections = await everybody(job, counter);
  await wait(WARM_UP_MS / 2);
  const start = { deliveries: counter.deliveries, cpu: cpuSeconds(), time: performance.now() };
  await wait(job.seconds * 1000);
  counter.throwIfFailed();
  const cpu = cpuSeconds() - start.cpu;
  const result: DigestResult = {
    kind: 'digest',
    ceiling: (counter.deliveries - start.deliveries) / cpu,
    cpu: cpu / ((performance.now() - start.time) / 1000),
  };
  for (const connection of connections) connection.destroy();
  return result;
}

const ENTERING = 50;

/** Lets all members in, waits until the room is at rest, and counts from there. */
async function everybody({ kind, target, members }: FanOutJob | DigestJob, counter: Counter) {
  const room = await openRoom(target, members);
  // A blaster begins as soon as everybody is there; elsewhere what is told of newcomers does not count.
  const listenerOf = (member: number) => (kind === 'digest' ? counter.listenerOf(member) : {});
  const connections = await inTurn(members, ENTERING, (member) =>
    enter(room, { form: 'one-step', listener: listenerOf(member) }),
  );
  if (kind === 'digest') return connections;
  await quiet(connections);
  for (const [member, connection] of connections.entries()) connection.listener = counter.listenerOf(member);
  return connections;
}

function totals(counter: Counter, connections: readonly Connection[]) {
  return {
    deliveries: counter.deliveries,
    frames: connections.reduce((sum, { frames }) => sum + frames, 0),
    bytes: connections.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Waits until everybody has everything, or for some seconds. A server that stands still has lost something. */
async function drain(counter: Counter): Promise<void> {
  const start = performance.now();
  let seen = counter.deliveries;
  let progressAt = start;
  while (counter.complete < counter.sent && performance.now() - start < DRAIN_MS) {
    counter.throwIfFailed();
    if (performance.now() - progressAt > STANDSTILL_MS) {
      throw new Error(
        `messages are missing: ${counter.sent} sent, ${counter.complete} have reached everybody`,
      );
    }
    await wait(STEP_MS);
    if (counter.deliveries === seen) continue;
    seen = counter.deliveries;
    progressAt = performance.now();
  }
}
