import { beforeEach, describe, expect, test } from 'vitest';
import { internalCommand, note } from '../../../src/engine/feature.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { declinedTable, STRANGERS } from '../../../src/user-object/contact-rows.ts';
import { introduce } from '../../../src/user-object/features/contacts.ts';
import { selfRemoved } from '../../../src/user-object/internal-events.ts';
import { blockedTable, contactTable, knownPerson, peopleTable } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, type Inbox, refused, type Told, World } from './harness.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');
const DAY = 86_400;

let world: World;
let ada: Inbox;
let bob: Inbox;

type ContactCommand = 'contact.ask' | 'contact.accept' | 'contact.decline' | 'contact.remove';
/** A command about the other of the two, from the device of the same name. */
const say = (
  who: Inbox,
  t: ContactCommand | 'person.block' | 'person.unblock',
  of = who === ada ? BOB : ADA,
) => who.command(who.name, { t, n: 1, account: of });
const done = (who: Inbox, t: Parameters<typeof say>[1]): void => {
  const outcome = say(who, t);
  if (!outcome.ok) throw new Error(`${t}: ${outcome.error.code}`);
};
const stateOf = (who: Inbox, of = who === ada ? BOB : ADA): string =>
  who.state.table(contactTable).get(of)?.state ?? 'none';
/** How ada and bob stand, after everything has been carried. */
const states = (): string => {
  world.carry();
  return `${stateOf(ada)} ${stateOf(bob)}`;
};
/** What a person's devices were told of contacts since the last call, in short. */
const heard = (who: Inbox): string[] =>
  who
    .take()
    .told.filter(({ t }) => t.startsWith('contact.') || t.startsWith('person.'))
    .map(({ t, state, reason }: Told) => [t, state, reason].filter((part) => part !== undefined).join(' '));

beforeEach(() => {
  world = new World(['ada', 'bob']);
  world.introduce('ada', 'bob');
  ada = world.of('ada');
  bob = world.of('bob');
});

describe('a question that is put and taken back', () => {
  test('is heard once a day, however often; and whoever was asked may ask in turn', () => {
    done(ada, 'contact.ask');
    states();
    heard(bob);
    for (let times = 0; times < 50; times += 1) {
      done(ada, 'contact.remove');
      states();
      done(ada, 'contact.ask');
      states();
    }
    expect(bob.take().told.map(({ t }) => t)).toEqual(['contact.removed']);
    expect(states()).toBe('asked none');
    world.pass(DAY);
    done(ada, 'contact.ask');
    expect(states()).toBe('asked asking');
    done(ada, 'contact.remove');
    done(ada, 'contact.ask');
    expect(states()).toBe('asked none');
    done(bob, 'contact.ask');
    expect(states()).toBe('contact contact');
  });
});

