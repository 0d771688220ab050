import { type ChildProcess, fork } from 'node:child_process';
import type { BlasterJob, BlasterReport } from './blaster.ts';
import type { Job, Report, Result } from './jobs.ts';

/** Longest a job may take. */
const JOB_MS = 180_000;

/** Called when all members are in, and at both ends of the measured part. */
type Watch = { onEntered?: () => void; onMeasuring?: () => void; onMeasured?: () => void };

/** Does one job in a generator process of its own. */
export async function runJob<J extends Job>(
  job: J,
  watch: Watch = {},
): Promise<Extract<Result, Pick<J, 'kind'>>> {
  const child = start('generator.ts');
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no result after ${JOB_MS / 1000} s`)), JOB_MS);
      child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
      child.once('exit', () => clearTimeout(timer));
      child.on('message', (report: Report) => {
        if (report.tell === 'entered') watch.onEntered?.();
        else if (report.tell === 'measuring') watch.onMeasuring?.();
        else if (report.tell === 'measured') watch.onMeasured?.();
        else if (report.tell === 'failed') reject(new Error(report.message));
        else if (isOf(job, report.result)) resolve(report.result);
        else reject(new Error(`unable to use a result of kind ${report.result.kind}`));
      });
      child.send(job);
    });
  } finally {
    await end(child);
  }
}

function isOf<J extends Job>(job: J, result: Result): result is Extract<Result, Pick<J, 'kind'>> {
  return result.kind === job.kind;
}

/** A server that only sends, in a process of its own. */
export async function startBlaster(job: BlasterJob): Promise<{ port: number; close(): Promise<void> }> {
  const child = start('blaster.ts');
  const { port } = await new Promise<BlasterReport>((resolve, reject) => {
    child.once('message', (report: BlasterReport) => resolve(report));
    child.once('exit', (code) => reject(new Error(`the blaster ended with ${code}`)));
    child.send(job);
  });
  return { port, close: () => end(child) };
}

function start(file: string): ChildProcess {
  const child = fork(new URL(file, import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await over;
}
