import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditRow } from '../../../src/protocol/index.ts';
import {
  AUDIT_ROWS,
  auditBefore,
  auditPage,
  auditTable,
  writeAudit,
} from '../../../src/room-object/audit-rows.ts';
import { noteRefused } from '../../../src/room-object/features/audit.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.enter('ada');
  room.take();
});

interface Page {
  readonly rows: readonly AuditRow[];
  readonly next: number | null;
  readonly names: Readonly<Record<string, string>>;
}
function page(by = 'host', fields: { before?: number; limit?: number } = {}): Page {
  const done = room.command(by, { t: 'audit.page', ...fields });
  if (!done.ok) throw new Error(done.error.code);
  return done.value.result as Page;
}
const actions = () => page().rows.map(({ action }) => action);
const last = () => page().rows.at(-1);

test('who did what to whom, and when', () => {
  room.now += 5;
  room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
  expect(page()).toEqual({
    rows: [
      {
        seq: 1,
        at: room.now,
        by: idOf('host'),
        action: 'role.changed',
        member: idOf('ada'),
        detail: { role: 'viewer', before: 'member' },
      },
    ],
    next: null,
    names: { [idOf('host')]: 'host', [idOf('ada')]: 'ada' },
  });
});

test('says of a change what changed, and no more', () => {
  room.command('host', { t: 'policy.set', policy: { chat: false, screen: true } });
  expect(last()).toMatchObject({ action: 'policy.changed', member: null, detail: { chat: false } });
  expect(Object.keys(last()?.detail ?? {})).toEqual(['chat']);
  room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'granted', hand: 'denied' } });
  expect(last()?.detail).toEqual({ chat: 'granted', hand: 'denied' });
  room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: null } });
  expect(last()?.detail).toEqual({ chat: null });
  room.command('host', { t: 'room.update', capacity: 7 });
  expect(last()).toMatchObject({ action: 'room.updated', detail: { capacity: 7 } });
  expect(Object.keys(last()?.detail ?? {})).toEqual(['capacity']);
});

test('holds every act of authority, and nothing that is none', () => {
  room.enter('ben');
  room.enter('co');
  room.command('host', { t: 'authority.set', cohostsMayEnd: true });
  room.command('host', { t: 'door.set', entry: 'nobody' });
  room.enter('eve');
  room.command('host', { t: 'lobby.admit', members: [idOf('eve')] });
  room.command('host', { t: 'member.remove', member: idOf('ben'), reason: 'late' });
  room.command('host', { t: 'member.ban', member: idOf('eve'), reason: 'spam' });
  room.command('host', { t: 'ban.lift', member: idOf('eve') });
  room.command('host', { t: 'host.transfer', member: idOf('co') });
  // None of these is one.
  room.command('ada', { t: 'chat.send', body: { kind: 'text', text: 'x' } });
  room.command('ada', { t: 'member.rename', name: 'Ada' });
  room.command('ada', { t: 'member.leave' });
  room.drop('host');
  room.command('co', { t: 'room.end' });
  const { rows } = { rows: auditPage(room.state, null, 100).rows };
  expect(rows.map(({ action }) => action)).toEqual([
    'authority.changed',
    'door.changed',
    'lobby.admitted',
    'member.removed',
    'member.banned',
    'ban.lifted',
    'host.changed',
    'role.changed',
    'role.changed',
    'room.ended',
  ]);
  expect(rows[3]).toMatchObject({ member: idOf('ben'), detail: { name: 'ben', reason: 'late' } });
  expect(rows[4]).toMatchObject({
    member: idOf('eve'),
    by: idOf('host'),
    detail: { name: 'eve', reason: 'spam' },
  });
  expect(rows[6]).toMatchObject({
    member: idOf('co'),
    detail: { previous: idOf('host'), reason: 'transferred' },
  });
});

test('a room that opens by its own rule has let nobody in by the hand of whoever made it open', () => {
  room.command('host', { t: 'room.update', capacity: 2 });
  room.command('host', { t: 'door.set', whenFull: 'wait' });
  room.enter('eve');
  expect(room.member('eve')?.presence).toBe('waiting');
  room.command('ada', { t: 'member.leave' });
  expect(room.member('eve')?.presence).toBe('online');
  expect(actions()).not.toContain('lobby.admitted');
});

test('what was refused leaves no row of its own', () => {
  room.command('ada', { t: 'room.end' });
  room.command('ada', { t: 'member.ban', member: idOf('host') });
  expect(actions()).toEqual([]);
});

