import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { decide, internalCommand } from '../../../src/engine/feature.ts';
import type { LinkBatch } from '../../../src/platform/user-rpc.ts';
import {
  LINK_EFFECT,
  linkFull,
  linkOf,
  linkTable,
  nextBatch,
  outgoingTable,
  parkedTable,
  sendTo,
  sendToAll,
} from '../../../src/user-object/links.ts';
import { blockedTable, deviceTable, knownPerson, peopleTable } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, type Inbox, World } from './harness.ts';

const BOB = accountId('bob');
const ADA = accountId('ada');

interface Sent {
  readonly to: string;
  readonly kind: string;
  readonly data: object;
}
const send = internalCommand<Sent>('test.send', ({ state, fields: { to, kind, data } }) =>
  decide(sendTo(state, to, kind, data)),
);
const sendBoth = internalCommand<{ readonly to: readonly string[] }>('test.send-both', ({ state, fields }) =>
  decide(sendToAll(state, fields.to, 'device.ask', { device: 'both', ticket: 'x', login: null })),
);

let world: World;
let ada: Inbox;
let bob: Inbox;

/** Says a word in terms of a command that every object has: it makes a device of that name known. */
const say = (word: string, { to = BOB, from = ada, kind = 'device.ask', more = {} } = {}) =>
  from.perform(send, { to, kind, data: { device: word, ticket: 'x', login: null, ...more } });
const heard = (inbox: Inbox): string[] =>
  Array.from(inbox.state.table(deviceTable).keys()).filter((id) => !id.startsWith('d_'));
const waiting = (inbox: Inbox): number[] =>
  Array.from(inbox.state.table(outgoingTable).values(), ({ number }) => number);
const effect = (inbox: Inbox, to: string) => inbox.state.table(effectTable).get(`link ${to}`);
const batchOf = (inbox: Inbox, to = BOB): LinkBatch => nextBatch(inbox.state, 'life', to);

beforeEach(() => {
  world = new World(['ada', 'bob']);
  ada = world.of('ada');
  bob = world.of('bob');
});

