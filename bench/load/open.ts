import { setTimeout as wait } from 'node:timers/promises';
import { Counter } from './counter.ts';
import { chatCommand } from './dialect.ts';
import { drain } from './drain.ts';
import { everybody } from './everybody.ts';
import type { OpenJob, OpenResult, Report } from './jobs.ts';
import { cpuSeconds } from './statistics.ts';
import { senderOf } from './turns.ts';

const WARM_UP_MS = 700;
/** The code of a server must have run some hundred times to be fast; a slow beat alone would take minutes. */
const WARM_UP_RATE = 100;
/** A server that is so many seconds of messages behind does not hold the rate, and gets no more of them. */
const MAX_BEHIND_SECONDS = 0.5;
/** It then gets so long to show what it can do instead. */
const BEHIND_MS = 1_000;

/**
 * Members speak at a beat of their own. Each time counts from the beat, not from the sending: a message that the
 * generator, or a server that takes nothing more, holds up is late from its beat on.
 */
export async function runOpen(job: OpenJob, tell: (report: Report) => void): Promise<OpenResult> {
  const { target, members, rate, bytes, samples } = job;
  const counter = new Counter(target.dialect, members);
  const connections = await everybody(target, members, (member) => counter.listenerOf(member));
  const isBehind = () => counter.sent - counter.complete > Math.max(100, rate * MAX_BEHIND_SECONDS);

  /** Speaks for so long, at a rate; falls silent and answers false where the server is behind. */
  const speak = async (perSecond: number, milliseconds: number) => {
    const start = performance.now();
    const beats = Math.floor((perSecond * milliseconds) / 1000);
    let beat = 0;
    while (beat < beats && !isBehind()) {
      counter.throwIfFailed();
      const now = performance.now();
      for (; beat < beats && start + (beat * 1000) / perSecond <= now; beat += 1) {
        const number = counter.nextNumber(start + (beat * 1000) / perSecond);
        const n = Math.floor(number / members) + 1;
        connections[senderOf(number, members)]?.send(chatCommand(target.dialect, number, n, bytes));
      }
      await wait(1);
    }
    await wait(Math.max(0, start + milliseconds - performance.now()));
    return beat === beats;
  };

  await speak(Math.max(rate, WARM_UP_RATE), WARM_UP_MS);
  // Cold code may have fallen behind; that is not what is measured.
  await drain(counter);
  tell({ tell: 'measuring' });
  const start = {
    sent: counter.sent,
    complete: counter.complete,
    time: counter.startLog(),
    cpu: cpuSeconds(),
  };
  const spoken = await speak(rate, isBehind() ? BEHIND_MS : job.seconds * 1000);
  const end = { sent: counter.sent, complete: counter.complete, time: performance.now(), cpu: cpuSeconds() };
  tell({ tell: 'measured' });
  const seconds = (end.time - start.time) / 1000;
  // What is under way when the beat ends counts as well: the slowest would else be left out.
  const held = spoken && !isBehind() && (await isDrained(counter));
  counter.endLog();
  const { from, to } = held ? { from: start.sent, to: end.sent } : { from: start.complete, to: end.complete };
  return {
    kind: 'open',
    messages: (to - from) / seconds,
    times: held ? await timesOf(counter, members, samples) : null,
    seconds,
    cpu: (end.cpu - start.cpu) / seconds,
  };
}

/** Where the rate was held, all that is under way arrives soon. */
async function isDrained(counter: Counter): Promise<boolean> {
  await drain(counter);
  return counter.complete === counter.sent;
}

async function timesOf(counter: Counter, members: number, samples: number): Promise<OpenResult['times']> {
  const { echo, everybody } = await counter.latencies();
  const sampled = Array.from({ length: samples }, (_, index) => Math.floor((index * members) / samples));
  return { delivery: counter.deliveryTo(sampled), echo, everybody };
}
