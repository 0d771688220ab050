import { type ChildProcess, fork } from 'node:child_process';
import type { Flood, FloodReport, FloodResult } from './jobs.ts';
import type { Target } from './wire.ts';

/** Starts one of the files beside this one as a process that ends with this one. */
export function startChild(file: string): ChildProcess {
  const child = fork(new URL(file, import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  return child;
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await over;
}

/** The next message that a child sends for which `pick` has an answer. Rejects when the child fails or ends first. */
export function nextFrom<M, T>(child: ChildProcess, pick: (message: M) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off('message', hear);
      child.off('exit', end);
    };
    const hear = (message: M) => {
      const failed = message as { readonly tell?: string; readonly message?: string };
      if (failed.tell === 'failed') {
        done();
        reject(new Error(`unable to go on with the load; ${failed.message}`));
        return;
      }
      const picked = pick(message);
      if (picked === undefined) return;
      done();
      resolve(picked);
    };
    const end = (code: number | null) => {
      done();
      reject(new Error(`the load's process ended with ${code}`));
    };
    child.on('message', hear);
    child.once('exit', end);
  });
}

/** A flood that flows. */
export interface Flowing {
  /** Stops it, and answers what became of it. Ends the process. */
  stop(): Promise<FloodResult>;
  /** Ends it without asking. */
  kill(): Promise<void>;
}

/** Starts a flood in a process of its own; resolves when it flows. */
export async function startFlood(target: Target, flood: Flood): Promise<Flowing> {
  const child = startChild('flooder.ts');
  const result = nextFrom(child, (report: FloodReport) =>
    report.tell === 'result' ? report.result : undefined,
  );
  result.catch(() => undefined);
  const flows = nextFrom(child, (report: FloodReport) => (report.tell === 'flowing' ? true : undefined));
  child.send({ target, flood });
  await flows;
  return {
    kill: () => endChild(child),
    stop: async () => {
      child.send('stop');
      try {
        return await result;
      } finally {
        await endChild(child);
      }
    },
  };
}

/** Starts a server that does nothing, in a process of its own. */
export async function startSink(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const child = startChild('sink.ts');
  const port = await nextFrom(child, (report: FloodReport) =>
    report.tell === 'listening' ? report.port : undefined,
  );
  return { port, close: () => endChild(child) };
}
