import { build } from 'vite';
import { buildWorker } from '../../../scripts/build-worker.ts';
import { root } from '../../../scripts/support.ts';
import { prebuiltWorker } from './server.ts';

/** Builds the page and the Worker once; every server of the run starts from them. */
export default async function setup(): Promise<void> {
  await build({ configFile: `${root}web/vite.config.ts`, logLevel: 'warn' });
  await buildWorker(prebuiltWorker);
}
