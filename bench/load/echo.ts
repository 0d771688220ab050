import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { chatCommand } from './dialect.ts';
import { everybody } from './everybody.ts';
import type { EchoJob, EchoResult, Report } from './jobs.ts';
import { Scanner } from './scanner.ts';
import { cpuSeconds, latencyOf } from './statistics.ts';

const MAX_MESSAGES = 1 << 20;
const WARM_UP_MS = 400;
/** Without an echo for so long something is lost. */
const STANDSTILL_MS = 2_000;

/** Each member speaks again as soon as it hears its own message, whatever the others do. */
export async function runEcho(job: EchoJob, tell: (report: Report) => void): Promise<EchoResult> {
  const { target, members, bytes } = job;
  const connections: Connection[] = [];
  const speakers: number[] = [];
  const sentAt: number[] = [];
  /** Commands of each member. */
  const spoken = new Array<number>(members).fill(0);
  let failure: Error | null = null;
  let heardAt = performance.now();
  let times: number[] = [];

  const speak = (member: number) => {
    const number = sentAt.length;
    if (number >= MAX_MESSAGES) return;
    const n = (spoken[member] ?? 0) + 1;
    spoken[member] = n;
    speakers.push(member);
    sentAt.push(performance.now());
    connections[member]?.send(chatCommand(target.dialect, number, n, bytes));
  };
  const listenerOf = (member: number) => {
    const scanner = new Scanner(MAX_MESSAGES);
    let seen = 0;
    return {
      onFrame: () => scanner.begin(false),
      onPayload: (part: Buffer, isLast: boolean) => {
        scanner.take(part, isLast);
        for (; seen < scanner.count; seen += 1) {
          const number = scanner.order[seen] ?? -1;
          if (speakers[number] !== member) continue;
          heardAt = performance.now();
          times.push(heardAt - (sentAt[number] ?? 0));
          speak(member);
        }
      },
      onClose: (reason: string) => {
        failure ??= new Error(`unable to go on; member ${member} was cut off: ${reason}`);
      },
    };
  };

  const goOn = async (milliseconds: number) => {
    await wait(milliseconds);
    if (failure !== null) throw failure;
    if (performance.now() - heardAt > STANDSTILL_MS) throw new Error('an echo is missing');
  };

  connections.push(...(await everybody(target, members, listenerOf)));
  for (const member of connections.keys()) speak(member);
  await goOn(WARM_UP_MS);
  times = [];
  tell({ tell: 'measuring' });
  const start = { time: performance.now(), cpu: cpuSeconds() };
  await goOn(job.seconds * 1000);
  const end = { time: performance.now(), cpu: cpuSeconds() };
  tell({ tell: 'measured' });
  const seconds = (end.time - start.time) / 1000;
  return {
    kind: 'echo',
    messages: times.length / seconds,
    echo: latencyOf(times),
    seconds,
    cpu: (end.cpu - start.cpu) / seconds,
  };
}
