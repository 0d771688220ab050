import { beforeEach, describe, expect, test } from 'vitest';
import { keepAllowance } from '../../../src/user-object/allowance-rows.ts';
import { changeConversation, directEditTable } from '../../../src/user-object/direct-rows.ts';
import { removeSelf } from '../../../src/user-object/features/self.ts';
import { LINK_EFFECT, linkOf, outgoingKey, outgoingTable } from '../../../src/user-object/links.ts';
import { accountId, refused, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const SECRET = 'swordfish';

let talk: Talk;
beforeEach(() => {
  const world = new World(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob', 'eve');
  talk = new Talk(world);
});
const times = (name: string, text: string): number => talk.kept(name).split(text).length - 1;

describe('when an account is deleted', () => {
  test('what they wrote is gone from the logs of all others, and what others wrote stays', () => {
    for (let index = 0; index < 450; index += 1) {
      talk.send('ada', 'bob', `${SECRET} ${index}`);
      if (index % 3 === 0) talk.send('bob', 'ada', `mine ${index}`);
      talk.settle('ada', 'bob');
    }
    for (let number = 1; number <= 250; number += 1) {
      talk.edit('ada', 'bob', number, `${SECRET} edited ${number}`);
      talk.settle('ada', 'bob');
    }
    talk.send('ada', 'eve', SECRET);
    talk.send('bob', 'eve', SECRET);
    talk.settle('ada', 'bob', 'eve');

    talk.world.of('ada').perform(removeSelf, {});
    const [, atBob = []] = talk.settle('ada', 'bob', 'eve');
    expect(atBob.filter(({ t }) => t.startsWith('direct'))).toMatchObject([
      { t: 'direct.erased', with: ADA },
    ]);
    talk.world.delete('ada');
    talk.world.pass(1);
    talk.settle('bob', 'eve');
    expect(times('bob', `${SECRET} `)).toBe(0);
    expect(talk.world.of('bob').state.table(directEditTable).size).toBe(0);
    expect(talk.texts('eve', 'ada')).toEqual(['deleted']);
    expect(talk.texts('eve', 'bob')).toEqual([SECRET]);
    const whole = talk.all('bob', 'ada', 100);
    expect(whole).toHaveLength(600);
    for (const { from, body } of whole) expect(body.kind).toBe(from === ADA ? 'deleted' : 'text');
    expect(talk.conversation('bob', 'ada')).toMatchObject({ deleted: true, unread: 0 });
  });

  test('nothing can be sent to them, and what one wrote oneself can still be deleted', () => {
    talk.send('bob', 'ada', 'mine');
    talk.settle('ada', 'bob');
    talk.world.delete('ada');
    talk.send('bob', 'ada', 'into the void');
    const [atBob = []] = talk.settle('bob');
    expect(atBob.map(({ t }) => t)).toEqual(['direct.sent', 'contact.removed', 'direct.erased']);
    talk.world.pass(1);
    expect(talk.send('bob', 'ada', 'x')).toMatchObject(refused('person_unknown'));
    expect(talk.remove('bob', 'ada', 1)).toMatchObject({ ok: true });
    expect(talk.world.of('bob').effects()).not.toContain(LINK_EFFECT);
    expect(talk.texts('bob', 'ada')).toEqual(['deleted', 'into the void']);
  });

  test('all are told, however many they are', () => {
    const ada = talk.world.of('ada');
    const account = (index: number) => accountId(`p${index}`);
    for (let index = 0; index < 20_500; index += 1)
      changeConversation(ada.state, account(index), () => ({ sent: 1 }));
    ada.change({ name: 'Countess' });
    ada.perform(removeSelf, {});
    ada.pass(1);
    expect(ada.effectsOf(LINK_EFFECT)).toHaveLength(20_502);
    for (const index of [0, 999, 1_000, 20_499])
      expect(ada.state.table(outgoingTable).get(outgoingKey(account(index), 2))?.kind).toBe('direct.erase');
  });

  test('it is told at once, also where they take no more of what waits for them', () => {
    const { world } = talk;
    const [ada, bob] = [world.of('ada'), world.of('bob')];
    talk.send('ada', 'bob', SECRET);
    talk.settle('ada', 'bob');
    keepAllowance(bob.state, ADA, -10_000, world.now);
    for (let index = 0; index < 50; index += 1) talk.send('ada', 'bob', `${SECRET} ${index}`);
    talk.edit('ada', 'bob', 1, `${SECRET} edited`);
    ada.command('ada', { t: 'meeting.invite', to: bob.id, code: 'abc-defg-hij', name: 'Physics' });
    expect(world.carryOnce('ada', 'bob')).toBe(false);

    ada.perform(removeSelf, {});
    const row = () => linkOf(ada.state, bob.id);
    expect(row()).toMatchObject({ sent: 55, cost: 0 });
    expect(row().size).toBeGreaterThan(0);
    // Numbers stay given, also over a sleep: some of it may have been taken.
    ada.wake();
    expect(world.carryOnce('ada', 'bob')).toBe(true);
    expect(row()).toMatchObject({ sent: 55, carried: 55, size: 0, cost: 0 });
    expect(ada.effectsOf(LINK_EFFECT)).toHaveLength(1);
    world.pass(1);
    bob.take();
    expect(times('bob', SECRET)).toBe(0);
    expect(bob.snapshot().contacts).toMatchObject([{ person: { id: accountId('eve') } }]);
  });

  test('what waits for somebody who hears nothing of it is dropped, and nothing goes on for it', () => {
    const ada = talk.world.of('ada');
    talk.send('ada', 'bob', 'x');
    ada.perform(removeSelf, {});
    const outgoing = ada.state.table(outgoingTable);
    for (const key of Array.from(outgoing.keys())) outgoing.delete(key);
    const to = talk.world.of('bob').id;
    expect(ada.effectsOf(LINK_EFFECT)).toContainEqual({ to });
    talk.world.carryOnce('ada', 'bob');
    expect(ada.effectsOf(LINK_EFFECT)).not.toContainEqual({ to });
  });

  test('it is told once, and of people without a conversation not at all', () => {
    talk.send('ada', 'bob', 'x');
    talk.settle('ada', 'bob', 'eve');
    const bob = talk.world.of('bob');
    const gone = { from: ADA, card: talk.world.of('ada').card };
    for (const name of ['bob', 'eve']) {
      talk.world.of(name).performNamed('direct.erase', gone);
      talk.world.of(name).performNamed('link.gone', { account: ADA });
    }
    expect(bob.told().filter((t) => t === 'direct.erased')).toEqual(['direct.erased']);
    expect(talk.world.of('eve').told()).not.toContain('direct.erased');
  });

  test('who comes back under the same id begins anew, and old numbers name nothing of theirs', () => {
    for (let index = 0; index < 70; index += 1) talk.send('ada', 'bob', `old ${index}`);
    talk.settle('ada', 'bob');
    talk.world.of('ada').perform(removeSelf, {});
    talk.settle('ada', 'bob');
    talk.world.pass(1);
    talk.world.delete('ada');
    talk.world.add('ada').connect('ada');
    talk.world.of('bob').performNamed('link.gone', { account: ADA });
    talk.world.befriend('ada', 'bob');
    talk.send('ada', 'bob', 'new');
    const [, atBob = []] = talk.settle('ada', 'bob');
    expect(atBob.filter(({ t }) => t === 'direct.sent')).toMatchObject([{ number: 1, from: ADA }]);
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 1, read: 0 });
    expect(talk.conversation('bob', 'ada')).not.toHaveProperty('deleted');
    expect(talk.read('bob', 'ada', 2)).toMatchObject(refused('message_unknown'));
    talk.edit('ada', 'bob', 1, 'newer');
    talk.settle('ada', 'bob');
    expect(talk.texts('bob', 'ada').at(-1)).toBe('newer');
    expect(talk.send('bob', 'ada', 'x', { replyTo: { from: ADA, number: 1 } })).toMatchObject({ ok: true });
  });
});
