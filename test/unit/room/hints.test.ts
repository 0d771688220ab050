import { beforeEach, describe, expect, test } from 'vitest';
import type { MovedNews } from '../../../src/platform/room-news.ts';
import { enrolPerson } from '../../../src/room-object/enrolment-commands.ts';
import { Hints } from '../../../src/room-object/hints.ts';
import { engineOf, GROUP, GroupWorld, personOf } from './group-world.ts';
import { accountOf, Room } from './harness.ts';

let world: GroupWorld;
let group: Room;
let hints: Hints;
/** Ends the time in which nobody is told twice. */
let pass: (() => void)[];
let waits: number[];

const hintsOf = (room: Room) =>
  new Hints({
    engine: () => engineOf(room),
    people: () => world.people,
    directory: () => world.directory,
    clock: { now: () => room.now },
    log: () => {},
    wait: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => pass.push(resolve));
    },
  });

beforeEach(() => {
  world = new GroupWorld(['ada', 'ben', 'eve', 'kim']);
  group = world.group;
  pass = [];
  waits = [];
  hints = hintsOf(group);
  world.enter(group, 'ada');
  world.online = ['ada', 'ben', 'eve'];
  settle();
});

/** What was decided is on disk, and told to those who are here. */
function settle(): void {
  group.take();
  group.state.takeChanges();
  hints.told();
}
/** All that was begun goes on until it waits for time to pass. */
const goOn = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};
async function nextRound(): Promise<void> {
  for (const end of pass.splice(0)) end();
  await goOn();
}
let number = 0;
async function say(text: string, mentions: readonly string[] = [], by = 'ada'): Promise<void> {
  const body = { kind: 'text', text } as const;
  const done = group.command(by, {
    t: 'chat.send',
    n: ++number,
    body,
    mentions: mentions.map((name) => accountOf(name).id),
  });
  expect(done).toMatchObject({ ok: true });
  settle();
  await goOn();
}
/** Who was told since the last call, and how many unread messages and mentions they have. */
const told = () =>
  world.told
    .splice(0)
    .flatMap(({ to, news }) =>
      news.kind === 'moved' ? [[to, news.unread.unread, news.unread.mentions] as const] : [],
    );

