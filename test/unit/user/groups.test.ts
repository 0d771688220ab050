import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import type { GroupRpc } from '../../../src/platform/group-rpc.ts';
import type { RoomNamespace } from '../../../src/platform/room-address.ts';
import type { GroupNews } from '../../../src/platform/room-news.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { fail, type Outcome, type Standing, succeed } from '../../../src/protocol/index.ts';
import {
  EVERYBODY_EFFECT,
  FORGET_EFFECT,
  heardGone,
  heardStanding,
  LOOK_EFFECT,
  lookOn,
  tellGroup,
} from '../../../src/user-object/features/groups.ts';
import { removeSelf } from '../../../src/user-object/features/self.ts';
import { type GroupStub, groupExecutors } from '../../../src/user-object/group-calls.ts';
import {
  GROUPS_OPEN,
  GROUPS_OVER,
  groupTable,
  knownGroup,
  otherGroupTable,
} from '../../../src/user-object/group-rows.ts';
import type { Host } from '../../../src/user-object/host.ts';
import { blockedTable, peopleTable } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, Inbox } from './harness.ts';

const CODE = 'abc-defg-hij';

const news = (more: Partial<GroupNews> = {}): GroupNews => ({
  kind: 'group',
  group: CODE,
  name: 'Physics',
  state: 'enrolled',
  role: 'member',
  by: cardOf('bob'),
  everybody: false,
  version: 5,
  at: 1_700_000_000_000,
  ...more,
});

const standing = (more: Partial<Standing> = {}): Standing => ({
  group: CODE,
  name: 'Physics',
  role: 'member',
  joining: 'invite',
  announcements: false,
  everybody: false,
  enrolled: 2,
  head: 20,
  read: 10,
  unread: 3,
  mentions: 1,
  lastMessage: null,
  version: 5,
  meeting: null,
  ...more,
});

const ada = (vars = {}): Inbox => new Inbox('ada', vars);

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

