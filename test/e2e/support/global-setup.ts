import { build } from 'vite';
import { buildWorker } from '../../../scripts/build-worker.ts';
import { root } from '../../../scripts/support.ts';
import { prebuiltWorker } from './server.ts';

/** Builds the page and the Worker once; every server of the run starts from them. */
export default async function setup(): Promise<void> {
  // Under vitest NODE_ENV is "test", and the page would be built with the libraries' slow halves for developers.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  await build({ configFile: `${root}web/vite.config.ts`, logLevel: 'warn' });
  process.env.NODE_ENV = before;
  await buildWorker(prebuiltWorker);
}
