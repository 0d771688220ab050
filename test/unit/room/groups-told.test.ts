import { describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import type { Directory, Farewell } from '../../../src/platform/directory.ts';
import type { GroupNews, RoomNews } from '../../../src/platform/room-news.ts';
import { type Outcome, succeed } from '../../../src/protocol/index.ts';
import { Enrolment } from '../../../src/room-object/enrolment-calls.ts';
import { askedTable, enrolledOf, invitedTable, theGroup } from '../../../src/room-object/enrolment-rows.ts';
import { cardOf, Group } from './group.ts';
import { accountOf, refused } from './harness.ts';

/** A group whose effects are carried out by hand, and everything that it tells. */
class Teller {
  readonly group: Group;
  readonly enrolment: Enrolment;
  /** What people's objects were told, in order. */
  readonly told: { readonly to: string; readonly news: GroupNews }[] = [];
  /** Accounts in the directory's index of this group. */
  readonly index = new Set<string>();
  readonly unreachable = new Set<string>();
  /** Nobody in the directory is called this. */
  readonly nobody = new Set<string>();
  /** Accounts of whom the directory has a farewell. */
  readonly farewells = new Map<string, Farewell>();

  constructor(group: Group) {
    this.group = group;
    const directory: Pick<Directory, 'people' | 'putEnrolled' | 'dropEnrolled' | 'farewellOf'> = {
      farewellOf: async (account) => this.farewells.get(account) ?? null,
      people: async (ids) =>
        ids
          .map((id) => cardOf(id.slice(2).replace(/_+$/, '')))
          .filter(({ userName }) => !this.nobody.has(userName ?? '')),
      putEnrolled: async (_, accounts) => {
        for (const account of accounts) this.index.add(account);
      },
      dropEnrolled: async (_, accounts) => {
        if (accounts === 'all') this.index.clear();
        else for (const account of accounts) this.index.delete(account);
      },
    };
    this.enrolment = new Enrolment({
      engine: () => ({
        state: group.state,
        perform: (command, fields, actor) => group.perform(command, fields, actor),
        settled: async () => {
          group.take();
        },
        consistent: (compute, answer) => {
          group.take();
          answer(compute());
        },
        epoch: 'e1',
        position: () => ({ seq: group.journal.last, private: 0 }),
      }),
      people: () => ({
        getByName: (account) => ({ told: (to, news) => this.#hear(account, to, news) }),
      }),
      directory: () => directory as Directory,
      clock: { now: () => group.now },
    });
  }

  async #hear(account: string, to: string, news: RoomNews): Promise<Outcome<null>> {
    if (this.unreachable.has(account)) throw new Error('unreachable');
    if (news.kind === 'group') this.told.push({ to, news });
    return succeed(null);
  }

  /** Carries out what waits, until nothing does, or all of it has failed `attempts` times. */
  async carry(attempts = 1): Promise<void> {
    const table = this.group.state.table(effectTable);
    for (let round = 0; round < 200; round += 1) {
      const due = Array.from(table.entries()).filter(
        ([, row]) => row.attempts < attempts && this.enrolment.executors[row.kind] !== undefined,
      );
      if (due.length === 0) return;
      for (const [id, row] of due) {
        try {
          const next = await this.enrolment.executors[row.kind]?.(row.data, id, row.attempts);
          if (table.get(id) === row) table.delete(id);
          if (next) this.group.performNamed(next.command, next.data);
        } catch {
          table.set(id, { ...row, attempts: row.attempts + 1 });
        }
      }
    }
    throw new Error('effects without end');
  }

  /** The newest that somebody was told. */
  newest(name: string): GroupNews | undefined {
    return this.told.findLast(({ to }) => to === accountOf(name).id)?.news;
  }
}

describe('people and the directory are told', () => {
  test('how they stand, and who did it', async () => {
    const teller = new Teller(new Group({ joining: 'invite' }));
    const { group } = teller;
    group.come('ada');
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    await teller.carry();
    expect(teller.newest('ada')).toMatchObject({ state: 'enrolled', role: 'owner', name: 'Physics' });
    expect(teller.newest('bob')).toMatchObject({ state: 'invited', role: null, by: cardOf('ada') });
    expect(group.state.table(invitedTable).get(accountOf('bob').id)?.person).toEqual(cardOf('bob'));
    await teller.enrolment.enrol(cardOf('bob'), '');
    await teller.carry();
    expect(teller.newest('bob')).toMatchObject({ state: 'enrolled', role: 'member' });
    expect([...teller.index].sort()).toEqual([accountOf('ada').id, accountOf('bob').id]);
    group.command('ada', { t: 'group.remove', account: accountOf('bob').id });
    await teller.carry();
    expect(teller.newest('bob')).toMatchObject({ state: 'none', role: null, by: cardOf('ada') });
    expect([...teller.index]).toEqual([accountOf('ada').id]);
  });

  test('versions grow, so that what comes late is known for that', async () => {
    const teller = new Teller(new Group());
    await teller.enrolment.enrol(cardOf('bob'), '');
    await teller.carry();
    await teller.enrolment.unenrol(accountOf('bob').id);
    await teller.carry();
    const versions = teller.told
      .filter(({ to }) => to === accountOf('bob').id)
      .map(({ news: { version } }) => version);
    expect(versions).toHaveLength(2);
    expect(versions[1]).toBeGreaterThan(versions[0] ?? 0);
  });

  test('who can’t be reached holds up nobody, and hears later how it is then', async () => {
    const teller = new Teller(new Group());
    teller.unreachable.add(accountOf('bob').id);
    await teller.enrolment.enrol(cardOf('bob'), '');
    await teller.enrolment.enrol(cardOf('cy'), '');
    await teller.carry();
    expect(teller.newest('cy')).toMatchObject({ state: 'enrolled' });
    expect(teller.newest('bob')).toBeUndefined();
    await teller.enrolment.unenrol(accountOf('bob').id);
    teller.unreachable.clear();
    await teller.carry(2);
    expect(teller.newest('bob')).toMatchObject({ state: 'none' });
  });

  test('an invitation to nobody goes by itself', async () => {
    const teller = new Teller(new Group({ joining: 'invite' }));
    const { group } = teller;
    group.come('ada');
    teller.nobody.add('ghost');
    group.command('ada', { t: 'group.invite', account: accountOf('ghost').id });
    await teller.carry();
    expect(group.state.table(invitedTable).size).toBe(0);
    expect(teller.newest('ghost')).toBeUndefined();
  });

  test('somebody who is gone by then is in no index, and no more in the group', async () => {
    const teller = new Teller(new Group());
    await teller.enrolment.enrol(cardOf('bob'), '');
    teller.index.add(accountOf('bob').id);
    teller.nobody.add('bob');
    teller.farewells.set(accountOf('bob').id, { at: teller.group.now, isBack: false });
    await teller.carry();
    expect([...teller.index]).not.toContain(accountOf('bob').id);
    expect(enrolledOf(teller.group.state, accountOf('bob').id)).toBeUndefined();
  });

  test('a directory that knows nobody puts nobody out, and deletes no group', async () => {
    const teller = new Teller(new Group());
    const { group } = teller;
    await teller.enrolment.enrol(cardOf('bob'), '');
    for (const name of ['ada', 'bob']) {
      teller.nobody.add(name);
      teller.index.add(accountOf(name).id);
    }
    // Of Bob there is an old farewell: he came again since.
    teller.farewells.set(accountOf('bob').id, { at: 1, isBack: true });
    await teller.carry();
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'member' });
    expect(group.effects()).not.toContain('group.farewell');
    expect([...teller.index].sort()).toEqual([accountOf('ada').id, accountOf('bob').id]);
    // Tried again, and told when everybody is found again.
    teller.nobody.clear();
    await teller.carry(2);
    expect(teller.newest('ada')).toMatchObject({ state: 'enrolled', role: 'owner' });
    expect(teller.newest('bob')).toMatchObject({ state: 'enrolled', role: 'member' });
  });

  test('that an account went comes late: who has come again since stays, with what they wrote', async () => {
    const teller = new Teller(new Group());
    const { group, enrolment } = teller;
    const bob = accountOf('bob').id;
    const removedAt = group.now;
    group.now += 1_000;
    await enrolment.enrol(cardOf('bob'), '');
    expect(await enrolment.forgetAccount(bob, removedAt)).toEqual(succeed(null));
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'member' });
    expect(group.deadlines()).toEqual({});
    // Let in after they had gone, because they had asked before: nobody is called that.
    teller.nobody.add('bob');
    expect(await enrolment.forgetAccount(bob, removedAt)).toEqual(succeed(null));
    expect(group.roles()).toEqual({ ada: 'owner' });
    teller.nobody.clear();
    await enrolment.enrol(cardOf('bob'), '');
    expect(await enrolment.forgetAccount(bob, group.now + 1)).toEqual(succeed(null));
    expect(group.roles()).toEqual({ ada: 'owner' });
  });

  test('a question asked since then stays as well', async () => {
    const { enrolment, group } = new Teller(new Group({ joining: 'request' }));
    const removedAt = group.now;
    group.now += 1_000;
    await enrolment.enrol(cardOf('bob'), 'here I am');
    await enrolment.forgetAccount(accountOf('bob').id, removedAt);
    expect(group.state.table(askedTable).get(accountOf('bob').id)).toMatchObject({ note: 'here I am' });
  });

  test('a deleted group tells all who knew of it, and then nothing is left', async () => {
    const teller = new Teller(new Group({ joining: 'invite' }));
    const { group } = teller;
    group.come('ada');
    for (let index = 0; index < 45; index += 1) {
      group.command('ada', { t: 'group.invite', account: accountOf(`p${index}`).id });
      if (index % 2 === 0) group.enrol(`p${index}`);
    }
    await teller.carry();
    teller.told.length = 0;
    teller.unreachable.add(accountOf('p3').id);
    group.command('ada', { t: 'group.delete' });
    await teller.carry();
    expect(new Set(teller.told.map(({ to }) => to)).size).toBe(45);
    expect(new Set(teller.told.map(({ news: { state } }) => state))).toEqual(new Set(['deleted']));
    expect(teller.index.size).toBe(0);
    expect(group.effects()).toContain('room.purge');
  });
});

