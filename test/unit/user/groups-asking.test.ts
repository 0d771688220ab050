import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import type { GroupRpc } from '../../../src/platform/group-rpc.ts';
import type { RoomNamespace } from '../../../src/platform/room-address.ts';
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
import { groupTable } from '../../../src/user-object/group-rows.ts';
import type { Host } from '../../../src/user-object/host.ts';
import { ada, CODE, news, standing } from './group-news.ts';
import { accountId, cardOf, Inbox } from './harness.ts';

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
