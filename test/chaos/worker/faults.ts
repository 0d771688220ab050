import { fromPlatform, shownAt, toPlatform } from './clock.ts';
import type { Death, Fault } from './orders.ts';

/** What a room's object has been through and what it has before it. Outlives the object: it is kept by the process. */
export class Trials {
  lives = 0;
  syncs = 0;
  alarms = 0;
  purges = 0;
  readonly faults: Record<string, number> = {};
  readonly calls: Record<string, number> = {};
  /** Operations until it happens, by fault. */
  readonly due = new Map<Fault, number>();
  /** What the object believes its alarm to be, ms by the moved clock; null: none, or it has gone off. */
  alarmAt: number | null = null;
  /** The key of the picture that was announced last. */
  picture = '';
  poison: string | null = null;
  alarmsToDrop = 0;
  deaths: { times: number; when: Death } = { times: 0, when: 'before' };

  /** Counts an operation at which a fault may happen. True: now. */
  strikes(fault: Fault): boolean {
    const left = this.due.get(fault);
    if (left === undefined) return false;
    if (left > 0) {
      this.due.set(fault, left - 1);
      return false;
    }
    this.due.delete(fault);
    this.note(fault);
    return true;
  }

  note(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }
}

const put = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, { value, configurable: true });
const never = new Promise<never>(() => {});
const isWrite = (statement: string) => /^\s*(insert|update|delete)/i.test(statement);

/** Puts the faults between an object and its platform. Answers the platform's own way to the alarm. */
export function breakPlatform(ctx: DurableObjectState, trials: Trials) {
  const { storage } = ctx;
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const transaction = storage.transactionSync.bind(storage);
  const sync = storage.sync.bind(storage);
  const getAlarm = storage.getAlarm.bind(storage);
  const setAlarm = storage.setAlarm.bind(storage);
  const deleteAlarm = storage.deleteAlarm.bind(storage);
  const deleteAll = storage.deleteAll.bind(storage);
  const pinged = ctx.getWebSocketAutoResponseTimestamp.bind(ctx);
  /** Writes of the transaction under way; null: there is none. */
  let writes: number | null = null;

  put(sql, 'exec', (statement: string, ...bindings: unknown[]) => {
    if (isWrite(statement)) {
      const { poison } = trials;
      if (poison !== null && bindings.some((value) => typeof value === 'string' && value.includes(poison))) {
        trials.note('poison');
        throw new Error('the statement fails on purpose: poison');
      }
      if (trials.strikes('statement')) throw new Error('the statement fails on purpose');
      if (writes !== null && writes > 0 && trials.strikes('middle'))
        throw new Error('the transaction fails on purpose');
      if (writes !== null) writes += 1;
    }
    return exec(statement, ...bindings);
  });
  put(storage, 'transactionSync', (run: () => unknown) =>
    transaction(() => {
      writes = 0;
      try {
        return run();
      } finally {
        writes = null;
      }
    }),
  );
  put(storage, 'sync', async () => {
    trials.syncs += 1;
    if (trials.strikes('abort')) {
      ctx.abort('reset on purpose');
      await never;
    }
    if (trials.strikes('hang')) {
      setTimeout(() => ctx.abort('reset on purpose after a commit that hung'), 30);
      await never;
    }
    await sync();
    if (trials.strikes('sync')) throw new Error('the disk fails on purpose');
  });
  put(storage, 'getAlarm', async () => {
    const at = await getAlarm();
    return at === null ? null : (trials.alarmAt ?? fromPlatform(at));
  });
  put(storage, 'setAlarm', async (at: number | Date) => {
    if (trials.alarmsToDrop > 0) {
      trials.alarmsToDrop -= 1;
      trials.note('lost alarm');
      return;
    }
    trials.alarmAt = Number(at);
    await setAlarm(Math.max(1, toPlatform(Number(at))));
  });
  put(storage, 'deleteAll', async () => {
    trials.purges += 1;
    await deleteAll();
  });
  put(ctx, 'getWebSocketAutoResponseTimestamp', (socket: WebSocket) => {
    const at = pinged(socket);
    return at === null ? null : new Date(shownAt(at.getTime()));
  });
  return { setAlarm, deleteAlarm, exec };
}
