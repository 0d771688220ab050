import { describe, expect, test } from 'vitest';
import type { GroupNews } from '../../../src/platform/room-news.ts';
import { heardStanding, tellGroup } from '../../../src/user-object/features/groups.ts';
import {
  GROUPS_OPEN,
  GROUPS_OVER,
  groupTable,
  knownGroup,
  otherGroupTable,
} from '../../../src/user-object/group-rows.ts';
import { blockedTable, peopleTable } from '../../../src/user-object/tables.ts';
import { ada, CODE, news, standing } from './group-news.ts';
import { accountId, cardOf } from './harness.ts';

describe('what a group tells', () => {
  test('is told to the devices, and kept', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    const { told } = inbox.take();
    expect(told).toEqual([
      expect.objectContaining({
        t: 'group.standing',
        from: cardOf('bob'),
        standing: expect.objectContaining({ group: CODE, state: 'enrolled', role: 'member' }),
      }),
    ]);
    expect(inbox.snapshot().groups).toEqual([expect.objectContaining({ group: CODE, state: 'enrolled' })]);
    expect(inbox.state.table(peopleTable).has(accountId('bob'))).toBe(true);
  });

  test('twice is told once', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    inbox.take();
    const before = inbox.everything();
    inbox.perform(tellGroup, news());
    expect(inbox.told()).toEqual([]);
    expect(inbox.everything()).toBe(before);
  });

  test('late counts for nothing, also where what it says was told again since', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ version: 5 }));
    inbox.perform(tellGroup, news({ version: 9 }));
    inbox.take();
    inbox.perform(tellGroup, news({ version: 7, state: 'none', role: null }));
    expect(inbox.told()).toEqual([]);
    expect(inbox.state.table(groupTable).get(CODE)?.role).toBe('member');
  });

  test('after a farewell nothing older brings the group back', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ version: 5 }));
    inbox.perform(tellGroup, news({ version: 8, state: 'none', role: null }));
    inbox.perform(tellGroup, news({ version: 6 }));
    expect(inbox.snapshot().groups).toEqual([]);
    inbox.perform(tellGroup, news({ version: 9, role: 'admin' }));
    expect(inbox.state.table(groupTable).get(CODE)?.role).toBe('admin');
  });

  test('an invitation is shown with who it is from; turned down, it is gone', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ state: 'invited', role: null }));
    expect(inbox.snapshot().groups).toEqual([
      expect.objectContaining({ state: 'invited', role: null, invitedBy: cardOf('bob') }),
    ]);
    expect(inbox.state.table(groupTable).size).toBe(0);
    inbox.take();
    inbox.perform(tellGroup, news({ version: 6, state: 'none', role: null, by: null }));
    expect(inbox.told()).toEqual(['group.standing']);
    expect(inbox.snapshot().groups).toEqual([]);
  });

  test('who is blocked invites to nothing', () => {
    const inbox = ada();
    inbox.state.table(blockedTable).set(accountId('bob'), { at: 1 });
    const before = inbox.everything();
    inbox.perform(tellGroup, news({ state: 'invited', role: null }));
    expect(inbox.told()).toEqual([]);
    expect(inbox.everything()).toBe(before);
  });

  test('nobody is buried in invitations', () => {
    const inbox = ada();
    for (let index = 0; index < GROUPS_OPEN + 5; index += 1)
      inbox.perform(
        tellGroup,
        news({ group: `c${index}`, by: cardOf(`p${index}`), state: 'invited', role: null }),
      );
    expect(inbox.state.table(otherGroupTable).size).toBe(GROUPS_OPEN);
    // What they ask for themselves is theirs.
    inbox.perform(tellGroup, news({ group: 'own', state: 'enrolled' }));
    expect(inbox.state.table(groupTable).has('own')).toBe(true);
  });

  test('over and over is heard a few times, and then how it stands when it says so again', () => {
    const inbox = ada();
    const tell = (version: number, more: Partial<GroupNews> = {}) =>
      inbox.perform(
        tellGroup,
        news({ state: version % 2 === 1 ? 'invited' : 'none', role: null, version, ...more }),
      );
    const outcomes = Array.from({ length: 200 }, (_, index) => tell(index + 1));
    expect(inbox.told().filter((t) => t === 'group.standing')).toHaveLength(10);
    // Said again later, by whoever is told so. That they do not belong to it is no news.
    const [invited, taken] = [outcomes[10], outcomes[11]];
    expect(invited).toMatchObject({ error: { code: 'busy', retry: expect.any(Number) } });
    expect(taken).toMatchObject({ ok: true });
    expect(knownGroup(inbox.state, CODE)?.group.state).toBe('none');
    // Nobody else is held up.
    expect(tell(1, { group: 'another', by: cardOf('eve') })).toMatchObject({ ok: true });
    inbox.pass(200);
    expect(tell(201)).toMatchObject({ ok: true });
    expect(knownGroup(inbox.state, CODE)?.group.state).toBe('invited');
    expect(tell(202, { state: 'deleted' })).toMatchObject({ ok: true });
  });

  test('of one group after the other is heard so often of one person', () => {
    const inbox = ada();
    const invite = (index: number) =>
      inbox.perform(tellGroup, news({ group: `c${index}`, state: 'invited', role: null }));
    const outcomes = Array.from({ length: 60 }, (_, index) => invite(index));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(40);
    inbox.pass(50);
    expect(invite(40)).toMatchObject({ ok: true });
  });

  test('that something is over which nobody knew of is told to nobody', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ state: 'deleted', role: null, by: null }));
    expect(inbox.told()).toEqual([]);
  });

  test('of groups that are over so many are remembered', () => {
    const inbox = ada();
    for (let index = 0; index < GROUPS_OVER + 20; index += 1)
      inbox.perform(tellGroup, news({ group: `c${index}`, state: 'none', role: null }));
    const others = inbox.state.table(otherGroupTable);
    expect(others.size).toBe(GROUPS_OVER);
    expect(others.has('c19')).toBe(false);
    expect(others.has('c20')).toBe(true);
  });
});

describe('a group that has lost its count', () => {
  test('is heard by its new epoch, and within it by version', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ version: 90, epoch: 'e1' }));
    inbox.take();
    inbox.perform(tellGroup, news({ version: 3, epoch: 'e2', role: 'admin' }));
    expect(inbox.told()).toEqual(['group.standing']);
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ role: 'admin', version: 3, epoch: 'e2' });
    inbox.perform(tellGroup, news({ version: 2, epoch: 'e2', role: 'member' }));
    expect(inbox.told()).toEqual([]);
    inbox.perform(heardStanding, { standing: standing({ version: 1, epoch: 'e3', role: 'member' }) });
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({
      role: 'member',
      version: 1,
      epoch: 'e3',
    });
  });

  test('is known by what it answers: less than was known when it was asked', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news({ version: 90, epoch: 'e1' }));
    inbox.take();
    const older = standing({ version: 40, epoch: 'e1', role: 'admin' });
    // The answer was on its way when the news came: the news are newer.
    inbox.perform(heardStanding, { standing: older, known: 30 });
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ role: 'member', version: 90 });
    inbox.perform(heardStanding, { standing: older, known: 90 });
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ role: 'admin', version: 40 });
    inbox.perform(tellGroup, news({ version: 41, epoch: 'e1' }));
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ role: 'member', version: 41 });
    // Also where all else is as it was: what it tells from now on must be heard.
    inbox.perform(heardStanding, { standing: standing({ version: 5, epoch: 'e1' }), known: 41 });
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ version: 5 });
  });
});