describe('coming and going', () => {
  test('is not done without end; what is so already is said at any time', async () => {
    const { enrolment, group } = new Teller(new Group());
    const bob = accountOf('bob').id;
    const comeAndGo = async () => [await enrolment.enrol(cardOf('bob'), ''), await enrolment.unenrol(bob)];
    for (let turn = 0; turn < 2; turn += 1)
      expect(await comeAndGo()).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await enrolment.enrol(cardOf('bob'), '')).toMatchObject({ ok: true });
    const { version } = theGroup(group.state);
    expect(await enrolment.enrol(cardOf('bob'), '')).toMatchObject({ ok: true });
    expect(await enrolment.unenrol(bob)).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retry: 12_000 },
    });
    expect(theGroup(group.state).version).toBe(version);
    // It is a limit of theirs alone.
    expect(await enrolment.enrol(cardOf('cy'), '')).toMatchObject({ ok: true });
    group.now += 12_000;
    expect(await enrolment.unenrol(bob)).toMatchObject({ ok: true });
    expect(await enrolment.enrol(cardOf('bob'), '')).toMatchObject(refused('rate_limited'));
  });

  test('holds for asking and taking it back', async () => {
    const { enrolment } = new Teller(new Group({ joining: 'request' }));
    const codes = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const done = await (turn % 2 === 0
        ? enrolment.enrol(cardOf('bob'), '')
        : enrolment.unenrol(accountOf('bob').id));
      codes.push(done.ok ? 'ok' : done.error.code);
    }
    expect(codes).toEqual([...Array(5).fill('ok'), ...Array(5).fill('rate_limited')]);
  });
});

