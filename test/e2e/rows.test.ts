import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { makeRoom, Talker, until } from '../support/talker.ts';
import { type LastingServer, startServer } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-rows-'));
let server: LastingServer | undefined;
let talkers: Talker[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of the log, and messages in them, as they lie on disk. */
function rowsOnDisk(): { rows: number; messages: number } {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sqlite'),
  );
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file), { readOnly: true });
    try {
      const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'segments'").all();
      if (tables.length === 0) continue;
      const counted = database
        .prepare('SELECT COUNT(*) AS rows, SUM(history) AS messages FROM segments')
        .get();
      return { rows: Number(counted?.rows), messages: Number(counted?.messages) };
    } finally {
      database.close();
    }
  }
  throw new Error('no room on disk');
}

it('writes far fewer rows than messages when everybody talks at once', async () => {
  server = await startServer({ persistTo: folder, vars: { RATE_CHAT: '100000/100000' } });
  const { code } = await makeRoom(server.url);
  const { url } = server;
  talkers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => Talker.join(url, code, `Talker ${index}`)),
  );
  const before = rowsOnDisk();
  const each = 250;
  for (let count = 0; count < each; count += 1) for (const talker of talkers) talker.say(`message ${count}`);
  await until('everything is settled', () => talkers.every((talker) => talker.unsettled === 0));
  const after = rowsOnDisk();
  expect(after.messages - before.messages).toBe(each * talkers.length);
  expect((after.rows - before.rows) / (each * talkers.length)).toBeLessThan(0.1);
}, 60_000);
