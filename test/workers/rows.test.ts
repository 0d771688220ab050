import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './support/account-server.ts';
import { ask, register } from './support/inbox-sockets.ts';
import { create, enter, join, type Member } from './support/room-sockets.ts';

/** Rows that all objects write, as the platform bills them: each row of each statement, and each alarm that is set. */
const written = { rows: 0, alarms: 0 };
let restore = () => {};

async function countRows(code: string): Promise<void> {
  await runInDurableObject(env.ROOMS.getByName(code), (_room, { storage }: DurableObjectState) => {
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
    const own = Object.getPrototypeOf(storage) as DurableObjectStorage;
    const { exec } = sql;
    const { setAlarm } = own;
    sql.exec = function (this: SqlStorage, ...args: Parameters<SqlStorage['exec']>) {
      const cursor = exec.apply(this, args);
      written.rows += cursor.rowsWritten;
      return cursor;
    } as SqlStorage['exec'];
    own.setAlarm = function (
      this: DurableObjectStorage,
      ...args: Parameters<DurableObjectStorage['setAlarm']>
    ) {
      written.alarms += 1;
      return setAlarm.apply(this, args);
    };
    restore = () => {
      sql.exec = exec;
      own.setAlarm = setAlarm;
    };
  });
  reset();
}

const reset = () => {
  written.rows = 0;
  written.alarms = 0;
};
const total = () => written.rows + written.alarms;
const alarmOf = (code: string) =>
  runInDurableObject(env.ROOMS.getByName(code), (_room, { storage }: DurableObjectState) =>
    storage.getAlarm(),
  );

beforeEach(async () => {
  await emptyTables();
  reset();
});
afterEach(() => restore());

describe('rows written', () => {
  it('are at most one in five minutes while members are silent', async () => {
    const { code } = await create();
    const members = await Promise.all(
      Array.from({ length: 5 }, (_, index) => enter(code, `Member ${index}`)),
    );
    await countRows(code);
    members[0]?.socket.send('ping');
    expect(total()).toBe(0);
    const before = Date.now();
    expect(await runDurableObjectAlarm(env.ROOMS.getByName(code))).toBe(true);
    expect(total()).toBe(1);
    expect(await alarmOf(code)).toBeGreaterThanOrEqual(before + 300_000 - 1_000);
  });

  it('are none, and no alarm stands, in a room that stays and has nobody in it', async () => {
    const { code } = await create({ whenEmpty: 'stay' });
    const member = await enter(code, 'Member');
    const closed = new Promise((resolve) => member.socket.addEventListener('close', resolve));
    member.send({ t: 'member.leave', n: 1 });
    await closed;
    await countRows(code);
    // The last look for the dead finds nobody to look after.
    await runDurableObjectAlarm(env.ROOMS.getByName(code));
    expect(total()).toBe(0);
    expect(await alarmOf(code)).toBeNull();
  });

  it('are six for a guest who comes in and three who leaves; with an account three and two more', async () => {
    const ada = await register('ada');
    const { code } = await create();
    const first = await enter(code, 'First');
    /** Rows of what is done now, with what follows from it. */
    const cost = async (act: () => Promise<Member>): Promise<[rows: number, member: Member]> => {
      reset();
      const member = await act();
      await expect
        .poll(() =>
          runInDurableObject(env.ROOMS.getByName(code), (_room, { storage }: DurableObjectState) =>
            storage.sql.exec("SELECT 1 FROM state WHERE tbl IN ('effects', 'deadlines')").toArray(),
          ),
        )
        .toEqual([]);
      return [written.rows, member];
    };
    const leaving = (member: Member) => async () => {
      member.send({ t: 'member.leave', n: 1 });
      const isTold = (text: string) => text.includes('member.left') && text.includes(member.id);
      await first.next((frame) => isTold(JSON.stringify(frame)));
      return member;
    };
    await countRows(code);
    const [forGuest, guest] = await cost(() => enter(code, 'Guest'));
    const [withAccount, device] = await cost(async () => {
      const response = await ask(ada.token, 'POST', `/v1/rooms/${code}/join`, {});
      const { ticket } = (await response.json()) as { ticket: string };
      return join(code, ticket);
    });
    // Which devices the account has here; that its object is to be told, and that it was.
    expect([forGuest, withAccount]).toEqual([6, 9]);
    const [guestLeft] = await cost(leaving(guest));
    const [left] = await cost(leaving(device));
    expect([guestLeft, left]).toEqual([3, 5]);
  });

  it('are none for a code that names no room', async () => {
    const { code } = await create();
    await countRows(code);
    const stub = env.ROOMS.getByName('zzz-zzzz-zzz');
    expect(await stub.status()).toMatchObject({ ok: false, error: { code: 'room_not_found' } });
    expect(total()).toBe(0);
  });
});
