import { describe, expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import type { Member } from '../../../src/protocol/index.ts';
import { ADA, BEN, imageId, makeMember, ROOM, ready, resumed } from './fake-server.ts';

const start = (change: Parameters<typeof ready>[0] = {}): views.View => {
  const view = views.fromSnapshot(ready(change));
  if (view === null) throw new Error('no snapshot');
  return view;
};

/** Applies one public event right behind the view. */
function follow(view: views.View, ...list: readonly object[]): views.View {
  let now = view;
  for (const event of list) {
    const seq = now.seq + 1;
    const next = views.applyNumbered(now, 'seq', {
      prev: now.seq,
      last: seq,
      events: [{ t: '', at: seq, seq, ...event }],
    });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}
const camera = (member: Member, at: number, on = true) => ({
  t: 'media.changed',
  at,
  by: member.id,
  member: member.id,
  camera: on,
  microphone: false,
  screen: false,
  speaking: false,
});
const shared = (image: string) => ({
  t: 'image.shared',
  by: BEN.id,
  image,
  type: 'image/png',
  size: 1,
  width: 1,
  height: 1,
  caption: '',
});
const message = (seq: number) => ({
  t: 'chat.sent',
  at: seq,
  seq,
  by: BEN.id,
  body: { kind: 'text', text: String(seq) },
});

describe('a view', () => {
  test('is never changed: each event makes a new one that shares what did not change', () => {
    const before = start();
    const next = follow(before, { t: 'member.joined', member: makeMember('Cleo') });
    expect(before.members.size).toBe(2);
    expect(next.members.size).toBe(3);
    expect(next.messages).toBe(before.messages);
    expect(next.media).toBe(before.media);
  });

  test('follows people as they come, go, drop, return and change', () => {
    const cleo = makeMember('Cleo');
    let view = follow(start(), { t: 'member.joined', member: cleo });
    expect(view.count).toBe(3);
    view = follow(view, { t: 'member.away', member: cleo.id });
    expect(view.members.get(cleo.id)?.presence).toBe('away');
    view = follow(
      view,
      { t: 'member.returned', member: cleo.id },
      { t: 'member.renamed', member: cleo.id, name: 'Cléo' },
      { t: 'rights.changed', member: cleo.id, rights: { chat: 'denied' } },
    );
    expect(view.members.get(cleo.id)).toEqual({ ...cleo, name: 'Cléo', rights: { chat: 'denied' } });
    view = follow(view, { t: 'member.left', member: cleo.id, reason: 'left' });
    expect(view).toMatchObject({ count: 2 });
    expect(view.members.has(cleo.id)).toBe(false);
  });

  test('keeps self up to date, also where a big room has not shown us our own entry', () => {
    const rights = { chat: 'denied' };
    expect(follow(start(), { t: 'rights.changed', member: ADA.id, rights }).self.rights).toEqual(rights);
    const big = start({
      snapshot: { room: ROOM, roster: { members: [BEN], count: 900, next: BEN.id }, history: [], names: {} },
    });
    const renamed = follow(big, { t: 'member.renamed', member: ADA.id, name: 'Countess' });
    expect(renamed.self.name).toBe('Countess');
    expect(renamed.members.size).toBe(1);
  });

  test('shows another picture, and none where there is none any more', () => {
    const AVATAR = '/v1/avatars/x';
    const view = follow(
      start(),
      { t: 'member.pictured', member: BEN.id, avatar: AVATAR },
      { t: 'member.pictured', member: ADA.id, avatar: AVATAR },
      { t: 'member.pictured', member: makeMember('Cleo').id, avatar: AVATAR },
    );
    expect(view.members.get(BEN.id)).toEqual({ ...BEN, avatar: AVATAR });
    expect(view.self.avatar).toBe(AVATAR);
    expect(view.members.size).toBe(2);
    const after = follow(view, { t: 'member.pictured', member: BEN.id, avatar: null });
    expect(after.members.get(BEN.id)).toEqual(BEN);
    const big = start({
      snapshot: { room: ROOM, roster: { members: [BEN], count: 900, next: BEN.id }, history: [], names: {} },
    });
    expect(follow(big, { t: 'member.pictured', member: ADA.id, avatar: AVATAR }).self.avatar).toBe(AVATAR);
  });

  test('a new role counts at once, also for oneself', () => {
    const view = follow(
      start(),
      { t: 'role.changed', member: BEN.id, role: 'viewer' },
      { t: 'role.changed', member: ADA.id, role: 'cohost' },
    );
    expect(view.members.get(BEN.id)?.role).toBe('viewer');
    expect(view.self.role).toBe('cohost');
  });

  test('names stay when their bearers leave, and come from wherever the server tells them', () => {
    const { room, roster } = ready().snapshot ?? expect.unreachable();
    const dan = makeMember('Dan');
    const told = start({
      snapshot: { room, roster, history: [], names: { x: 'Xenia', [BEN.id]: 'Ben of old' } },
      names: { y: 'Yves' },
    });
    expect(Object.fromEntries(told.names)).toEqual({
      [ADA.id]: 'Ada',
      [BEN.id]: 'Ben',
      x: 'Xenia',
      y: 'Yves',
    });
    let view = follow(
      told,
      { t: 'member.joined', member: makeMember('Cleo') },
      { t: 'member.renamed', member: makeMember('Cleo').id, name: 'Cléo' },
      { t: 'member.left', member: makeMember('Cleo').id, reason: 'left' },
    );
    expect(view.names.get(makeMember('Cleo').id)).toBe('Cléo');
    view = views.mergeRoster(view, { members: [dan], count: 3 });
    expect(view.names.get(dan.id)).toBe('Dan');
    const page = { events: [], next: null, names: { z: 'Zoe', [BEN.id]: 'Ben of old' } };
    view = views.mergeHistory(view, 5, page);
    expect([view.names.get('z'), view.names.get(BEN.id)]).toEqual(['Zoe', 'Ben']);
    // A snapshot replaces the room, and not who was met.
    expect(views.fromSnapshot(ready(), view.names)?.names.get('z')).toBe('Zoe');
    expect(follow(view, { t: 'member.away', member: BEN.id }).names).toBe(view.names);
  });

  test('policy and settings', () => {
    const policy = { ...ROOM.policy, chat: false };
    const view = follow(
      start(),
      { t: 'policy.changed', policy },
      { t: 'room.updated', name: 'Retro', capacity: 5, retentionSeconds: 9, whenEmpty: 'stay' },
    );
    expect(view.policy).toEqual(policy);
    expect(view.room).toEqual({
      ...ROOM,
      name: 'Retro',
      capacity: 5,
      retentionSeconds: 9,
      whenEmpty: 'stay',
      policy,
    });
  });

  test('a removed picture is gone from the messages', () => {
    const image = imageId('a');
    const view = follow(start(), shared(image), shared(imageId('b')), { t: 'image.removed', image });
    expect(view.messages.map((event) => event.t === 'image.shared' && event.image)).toEqual([imageId('b')]);
  });

  test('media: the newest counts, all off is nothing, who is away or gone has nothing on', () => {
    let view = views.applyLive(start(), [camera(BEN, 20), camera(ADA, 21)]);
    expect(view.media.get(BEN.id)).toEqual({
      camera: true,
      microphone: false,
      screen: false,
      speaking: false,
      at: 20,
    });
    view = views.applyLive(view, [camera(ADA, 22, false)]);
    expect(view.media.has(ADA.id)).toBe(false);
    expect(follow(view, { t: 'member.away', at: 30, member: BEN.id }).media.size).toBe(0);
    expect(follow(view, { t: 'member.left', at: 30, member: BEN.id, reason: 'left' }).media.size).toBe(0);
  });

  test('a replayed absence does not switch off what somebody switched on after it', () => {
    const view = views.resumed(start(), resumed(10, 0, { latest: [camera(BEN, 50)] }));
    const replayed = follow(
      view,
      { t: 'member.away', at: 30, member: BEN.id },
      { t: 'member.returned', at: 40, member: BEN.id },
    );
    expect(replayed.media.get(BEN.id)?.camera).toBe(true);
  });

  test('ready replaces all latest-only state', () => {
    const view = views.applyLive(start(), [camera(BEN, 20)]);
    expect(views.resumed(view, resumed(10, 0)).media.size).toBe(0);
  });

  test('keeps the newest ten thousand messages, and says from where older ones are to be asked', () => {
    const list = Array.from({ length: views.MESSAGES_KEPT + 5 }, (_, index) => message(11 + index));
    const view = views.applyNumbered(start(), 'seq', { prev: 10, last: 10 + list.length, events: list });
    expect(view?.messages).toHaveLength(views.MESSAGES_KEPT);
    expect(view?.earlier).toBe(16);
  });
});

describe('pages', () => {
  const history = Array.from({ length: 50 }, (_, index) => message(100 + index));
  const full = () =>
    start({
      seq: 200,
      snapshot: { room: ROOM, roster: { members: [ADA], count: 1, next: null }, history, names: {} },
    });

  test('a snapshot whose history came full may have more before it', () => {
    expect(full().earlier).toBe(100);
    expect(start().earlier).toBeNull();
    expect(start({ earlier: 3 }).earlier).toBe(3);
  });

  test('from where all is known: the list that reaches back less far says', () => {
    const direct = Array.from({ length: 50 }, (_, index) => ({ ...message(300 + index), to: ADA.id }));
    const view = start({
      seq: 400,
      direct,
      snapshot: { room: ROOM, roster: { members: [], count: 0, next: null }, history, names: {} },
    });
    expect(view.earlier).toBe(300);
    expect(view.messages).toHaveLength(100);
  });

  test('older messages are merged once, in order', () => {
    const page = { events: [message(60), message(70), message(100)], next: 60, names: {} };
    const view = views.mergeHistory(full(), 100, page);
    expect(view.messages.slice(0, 3).map(({ seq }) => seq)).toEqual([60, 70, 100]);
    expect(view.messages).toHaveLength(52);
    expect(view.earlier).toBe(60);
    expect(views.mergeHistory(view, 60, { events: [], next: null, names: {} }).earlier).toBeNull();
  });

  test('a page that would leave a hole changes nothing', () => {
    const view = full();
    expect(views.mergeHistory(view, 90, { events: [message(50)], next: null, names: {} })).toBe(view);
  });

  test('a page of the roster adds its members and corrects the count', () => {
    const view = views.mergeRoster(start(), { members: [makeMember('Cleo')], count: 300 });
    expect(view.members.size).toBe(3);
    expect(view.count).toBe(300);
  });
});