describe('a question', () => {
  test('reaches the other with what was said, and stands on both sides', () => {
    ada.command('ada', { t: 'contact.ask', account: BOB, note: 'From the conference' });
    world.carry();
    expect(ada.snapshot().contacts).toEqual([
      { person: cardOf('bob'), state: 'asked', since: world.now, note: 'From the conference' },
    ]);
    expect(bob.snapshot().contacts).toEqual([
      { person: cardOf('ada'), state: 'asking', since: world.now, note: 'From the conference' },
    ]);
    expect(bob.take().told).toMatchObject([
      { t: 'contact.changed', person: cardOf('ada'), state: 'asking', note: 'From the conference' },
    ]);
  });

  test('reaches somebody who has never heard of the one who asks', () => {
    bob.state.table(peopleTable).delete(ADA);
    done(ada, 'contact.ask');
    expect(states()).toBe('asked asking');
    expect(knownPerson(bob.state, ADA)).toEqual(cardOf('ada'));
  });

  test('that is accepted makes both contacts', () => {
    done(ada, 'contact.ask');
    world.carry();
    done(bob, 'contact.accept');
    expect(states()).toBe('contact contact');
    expect([heard(ada), heard(bob)]).toEqual([
      ['contact.changed asked', 'contact.changed contact'],
      ['contact.changed asking', 'contact.changed contact'],
    ]);
    // Saying so again says nothing.
    for (const who of [ada, bob]) for (const t of ['contact.ask', 'contact.accept'] as const) done(who, t);
    expect(states()).toBe('contact contact');
    expect([heard(ada), heard(bob)]).toEqual([[], []]);
  });

  test('that is answered with a question makes both contacts', () => {
    done(ada, 'contact.ask');
    world.carry();
    done(bob, 'contact.ask');
    expect(states()).toBe('contact contact');
  });

  test('that crosses another makes both contacts', () => {
    done(ada, 'contact.ask');
    done(bob, 'contact.ask');
    expect(states()).toBe('contact contact');
    expect(heard(ada)).toEqual(['contact.changed asked', 'contact.changed contact']);
  });

  test('is put once, however often it is asked, and once more after a day', () => {
    done(ada, 'contact.ask');
    world.carry();
    for (const _ of [1, 2, 3]) done(ada, 'contact.ask');
    expect(heard(ada)).toEqual(['contact.changed asked']);
    expect(states()).toBe('asked asking');
    expect(heard(bob)).toEqual(['contact.changed asking']);
    world.pass(DAY);
    ada.command('ada', { t: 'contact.ask', account: BOB, note: 'again' });
    expect(states()).toBe('asked asking');
    expect(heard(bob)).toEqual(['contact.changed asking']);
    expect(bob.snapshot().contacts).toMatchObject([{ note: 'again' }]);
  });

  test('that is declined tells the one who asked nothing, and may be put again after a day', () => {
    done(ada, 'contact.ask');
    world.carry();
    heard(ada);
    done(bob, 'contact.decline');
    expect(states()).toBe('asked none');
    expect([heard(ada), heard(bob)]).toEqual([[], ['contact.changed asking', 'contact.removed declined']]);
    world.pass(DAY - 1);
    done(ada, 'contact.ask');
    // Not by taking it back either.
    done(ada, 'contact.remove');
    done(ada, 'contact.ask');
    expect(states()).toBe('asked none');
    expect(heard(bob)).toEqual([]);
    world.pass(DAY);
    done(ada, 'contact.ask');
    expect(states()).toBe('asked asking');
  });

  test('that was declined is a yes where the other asks now', () => {
    done(ada, 'contact.ask');
    world.carry();
    done(bob, 'contact.decline');
    done(bob, 'contact.ask');
    expect(states()).toBe('contact contact');
  });

  test('can be taken back', () => {
    done(ada, 'contact.ask');
    world.carry();
    done(ada, 'contact.remove');
    expect(states()).toBe('none none');
    expect(heard(bob)).toEqual(['contact.changed asking', 'contact.removed withdrawn']);
    expect(say(bob, 'contact.accept')).toMatchObject(refused('request_unknown'));
  });

  test('that is taken back while the yes is on its way leaves nobody a contact', () => {
    done(ada, 'contact.ask');
    world.carry();
    done(bob, 'contact.accept');
    done(ada, 'contact.remove');
    expect(states()).toBe('none none');
  });

  test('that nobody put can neither be accepted nor declined', () => {
    for (const t of ['contact.accept', 'contact.decline'] as const)
      expect(say(ada, t)).toMatchObject(refused('request_unknown'));
    done(ada, 'contact.ask');
    expect(say(ada, 'contact.accept')).toMatchObject(refused('request_unknown'));
    expect(stateOf(ada)).toBe('asked');
  });
});

