import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput, CommandType, Outcome } from '../../../src/protocol/index.ts';
import { door } from '../../../src/room-object/features/door.ts';
import { seatsTaken } from '../../../src/room-object/tables.ts';
import { statusOf } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.take();
});

const by = <T extends CommandType>(name: string, t: T, fields?: CommandInput<T>) =>
  room.command<T>(name, { t, ...(fields ?? {}) } as { readonly t: T } & CommandInput<T>);
const closeDoor = (rules: CommandInput<'door.set'>) => {
  by('host', 'door.set', rules);
  room.take();
};
const code = (outcome: Outcome<unknown>) => (outcome.ok ? null : outcome.error.code);
/** Comes to the door with a ticket, whatever is behind it. */
const come = (name: string, options: Parameters<Room['admit']>[1] = {}) => {
  const asked = room.admit(name, options);
  return asked.ok ? room.open(name) : asked;
};
const presence = (name: string) => room.member(name)?.presence;

describe('the door', () => {
  test('lets everybody in until a host says otherwise', () => {
    come('ada');
    expect(presence('ada')).toBe('online');
  });

  test('shows a host who comes in what the others know, until they are told anew', () => {
    by('host', 'room.update', { capacity: 1 });
    closeDoor({ entry: 'nobody', whenFull: 'wait' });
    come('ada');
    room.pass(1);
    by('host', 'door.set', { entry: 'everybody' });
    come('co', { hostKey: HOST_KEY });
    const shown = () => door.own?.(room.state, idOf('co'));
    expect(shown()).toMatchObject({ lobby: [{ reason: 'approval' }] });
    room.take();
    room.pass(1);
    expect(room.take().told.find(({ t }) => t === 'lobby.joined')).toMatchObject({
      waiting: { reason: 'full' },
    });
    expect(shown()).toMatchObject({ lobby: [{ reason: 'full' }] });
  });

  test('lets each in once when it opens for many, and no more than there are seats', () => {
    closeDoor({ entry: 'nobody', whenFull: 'wait' });
    by('host', 'room.update', { capacity: 3 });
    for (const name of ['ada', 'ben', 'cleo']) {
      room.now += 1;
      come(name);
    }
    room.take();
    by('host', 'door.set', { entry: 'everybody' });
    const { told, closes } = room.take();
    expect(told.filter(({ t }) => t === 'member.joined').map(({ by: member }) => member)).toEqual([
      idOf('ada'),
      idOf('ben'),
    ]);
    expect(closes).toHaveLength(2);
    expect(seatsTaken(room.state)).toBe(3);
    expect(presence('cleo')).toBe('waiting');
  });

  test('has others wait, tells only hosts of them, and holds no seat for them', () => {
    closeDoor({ entry: 'nobody' });
    const seats = seatsTaken(room.state);
    come('ada');
    expect(presence('ada')).toBe('waiting');
    expect(seatsTaken(room.state)).toBe(seats);
    expect(room.told()).toEqual(['lobby.joined']);
    expect(code(by('ada', 'chat.send', { body: { kind: 'text', text: 'hello?' } }))).toBe('still_waiting');
    expect(code(by('ada', 'roster.page'))).toBe('still_waiting');
  });

  test('tells every member when a host lets somebody in, and gives them a new first frame', () => {
    closeDoor({ entry: 'nobody' });
    come('ada');
    come('ben');
    room.take();
    expect(by('host', 'lobby.admit', { members: [idOf('ada')] })).toMatchObject({ ok: true });
    const { told, closes } = room.take();
    expect(told.map(({ t }) => t)).toEqual(['member.joined', 'lobby.left']);
    expect(closes).toEqual([`${idOf('ada')} rewelcome`]);
    expect(presence('ada')).toBe('online');
    expect(presence('ben')).toBe('waiting');
    expect(code(by('ada', 'lobby.admit', { members: 'all' }))).toBe('role_required');
    expect(code(by('host', 'lobby.admit', { members: [idOf('ada')] }))).toBe('member_unknown');
  });

  test('lets in those who were here before, or nobody new, as it is set', () => {
    come('ada');
    by('ada', 'member.leave');
    closeDoor({ entry: 'known' });
    come('ada', { returning: true });
    come('ben');
    expect([presence('ada'), presence('ben')]).toEqual(['online', 'waiting']);
  });

  test('that is locked takes nobody, but for hosts and those who are only away', () => {
    come('ada');
    closeDoor({ locked: true });
    expect(code(room.admit('ben'))).toBe('room_locked');
    room.drop('ada');
    expect(come('ada', { returning: true }).ok).toBe(true);
    room.drop('host');
    room.pass(60);
    expect(presence('host')).toBe('left');
    expect(come('host', { returning: true }).ok).toBe(true);
  });

  test('has everybody wait for a host, and opens when one comes', () => {
    closeDoor({ waitForHost: true });
    by('host', 'member.leave');
    come('ada');
    come('ben');
    room.drop('ben');
    expect([presence('ada'), presence('ben')]).toEqual(['waiting', 'waiting']);
    room.take();
    come('host', { returning: true });
    // Who is not there at this moment walks in on return.
    expect([presence('ada'), presence('ben')]).toEqual(['online', 'waiting']);
    come('ben', { returning: true });
    expect(presence('ben')).toBe('online');
  });

  test('opens to all who wait when the rule falls', () => {
    closeDoor({ entry: 'nobody' });
    come('ada');
    closeDoor({ entry: 'everybody' });
    expect(presence('ada')).toBe('online');
  });
});

