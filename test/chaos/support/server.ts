import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from '../../../bench/servers/server.ts';
import { parley } from '../../../bench/servers/variants.ts';
import { testKeys } from '../../support/keys.ts';
import { faultyWorker, productWorker } from './places.ts';

/** Nobody in these tests is a person: rates that would hold a generator up are out of the way unless a test asks for them. */
const UNLIMITED = {
  RATE_CHAT: '1000000/1000000',
  RATE_CONTROL: '1000000/1000000',
  RATE_JOIN: '1000000/1000000',
  RATE_REFUSALS_PER_MINUTE: '0',
  RATE_CREATIONS_PER_MINUTE: '0',
};

/** workerd by itself with nothing in front of it, on one port and one folder however often it is killed. */
export interface RoomServer {
  readonly url: string;
  readonly port: number;
  /** What the process uses now. */
  usage(): { memory: number; peakMemory: number; cpuSeconds: number };
  /** What all its processes printed, the last million characters of each. */
  said(): string;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on what it left behind. */
  restart(): Promise<void>;
  /** Ends it for good and deletes its folder. */
  close(): Promise<void>;
}

/** Starts the product, or the product with the means to break it. */
export async function startRoomServer(
  options: { vars?: Record<string, string>; faulty?: boolean } = {},
): Promise<RoomServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-chaos-'));
  const port = await freePort();
  const config = {
    ...parley.config,
    main: options.faulty === true ? faultyWorker : productWorker,
    no_bundle: true,
    vars: { ...parley.config.vars, ...UNLIMITED, PARLEY_KEYS: testKeys, ...options.vars },
  };
  let said = '';
  let process = await startServer(config, { folder, port });
  const kill = async () => {
    said += process.said();
    await process.close();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    usage: () => {
      const { memory, peakMemory, cpuSeconds } = process.usage();
      if (memory === null || peakMemory === null || cpuSeconds === null) {
        throw new Error('unable to read what the server uses; this test needs Linux');
      }
      return { memory, peakMemory, cpuSeconds };
    },
    said: () => said + process.said(),
    kill,
    restart: async () => {
      process = await startServer(config, { folder, port });
    },
    close: async () => {
      await process.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
