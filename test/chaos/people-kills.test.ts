// Three people write to each other on two devices each, and `wrangler dev` with all its processes is killed again and
// again. The short form of this, which runs with every check, is test/e2e/people-kills.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../../scripts/support.ts';
import { type LastingServer, startServer } from '../e2e/support/server.ts';
import { outlivePeople } from '../support/people-kills.ts';
import { randomFrom, seed } from './support/crowd.ts';
import { quantile, record } from './support/report.ts';
import { isFull } from './support/scale.ts';

const KILLS = 100;
const VARS = {
  RATE_CHAT: '1000000/1000000',
  RATE_CONTROL: '1000000/1000000',
  RATE_QUERY: '1000000/1000000',
  RATE_REFUSALS_PER_MINUTE: '0',
};

let server: LastingServer | undefined;
const persistTo = mkdtempSync(join(tmpdir(), 'parley-people-kills-'));
afterEach(async () => {
  await server?.kill();
  rmSync(persistTo, { recursive: true, force: true });
});

console.log(`seed ${seed}`);

it.runIf(isFull)(
  'what people wrote to each other outlives wrangler dev and everything below it',
  async () => {
    // The page is of no concern here, but its folder must be there.
    mkdirSync(`${root}web/dist`, { recursive: true });
    const start = async () => {
      server = await startServer({ persistTo, vars: VARS });
    };
    await start();
    const mortal = {
      url: () => server?.url ?? expect.unreachable('no server'),
      kill: () => server?.kill() ?? Promise.resolve(),
      restart: start,
    };
    const { messages, receipts, resyncs, backAfter } = await outlivePeople(
      mortal,
      KILLS,
      randomFrom(`people ${seed}`),
    );
    record({
      order: 12,
      title: 'The server killed: direct messages',
      lines: [
        `${KILLS} kills (seed ${seed}) of all processes of wrangler dev; three people on two devices each.`,
        `${messages} direct messages, ${receipts} of them with a receipt before the last kill; ${resyncs} snapshots ` +
          'in the place of a resume. Each is in both logs and on every device, once and in order.',
        `From the start of the server until everybody was back: p50 ${quantile(backAfter, 0.5).toFixed(0)} ms, ` +
          `most ${Math.max(...backAfter).toFixed(0)} ms.`,
      ],
    });
    expect(receipts).toBeGreaterThan(KILLS);
  },
);
