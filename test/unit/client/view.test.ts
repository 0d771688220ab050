import fc from 'fast-check';
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

// --- Replay gives the same view as having been there ---

interface Told {
  readonly isPrivate: boolean;
  readonly event: views.Envelope;
}
interface Commit {
  readonly events: readonly Told[];
}

const PEOPLE = ['Ben', 'Cleo', 'Dan'].map((name) => makeMember(name));
const person = fc.constantFrom(...PEOPLE);
const image = fc.constantFrom('a', 'b', 'c').map(imageId);
const step = fc.oneof(
  person.map((member) => ({ t: 'join', member })),
  person.map((member) => ({ t: 'leave', member })),
  person.map((member) => ({ t: 'member.away', member: member.id })),
  person.map((member) => ({ t: 'member.returned', member: member.id })),
  fc.record({ t: fc.constant('member.renamed'), member: person.map(({ id }) => id), name: fc.string() }),
  fc.record({
    t: fc.constant('rights.changed'),
    member: fc.constantFrom(ADA.id, BEN.id),
    rights: fc.constantFrom({}, { chat: 'denied' }),
  }),
  fc.record({
    t: fc.constant('policy.changed'),
    policy: fc.boolean().map((chat) => ({ ...ROOM.policy, chat })),
  }),
  fc.record({
    t: fc.constant('chat.sent'),
    body: fc.record({ kind: fc.constant('text'), text: fc.string() }),
  }),
  fc.record({ t: fc.constant('direct'), body: fc.record({ kind: fc.constant('text'), text: fc.string() }) }),
  image.map(shared),
  fc.record({
    t: fc.constantFrom('hand.raised', 'hand.lowered', 'hand.called', 'spotlight.changed'),
    member: person.map(({ id }) => id),
  }),
  fc.constant({ t: 'hand.allLowered' }),
  fc.record({
    t: fc.constant('media.requested'),
    member: person.map(({ id }) => id),
    media: fc.constantFrom('camera', 'microphone'),
  }),
  fc.record({
    t: fc.constantFrom('media.answered', 'media.lapsed'),
    request: fc.integer({ min: 11, max: 40 }),
  }),
  image.map((id) => ({ t: 'image.removed', image: id })),
  fc.constant({ t: 'cake.baked' }),
);

/** A run of the room: steps that make sense where they stand, numbered and grouped into commits. */
function run(groups: readonly (readonly { t: string; member?: unknown }[])[]): Commit[] {
  const present = new Set([BEN.id]);
  let seq = 10;
  return groups.map((steps) => {
    const told: Told[] = [];
    for (const { t, ...fields } of steps) {
      const member = Object(fields.member);
      if (t === 'join' && present.has(member.id)) continue;
      if (t === 'leave' && !present.has(member.id)) continue;
      seq += 1;
      const envelope = { at: seq, seq, by: BEN.id };
      if (t === 'join') {
        present.add(member.id);
        told.push({ isPrivate: false, event: { ...envelope, t: 'member.joined', ...fields } });
      } else if (t === 'leave') {
        present.delete(member.id);
        told.push({
          isPrivate: false,
          event: { ...envelope, t: 'member.left', ...{ member: member.id, reason: 'left' } },
        });
      } else if (['media.requested', 'media.answered', 'media.lapsed'].includes(t))
        told.push({ isPrivate: true, event: { ...envelope, t, ...fields } });
      else if (t === 'direct')
        told.push({ isPrivate: true, event: { ...envelope, t: 'chat.sent', ...fields, ...{ to: ADA.id } } });
      else told.push({ isPrivate: false, event: { ...envelope, t, ...fields } });
    }
    return { events: told };
  });
}

/** Tells commits as frames of at most `size` events: the private ones of each group of commits come first. */
function tell(view: views.View, commits: readonly Commit[]): views.View {
  const told = commits.flatMap((commit) => commit.events);
  let now = view;
  for (const counter of ['private', 'seq'] as const) {
    const list = told
      .filter(({ isPrivate }) => isPrivate === (counter === 'private'))
      .map(({ event }) => event);
    if (list.length === 0) continue;
    const prev = now[counter];
    const last = counter === 'private' ? prev + list.length : Math.max(...list.map(({ seq }) => seq ?? 0));
    const next = views.applyNumbered(now, counter, { prev, last, events: list });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}

test('replay gives the same view as having been there, wherever the cut was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 20 }),
      fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
      (groups, cuts) => {
        const commits = run(groups);
        const live = commits.reduce((view, commit) => tell(view, [commit]), start());
        const bounds = [
          0,
          ...cuts.filter((cut) => cut <= commits.length).sort((a, b) => a - b),
          commits.length,
        ];
        let replayed = start();
        for (const [index, from] of bounds.slice(0, -1).entries()) {
          replayed = views.resumed(tell(replayed, commits.slice(from, bounds[index + 1])), resumed(0, 0));
        }
        expect(replayed).toEqual(live);
        expect(live.count).toBe(live.members.size);
        expect(live.messages.map(({ seq }) => seq)).toEqual(
          live.messages.map(({ seq }) => seq).sort((a, b) => a - b),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('frames told twice change nothing, frames told too early are never applied', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 10 }),
      (groups) => {
        const commits = run(groups).map(({ events }) => ({
          events: events.filter(({ isPrivate }) => !isPrivate),
        }));
        let view = start();
        for (const { events } of commits) {
          const last = events.at(-1)?.event.seq;
          if (last === undefined) continue;
          const frame = { prev: view.seq, last, events: events.map(({ event }) => event) };
          expect(
            views.applyNumbered(view, 'seq', { ...frame, prev: frame.prev + 1, last: last + 1 }),
          ).toBeNull();
          const next = views.applyNumbered(view, 'seq', frame);
          if (next === null) throw new Error('gap');
          expect(views.applyNumbered(next, 'seq', frame)).toBe(next);
          view = next;
        }
      },
    ),
  );
});
