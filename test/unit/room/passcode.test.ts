import { beforeEach, describe, expect, test } from 'vitest';
import { hashPasscode, isSecret } from '../../../src/platform/secret-hash.ts';
import { notePasscodeTry } from '../../../src/room-object/features/passcode.ts';
import { missTable, storedPasscode, waitToTry } from '../../../src/room-object/passcode-rows.ts';
import { Passcodes } from '../../../src/room-object/passcodes.ts';
import { statusOf } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const SECRET = 'correct horse';
let room: Room;
const set = (by: string, passcode: string | null) => room.command(by, { t: 'passcode.set', passcode });
const stored = () => storedPasscode(room.state) ?? '';

beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.enter('ada');
  room.take();
});

describe('a passcode', () => {
  test('is told as a fact and kept as a hash, and its text is nowhere', () => {
    expect(set('host', SECRET)).toMatchObject({ ok: true });
    const { told } = room.take();
    expect(told).toMatchObject([{ t: 'passcode.changed', passcode: true, by: idOf('host') }]);
    expect(JSON.stringify([told, room.everything(), stored()])).not.toContain(SECRET);
    expect(stored()).toMatch(/^scrypt\$16384\$8\$1\$/);
    expect(isSecret(SECRET, stored())).toBe(true);
    expect(isSecret('correct house', stored())).toBe(false);
    expect(statusOf(room.state).passcode).toBe(true);
  });

  test('hashes differently each time, and the same text however it was typed', () => {
    expect(hashPasscode(SECRET)).not.toBe(hashPasscode(SECRET));
    expect(isSecret('cafe\u0301', hashPasscode('caf\u00e9'))).toBe(true);
  });

  test.each(['abc', 'x'.repeat(65), ''])('%j is none', (text) => {
    expect(set('host', text)).toMatchObject(refused('invalid'));
    expect(storedPasscode(room.state)).toBeNull();
  });

  test('is for hosts to set: not for members, viewers or those who are not here', () => {
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    room.take();
    expect(set('ada', SECRET)).toMatchObject(refused('role_required'));
    expect(set('eve', SECRET)).toMatchObject(refused('member_gone'));
    expect(room.told()).toEqual([]);
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(set('ada', SECRET)).toMatchObject({ ok: true });
  });

  test('keeps out who does not know it, and lets in who does', () => {
    set('host', SECRET);
    const before = room.everything();
    expect(room.admit('eve')).toMatchObject(refused('passcode_required'));
    expect(room.everything()).toBe(before);
    expect(room.admit('eve', { proven: stored() })).toMatchObject({ ok: true });
  });

  test('that was changed between the check and the door does not count', () => {
    set('host', SECRET);
    const proven = stored();
    set('host', 'another one');
    expect(room.admit('eve', { proven })).toMatchObject(refused('passcode_wrong'));
  });

  test('is not asked of the host, nor of those who were in before', () => {
    set('host', SECRET);
    room.command('ada', { t: 'member.leave' });
    expect(room.admit('ada', { returning: true })).toMatchObject({ ok: true });
    expect(room.admit('second', { hostKey: HOST_KEY })).toMatchObject({ ok: true });
    expect(room.admit('eve', { hostKey: 'x'.repeat(43) })).toMatchObject(refused('host_key_wrong'));
  });

  test('can be taken away; taking away none changes nothing', () => {
    set('host', SECRET);
    room.take();
    set('host', null);
    expect(room.take().told).toMatchObject([{ t: 'passcode.changed', passcode: false }]);
    set('host', null);
    expect(room.told()).toEqual([]);
    expect(room.admit('eve')).toMatchObject({ ok: true });
  });
});

