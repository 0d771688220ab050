import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './support/account-server.ts';
import { befriend, type Enlisted, enlist, stub } from './support/crowd.ts';
import { connect, type Device } from './support/inbox-sockets.ts';
import type { Frame } from './support/room-sockets.ts';

/** Rows that all objects write and alarms that they set, and rows in D1, as the platform bills them. */
const written = { rows: 0, alarms: 0, directory: 0 };
const reset = () => Object.assign(written, { rows: 0, alarms: 0, directory: 0 });
let restore: (() => void)[] = [];

/** Puts something in the place of a method, until the test is over. */
function replace<T extends object, K extends keyof T & string>(
  of: T,
  name: K,
  by: (own: T[K]) => T[K],
): void {
  const own = of[name];
  of[name] = by(own);
  restore.push(() => {
    of[name] = own;
  });
}

async function countRows(of: Enlisted): Promise<void> {
  await runInDurableObject(stub(of.id), (_object, { storage }: DurableObjectState) => {
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
    replace(
      sql,
      'exec',
      (exec) =>
        function (this: SqlStorage, ...args: Parameters<SqlStorage['exec']>) {
          const cursor = exec.apply(this, args);
          written.rows += cursor.rowsWritten;
          return cursor;
        } as SqlStorage['exec'],
    );
    const own = Object.getPrototypeOf(storage) as DurableObjectStorage;
    replace(
      own,
      'setAlarm',
      (setAlarm) =>
        function (this: DurableObjectStorage, ...args: Parameters<DurableObjectStorage['setAlarm']>) {
          written.alarms += 1;
          return setAlarm.apply(this, args);
        },
    );
  });
  const statement = Object.getPrototypeOf(env.ACCOUNTS.prepare('SELECT 1')) as D1PreparedStatement;
  replace(
    statement,
    'run',
    (run) =>
      async function (this: D1PreparedStatement) {
        const result = await run.call(this);
        written.directory += result.meta.rows_written;
        return result;
      } as D1PreparedStatement['run'],
  );
  reset();
}

/** What objects have still to do. */
const waiting = async (...people: readonly Enlisted[]): Promise<number> => {
  const counts = await Promise.all(
    people.map(({ id }) =>
      runInDurableObject(
        stub(id),
        (_object, { storage }: DurableObjectState) =>
          storage.sql.exec("SELECT 1 FROM state WHERE tbl IN ('effects', 'outgoing')").toArray().length,
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};
const quiet = (...people: readonly Enlisted[]) => expect.poll(() => waiting(...people)).toBe(0);

const told =
  (t: string, is: (event: Frame) => boolean = () => true) =>
  (frame: Frame): boolean =>
    ((frame.events ?? []) as Frame[]).some((event) => event.t === t && is(event));

let ada: Enlisted;
let ben: Enlisted;
let adas: Device;
let bens: Device;

beforeEach(async () => {
  await emptyTables();
  [ada, ben] = (await enlist('ada', 'ben')) as [Enlisted, Enlisted];
  await befriend(ada, ben);
  adas = await connect(ada.token);
  bens = await connect(ben.token);
  await quiet(ada, ben);
  await countRows(ada);
});
afterEach(() => {
  for (const put of restore) put();
  restore = [];
});

const send = (n: number) =>
  adas.send({ t: 'direct.send', n, to: ben.id, body: { kind: 'text', text: `text ${n}` } });

/** Direct messages sent at once; a person may send 40. */
const MANY = 30;

// What docs/operations.md says of costs.
describe('rows written', () => {
  it('are at most 16 for a direct message, its way and its tick, and 10 more where it is read', async () => {
    // The first one makes the rows of the conversation and of the link.
    send(1);
    await adas.next(told('direct.receipt'));
    await quiet(ada, ben);
    reset();
    send(2);
    await adas.next(told('direct.receipt', ({ delivered }) => delivered === 2));
    await quiet(ada, ben);
    expect(written.rows).toBeGreaterThan(0);
    expect(written.rows).toBeLessThanOrEqual(16);
    reset();
    bens.send({ t: 'direct.read', n: 1, with: ada.id, upTo: 2 });
    await adas.next(told('direct.receipt', ({ read }) => read === 2));
    await quiet(ada, ben);
    expect(written.rows).toBeLessThanOrEqual(10);
    reset();
    for (let n = 3; n < 3 + MANY; n += 1) send(n);
    await adas.next(told('direct.receipt', ({ delivered }) => delivered === 2 + MANY));
    await quiet(ada, ben);
    expect(written.rows).toBeLessThanOrEqual(9 * MANY);
    // An alarm is set for what failed, not for what is under way; and the directory knows nothing of messages.
    expect(written).toMatchObject({ alarms: 0, directory: 0 });
  });

  it('are five, and two in the directory, where presence changes, and none in between', async () => {
    adas.send({ t: 'presence.set', state: 'away' });
    await bens.next(told('presence.changed', ({ status }) => status === 'away'));
    await quiet(ada, ben);
    expect(written.rows).toBeLessThanOrEqual(5);
    expect(written.directory).toBeGreaterThan(0);
    expect(written.directory).toBeLessThanOrEqual(2);
    reset();
    for (let n = 0; n < 20; n += 1) adas.socket.send('ping');
    adas.send({ t: 'presence.set', state: 'away' });
    await quiet(ada, ben);
    expect(written).toEqual({ rows: 0, alarms: 0, directory: 0 });
  });
});
