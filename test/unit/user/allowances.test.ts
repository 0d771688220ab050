import { beforeEach, describe, expect, test } from 'vitest';
import type { LinkItem } from '../../../src/platform/user-rpc.ts';
import { allowanceTable, LAST_UP_KEY, lastUpTable } from '../../../src/user-object/allowance-rows.ts';
import { linkOf } from '../../../src/user-object/links.ts';
import { blockedTable } from '../../../src/user-object/tables.ts';
import { accountId, cardOf, type Inbox, refused, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');

let talk: Talk;
let world: World;
let bob: Inbox;
beforeEach(() => {
  world = new World(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob', 'eve');
  talk = new Talk(world);
  bob = world.of('bob');
});

let next = 0;
/** Items as ada's object would bring them; answers up to which of them bob has taken, or the code of a refusal. */
function bring(count: number, kind: string, data: (number: number) => object, from = 'ada') {
  const first = linkOf(bob.state, accountId(from)).taken + 1;
  const items = Array.from(
    { length: count },
    (_, index): LinkItem => ({ number: first + index, kind, data: data(first + index) }),
  );
  const done = bob.takeItems(cardOf(from), { epoch: `life of ${from}`, items });
  next += 1;
  if (!done.ok) return done.error.code;
  return 'upTo' in done.value ? done.value.upTo - first + 1 : 'gone';
}
const message = (text: string) => (number: number) => ({
  message: number,
  body: { kind: 'text', text },
  sentAt: next,
});
const messages = (count: number, text = 'x', from = 'ada') =>
  bring(count, 'direct.arrive', message(text), from);
const written = () => bob.state.table(allowanceTable).get(ADA)?.isWritten;

describe('what somebody may fill of a log', () => {
  test('is so much at once and so much per second; the rest stays with them, in order, and comes later', () => {
    let sent = 0;
    for (let round = 0; round < 4; round += 1) {
      for (; sent < 550 * (round + 1); sent += 1)
        expect(talk.send('ada', 'bob', `message ${sent + 1}`)).toMatchObject({ ok: true });
      while (linkOf(world.of('ada').state, BOB).carried < sent && world.carryOnce('ada', 'bob')) {
        // As often as something is taken.
      }
    }
    const received = () => bob.state.table({ name: 'conversations' }).get(ADA);
    expect(received()).toMatchObject({ received: 2_000 });
    // What waits with them stops them in the end.
    for (; sent < 2_600; sent += 1)
      expect(talk.send('ada', 'bob', `message ${sent + 1}`)).toMatchObject({ ok: true });
    expect(talk.send('ada', 'bob', 'x')).toMatchObject(refused('person_unreachable'));
    expect(talk.send('eve', 'bob', 'not held up by others')).toMatchObject({ ok: true });
    expect(world.carryOnce('eve', 'bob')).toBe(true);
    for (let minute = 0; minute < 60; minute += 1) {
      world.pass(60);
      while (linkOf(world.of('ada').state, BOB).carried < sent && world.carryOnce('ada', 'bob')) {
        // The same.
      }
    }
    const numbers = bob
      .take()
      .told.filter(({ t, from }) => t === 'direct.sent' && from === ADA)
      .map(({ number, body }) => [number, (body as { readonly text: string }).text]);
    const taken = linkOf(world.of('ada').state, BOB).carried;
    expect(numbers).toEqual(
      Array.from({ length: numbers.length }, (_, index) => [index + 1, `message ${index + 1}`]),
    );
    expect(numbers).toHaveLength(2_600);
    expect(taken).toBeGreaterThanOrEqual(2_600);
  });

  test('is counted by how long it is, and what is no message counts for ten', () => {
    expect(messages(400, 'x'.repeat(7_800))).toBe(250);
    expect(messages(1)).toBe('busy');
    expect(bring(300, 'person.card', () => ({}), 'eve')).toBe(200);
    expect(bring(300, 'direct.tick', () => ({ got: 0, read: 0 }), 'eve')).toBe(300);
    world.pass(10);
    expect([messages(20), messages(1, 'x', 'eve')]).toEqual([10, 1]);
  });

  test('costs no row while people talk, and one of those who do nothing else', () => {
    messages(900);
    expect(written()).toBe(false);
    messages(200);
    expect(written()).toBe(true);
    world.pass(500);
    messages(1);
    expect(written()).toBe(true);
    world.pass(2_100);
    messages(1);
    expect(bob.state.table(allowanceTable).has(ADA)).toBe(false);
    expect(messages(2_100)).toBe(2_000);
  });

  test('costs one row for so many messages of those who are written of', () => {
    messages(1_100);
    bob.take();
    const rows = bob.state.table(allowanceTable);
    rows.takeChanges();
    let changes = 0;
    for (let count = 0; count < 200; count += 1) {
      world.pass(1);
      messages(1);
      changes += rows.takeChanges().length;
    }
    expect(changes).toBeGreaterThanOrEqual(19);
    expect(changes).toBeLessThanOrEqual(21);
  });

  test('is forgotten with a group that is deleted, and with who invited', () => {
    const tell = (state: 'invited' | 'deleted', version: number) =>
      bob.performNamed('group.tell', {
        kind: 'group',
        group: 'grp-grpp-grp',
        name: 'Physics',
        state,
        role: null,
        by: cardOf('eve'),
        everybody: false,
        version,
        at: world.now,
      });
    const rows = () => Array.from(bob.state.table(allowanceTable).keys());
    expect(tell('invited', 1)).toMatchObject({ ok: true });
    expect(rows()).toEqual(['group grp-grpp-grp', `inviter ${accountId('eve')}`]);
    expect(tell('deleted', 2)).toMatchObject({ ok: true });
    expect(rows()).toEqual([`inviter ${accountId('eve')}`]);
    bob.performNamed('link.gone', { account: accountId('eve') });
    expect(rows()).toEqual([]);
  });

  test('is no more after the object has slept', () => {
    messages(950);
    expect(written()).toBe(false);
    // What sleeping takes away.
    bob.state.table(allowanceTable).delete(ADA);
    bob.state.table(lastUpTable).restore(LAST_UP_KEY, { at: world.now });
    world.pass(10);
    expect(messages(2_000)).toBe(1_010);
    expect(messages(1)).toBe('busy');
  });

  test('is counted of those who are blocked, too: they can not tell by it', () => {
    bob.state.table(blockedTable).set(ADA, { at: 1 });
    expect(messages(2_100)).toBe(2_000);
    expect(messages(1)).toBe('busy');
    expect(bob.told()).toEqual([]);
  });
});