describe('wrong tries', () => {
  const miss = (address: string | null, times = 1) => {
    for (let n = 0; n < times; n += 1) room.perform(notePasscodeTry, { address, isRight: false });
  };
  const wait = (address: string | null) => waitToTry(room.state, address, room.now);
  beforeEach(() => set('host', SECRET));

  test('cost nothing at first, then twice as long each time, but never a lock-out', () => {
    miss('a', 2);
    expect(wait('a')).toBe(0);
    const waits = Array.from({ length: 8 }, () => {
      miss('a');
      return wait('a');
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    room.now += 29_999;
    expect(wait('a')).toBe(1);
    room.now += 1;
    expect(wait('a')).toBe(0);
  });

  test('hold up their own address and no other', () => {
    miss('a', 10);
    expect(wait('b')).toBe(0);
    expect(wait(null)).toBe(0);
    miss(null, 3);
    expect(wait(null)).toBe(1_000);
  });

  test('from everywhere make the room strict with those who missed, and with nobody else', () => {
    for (let n = 0; n < 29; n += 1) miss(`from ${n}`);
    expect(wait('from 28')).toBe(0);
    miss('from 29');
    expect(wait('from 29')).toBe(1_000);
    expect(wait('new')).toBe(0);
    room.now += 2_000;
    expect(wait('from 28')).toBe(0);
  });

  test('are forgotten after an hour, with a right one, and with a new passcode', () => {
    miss('a', 5);
    room.now += 3_600_000;
    miss('a');
    expect(wait('a')).toBe(0);
    miss('a', 5);
    expect(wait('a')).toBeGreaterThan(0);
    room.perform(notePasscodeTry, { address: 'a', isRight: true });
    expect(wait('a')).toBe(0);
    miss('b', 5);
    set('host', 'another one');
    expect(wait('b')).toBe(0);
  });

  test('are kept for so many addresses only, the newest', () => {
    for (let n = 0; n < 1_100; n += 1) miss(`from ${n}`, 1);
    expect(room.state.table(missTable).size).toBe(1_000);
    expect(room.state.table(missTable).has('from from 1099')).toBe(true);
    expect(room.state.table(missTable).has('from from 0')).toBe(false);
    expect(room.state.table(missTable).has('room')).toBe(true);
  });
});

describe('checking', () => {
  let passcodes: Passcodes;
  beforeEach(() => {
    set('host', SECRET);
    passcodes = new Passcodes(room, { now: () => room.now });
  });
  const codes = async (tries: readonly Promise<{ ok: boolean; error?: { code: string } }>[]) =>
    (await Promise.all(tries)).map((done) => (done.ok ? 'ok' : done.error?.code));

  test('answers the proof that the door asks for', async () => {
    expect(await passcodes.prove(SECRET, 'a')).toEqual({ ok: true, value: stored() });
  });

  test('says how long to wait after a wrong one, and does not look at the next before', async () => {
    for (let n = 0; n < 3; n += 1) {
      expect(await passcodes.prove('wrong one', 'a')).toMatchObject({
        ok: false,
        error: { code: 'passcode_wrong', retry: 1_000 },
      });
    }
    expect(await passcodes.prove(SECRET, 'a')).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retry: 1_000 },
    });
    expect(await passcodes.prove(SECRET, 'b')).toMatchObject({ ok: true });
    room.now += 1_000;
    expect(await passcodes.prove(SECRET, 'a')).toMatchObject({ ok: true });
  });

  test('does not wait for a clock that was put back, and counts from where it is', async () => {
    for (let n = 0; n < 3; n += 1) await passcodes.prove('wrong one', 'a');
    room.now -= 3_600_000;
    expect(await passcodes.prove('wrong one', 'a')).toMatchObject({ error: { code: 'passcode_wrong' } });
    expect(await passcodes.prove(SECRET, 'a')).toMatchObject({ error: { code: 'rate_limited' } });
  });

  test('takes tries that come side by side one after the other', async () => {
    const tries = ['1111', '2222', '3333', '4444', SECRET].map((text) => passcodes.prove(text, 'a'));
    expect(await codes(tries)).toEqual([
      ...Array.from({ length: 3 }, () => 'passcode_wrong'),
      'rate_limited',
      'rate_limited',
    ]);
  });

  test('has few wait, and few from one address; a place becomes free again', async () => {
    const one = Array.from({ length: 7 }, () => passcodes.prove('wrong one', 'a'));
    expect((await codes(one)).filter((code) => code === 'busy')).toHaveLength(2);
    const many = Array.from({ length: 23 }, (_, n) => passcodes.prove(SECRET, `from ${n}`));
    expect((await codes(many)).filter((code) => code === 'busy')).toHaveLength(3);
    expect(await passcodes.prove(SECRET, 'b')).toMatchObject({ ok: true });
  });

  test('of a passcode that was taken away meanwhile keeps nobody out', async () => {
    const turn = passcodes.prove('whatever', 'a');
    set('host', null);
    const proven = await turn;
    expect(proven).toEqual({ ok: true, value: '' });
    expect(room.admit('eve', { proven: '' })).toMatchObject({ ok: true });
  });
});