test('holds what is done to others in a meeting', () => {
  room.command('ada', { t: 'media.set', microphone: true });
  room.command('host', { t: 'media.stop', members: [idOf('ada')], media: ['microphone'] });
  room.command('host', { t: 'media.request', member: idOf('ada'), media: 'microphone' });
  room.command('ada', { t: 'hand.raise' });
  room.command('host', { t: 'hand.lower', member: idOf('ada') });
  room.command('host', { t: 'spotlight.set', member: idOf('ada') });
  room.command('host', { t: 'passcode.set', passcode: null });
  room.command('ada', { t: 'hand.raise' });
  room.command('ada', { t: 'hand.lower' });
  room.command('ada', { t: 'member.leave' });
  expect(page().rows).toMatchObject([
    { action: 'media.stopped', member: idOf('ada'), by: idOf('host'), detail: { media: ['microphone'] } },
    { action: 'media.requested', member: idOf('ada'), by: idOf('host'), detail: { media: 'microphone' } },
    { action: 'hand.lowered', member: idOf('ada'), by: idOf('host') },
    { action: 'spotlight.changed', member: idOf('ada'), by: idOf('host') },
  ]);
});

test('holds what is pinned and unpinned, by hosts alone', () => {
  const say = (text: string) => {
    room.command('ada', { t: 'chat.send', body: { kind: 'text', text } });
    return room.take().told.at(-1)?.seq as number;
  };
  const [kept, taken] = [say('kept'), say('taken back')];
  for (const message of [kept, taken]) room.command('host', { t: 'chat.pin', message });
  room.command('host', { t: 'chat.unpin', message: kept });
  room.command('ada', { t: 'chat.delete', message: taken });
  expect(page().rows).toMatchObject([
    { action: 'chat.pinned', detail: { message: kept }, by: idOf('host') },
    { action: 'chat.pinned', detail: { message: taken } },
    { action: 'chat.unpinned', detail: { message: kept } },
  ]);
});

test('whoever is turned away from the lobby was turned away by somebody', () => {
  room.command('host', { t: 'door.set', entry: 'nobody' });
  room.enter('eve');
  room.enter('zoe');
  room.command('zoe', { t: 'member.leave' });
  room.command('host', { t: 'lobby.refuse', members: 'all' });
  expect(page().rows.slice(1)).toMatchObject([
    { action: 'lobby.refused', member: idOf('eve'), by: idOf('host') },
  ]);
});

test('a wrong host key is noted, once a minute', () => {
  const wrong = () => room.perform(noteRefused, { action: 'host_key.refused', member: null });
  wrong();
  wrong();
  room.perform(noteRefused, { action: 'ban.refused', member: idOf('ada') });
  expect(actions()).toEqual(['host_key.refused', 'ban.refused']);
  expect(room.told()).toEqual([]);
  room.pass(60);
  wrong();
  expect(actions()).toEqual(['host_key.refused', 'ban.refused', 'host_key.refused']);
});

test('nothing is noted of a room that has ended', () => {
  room.command('host', { t: 'room.end' });
  const before = auditPage(room.state, null, 10);
  room.perform(noteRefused, { action: 'host_key.refused', member: null });
  expect(auditPage(room.state, null, 10)).toEqual(before);
});

test('the trail is for host and co-hosts alone', () => {
  expect(room.command('ada', { t: 'audit.page' })).toMatchObject(refused('role_required'));
  room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
  expect(page('ada').rows).toHaveLength(1);
});

describe('pages', () => {
  const write = (count: number) => {
    for (let index = 0; index < count; index += 1)
      writeAudit(room.state, { at: index, by: null, action: 'x', member: null, detail: {} });
  };
  const numbers = ({ rows }: { rows: readonly AuditRow[] }) => rows.map(({ seq }) => seq);

  test('lead back from the newest to the oldest, each in order', () => {
    write(5);
    const newest = page('host', { limit: 2 });
    expect([numbers(newest), newest.next]).toEqual([[4, 5], 4]);
    const middle = page('host', { limit: 2, before: 4 });
    expect([numbers(middle), middle.next]).toEqual([[2, 3], 2]);
    const oldest = page('host', { limit: 2, before: 2 });
    expect([numbers(oldest), oldest.next]).toEqual([[1], null]);
  });

  test('lead on from the oldest to the newest', () => {
    write(5);
    const first = auditPage(room.state, null, 3);
    expect([numbers(first), first.next]).toEqual([[1, 2, 3], 3]);
    const second = auditPage(room.state, first.next, 3);
    expect([numbers(second), second.next]).toEqual([[4, 5], null]);
    expect(auditPage(room.state, 5, 3)).toEqual({ rows: [], next: null });
  });

  test('of nothing are empty', () => {
    expect(page()).toEqual({ rows: [], next: null, names: {} });
    expect(auditPage(room.state, null, 10)).toEqual({ rows: [], next: null });
  });

  test('end where the trail was cut', () => {
    write(AUDIT_ROWS + 3);
    expect(room.state.table(auditTable).size).toBe(AUDIT_ROWS);
    expect(numbers(auditPage(room.state, null, 1))).toEqual([4]);
    expect(numbers(auditBefore(room.state, 6, 10))).toEqual([4, 5]);
    expect(auditBefore(room.state, 6, 10).next).toBeNull();
    expect(auditBefore(room.state, null, AUDIT_ROWS + 10).rows).toHaveLength(AUDIT_ROWS);
  });
});
