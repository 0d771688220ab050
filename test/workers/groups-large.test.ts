import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GroupRole } from '../../src/protocol/index.ts';
import { emptyTables } from './support/account-server.ts';
import { type Enlisted, enlist } from './support/crowd.ts';
import { come, enrol, found, hear, look, room, say, settle } from './support/groups.ts';

beforeEach(emptyTables);

describe('a group of 5,000', () => {
  /** As if 4,998 people had come over the years. */
  async function fill(code: string): Promise<void> {
    await runInDurableObject(room(code), (_room, { storage }: DurableObjectState) => {
      const card = { userName: null, name: 'Somebody with a name', avatar: null };
      for (let index = 0; index < 4_998; index += 1) {
        const id = `a_${String(index).padStart(22, '0')}`;
        const row = {
          person: { ...card, id },
          role: 'member' satisfies GroupRole,
          since: 1_700_000_000_000,
          read: 0,
          mentions: [],
        };
        storage.sql.exec(
          "INSERT INTO state (tbl, key, json) VALUES ('enrolled', ?, ?)",
          id,
          JSON.stringify(row),
        );
      }
    });
    await evictDurableObject(room(code), { webSockets: 'hibernate' });
  }

  let restore = () => {};
  afterEach(() => restore());

  it('writes one row for a message and none for anybody who belongs', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    await settle(code);
    await fill(code);
    const wokeAt = performance.now();
    expect(await (await look(bob, code)).json()).toMatchObject({ standing: { enrolled: 5_000 } });
    const woke = performance.now() - wokeAt;
    const [host, reader] = [await come(ada, code), await come(bob, code)];
    const written = { rows: 0, statements: 0 };
    await runInDurableObject(room(code), (_room, { storage }: DurableObjectState) => {
      const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
      const { exec } = sql;
      sql.exec = function (this: SqlStorage, ...args: Parameters<SqlStorage['exec']>) {
        const cursor = exec.apply(this, args);
        written.rows += cursor.rowsWritten;
        if (cursor.rowsWritten > 0) written.statements += 1;
        return cursor;
      } as SqlStorage['exec'];
      restore = () => {
        sql.exec = exec;
      };
    });
    // As many as one person may send at once.
    const messages = 40;
    const began = performance.now();
    for (let index = 0; index < messages; index += 1)
      expect((await say(host, `message ${index}`)).t).toBe('events');
    await hear(reader, ({ body }) => JSON.stringify(body ?? '').includes(`message ${messages - 1}`));
    const each = (performance.now() - began) / messages;
    // One row for each message; what is written now and then beside them (a checkpoint) is no more than one in ten.
    expect(written.rows).toBeGreaterThanOrEqual(messages);
    expect(written.rows).toBeLessThanOrEqual(messages * 1.1);
    console.info(
      `a group of 5,000: ${written.rows} rows for ${messages} messages, ${each.toFixed(2)} ms each, awake after ${woke.toFixed(0)} ms`,
    );
    restore();
    restore = () => {};
    expect(await (await look(bob, code)).json()).toMatchObject({ standing: { unread: messages } });
    // Nothing is left to be told to anybody but by the alarm that looks after sockets.
    await runDurableObjectAlarm(room(code));
    await settle(code);
  });
});
