import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { Counter } from './counter.ts';
import { chatCommand } from './dialect.ts';
import { drain } from './drain.ts';
import { enterAll, everybody } from './everybody.ts';
import type { DigestJob, DigestResult, FanOutJob, FanOutResult, Latency, Report } from './jobs.ts';
import { cpuSeconds } from './statistics.ts';
import { senderOf } from './turns.ts';

/** Least and most time to warm up in; it is over when a whole window has got through. */
const WARM_UP_MS = { least: 400, most: 1_000 };
const DIGEST_WARM_UP_MS = 500;
const STEP_MS = 5;
const ENTERED_MS = 50;

/** Members speak in turn; a new message is sent for each one that has reached everybody. */
export async function runFanOut(job: FanOutJob, tell: (report: Report) => void): Promise<FanOutResult> {
  const { target, members, window, bytes, seconds: least, longest = 3 } = job;
  const counter = new Counter(target.dialect, members);
  const connections = await everybody(target, members, (member) => counter.listenerOf(member));
  // Who started this counts rows now.
  tell({ tell: 'entered' });
  await wait(ENTERED_MS);
  let speaking = true;
  counter.onProgress = () => {
    while (speaking && counter.sent - counter.complete < window && counter.hasRoom) {
      const number = counter.nextNumber();
      const n = Math.floor(number / members) + 1;
      connections[senderOf(number, members)]?.send(chatCommand(target.dialect, number, n, bytes));
    }
  };
  /** Waits for the least time and a whole window, or for the most time; answers how many windows that were. */
  const until = async (least: number, most: number) => {
    const start = performance.now();
    const completeAtStart = counter.complete;
    const windows = () => (counter.complete - completeAtStart) / window;
    const isOver = () => {
      counter.throwIfFailed();
      const elapsed = performance.now() - start;
      return elapsed > most || !counter.hasRoom || (elapsed >= least && windows() >= 1);
    };
    while (!isOver()) await wait(STEP_MS);
    return windows();
  };

  counter.onProgress();
  // The first window is sent at once: its messages wait less than those that follow one another.
  const isSteady = (await until(WARM_UP_MS.least, WARM_UP_MS.most)) >= 1;

  tell({ tell: 'measuring' });
  const start = { ...totals(counter, connections), time: counter.startLog(), cpu: cpuSeconds() };
  const windows = await until(least * 1000, longest * 1000);
  const end = { ...totals(counter, connections), time: counter.endLog(), cpu: cpuSeconds() };
  tell({ tell: 'measured' });
  const seconds = (end.time - start.time) / 1000;

  speaking = false;
  await drain(counter);
  const deliveries = (end.deliveries - start.deliveries) / seconds;
  const measured = await counter.latencies();
  const isWhole = isSteady && windows >= 1;
  const compressed = connections.some((connection) => connection.compressed);
  const result: FanOutResult = {
    kind: 'fan-out',
    deliveries,
    frames: (end.frames - start.frames) / seconds,
    bytes: (end.bytes - start.bytes) / seconds,
    ...(isWhole ? measured : byRate(window, deliveries / members)),
    windows: isWhole ? windows : 0,
    messages: counter.sent,
    seconds,
    cpu: (end.cpu - start.cpu) / seconds,
    compressed,
  };
  for (const connection of connections) connection.destroy();
  return result;
}

/** By Little's law: in a closed loop the mean latency is what is under way, divided by the messages a second. */
function byRate(window: number, messages: number): { echo: Latency; everybody: Latency } {
  const mean = (window / messages) * 1000;
  return { echo: { p50: mean, p99: mean }, everybody: { p50: mean, p99: mean } };
}

/** Only counts. */
export async function runDigest(job: DigestJob): Promise<DigestResult> {
  const counter = new Counter(job.target.dialect, job.members);
  // The blaster begins as soon as everybody is there.
  const connections = await enterAll(job.target, job.members, (member) => counter.listenerOf(member));
  await wait(DIGEST_WARM_UP_MS);
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

function totals(counter: Counter, connections: readonly Connection[]) {
  return {
    deliveries: counter.deliveries,
    frames: connections.reduce((sum, { frames }) => sum + frames, 0),
    bytes: connections.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
