import { beforeEach, describe, expect, test } from 'vitest';
import { changeConversation, conversationTable } from '../../../src/user-object/direct-rows.ts';
import { LINK_EFFECT } from '../../../src/user-object/links.ts';
import { blockedTable } from '../../../src/user-object/tables.ts';
import { accountId, deviceId, refused, type Told, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');

let talk: Talk;
beforeEach(() => {
  const world = new World(['ada', 'bob']);
  world.befriend('ada', 'bob');
  talk = new Talk(world);
});
const ticks = (told: readonly Told[]) =>
  told.filter(({ t }) => t === 'direct.receipt').map(({ delivered, read }) => [delivered, read]);

describe('delivered', () => {
  test('is a message when a device that is connected has it', () => {
    talk.send('ada', 'bob', 'one');
    const [atAda = []] = talk.settle('ada');
    expect(ticks(atAda)).toEqual([[1, 0]]);
    expect(talk.conversation('ada', 'bob')).toMatchObject({ delivered: 1, seen: 0 });
  });

  test('is a message, where nobody was there, when the next device connects, whichever it is', () => {
    const bob = talk.world.of('bob');
    bob.drop('bob');
    for (const text of ['one', 'two', 'three']) talk.send('ada', 'bob', text);
    const [before = []] = talk.settle('ada');
    expect(ticks(before)).toEqual([]);
    bob.connect('phone');
    const [atAda = []] = talk.settle('ada');
    expect(ticks(atAda)).toEqual([[3, 0]]);
    bob.connect('laptop');
    expect(talk.settle('ada')).toEqual([[]]);
  });

  test('are the messages of thousands of people, a part at a time, as long as somebody is there', () => {
    const bob = talk.world.of('bob');
    bob.drop('bob');
    const waiting = () =>
      Array.from(bob.state.table(conversationTable).values()).filter(({ got, received }) => got < received)
        .length;
    for (let index = 0; index < 7_000; index += 1)
      changeConversation(bob.state, accountId(`p${index}`), () => ({ received: 3, unread: 3 }));
    bob.connect('phone');
    expect(waiting()).toBe(6_500);
    bob.pass(1);
    expect(waiting()).toBe(0);
    expect(bob.effectsOf(LINK_EFFECT)).toHaveLength(7_000);

    bob.drop('phone');
    for (let index = 0; index < 700; index += 1)
      changeConversation(bob.state, accountId(`p${index}`), () => ({ received: 4 }));
    bob.connect('phone');
    bob.drop('phone');
    bob.pass(1);
    expect(waiting()).toBe(200);
  });

  test('are hundreds of messages with few receipts', () => {
    talk.world.cut('bob');
    for (let index = 0; index < 600; index += 1) talk.send('ada', 'bob', `m${index}`);
    talk.settle('ada');
    talk.world.reach('bob');
    // The way back is slow: everything has come before the first receipt goes.
    while (talk.world.of('ada').effects().includes(LINK_EFFECT)) talk.world.carryOnce('ada', 'bob');
    const [atAda = []] = talk.settle('ada');
    expect(ticks(atAda)).toEqual([
      [1, 0],
      [600, 0],
    ]);
    expect(talk.texts('bob', 'ada')).toHaveLength(100);
  });
});

describe('read', () => {
  const three = () => {
    for (const text of ['one', 'two', 'three']) talk.send('ada', 'bob', text);
    talk.settle('ada', 'bob');
  };

  test('is told to the author, and to the own other devices', () => {
    three();
    talk.read('bob', 'ada', 2);
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    expect(atBob).toMatchObject([{ t: 'direct.unread', with: ADA, upTo: 2, unread: 1, by: deviceId('bob') }]);
    expect(ticks(atAda)).toEqual([[3, 2]]);
    expect(talk.conversation('ada', 'bob')).toMatchObject({ delivered: 3, seen: 2 });
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 1, read: 2 });
  });

  test('only ever goes up, and never beyond what there is', () => {
    three();
    talk.read('bob', 'ada', 3);
    talk.settle('ada', 'bob');
    expect(talk.read('bob', 'ada', 2)).toMatchObject({ ok: true });
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
    expect(talk.read('bob', 'ada', 4)).toMatchObject(refused('message_unknown'));
    expect(talk.read('bob', 'eve', 1)).toMatchObject(refused('message_unknown'));
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 0, read: 3 });
  });

  test('counts what is left without what was deleted, and without one’s own', () => {
    three();
    talk.send('bob', 'ada', 'mine');
    talk.send('ada', 'bob', 'four');
    talk.settle('ada', 'bob');
    talk.remove('ada', 'bob', 3);
    talk.settle('ada', 'bob');
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 3 });
    talk.read('bob', 'ada', 1);
    talk.settle('bob');
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 2 });
  });

  test('is delivered as well, also by a device that came while the object did not know', () => {
    talk.world.of('bob').drop('bob');
    three();
    talk.read('bob', 'ada', 3);
    const [atAda = []] = talk.settle('ada');
    expect(ticks(atAda)).toEqual([[3, 3]]);
  });

  test('waits while the author can not be reached, and comes as one', () => {
    three();
    talk.world.cut('ada');
    for (const upTo of [1, 2, 3]) {
      talk.read('bob', 'ada', upTo);
      talk.settle('bob');
    }
    talk.world.reach('ada');
    talk.send('bob', 'ada', 'I am back');
    const [atAda = []] = talk.settle('ada');
    expect(ticks(atAda)).toEqual([
      [3, 1],
      [3, 3],
    ]);
  });

  test('is not told to whoever is blocked, nor that anything came', () => {
    talk.world.of('bob').drop('bob');
    three();
    const bob = talk.world.of('bob');
    bob.state.table(blockedTable).set(ADA, { at: 1 });
    bob.connect('bob');
    talk.read('bob', 'ada', 3);
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    expect(ticks(atAda)).toEqual([]);
    expect(atBob.map(({ t }) => t)).toContain('direct.unread');
    expect(talk.conversation('ada', 'bob')).toMatchObject({ delivered: 0, seen: 0 });
  });

  test('of more than was sent is not believed', () => {
    three();
    const bob = talk.world.of('bob').card;
    talk.world.of('ada').performNamed('direct.tick', { from: BOB, card: bob, got: 9, read: 7 });
    expect(talk.conversation('ada', 'bob')).toMatchObject({ delivered: 3, seen: 3 });
    talk.world.of('ada').take();
    talk.world.of('ada').performNamed('direct.tick', { from: BOB, card: bob, got: 2, read: 1 });
    expect(talk.world.of('ada').told()).toEqual([]);
  });
});
