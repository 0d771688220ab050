// Random acts by random people: whatever order they come in, there is one host or a defined absence, and nobody who is
// banned is in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authorityOf, isHostByRight } from '../../../src/room-object/authority-rows.ts';
import { banTable } from '../../../src/room-object/ban-rows.ts';
import { holdsSeat, isPresent, memberTable, seatsTaken, theRoom } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

/** `dan-1` and `dan-2` are devices of one account. */
const PEOPLE = ['ada', 'ben', 'dan-1', 'dan-2', 'eve-1', 'eve-2'];
const CAPACITY = 4;
const accountNamed = (name: string): string | null =>
  name.includes('-') ? (name.split('-')[0] ?? null) : null;
const person = fc.constantFrom(...PEOPLE);
const by = fc.oneof({ weight: 9, arbitrary: person }, { weight: 1, arbitrary: fc.constant(null) });
const act = fc.oneof(
  fc.record({ do: fc.constant('come' as const), who: person, key: fc.nat(9).map((n) => n === 0) }),
  fc.record({ do: fc.constant('open' as const), who: person }),
  fc.record({ do: fc.constantFrom('drop' as const, 'leave' as const, 'reclaim' as const), who: person }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 20, 50, 61) }),
  fc.record({
    do: fc.constantFrom(
      'transfer' as const,
      'remove' as const,
      'ban' as const,
      'lift' as const,
      'admit' as const,
    ),
    by,
    of: person,
  }),
  fc.record({
    do: fc.constant('role' as const),
    by,
    of: person,
    role: fc.constantFrom('cohost', 'member', 'viewer'),
  }),
  fc.record({
    do: fc.constant('rules' as const),
    by,
    whenHostGone: fc.constantFrom('cohost', 'member', 'wait'),
    reclaim: fc.constantFrom('automatic', 'manual'),
    cohostsAreEqual: fc.boolean(),
  }),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

function perform(room: Room, one: Act): void {
  const actor = 'by' in one ? (one.by ?? ({ kind: 'host-key' } as const)) : '';
  const member = 'of' in one ? idOf(one.of) : '';
  switch (one.do) {
    case 'come':
      room.admit(one.who, {
        returning: room.member(one.who) !== undefined,
        address: one.who,
        ...(one.key ? { hostKey: HOST_KEY } : {}),
        ...(accountNamed(one.who) === null ? {} : { account: accountNamed(one.who) ?? '' }),
      });
      break;
    case 'open':
      room.open(one.who);
      break;
    case 'drop':
      room.drop(one.who);
      break;
    case 'leave':
      room.command(one.who, { t: 'member.leave' });
      break;
    case 'reclaim':
      room.command(one.who, { t: 'host.reclaim' });
      break;
    case 'pass':
      room.pass(one.seconds);
      break;
    case 'transfer':
      room.command(actor, { t: 'host.transfer', member });
      break;
    case 'remove':
      room.command(actor, { t: 'member.remove', member });
      break;
    case 'ban':
      room.command(actor, { t: 'member.ban', member, addressSeconds: 30 });
      break;
    case 'lift':
      room.command(actor, { t: 'ban.lift', member });
      break;
    case 'admit':
      room.command(actor, { t: 'lobby.admit', members: [member] });
      break;
    case 'role':
      room.command(actor, { t: 'role.set', member, role: one.role as 'cohost' });
      break;
    case 'rules':
      room.command(actor, {
        t: 'authority.set',
        whenHostGone: one.whenHostGone as 'wait',
        reclaim: one.reclaim as 'manual',
        cohostsAreEqual: one.cohostsAreEqual,
      });
  }
}

function check(room: Room): void {
  const members = Array.from(room.state.table(memberTable).values());
  const { host, owner, former, goneAt } = authorityOf(room.state);
  const account = members.find(({ id }) => id === host)?.account ?? null;
  const theirs = members.filter((row) => row.id === host || (account !== null && row.account === account));
  // One host at most, with all of their devices, and the one that is known to be.
  expect(members.filter(({ role }) => role === 'host')).toEqual(theirs);
  // Absent is absent since a time.
  expect(goneAt === null).toBe(host === null || theirs.some(isPresent));
  expect(former === null).toBe(host === owner);
  for (const { member, account: banned } of room.state.table(banTable).values()) {
    const out = members.filter(({ id, account: one }) => id === member || (one !== null && one === banned));
    for (const { presence } of out) expect(presence).toBe('left');
    expect(member).not.toBe(host);
    expect(member).not.toBe(owner);
  }
  // Only hosts find a seat beyond the last one: they are never kept out.
  const others = members.filter(
    (row) => holdsSeat(row) && !isHostByRight(room.state, row.id) && row.showedKey !== true,
  );
  if (seatsTaken(room.state) > theRoom(room.state).capacity)
    expect(others.length).toBeLessThanOrEqual(CAPACITY);
}

test('one host or a defined absence, nobody banned inside, never a seat too many', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 120, size: 'max' }), (acts) => {
      const room = new Room({ capacity: CAPACITY, whenEmpty: 'stay' });
      room.enter('ada', { hostKey: HOST_KEY });
      for (const one of acts) {
        perform(room, one);
        check(room);
        room.take();
      }
    }),
    { numRuns: 300 },
  );
});
