import { text } from 'node:stream/consumers';
import { ended, startTool, tools } from './support.ts';

/** Bundles the Worker into `folder` as a deploy would, without deploying. The page must have been built. */
export async function buildWorker(folder: string): Promise<void> {
  const build = startTool(tools.wrangler, ['deploy', '--dry-run', '--minify', '--outdir', folder], {
    stdio: 'pipe',
  });
  if (!build.stdout || !build.stderr) throw new Error('unable to read what wrangler says; it has no output');
  const [code, out, err] = await Promise.all([ended(build), text(build.stdout), text(build.stderr)]);
  if (code !== 0) throw new Error(`unable to bundle the Worker; wrangler says:\n${out}${err}`);
}