describe('hints of a group', () => {
  test('tell those who are online and have it not open how it stands for them, at once', async () => {
    await say('Hello');
    const head = group.journal.last;
    expect(world.told).toEqual(
      ['ben', 'eve'].map((to) => ({
        to,
        news: {
          kind: 'moved',
          unread: {
            group: GROUP,
            name: 'Team',
            head,
            read: expect.any(Number),
            unread: 1,
            mentions: 0,
            lastMessage: {
              seq: head,
              at: group.now,
              name: accountOf('ada').name,
              account: accountOf('ada').id,
              kind: 'text',
              text: 'Hello',
            },
          },
        } satisfies MovedNews,
      })),
    );
  });

  test('come at most once in five seconds to each, and the last word is never left out', async () => {
    await say('one');
    for (let word = 2; word <= 30; word += 1) await say(`word ${word}`);
    expect(told()).toEqual([
      ['ben', 1, 0],
      ['eve', 1, 0],
    ]);
    expect(waits).toEqual([5_000]);
    await nextRound();
    expect(told()).toEqual([
      ['ben', 30, 0],
      ['eve', 30, 0],
    ]);
    // Nothing more was said: nobody is told, and nothing keeps the object awake.
    await nextRound();
    expect(told()).toEqual([]);
    expect(pass).toEqual([]);
    expect(world.asked).toBe(2);
    await say('again');
    expect(told()).toHaveLength(2);
  });

  test('go to whoever has read, for their other devices, at once and to nobody else', async () => {
    world.enter(group, 'ben');
    settle();
    await say('Hello', ['ben']);
    await nextRound();
    told();
    expect(group.command('ben', { t: 'group.read', n: 1, upTo: group.journal.last })).toMatchObject({
      ok: true,
    });
    expect(told()).toEqual([]);
    settle();
    await goOn();
    expect(told()).toEqual([['ben', 0, 0]]);
    // What was told once is told no more.
    settle();
    await goOn();
    expect(told()).toEqual([]);
  });

  test('write nothing', async () => {
    const body = { kind: 'text', text: 'Hello' } as const;
    group.command('ada', { t: 'chat.send', n: ++number, body });
    group.take();
    expect(group.state.takeChanges()).toEqual([]);
    hints.told();
    await goOn();
    await nextRound();
    expect(told()).toHaveLength(2);
    expect(group.state.takeChanges()).toEqual([]);
    expect(group.journal.isEmpty).toBe(true);
    expect(group.effects()).not.toContain('hints');
  });

  test('reach whom a message mentions at once, once in the five seconds', async () => {
    await say('one');
    told();
    await say('Ben, look', ['ben']);
    expect(told()).toEqual([['ben', 2, 1]]);
    await say('Ben, look again', ['ben']);
    expect(told()).toEqual([]);
    await say('Eve and Kim, too', ['eve', 'kim']);
    expect(told()).toEqual([['eve', 4, 1]]);
    // Asked once: who is online is known for these seconds.
    expect(world.asked).toBe(1);
    await nextRound();
    expect(told()).toEqual([
      ['ben', 4, 2],
      ['eve', 4, 1],
    ]);
  });

  test('do not come to whoever has it open, but to whose connection dropped', async () => {
    world.enter(group, 'ben');
    settle();
    await say('one');
    expect(told().map(([name]) => name)).toEqual(['eve']);
    await nextRound();
    group.drop('ben');
    settle();
    await say('two');
    expect(told().map(([name]) => name)).toEqual(['ben', 'eve']);
  });

  test('are for those who belong to the group, whatever the directory says', async () => {
    world.online = ['ben', 'mallory'];
    await say('one');
    expect(told().map(([name]) => name)).toEqual(['ben']);
  });

  test('count what each has read', async () => {
    world.enter(group, 'ben');
    await say('one');
    await say('two');
    group.command('ben', { t: 'group.read', upTo: group.journal.last });
    group.command('ben', { t: 'member.leave' });
    settle();
    told();
    await say('three');
    await nextRound();
    expect(told()).toContainEqual(['ben', 1, 0]);
  });

  test('that can’t be told are left out, and keep nobody else’s up', async () => {
    world.fails = (name) => name === 'ben';
    await say('one');
    expect(told().map(([name]) => name)).toEqual(['eve']);
    await nextRound();
    // Without the directory nobody is told; the next time they are.
    world.fails = (name) => name === 'directory';
    await say('two');
    expect(told()).toEqual([]);
    world.fails = () => false;
    await say('three');
    await nextRound();
    expect(told().map(([name]) => name)).toEqual(['ben', 'eve']);
  });

  test('are a group’s alone, and say nothing of messages to some', async () => {
    const plain = new Room();
    const others = hintsOf(plain);
    plain.enter('ada');
    plain.command('ada', { t: 'chat.send', n: 1, body: { kind: 'text', text: 'Hello' } });
    plain.take();
    others.told();
    await goOn();
    expect(world.asked).toBe(0);
  });

  test('take turns where more people are online than are told in one go', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `p${index}`);
    for (const name of names) group.perform(enrolPerson, { person: personOf(name), note: '' });
    settle();
    world.online = names;
    const reached = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      await say(`word ${round}`);
      for (let turn = 0; turn < 50; turn += 1) await goOn();
      const some = told().map(([name]) => name);
      expect(some.length).toBeLessThanOrEqual(1_000);
      for (const name of some) reached.add(name);
      await nextRound();
    }
    expect(reached.size).toBe(2_500);
  });

  test('cost no row and little time in a group of 5,000 of whom 200 are online', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `p${index}`);
    for (const name of names) group.perform(enrolPerson, { person: personOf(name), note: '' });
    settle();
    world.online = names.slice(0, 200);
    const began = performance.now();
    for (let word = 0; word < 100; word += 1) await say(`word ${word}`);
    await goOn();
    await nextRound();
    const took = performance.now() - began;
    expect(told()).toHaveLength(400);
    expect(group.state.takeChanges()).toEqual([]);
    expect(took).toBeLessThan(2_000);
  });
});