describe('a contact', () => {
  beforeEach(() => {
    world.befriend('ada', 'bob');
  });

  test('that is removed is gone on both sides', () => {
    done(ada, 'contact.remove');
    expect(states()).toBe('none none');
    expect([heard(ada), heard(bob)]).toEqual([['contact.removed removed'], ['contact.removed removed']]);
    done(ada, 'contact.remove');
    expect(heard(ada)).toEqual([]);
  });

  test('that is removed and asked again at once is asked', () => {
    done(ada, 'contact.remove');
    done(ada, 'contact.ask');
    done(bob, 'contact.remove');
    expect(states()).toBe('asked asking');
  });

  test('whose account is deleted is gone, with what was blocked of them', () => {
    done(bob, 'person.block');
    done(bob, 'person.unblock');
    done(ada, 'person.block');
    heard(ada);
    const remove = internalCommand('test.remove', () => ({
      ok: true,
      value: { events: [note(selfRemoved, {})] },
    }));
    bob.perform(remove, {});
    world.carry();
    expect(stateOf(ada)).toBe('none');
    expect(heard(ada)).toEqual(['contact.removed deleted']);
  });

  test('that is found to be gone is a contact no longer', () => {
    world.delete('bob');
    done(ada, 'person.block');
    heard(ada);
    ada.change({ name: 'Ada L.' });
    world.carry();
    expect(stateOf(ada)).toBe('none');
    expect(heard(ada)).toEqual(['person.changed', 'contact.removed deleted', 'person.unblocked']);
    expect(ada.state.table(blockedTable).size).toBe(0);
  });
});

describe('somebody blocked', () => {
  test('is told nothing, asks nobody, and looks as if they had asked', () => {
    done(ada, 'person.block');
    world.carry();
    expect(heard(bob)).toEqual([]);
    done(bob, 'contact.ask');
    expect(states()).toBe('none asked');
    expect(heard(ada)).toEqual(['person.blocked']);
    expect(ada.snapshot().blocked).toEqual([cardOf('bob')]);
    expect(bob.snapshot()).toMatchObject({ blocked: [], contacts: [{ state: 'asked' }] });
  });

  test('stays a contact on their side, and is one again when unblocked', () => {
    world.befriend('ada', 'bob');
    done(ada, 'person.block');
    expect(states()).toBe('contact contact');
    expect(heard(bob)).toEqual([]);
    expect(say(ada, 'contact.ask')).toMatchObject(refused('person_blocked'));
    done(ada, 'person.unblock');
    expect(states()).toBe('contact contact');
    expect([heard(ada), heard(bob)]).toEqual([['person.blocked', 'person.unblocked'], []]);
  });

  test('ends a contact for both, accepts what was asked before, and changes their name, as anybody', () => {
    world.befriend('ada', 'bob');
    done(ada, 'person.block');
    bob.change({ name: 'Robert' });
    world.carry();
    expect(knownPerson(ada.state, BOB)?.name).toBe('Robert');
    done(bob, 'contact.remove');
    expect(states()).toBe('none none');
    done(ada, 'person.unblock');
    done(ada, 'contact.ask');
    world.carry();
    done(ada, 'person.block');
    done(bob, 'contact.accept');
    expect(states()).toBe('contact contact');
  });

  test('is blocked once, unblocked once, and nobody blocks themselves or a stranger', () => {
    done(ada, 'person.unblock');
    done(ada, 'person.block');
    done(ada, 'person.block');
    done(ada, 'person.unblock');
    done(ada, 'person.unblock');
    expect(heard(ada)).toEqual(['person.blocked', 'person.unblocked']);
    expect(say(ada, 'person.block', ADA)).toMatchObject(refused('person_self'));
    expect(say(ada, 'person.block', accountId('eve'))).toMatchObject(refused('person_unknown'));
  });
});

