import { expect, test } from 'vitest';
import { removeSelf } from '../../../src/user-object/features/self.ts';
import { knownPerson } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, World } from './harness.ts';

const ADA = accountId('ada');
const SECRET = 'swordfish';

test('with an account goes what it was called and what it said with a question, from the logs of all others', () => {
  const world = new World(['ada', 'bob', 'eve']);
  world.introduce('ada', 'bob', 'eve');
  const [ada, bob, eve] = [world.of('ada'), world.of('bob'), world.of('eve')];
  ada.change({ name: SECRET, avatar: `/v1/avatars/${SECRET}` });
  ada.command('ada', { t: 'contact.ask', account: bob.id, note: `I am ${SECRET}` });
  eve.command('eve', { t: 'contact.ask', account: bob.id, note: 'I am eve' });
  world.carry();
  for (const account of [ada.id, eve.id]) bob.command('bob', { t: 'contact.accept', account });
  world.carry();
  const code = 'abc-defg-hij';
  for (let index = 0; index < 250; index += 1) {
    ada.change({ name: `${SECRET} ${index}` });
    world.carry();
    world.pass(20);
  }
  ada.command('ada', { t: 'meeting.invite', to: bob.id, code, name: 'Physics' });
  ada.command('ada', { t: 'meeting.invite', to: bob.id, code, name: 'Physics', ring: true });
  world.carry();
  bob.performNamed('group.tell', {
    kind: 'group',
    group: 'grp-grpp-grp',
    name: 'Physics',
    state: 'invited',
    role: null,
    by: ada.card,
    everybody: false,
    version: 1,
    at: world.now,
  });
  bob.command('bob', { t: 'person.block', account: ada.id });
  bob.command('bob', { t: 'person.unblock', account: ada.id });
  bob.take();
  const log = () => JSON.stringify(bob.disk.segments);
  const kinds = ['contact.changed', 'meeting.invited', 'call.ringing', 'call.over', 'group.standing'];
  for (const t of [...kinds, 'person.blocked', 'person.unblocked', 'person.changed'])
    expect(log()).toContain(t);
  const before = log().split(SECRET).length - 1;
  expect(before).toBeGreaterThan(250);

  ada.perform(removeSelf, {});
  world.carry();
  world.delete('ada');
  world.pass(60);
  bob.take();
  expect(log()).not.toContain(SECRET);
  expect(log()).toContain(ADA);
  expect(log()).toContain('I am eve');
  expect(log()).toContain(cardOf('eve').name);
  for (const t of kinds) expect(log()).toContain(t);
});

test('the same where they are neither a contact nor in a conversation, and their name is known no longer', () => {
  const world = new World(['ada', 'bob'], { PEOPLE_ACCESS: 'everybody' });
  world.introduce('ada', 'bob');
  const [ada, bob] = [world.of('ada'), world.of('bob')];
  ada.change({ name: SECRET });
  ada.command('ada', { t: 'meeting.invite', to: bob.id, code: 'abc-defg-hij', name: 'Physics' });
  world.carry();
  bob.take();
  const log = () => JSON.stringify(bob.disk.segments);
  expect(log()).toContain(SECRET);
  expect(knownPerson(bob.state, ADA)?.name).toBe(SECRET);
  ada.perform(removeSelf, {});
  world.carry();
  world.delete('ada');
  world.pass(60);
  bob.take();
  expect(log()).not.toContain(SECRET);
  expect(log()).toContain(ADA);
  expect(knownPerson(bob.state, ADA)).toBeUndefined();
});

test('whoever has blocked them keeps their name, to take that back by, and another contact does not', () => {
  const world = new World(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob', 'eve');
  const [ada, bob, eve] = [world.of('ada'), world.of('bob'), world.of('eve')];
  for (const { id } of [bob, eve])
    ada.command('ada', { t: 'meeting.invite', to: id, code: 'abc-defg-hij', name: 'Physics' });
  world.carry();
  bob.command('bob', { t: 'person.block', account: ada.id });
  ada.perform(removeSelf, {});
  world.carry();
  expect(knownPerson(bob.state, ADA)?.name).toBe('Ada');
  expect(knownPerson(eve.state, ADA)).toBeUndefined();
  bob.command('bob', { t: 'person.unblock', account: ada.id });
  expect(bob.snapshot().blocked).toEqual([]);
});
