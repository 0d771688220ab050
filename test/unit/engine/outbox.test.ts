import { beforeEach, describe, expect, test } from 'vitest';
import { addEffects, effectTable, nextDue } from '../../../src/engine/deadlines.ts';
import { type Executor, gathering, Outbox, type OutboxLimits } from '../../../src/engine/outbox.ts';
import { State } from '../../../src/engine/state.ts';

describe('the outbox', () => {
  let state: State;
  let outbox: Outbox;
  let limits: OutboxLimits | undefined;
  let ran: string[];
  let changes: number;
  let performed: object[];
  let execute: Executor;
  beforeEach(() => {
    performed = [];
    state = new State();
    ran = [];
    changes = 0;
    execute = () => Promise.resolve();
    limits = undefined;
    outbox = make();
  });
  const make = (more: Readonly<Record<string, Executor>> = {}) =>
    new Outbox({
      state,
      executors: {
        work: (data, id, attempts) => {
          ran.push(`${id} ${JSON.stringify(data)}`);
          return execute(data, id, attempts);
        },
        ...more,
      },
      log: () => {},
      changed: () => {
        changes += 1;
      },
      perform: ({ command, data }) => {
        performed.push({ command, data, known: row('a') !== undefined, changes });
      },
      ...(limits === undefined ? {} : { limits }),
    });
  const add = (id: string, kind = 'work') => addEffects(state, [{ id, kind, data: { id } }], 1_000);
  const row = (id: string) => state.table(effectTable).get(id);
  /** What the object does after a commit. */
  const run = async (now: number) => {
    outbox.start(outbox.due(now), now);
    await outbox.idle(60_000);
  };
  const due = (now: number) => nextDue(state, now, (id) => outbox.isUnderWay(id));

  test('carries out what is there, once, and forgets it', async () => {
    add('a');
    await run(1_000);
    expect(ran).toEqual(['a {"id":"a"}']);
    expect(row('a')).toBeUndefined();
    expect(changes).toBe(1);
    await run(1_000);
    expect(ran).toHaveLength(1);
  });

  test('does what comes of an effect in the turn that forgets it', async () => {
    execute = () => Promise.resolve({ command: 'thing.made', data: { code: 'x' } });
    add('a');
    await run(1_000);
    // The effect is forgotten already, and nothing can have been committed in between.
    expect(performed).toEqual([{ command: 'thing.made', data: { code: 'x' }, known: false, changes: 0 }]);
    expect(changes).toBe(1);
  });

  test('tells an executor how often it was tried in vain', async () => {
    const tries: number[] = [];
    execute = (_data, _id, attempts) => {
      tries.push(attempts);
      if (attempts < 2) return Promise.reject(new Error('not reachable'));
      return Promise.resolve({ command: 'thing.failed', data: {} });
    };
    add('a');
    for (const now of [1_000, 3_000, 7_000]) await run(now);
    expect(tries).toEqual([0, 1, 2]);
    expect(performed).toMatchObject([{ command: 'thing.failed' }]);
    expect(row('a')).toBeUndefined();
  });

  test('tries again what failed, later each time, and at least every hour', async () => {
    execute = () => Promise.reject(new Error('not reachable'));
    add('a');
    let now = 1_000;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 15; attempt += 1) {
      await run(now);
      expect(row('a')?.attempts).toBe(attempt);
      const at = row('a')?.at ?? 0;
      waits.push(at - now);
      await run(at - 1);
      expect(ran).toHaveLength(attempt);
      expect(due(now)).toBe(at);
      now = at;
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...waits)).toBe(3_600_000);
    execute = () => Promise.resolve();
    await run(now);
    expect(row('a')).toBeUndefined();
  });

  test('does not begin again what is still under way', async () => {
    let finish = () => {};
    execute = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    add('a');
    const first = run(1_000);
    outbox.start(outbox.due(1_000), 1_000);
    expect(ran).toHaveLength(1);
    // However long it takes, the alarm looks again later and not at once.
    expect(due(90_000)).toBe(120_000);
    finish();
    await first;
    expect(row('a')).toBeUndefined();
  });

  test('does at most four things at a time, and all of them in the end', async () => {
    let underWay = 0;
    let most = 0;
    execute = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay -= 1;
    };
    for (let index = 0; index < 11; index += 1) add(`e${index}`);
    while (state.table(effectTable).size > 0) await run(1_000);
    expect(ran).toHaveLength(11);
    expect(most).toBe(4);
    expect(state.table(effectTable).size).toBe(0);
  });

  test('is not held up by those of one kind that hang', async () => {
    execute = () => new Promise(() => {});
    for (let index = 0; index < 9; index += 1) add(`e${index}`);
    add('other', 'of tomorrow');
    outbox.start(outbox.due(1_000), 1_000);
    await outbox.idle(5);
    expect(ran).toHaveLength(4);
    expect(row('other')?.attempts).toBe(1);
    expect(outbox.isUnderWay('other')).toBe(false);
  });

  test('carries out once more what was drafted anew while it was under way', async () => {
    let finish: (error?: Error) => void = () => {};
    execute = () =>
      new Promise((resolve, reject) => {
        finish = (error) => (error === undefined ? resolve() : reject(error));
      });
    const draft = (say: string) => addEffects(state, [{ id: 'a', kind: 'work', data: { say } }], 1_000);
    draft('in');
    const first = run(1_000);
    draft('out');
    finish();
    await first;
    const second = run(1_000);
    draft('in again');
    finish(new Error('not reachable'));
    await second;
    // The newest word, and as patient as after any other failure.
    expect(row('a')).toEqual({ kind: 'work', data: { say: 'in again' }, attempts: 1, at: 3_000 });
    expect(ran).toEqual(['a {"say":"in"}', 'a {"say":"out"}']);
  });

  test('tries again what can not be reached, and lets nothing that is new wait for it', async () => {
    limits = { atOnce: 8, within: 60_000 };
    outbox = make();
    const hanging = new Set<string>();
    execute = (_data, id) => (hanging.has(id) ? new Promise(() => {}) : Promise.resolve());
    for (let index = 0; index < 100; index += 1) {
      add(`unreachable ${index}`);
      hanging.add(`unreachable ${index}`);
      const failed = row(`unreachable ${index}`);
      if (failed !== undefined)
        state.table(effectTable).set(`unreachable ${index}`, { ...failed, attempts: 3, at: 900 - index });
    }
    outbox.start(outbox.due(1_000), 1_000);
    await outbox.idle(5);
    // Half of the places, and those that have waited longest.
    expect(ran.map((line) => line.split(' ')[1])).toEqual(['99', '98', '97', '96']);
    for (let index = 0; index < 20; index += 1) add(`new ${index}`);
    for (let rounds = 0; rounds < 20; rounds += 1) {
      outbox.start(outbox.due(1_000), 1_000);
      await outbox.idle(1);
    }
    expect(ran.filter((line) => line.startsWith('new'))).toHaveLength(20);
    expect(ran.filter((line) => line.startsWith('unreachable'))).toHaveLength(4);
  });

  test('gathers what an executor needs in the turn of the commit, and a fault in there is that effect’s alone', async () => {
    const seen: unknown[] = [];
    let held = 'as committed';
    outbox = make({
      careful: gathering(
        () => held,
        async (gathered) => {
          seen.push(gathered);
        },
      ),
      broken: gathering(
        () => {
          throw new Error('a bug');
        },
        async () => {
          seen.push('never');
        },
      ),
    });
    for (const kind of ['careful', 'broken', 'work']) add(kind, kind);
    const committed = outbox.due(1_000);
    held = 'only decided';
    outbox.start(committed, 1_000);
    await outbox.idle(60_000);
    expect(seen).toEqual(['as committed']);
    expect(ran).toHaveLength(1);
    expect(row('broken')).toMatchObject({ attempts: 1 });
    expect(state.table(effectTable).size).toBe(1);
  });

  test('begins with what is new', async () => {
    limits = { atOnce: 2 };
    outbox = make();
    execute = () => new Promise(() => {});
    add('old');
    state.table(effectTable).set('old', { kind: 'work', data: {}, attempts: 1, at: 500 });
    for (const id of ['new 1', 'new 2', 'new 3']) add(id);
    outbox.start(outbox.due(1_000), 1_000);
    await outbox.idle(1);
    expect(ran.map((line) => line.slice(0, 5))).toEqual(['new 1', 'new 2']);
  });

  test('gives up what takes too long, tries it again, and does not listen to the late answer', async () => {
    limits = { within: 20 };
    outbox = make();
    const finish: (() => void)[] = [];
    execute = () =>
      new Promise((resolve) => {
        finish.push(() => resolve({ command: 'thing.made', data: {} }));
      });
    add('a');
    await run(1_000);
    expect(row('a')).toMatchObject({ attempts: 1, at: 3_000 });
    const second = run(3_000);
    finish[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(performed).toEqual([]);
    expect(outbox.isUnderWay('a')).toBe(true);
    finish[1]?.();
    await second;
    expect(performed).toHaveLength(1);
    expect(row('a')).toBeUndefined();
  });

  test('gives up sooner what says that it may take less', async () => {
    const hangs = gathering(
      () => null,
      () => new Promise<never>(() => {}),
      20,
    );
    outbox = make({ hangs });
    execute = () => new Promise(() => {});
    add('a');
    add('b', 'hangs');
    outbox.start(outbox.due(1_000), 1_000);
    await outbox.idle(40);
    expect(row('b')).toMatchObject({ attempts: 1, at: 3_000 });
    expect(row('a')).toMatchObject({ attempts: 0 });
  });

  test('leaves alone what was decided after the commit that it follows', async () => {
    add('a');
    const written = outbox.due(1_000);
    add('b');
    outbox.start(written, 1_000);
    await outbox.idle(60_000);
    expect(ran).toEqual(['a {"id":"a"}']);
    expect(row('b')).toBeDefined();
  });

  test('is waited for only so long', async () => {
    execute = () => new Promise(() => {});
    add('a');
    outbox.start(outbox.due(1_000), 1_000);
    await outbox.idle(5);
    expect(outbox.isUnderWay('a')).toBe(true);
  });

  test('keeps what nobody can carry out yet', async () => {
    add('a', 'of tomorrow');
    await run(1_000);
    expect(row('a')).toMatchObject({ kind: 'of tomorrow', attempts: 1 });
  });

  test('wakes the object for what was started and may have been lost', () => {
    add('a');
    expect(due(1_000)).toBe(31_000);
  });
});