test('answers the host with ok: what the hosts are told of the lobby is no receipt', () => {
  closeDoor({ entry: 'nobody' });
  come('ada');
  come('ben');
  for (const done of [
    by('host', 'lobby.admit', { members: [idOf('ada')] }),
    by('host', 'lobby.refuse', { members: 'all' }),
  ]) {
    expect(done.ok && Object.keys(done.value)).not.toContain('echoed');
  }
  const renamed = by('host', 'room.update', { name: 'Tea' });
  expect(renamed.ok && Object.keys(renamed.value)).toContain('echoed');
});

describe('a full room', () => {
  beforeEach(() => {
    room = new Room({ capacity: 2 });
    room.enter('host', { hostKey: HOST_KEY });
    come('ada');
    room.take();
  });

  test('refuses the next, or has them wait for a seat and fills it in the order of coming', () => {
    expect(code(room.admit('ben'))).toBe('room_full');
    expect(statusOf(room.state).status).toBe('full');
    closeDoor({ whenFull: 'wait' });
    expect(statusOf(room.state).status).toBe('open');
    come('ben');
    room.now += 1;
    come('eve');
    expect([presence('ben'), presence('eve')]).toEqual(['waiting', 'waiting']);
    by('ada', 'member.leave');
    expect([presence('ben'), presence('eve')]).toEqual(['online', 'waiting']);
    expect(seatsTaken(room.state)).toBe(2);
  });

  test('is never overfilled by letting everybody in; the others are next', () => {
    closeDoor({ entry: 'nobody', whenFull: 'wait' });
    come('ben');
    expect(by('host', 'lobby.admit', { members: 'all' })).toMatchObject({ ok: true });
    expect(presence('ben')).toBe('waiting');
    expect(seatsTaken(room.state)).toBe(2);
    by('ada', 'member.leave');
    expect(presence('ben')).toBe('online');
  });
});

describe('the lobby', () => {
  beforeEach(() => {
    closeDoor({ entry: 'nobody' });
    come('ada');
    room.take();
  });

  test('is left by those who give up, or whose connection does not come back', () => {
    by('ada', 'member.leave');
    expect(presence('ada')).toBeUndefined();
    const { told, closes } = room.take();
    expect(told.map(({ t }) => t)).toEqual(['lobby.left']);
    expect(closes).toEqual([`${idOf('ada')} left`]);
    come('ben');
    room.drop('ben');
    room.pass(60);
    expect(presence('ben')).toBeUndefined();
  });

  test('keeps the place of those who drop and come back in time', () => {
    room.now += 10;
    come('ben');
    room.drop('ada');
    come('ada', { returning: true });
    room.take();
    const list = by('host', 'lobby.list');
    expect(list).toMatchObject({ value: { result: { waiting: [{ name: 'ada' }, { name: 'ben' }] } } });
  });

  test('opens on their return to those who were let in while they were gone', () => {
    room.drop('ada');
    by('host', 'lobby.admit', { members: 'all' });
    expect(presence('ada')).toBe('waiting');
    come('ada', { returning: true });
    expect(presence('ada')).toBe('online');
    expect(room.told()).toContain('lobby.left');
  });

  test('is where a host can turn people away, with a reason', () => {
    by('host', 'lobby.refuse', { members: [idOf('ada')], reason: 'Tomorrow.' });
    const { told, closes } = room.take();
    expect(told).toContainEqual(expect.objectContaining({ t: 'lobby.refused', reason: 'Tomorrow.' }));
    expect(closes).toEqual([`${idOf('ada')} refused`]);
    expect(presence('ada')).toBeUndefined();
  });

  test('is where a host can send people back to, who then wait whatever the rule is', () => {
    closeDoor({ entry: 'everybody' });
    come('ben');
    room.take();
    by('host', 'lobby.send', { member: idOf('ben') });
    expect(presence('ben')).toBe('waiting');
    expect(room.take().closes).toEqual([`${idOf('ben')} rewelcome`]);
    by('ben', 'member.leave');
    come('ben', { returning: true });
    expect(presence('ben')).toBe('waiting');
    by('host', 'lobby.admit', { members: 'all' });
    expect(presence('ben')).toBe('online');
    expect(code(by('host', 'lobby.send', { member: idOf('host') }))).toBe('role_required');
  });

  test('empties with the end of the meeting', () => {
    by('host', 'room.end');
    expect(room.take().closes).toContain('all ended');
    expect(presence('ada')).toBe('left');
  });
});

test('a co-host who is sent out waits like anybody else, and the holder of the host key does not', () => {
  come('ada');
  by('host', 'role.set', { member: idOf('ada'), role: 'cohost' });
  by('host', 'lobby.send', { member: idOf('ada') });
  come('ben');
  expect(presence('ada')).toBe('waiting');
  by('ada', 'member.leave');
  come('ada', { returning: true });
  expect(presence('ada')).toBe('waiting');
  come('ada', { returning: true, hostKey: HOST_KEY });
  expect(presence('ada')).toBe('online');
});

test('a lock that falls while somebody is on the way with a ticket does not shut them out', () => {
  expect(room.admit('ada').ok).toBe(true);
  closeDoor({ locked: true });
  expect(room.open('ada').ok).toBe(true);
  expect(presence('ada')).toBe('online');
  expect(code(room.admit('ben'))).toBe('room_locked');
});