describe('looking from outside', () => {
  test('whoever belongs sees how they stand; others what they may know', async () => {
    const { enrolment, group } = new Teller(new Group({ joining: 'request' }));
    expect(await enrolment.look(accountOf('ada').id)).toMatchObject({
      ok: true,
      value: { standing: { role: 'owner', enrolled: 1, head: group.journal.last } },
    });
    expect(await enrolment.look(accountOf('eve').id)).toEqual({
      ok: true,
      value: {
        group: {
          group: 'abc-defg-hij',
          name: 'Physics',
          joining: 'request',
          enrolled: 1,
          invited: null,
          asked: false,
        },
      },
    });
    expect(await enrolment.standing(accountOf('eve').id)).toMatchObject(refused('not_enrolled'));
  });

  test('of a group by invitation nobody else learns that it is there', async () => {
    const { enrolment, group } = new Teller(new Group({ joining: 'invite' }));
    group.come('ada');
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    expect(await enrolment.look(accountOf('bob').id)).toMatchObject({
      ok: true,
      value: { group: { invited: cardOf('ada') } },
    });
    expect(await enrolment.look(accountOf('eve').id)).toMatchObject(refused('room_not_found'));
    expect(await enrolment.enrol(cardOf('eve'), '')).toMatchObject(refused('room_not_found'));
    expect(await enrolment.unenrol(accountOf('eve').id)).toMatchObject(refused('room_not_found'));
  });

  test('looking writes nothing', async () => {
    const { enrolment, group } = new Teller(new Group());
    group.state.takeChanges();
    await enrolment.standing(accountOf('ada').id);
    await enrolment.look(accountOf('eve').id);
    expect(group.state.takeChanges()).toEqual([]);
    expect(group.told()).toEqual([]);
  });

  test('a room that is no group, and one that is deleted, is not found', async () => {
    const teller = new Teller(new Group());
    const { group, enrolment } = teller;
    group.come('ada');
    group.command('ada', { t: 'group.delete' });
    for (const answer of [
      enrolment.look(accountOf('ada').id),
      enrolment.standing(accountOf('ada').id),
      enrolment.enrol(cardOf('bob'), ''),
      enrolment.enrolEverybody(cardOf('bob'), 'admin', 'x'),
    ])
      expect(await answer).toMatchObject(refused('room_not_found'));
    expect(await enrolment.forgetAccount(accountOf('ada').id)).toEqual(succeed(null));
  });
});