describe('coming back', () => {
  test('the first device has all groups asked, the others not', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    inbox.connect('phone');
    expect(inbox.carriedOut(LOOK_EFFECT)).toHaveLength(1);
    inbox.connect('tab');
    expect(inbox.effectsOf(LOOK_EFFECT)).toEqual([]);
    inbox.drop('phone');
    inbox.drop('tab');
    inbox.connect('tab');
    expect(inbox.effectsOf(LOOK_EFFECT)).toHaveLength(1);
  });

  test('whoever has no group asks nobody', () => {
    const inbox = ada();
    inbox.connect('phone');
    expect(inbox.effectsOf(LOOK_EFFECT)).toEqual([]);
  });

  test('what is unread is told, and writes nothing', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    inbox.take();
    const before = inbox.everything();
    inbox.perform(heardStanding, { standing: standing({ version: 50 }) });
    expect(inbox.take().told).toEqual([
      expect.objectContaining({ t: 'group.unread', group: CODE, unread: 3, mentions: 1, head: 20 }),
    ]);
    expect(inbox.everything()).toBe(before);
  });

  test('what had not come through is made good: another name, another role, and being out', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    inbox.take();
    inbox.perform(heardStanding, { standing: standing({ name: 'Physics II', role: 'admin', version: 8 }) });
    expect(inbox.told()).toEqual(['group.standing', 'group.unread']);
    expect(inbox.state.table(groupTable).get(CODE)).toMatchObject({ name: 'Physics II', role: 'admin' });
    inbox.perform(heardGone, { code: CODE, state: 'deleted' });
    expect(inbox.told()).toEqual(['group.standing']);
    expect(inbox.snapshot().groups).toEqual([]);
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

describe('asking groups', () => {
  /** A host whose groups answer as told. */
  const hostOf = (
    inbox: Inbox,
    answers: Partial<GroupRpc> & { createRoom?: GroupStub['createRoom'] },
    asked: string[] = [],
  ): Host => {
    const rooms: RoomNamespace<GroupStub> = {
      getByName: (name) => {
        asked.push(name);
        return answers as GroupStub;
      },
      jurisdiction: () => rooms,
    };
    return {
      engine: () =>
        ({
          state: inbox.state,
          perform: (command: never, fields: never) => inbox.perform(command, fields),
        }) as never,
      env: { ROOMS: rooms as never },
      directory: null,
      clock: { ...systemClock, now: () => inbox.now },
      log: inbox.log,
    };
  };
  const run = (host: Host, kind: string, data: object = {}, attempts = 0) =>
    groupExecutors(host)[kind]?.(data, kind, attempts);

  test('a slow one holds up none, and one that fails changes nothing', async () => {
    const inbox = ada();
    const codes = ['aaa-aaaa-aaa', 'bbb-bbbb-bbb', 'ccc-cccc-ccc'];
    for (const group of codes) inbox.perform(tellGroup, news({ group }));
    inbox.take();
    let release: (value: Outcome<Standing>) => void = () => {};
    const slow = new Promise<Outcome<Standing>>((resolve) => {
      release = resolve;
    });
    const asked: string[] = [];
    const host = hostOf(
      inbox,
      {
        standing: () => {
          const code = asked.at(-1) ?? '';
          if (code === codes[0]) return slow;
          if (code === codes[1]) return Promise.reject(new Error('unreachable'));
          return Promise.resolve(succeed(standing({ group: code })));
        },
      },
      asked,
    );
    const looking = run(host, LOOK_EFFECT);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(inbox.take().told.map(({ t, group }) => `${t} ${group}`)).toEqual([`group.unread ${codes[2]}`]);
    release(fail('not_enrolled'));
    await looking;
    expect(inbox.take().told.map(({ t }) => t)).toEqual(['group.standing']);
    expect(Array.from(inbox.state.table(groupTable).keys())).toEqual([codes[1], codes[2]]);
  });

  test('many that hang end in good time: the others are asked, and the rest are next', async () => {
    vi.useFakeTimers();
    try {
      const inbox = ada();
      const codes = Array.from({ length: 30 }, (_, index) => `c${String(index).padStart(2, '0')}`);
      for (const group of codes) inbox.perform(tellGroup, news({ group }));
      inbox.take();
      const asked: string[] = [];
      const answered = new Set<string>();
      const host = hostOf(
        inbox,
        {
          standing: () => {
            const group = asked.at(-1) ?? '';
            if (group < 'c24') return new Promise(() => {});
            answered.add(group);
            return Promise.resolve(succeed(standing({ group })));
          },
        },
        asked,
      );
      const clock = { ...host.clock, now: () => Date.now() };
      let data: object = {};
      for (let tries = 0; ; tries += 1) {
        const from = Date.now();
        const running = Promise.resolve(run({ ...host, clock }, LOOK_EFFECT, data));
        let isDone = false;
        void running.finally(() => {
          isDone = true;
        });
        while (!isDone) await vi.advanceTimersByTimeAsync(500);
        const next = await running;
        // An effect that takes 10 s counts as failed, and begins anew.
        expect(Date.now() - from).toBeLessThan(9_000);
        if (!next) break;
        expect(tries).toBeLessThan(5);
        inbox.performNamed(next.command, next.data);
        [data = {}] = inbox.carriedOut(LOOK_EFFECT) as object[];
      }
      expect(asked).toEqual(codes);
      expect(answered.size).toBe(6);
    } finally {
      vi.useRealTimers();
    }
  });

  test('the rest of an earlier look gives way to a new one', () => {
    const inbox = ada();
    inbox.perform(tellGroup, news());
    inbox.connect('phone');
    inbox.perform(lookOn, { left: [CODE] });
    expect(inbox.effectsOf(LOOK_EFFECT)).toEqual([{}]);
  });

  test('everybody’s group is made by whoever comes first, under a code that all know', async () => {
    const codes: string[] = [];
    const enrolled: unknown[] = [];
    const made: CreateRoom[] = [];
    const answers = {
      enrolEverybody: async (...args: unknown[]) => {
        if (made.length === 0) return fail('room_not_found');
        enrolled.push(args);
        return succeed(null);
      },
      createRoom: async (request: CreateRoom) => {
        made.push(request);
        return succeed({ taken: false, room: {} as never } as const);
      },
    } satisfies Parameters<typeof hostOf>[1];
    const vars = { EVERYBODY_GROUP: 'All of us', ADMINISTRATORS: 'Ada, root' };
    for (const name of ['ada', 'bob']) {
      const inbox = new Inbox(name, vars);
      inbox.connect('phone');
      expect(inbox.effectsOf(EVERYBODY_EFFECT)).toHaveLength(1);
      await run(hostOf(inbox, answers, codes), EVERYBODY_EFFECT);
    }
    expect(new Set(codes).size).toBe(1);
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({
      name: 'All of us',
      group: { owner: null, everybody: true, announcements: true },
    });
    expect(enrolled).toEqual([
      [cardOf('ada'), 'admin', 'All of us'],
      [cardOf('bob'), 'member', 'All of us'],
    ]);
  });

  test('a group that is to forget somebody hears when they went', async () => {
    const heard: unknown[] = [];
    const host = hostOf(ada(), {
      forgetAccount: async (...args) => {
        heard.push(args);
        return succeed(null);
      },
    });
    await run(host, FORGET_EFFECT, { group: CODE, account: accountId('ada'), at: 77 });
    expect(heard).toEqual([[accountId('ada'), 77]]);
  });

  test('that a group could not be told is tried again', async () => {
    const inbox = ada();
    const host = hostOf(inbox, { forgetAccount: async () => fail('busy') });
    await expect(run(host, FORGET_EFFECT, { group: CODE, account: accountId('ada') })).rejects.toThrow();
    await expect(
      run(host, FORGET_EFFECT, { group: CODE, account: accountId('ada') }, 29),
    ).resolves.toBeUndefined();
  });
});

describe("everybody's group", () => {
  const vars = { EVERYBODY_GROUP: 'All of us', ADMINISTRATORS: 'ada' };
  const mine = news({ everybody: true, name: 'All of us', role: 'admin', by: null });

  test('is asked for once, and again only when role or name are to be others', () => {
    const inbox = ada(vars);
    inbox.connect('phone');
    expect(inbox.carriedOut(EVERYBODY_EFFECT)).toHaveLength(1);
    inbox.perform(tellGroup, mine);
    const reconnect = () => {
      inbox.drop('phone');
      inbox.connect('phone');
      return inbox.carriedOut(EVERYBODY_EFFECT).length;
    };
    expect(reconnect()).toBe(0);
    inbox.perform(tellGroup, { ...mine, role: 'member', version: 6 });
    expect(reconnect()).toBe(1);
    inbox.perform(tellGroup, { ...mine, name: 'Old name', version: 7 });
    expect(reconnect()).toBe(1);
  });

  test('is nothing where the setting is empty, and wrong settings are said to be', () => {
    const inbox = ada();
    inbox.connect('phone');
    expect(inbox.effectsOf(EVERYBODY_EFFECT)).toEqual([]);
    expect(() => ada({ EVERYBODY_GROUP: 'x'.repeat(200) })).toThrow('EVERYBODY_GROUP');
    const many = Array.from({ length: 101 }, (_, index) => `admin${index}`).join(',');
    expect(() => ada({ EVERYBODY_GROUP: 'x', ADMINISTRATORS: many })).toThrow('ADMINISTRATORS');
  });
});

test('who deletes their account is taken out of every group that knows them', () => {
  const inbox = ada();
  inbox.perform(tellGroup, news());
  inbox.perform(tellGroup, news({ group: 'xyz-defg-hij', state: 'asked', role: null, by: null }));
  inbox.perform(tellGroup, news({ group: 'over-defg-hij', state: 'none', role: null, by: null }));
  inbox.perform(removeSelf, {});
  expect(inbox.effectsOf(FORGET_EFFECT)).toEqual([
    { group: CODE, account: accountId('ada'), at: inbox.now },
    { group: 'xyz-defg-hij', account: accountId('ada'), at: inbox.now },
    // They belong to it no longer, and may have written something.
    { group: 'over-defg-hij', account: accountId('ada'), at: inbox.now },
  ]);
});
