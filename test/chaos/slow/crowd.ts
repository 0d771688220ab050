import { fork } from 'node:child_process';
import type { Member, Place } from './member.ts';

/** What a crowd is asked. */
export type Ask =
  | { readonly do: 'join'; readonly place: Place; readonly count: number }
  | { readonly do: 'pause' | 'resume' | 'count' }
  | { readonly do: 'judge'; readonly truth: readonly number[] };

/** What it answers. */
export interface Answer {
  /** Messages told to the one who was told fewest. */
  readonly least: number;
  /** What is not as it should be; judged only when asked for. */
  readonly faults: readonly string[];
  /** Over all of them. */
  readonly resumes: number;
  readonly snapshots: number;
  /** How many sockets the server closed with 4000, and with anything else. */
  readonly tooSlow: number;
  readonly otherCloses: number;
}

/** Many members in a process of their own: what they do must not take time from those who are measured. */
export interface Crowd {
  ask(ask: Ask): Promise<Answer>;
  close(): Promise<void>;
}

export function startCrowd(): Crowd {
  const child = fork(new URL('crowd-process.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const over = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', killAtExit);
      resolve();
    });
  });
  return {
    ask: (ask) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error('the crowd ended'));
        child.once('exit', ended);
        child.once('message', (answer: Answer | { readonly error: string }) => {
          child.off('exit', ended);
          if ('error' in answer) reject(new Error(answer.error));
          else resolve(answer);
        });
        child.send(ask);
      }),
    close: () => {
      child.kill('SIGKILL');
      return over;
    },
  };
}

/** What is wrong with what members were told, where `truth` is the order in which it was said to somebody who missed nothing. */
export function faultsOf(members: readonly Member[], truth: readonly number[]): string[] {
  return members.flatMap(({ order, faults }, index) => {
    const isSame = order.length === truth.length && order.every((number, at) => number === truth[at]);
    const found = isSame
      ? faults
      : [...faults, `was told ${order.length} of ${truth.length}, or in another order`];
    return found.map((fault) => `member ${index}: ${fault}`);
  });
}
