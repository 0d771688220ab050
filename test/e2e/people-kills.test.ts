// Three people write to each other on two devices each, and the server is killed again and again: every message is in
// both logs and on every device, once, in order. The long form is test/chaos/people-kills.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { outlivePeople } from '../support/people-kills.ts';
import { UNLIMITED } from './support/people.ts';
import { type LastingServer, startServer } from './support/server.ts';

const KILLS = 12;
const vars = { ...UNLIMITED, RATE_CHAT: '1000/1000', RATE_CONTROL: '1000/1000', RATE_QUERY: '1000/1000' };
const persistTo = mkdtempSync(join(tmpdir(), 'parley-people-'));
let server: LastingServer | undefined;
afterEach(async () => {
  await server?.kill();
  rmSync(persistTo, { recursive: true, force: true });
});

test('what people wrote to each other outlives the server', async () => {
  const start = async () => {
    server = await startServer({ persistTo, vars });
  };
  await start();
  const mortal = {
    url: () => server?.url ?? expect.unreachable('no server'),
    kill: () => server?.kill() ?? Promise.resolve(),
    restart: start,
  };
  const { messages, receipts } = await outlivePeople(mortal, KILLS, Math.random);
  expect(receipts).toBeGreaterThan(KILLS);
  expect(messages).toBeGreaterThanOrEqual(receipts);
}, 120_000);