describe('what is sent to somebody', () => {
  test('is run there in order, each once, and then waits no longer', () => {
    for (const word of ['one', 'two', 'three']) say(word);
    expect(waiting(ada)).toEqual([1, 2, 3]);
    expect(ada.effectsOf(LINK_EFFECT)).toHaveLength(1);
    world.carry();
    expect(heard(bob)).toEqual(['one', 'two', 'three']);
    expect(waiting(ada)).toEqual([]);
    expect(ada.effectsOf(LINK_EFFECT)).toEqual([]);
    expect(linkOf(ada.state, BOB)).toMatchObject({ sent: 3, carried: 3, size: 0 });
  });

  test('goes to several as to each', () => {
    world.add('eve');
    ada.perform(sendBoth, { to: [BOB, accountId('eve')] });
    world.carry();
    expect([heard(bob), heard(world.of('eve'))]).toEqual([['both'], ['both']]);
  });

  test('is carried again where the answer was lost, and run no second time', () => {
    say('one');
    const batch = batchOf(ada);
    expect(bob.takeItems(ada.card, batch)).toEqual({ ok: true, value: { upTo: 1 } });
    say('two');
    const again = batchOf(ada);
    expect(again.items.map(({ number }) => number)).toEqual([1, 2]);
    // The first try's answer was lost, and a late copy of it comes in last.
    bob.state.table(deviceTable).delete('one');
    expect(bob.takeItems(ada.card, again)).toEqual({ ok: true, value: { upTo: 2 } });
    expect(bob.takeItems(ada.card, batch)).toEqual({ ok: true, value: { upTo: 2 } });
    expect(heard(bob)).toEqual(['two']);
    expect(linkOf(bob.state, ADA).taken).toBe(2);
  });

  test('while a batch is under way goes with the next one', () => {
    say('one');
    const batch = batchOf(ada);
    say('two');
    expect(ada.effectsOf(LINK_EFFECT)).toHaveLength(1);
    bob.takeItems(ada.card, batch);
    ada.state.table(effectTable).delete(`link ${BOB}`);
    ada.performNamed('link.carried', { to: BOB, upTo: 1 });
    expect(waiting(ada)).toEqual([2]);
    expect(ada.effectsOf(LINK_EFFECT)).toHaveLength(1);
    world.carry();
    expect(heard(bob)).toEqual(['one', 'two']);
  });

  test('is counted as carried only as far as it was sent, and never back', () => {
    say('one');
    say('two');
    ada.performNamed('link.carried', { to: BOB, upTo: 99 });
    expect(linkOf(ada.state, BOB)).toMatchObject({ sent: 2, carried: 2 });
    ada.performNamed('link.carried', { to: BOB, upTo: 1 });
    expect(linkOf(ada.state, BOB)).toMatchObject({ sent: 2, carried: 2, size: 0 });
  });

  test('is all of one batch in one commit', () => {
    for (const word of ['one', 'two']) say(word);
    bob.take();
    bob.takeItems(ada.card, batchOf(ada));
    expect(bob.journal.isEmpty).toBe(false);
    expect(heard(bob)).toHaveLength(2);
  });

  test('goes in batches of a hundred, and of so many characters', () => {
    for (let index = 0; index < 150; index += 1) say(`word ${index}`);
    expect(batchOf(ada).items).toHaveLength(100);
    world.carry();
    expect(waiting(ada)).toEqual([]);
    expect(linkOf(ada.state, BOB)).toMatchObject({ sent: 150, carried: 150, size: 0 });
    for (const word of ['a', 'b', 'c']) say(word, { more: { note: 'x'.repeat(200_000) } });
    expect(batchOf(ada).items).toHaveLength(1);
    world.carry();
    expect(heard(bob)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });
});

describe('somebody who can not be reached', () => {
  beforeEach(() => world.cut('bob'));

  test('gets it later, and it is tried again by itself', () => {
    say('one');
    world.carry();
    expect(effect(ada, BOB)).toMatchObject({ attempts: 1, at: ada.now + 2_000 });
    say('two');
    expect(effect(ada, BOB)).toMatchObject({ attempts: 1 });
    world.reach('bob');
    world.carry();
    expect(heard(bob)).toEqual(['one', 'two']);
  });

  test('slows nobody else', () => {
    world.add('eve');
    say('lost');
    say('heard', { to: accountId('eve') });
    world.carry();
    expect(heard(world.of('eve'))).toEqual(['heard']);
  });

  test('is tried at once when something comes from them', () => {
    say('one');
    for (let tries = 0; tries < 5; tries += 1) world.carryOnce('ada', 'bob');
    expect(effect(ada, BOB)).toMatchObject({ attempts: 5 });
    say('hello', { to: ADA, from: bob });
    world.carryOnce('bob', 'ada');
    expect(effect(ada, BOB)).toMatchObject({ attempts: 0, at: ada.now });
  });

  test('may have so much wait for them, and no more', () => {
    // Each of them costs ten.
    for (let index = 0; index < 59; index += 1) say(`${index}`);
    expect(linkFull(ada.state, BOB)).toBeNull();
    say('the last');
    expect(linkFull(ada.state, BOB)).toMatchObject({ code: 'person_unreachable', retry: 1_000 });
    expect(linkFull(ada.state, accountId('eve'))).toBeNull();
    world.reach('bob');
    world.carry();
    expect(linkFull(ada.state, BOB)).toBeNull();
  });

  test('may have no more wait than they take in ten minutes, and what costs nothing is no part of it', () => {
    const tick = () => ada.perform(send, { to: BOB, kind: 'direct.tick', data: { got: 0, read: 0 } });
    const write = () => ada.perform(send, { to: BOB, kind: 'direct.withdraw', data: { message: 1 } });
    for (let index = 0; index < 100; index += 1) tick();
    for (let index = 0; index < 599; index += 1) write();
    expect(linkFull(ada.state, BOB)).toBeNull();
    write();
    expect(linkFull(ada.state, BOB)?.code).toBe('person_unreachable');
    // What is in no row of its own is found again.
    ada.state.table(linkTable).delete(BOB);
    ada.wake();
    expect(linkOf(ada.state, BOB)).toMatchObject({ sent: 700, carried: 0, cost: 600 });
    ada.performNamed('link.carried', { to: BOB, upTo: 200 });
    expect(linkOf(ada.state, BOB).cost).toBe(500);
    expect(linkFull(ada.state, BOB)).toBeNull();
  });

  test('may have so many characters wait for them', () => {
    for (let index = 0; index < 10; index += 1) say(`${index}`, { more: { note: 'x'.repeat(200_000) } });
    expect(linkFull(ada.state, BOB)).toBeNull();
    say('one more', { more: { note: 'x'.repeat(200_000) } });
    expect(linkFull(ada.state, BOB)?.code).toBe('person_unreachable');
  });
});

describe('somebody whose account is gone', () => {
  test('has nothing wait for them any more, nor ever after', () => {
    say('one');
    world.delete('bob');
    world.carry();
    expect(waiting(ada)).toEqual([]);
    expect(ada.state.table(linkTable).has(BOB)).toBe(false);
    expect(ada.effectsOf(LINK_EFFECT)).toEqual([]);
    say('two');
    world.carry();
    expect(waiting(ada)).toEqual([]);
  });

  test('and who comes again under the same id is heard from the first word on', () => {
    say('one');
    say('two');
    bob.takeItems(ada.card, batchOf(ada));
    const { items } = batchOf(ada);
    const reborn = { epoch: 'another life', items: items.slice(0, 1) };
    bob.state.table(deviceTable).delete('one');
    expect(bob.takeItems(ada.card, reborn)).toEqual({ ok: true, value: { upTo: 1 } });
    expect(heard(bob)).toContain('one');
    expect(linkOf(bob.state, ADA)).toMatchObject({ taken: 1, epoch: 'another life' });
  });
});

describe('what comes from somebody', () => {
  test('who is blocked is taken, and nothing happens', () => {
    bob.state.table(blockedTable).set(ADA, { at: 1 });
    bob.state.table(peopleTable).set(ADA, cardOf('ada'));
    ada.change({ name: 'Somebody else' });
    say('one');
    world.carry();
    expect(waiting(ada)).toEqual([]);
    expect(heard(bob)).toEqual([]);
    expect(knownPerson(bob.state, ADA)?.name).toBe('Ada');
    expect(bob.told()).toEqual([]);
  });

  test('brings how they look now, where they are known', () => {
    say('one');
    world.carry();
    expect(knownPerson(bob.state, ADA)).toBeUndefined();
    bob.state.table(peopleTable).set(ADA, cardOf('ada'));
    ada.card = { ...ada.card, name: 'Countess', avatar: '/v1/avatars/x' };
    say('two');
    world.carry();
    expect(knownPerson(bob.state, ADA)).toEqual({
      ...cardOf('ada'),
      name: 'Countess',
      avatar: '/v1/avatars/x',
    });
  });

  test('and is refused holds nothing up', () => {
    say('one', { kind: 'device.open', more: { session: 1 } });
    say('two');
    world.carry();
    expect(heard(bob)).toEqual(['two']);
    expect(waiting(ada)).toEqual([]);
    expect(bob.warnings).toMatchObject([
      { event: 'link.refused', kind: 'device.open', code: 'ticket_invalid' },
    ]);
    expect(bob.state.table(parkedTable).size).toBe(0);
  });

  test('and this version does not know waits for one that does, and holds nothing up', () => {
    say('one', { kind: 'thing.of-tomorrow' });
    say('two');
    world.carry();
    expect(heard(bob)).toEqual(['two']);
    expect(waiting(ada)).toEqual([]);
    const [[key, row] = []] = Array.from(bob.state.table(parkedTable).entries());
    expect(row).toMatchObject({ kind: 'thing.of-tomorrow', number: 1, from: { id: ADA } });
    bob.wake();
    expect(bob.state.table(parkedTable).size).toBe(1);
    // Today's name for it: the version has changed.
    if (key !== undefined && row !== undefined)
      bob.state.table(parkedTable).set(key, { ...row, kind: 'device.ask' });
    bob.wake();
    expect(heard(bob)).toEqual(['two', 'one']);
    expect(bob.state.table(parkedTable).size).toBe(0);
  });

  test('and nobody ever comes to know is dropped after a month', () => {
    say('one', { kind: 'thing.of-tomorrow' });
    world.carry();
    bob.pass(31 * 86_400);
    bob.wake();
    expect(bob.state.table(parkedTable).size).toBe(0);
  });
});