describe('limits', () => {
  const fill = (count: number, state: 'contact' | 'asked' | 'asking', who = ada): void => {
    for (let number = 0; number < count; number += 1) {
      const account = accountId(`p${number}`);
      who.state.table(contactTable).set(account, { account, state, since: 0, note: '' });
    }
  };

  test('of contacts and open questions are told, and change nothing', () => {
    fill(LIMITS.contactQuestions, 'asked');
    const before = ada.everything();
    expect(say(ada, 'contact.ask')).toMatchObject(refused('quota_exceeded'));
    fill(LIMITS.contacts, 'contact');
    expect(say(ada, 'contact.ask')).toMatchObject(refused('quota_exceeded'));
    fill(LIMITS.contactQuestions, 'asked');
    expect(before).not.toBe('');
    ada.state.table(contactTable).set(BOB, { account: BOB, state: 'asking', since: 0, note: '' });
    for (const t of ['contact.accept', 'contact.ask'] as const)
      expect(say(ada, t)).toMatchObject(refused('quota_exceeded'));
    expect(stateOf(ada)).toBe('asking');
  });

  test('of those who ask are not told to whom asks', () => {
    fill(LIMITS.contactsAsking, 'asking', bob);
    done(ada, 'contact.ask');
    expect(states()).toBe('asked none');
  });

  test('of blocked people are told', () => {
    for (let number = 0; number < LIMITS.blocked; number += 1)
      ada.state.table(blockedTable).set(accountId(`p${number}`), { at: 0 });
    expect(say(ada, 'person.block')).toMatchObject(refused('quota_exceeded'));
  });

  test('hold for what is remembered of those who were declined', () => {
    for (const name of ['p1', 'p2', 'p3']) {
      const account = accountId(name);
      ada.state.table(contactTable).set(account, { account, state: 'asking', since: 0, note: '' });
      ada.command('ada', { t: 'contact.decline', account });
      world.pass(DAY / 2);
    }
    expect(Array.from(ada.state.table(declinedTable).keys())).toEqual(
      [accountId('p2'), accountId('p3')].slice(0),
    );
  });
});

describe('people who are known', () => {
  const know = (who: Inbox, name: string): void => {
    who.perform(introduce, { person: cardOf(name) });
  };

  test('are those who were looked up, and never oneself', () => {
    know(ada, 'eve');
    know(ada, 'ada');
    expect([knownPerson(ada.state, accountId('eve')), knownPerson(ada.state, ADA)]).toEqual([
      cardOf('eve'),
      undefined,
    ]);
    expect(say(ada, 'contact.ask', accountId('fay'))).toMatchObject(refused('person_unknown'));
    expect(say(ada, 'contact.ask', ADA)).toMatchObject(refused('person_self'));
    expect(heard(ada)).toEqual([]);
  });

  test('are told under their new name, to contacts and nobody else', () => {
    world.add('eve').connect('eve');
    world.introduce('ada', 'bob', 'eve');
    world.befriend('ada', 'bob');
    bob.change({ name: 'Robert', avatar: '/v1/avatars/1' });
    world.carry();
    const robert = { ...cardOf('bob'), name: 'Robert', avatar: '/v1/avatars/1' };
    for (const who of [ada, bob])
      expect(who.take().told, who.name).toMatchObject([{ t: 'person.changed', person: robert }]);
    expect(world.of('eve').told()).toEqual([]);
    expect(ada.snapshot().contacts).toMatchObject([{ person: robert }]);
    // The same once more is no news.
    bob.change({});
    world.carry();
    expect([heard(ada), heard(bob)]).toEqual([[], []]);
  });

  test('are dropped beyond a thousand, unless something speaks of them', () => {
    done(ada, 'contact.ask');
    know(ada, 'blocked');
    say(ada, 'person.block', accountId('blocked'));
    for (let number = 0; number < STRANGERS + 50; number += 1) know(ada, `p${number}`);
    expect(ada.state.table(peopleTable).size).toBe(STRANGERS + 2);
    for (const name of ['bob', 'blocked', `p${STRANGERS + 49}`])
      expect(knownPerson(ada.state, accountId(name)), name).toBeDefined();
    expect(knownPerson(ada.state, accountId('p0'))).toBeUndefined();
    expect(heard(ada)).toEqual(['contact.changed asked', 'person.blocked']);
  });
});
