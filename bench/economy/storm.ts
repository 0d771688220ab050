import { setTimeout as wait } from 'node:timers/promises';
import { inTurn, openRoom } from '../load/admission.ts';
import { chatCommand } from '../load/dialect.ts';
import type { Target } from '../load/jobs.ts';
import { cpuSeconds } from '../load/statistics.ts';
import { memberOf, type Returning } from './returning.ts';

/** What came of a thousand connections that broke at one instant. */
export type Storm = {
  /** Seconds from the break until the last one was let in again. */
  back: number;
  /** Seconds from the break until the last one had all that was said meanwhile; no number where somebody never had. */
  complete: number;
  /** Members to whom the server said that they had missed nothing. */
  recovered: number;
  /** Messages that somebody lacks, over all members. */
  lost: number;
  /** The generator's processor time as a share of one core. */
  cpu: number;
};

const ENTERING = 50;
/** Connections on their way at any moment; the system queues no more of them. */
const RETURNING = 1000;
/** Said while nobody is there but the speaker. */
const SAID_ALONE = 50;
/** Said while they come back, one each 5 ms. */
const SAID_MEANWHILE = 50;
const SAID = SAID_ALONE + SAID_MEANWHILE;
const EVERY_MS = 5;
const TEXT_BYTES = 100;
/** Longest wait for what is still to come, from when all are back. */
const REST_MS = 20_000;
/** Without recovery nothing more will come; this long is enough to see that. */
const REST_WITHOUT_MS = 1_000;

/** Breaks the connections of all members but the one who speaks on, and lets them come back at full speed. */
export async function runStorm(target: Target, count: number): Promise<Storm> {
  const room = await openRoom(target, count + 1);
  // One message is said before the break.
  const newMember = () => memberOf(room, SAID + 1);
  const speaker = newMember();
  const members = Array.from({ length: count }, newMember);
  await speaker.enter();
  await inTurn(count, ENTERING, (index) => members[index]?.enter() ?? Promise.resolve());
  say(speaker, 0);
  await until(() => members.every(({ heard }) => heard === 1), REST_MS);

  const cpu = cpuSeconds();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  let complete = Number.NaN;
  const waiting = new Set(members);
  for (const member of members) {
    member.onHeard = () => {
      if (member.heard <= SAID || !waiting.delete(member)) return;
      if (waiting.size === 0) complete = seconds();
    };
    member.drop();
  }
  for (let number = 1; number <= SAID_ALONE; number += 1) say(speaker, number);
  await until(() => speaker.heard === SAID_ALONE + 1, REST_MS);
  const saying = speakOn(speaker);
  await inTurn(count, RETURNING, (index) => members[index]?.enter() ?? Promise.resolve());
  const back = seconds();
  await saying;
  await until(() => waiting.size === 0, target.dialect === 'parley' ? REST_MS : REST_WITHOUT_MS);
  const used = (cpuSeconds() - cpu) / seconds();

  await Promise.all(members.map((member) => member.check()));
  const lost = members.reduce((sum, { heard }) => sum + SAID + 1 - heard, 0);
  for (const member of [speaker, ...members]) member.drop();
  return {
    back,
    complete,
    recovered: members.filter(({ recovered }) => recovered).length,
    lost,
    cpu: used,
  };
}

function say(speaker: Returning, number: number): void {
  speaker.send(chatCommand(speaker.dialect, number, number + 1, TEXT_BYTES));
}

async function speakOn(speaker: Returning): Promise<void> {
  for (let number = SAID_ALONE + 1; number <= SAID; number += 1) {
    say(speaker, number);
    await wait(EVERY_MS);
  }
}

/** Waits for something, or for so long. */
async function until(isSo: () => boolean, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  while (!isSo() && performance.now() < deadline) await wait(5);
}
