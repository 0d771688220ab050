import { describe, expect, test, vi } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { type Authority, CLOSE } from '../../../src/protocol/index.ts';
import { ADA, BEN, FakeServer, makeMember, ready } from './fake-server.ts';

const AT_FIRST: Authority = {
  whenHostGone: 'cohost',
  hostGraceSeconds: 60,
  reclaim: 'automatic',
  cohostsMayEnd: false,
  cohostsAreEqual: false,
  host: null,
  owner: null,
};
function start(authority: Authority | undefined = AT_FIRST): views.View {
  const frame = ready();
  const snapshot = frame.snapshot && { ...frame.snapshot, authority };
  const view = views.fromSnapshot({ ...frame, snapshot });
  if (view === null) throw new Error('no snapshot');
  return view;
}
const follow = (view: views.View, ...events: readonly object[]): views.View => {
  const last = view.seq + events.length;
  const list = events.map((event, index) => ({ t: '', at: 1, seq: view.seq + index + 1, ...event }));
  const next = views.applyNumbered(view, 'seq', { prev: view.seq, last, events: list });
  if (next === null) throw new Error('gap');
  return next;
};

describe('who is host', () => {
  test('is who first came as one', () => {
    const cleo = makeMember('Cleo', { role: 'host' });
    const view = follow(start(), { t: 'member.joined', member: makeMember('Dan') });
    expect(view.authority).toEqual(AT_FIRST);
    expect(follow(view, { t: 'member.joined', member: cleo }).authority).toEqual({
      ...AT_FIRST,
      host: cleo.id,
      owner: cleo.id,
    });
  });

  test('is told when it changes; somebody who comes in as host changes it only by that word', () => {
    const cleo = makeMember('Cleo', { role: 'host' });
    const before = start({ ...AT_FIRST, host: ADA.id, owner: ADA.id });
    const joined = follow(before, { t: 'member.joined', member: cleo });
    expect(joined.authority?.host).toBe(ADA.id);
    const after = follow(
      joined,
      { t: 'host.changed', member: cleo.id, previous: ADA.id, owner: cleo.id, reason: 'key' },
      { t: 'role.changed', member: ADA.id, role: 'cohost' },
    );
    expect(after.authority).toMatchObject({ host: cleo.id, owner: cleo.id });
    expect([after.members.get(cleo.id)?.role, after.members.get(ADA.id)?.role]).toEqual(['host', 'cohost']);
  });

  test('and whose room it is are two things while somebody stands in', () => {
    const before = start({ ...AT_FIRST, host: ADA.id, owner: ADA.id });
    const after = follow(before, {
      t: 'host.changed',
      member: BEN.id,
      previous: ADA.id,
      owner: ADA.id,
      reason: 'succession',
    });
    expect(after.authority).toMatchObject({ host: BEN.id, owner: ADA.id });
  });
});

test('the rules are what was told last', () => {
  const { host: _, owner: __, ...rules } = { ...AT_FIRST, whenHostGone: 'end' as const, cohostsMayEnd: true };
  const view = follow(start({ ...AT_FIRST, host: ADA.id, owner: BEN.id }), {
    t: 'authority.changed',
    ...rules,
  });
  expect(view.authority).toEqual({ ...rules, host: ADA.id, owner: BEN.id });
});

test('a server that does not tell of it is no hindrance', () => {
  const view = follow(
    start(undefined),
    { t: 'host.changed', member: BEN.id, previous: ADA.id, owner: BEN.id, reason: 'key' },
    { t: 'member.joined', member: makeMember('Cleo', { role: 'host' }) },
  );
  expect(view.count).toBe(3);
});

test.each([
  [false, 'removed', 4106],
  [true, 'banned', 4107],
] as const)('being put out ends it, with what the host said (banned: %s)', async (banned, name, code) => {
  vi.useFakeTimers();
  const server = new FakeServer();
  const room = await server.join();
  const left = { t: 'member.left', at: 9_999, seq: 11, by: BEN.id, member: ADA.id, reason: 'removed' };
  server.socket.tell(
    { t: 'events', prev: 10, last: 11, events: [left] },
    { t: 'live', events: [{ t: 'member.dismissed', at: 9_999, reason: 'Enough.', banned }] },
  );
  expect(CLOSE[name].code).toBe(code);
  expect(room.state.connection).toMatchObject({ status: 'closed', code, name, said: 'Enough.' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.sockets).toHaveLength(1);
  vi.useRealTimers();
});
