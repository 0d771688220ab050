// The load: a process of its own, started by bench/run.ts, that does one job and ends.
import { runEcho } from './echo.ts';
import { runDigest, runFanOut } from './fan-out.ts';
import type { Job, Report, Result } from './jobs.ts';
import { runJoinStorm } from './join-storm.ts';
import { runOpen } from './open.ts';

function tell(report: Report): void {
  process.send?.(report);
}

function run(job: Job): Promise<Result> {
  switch (job.kind) {
    case 'fan-out':
      return runFanOut(job, tell);
    case 'echo':
      return runEcho(job, tell);
    case 'open':
      return runOpen(job, tell);
    case 'digest':
      return runDigest(job);
    case 'join':
      return runJoinStorm(job);
    default:
      return job satisfies never;
  }
}

process.once('message', (job: Job) => {
  run(job).then(
    (result) => tell({ tell: 'done', result }),
    (error: unknown) =>
      tell({ tell: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
// Nothing is left running when who started it is gone.
process.once('disconnect', () => process.exit(1));
