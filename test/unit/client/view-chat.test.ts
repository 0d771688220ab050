import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { ADA, BEN, imageId, ROOM, ready, resumed } from './fake-server.ts';

type Snapshot = NonNullable<Parameters<typeof ready>[0]>['snapshot'];
const snapshot = (change: Partial<NonNullable<Snapshot>> = {}): NonNullable<Snapshot> => ({
  room: ROOM,
  roster: { members: [ADA, BEN], count: 2, next: null },
  history: [],
  names: {},
  ...change,
});
const start = (change: Parameters<typeof ready>[0] = {}): views.View => {
  const view = views.fromSnapshot(ready(change));
  if (view === null) throw new Error('no snapshot');
  return view;
};
/** Applies public events right behind the view; the first has seq 11. */
function follow(view: views.View, ...list: readonly object[]): views.View {
  const events = list.map((event, index) => ({ t: '', at: 0, seq: view.seq + 1 + index, ...event }));
  const last = view.seq + list.length;
  const next = views.applyNumbered(view, 'seq', { prev: view.seq, last, events });
  if (next === null) throw new Error('gap');
  return next;
}
const body = (text: string) => ({ kind: 'text' as const, text });
const sent = (text: string, more: object = {}) => ({ t: 'chat.sent', by: BEN.id, body: body(text), ...more });
const edited = (message: number, text: string, more: object = {}) => ({
  t: 'chat.edited',
  by: BEN.id,
  message,
  body: body(text),
  editedAt: 50,
  ...more,
});
const reacted = (message: number, member: string, emoji = '👍', on = true) => ({
  t: 'chat.reacted',
  message,
  member,
  emoji,
  on,
});
const shared = (image: string) => ({ t: 'image.shared', by: BEN.id, image, caption: '' });

describe('messages', () => {
  test('read as they were last edited, with the mentions of that edit', () => {
    const first = follow(start(), sent('one', { mentions: [ADA.id], replyTo: 3 }));
    const view = follow(first, edited(11, 'two'));
    expect(view.messages).toEqual([
      { t: 'chat.sent', at: 0, seq: 11, by: BEN.id, replyTo: 3, body: body('two'), editedAt: 50 },
    ]);
    expect(first.messages).toMatchObject([{ body: body('one') }]);
    expect(follow(view, edited(11, 'three', { mentions: [BEN.id] })).messages).toMatchObject([
      { body: body('three'), mentions: [BEN.id] },
    ]);
    expect(follow(view, { t: 'chat.edited', message: 11, editedAt: 60 }).messages).toEqual(view.messages);
    expect(follow(view, edited(4, 'unknown')).messages).toEqual(view.messages);
  });

  test('leave a trace when they are deleted, and nothing else', () => {
    const view = follow(
      start(),
      sent('one', { mentions: [ADA.id], replyTo: 3 }),
      reacted(11, ADA.id),
      { t: 'chat.pinned', message: 11 },
      edited(11, 'two'),
      { t: 'chat.deleted', message: 11, deletedBy: ADA.id },
      { t: 'chat.unpinned', message: 11 },
    );
    expect(view.messages).toEqual([
      { t: 'chat.sent', at: 0, seq: 11, by: BEN.id, body: { kind: 'deleted' }, deletedBy: ADA.id },
    ]);
    expect([view.reactions.size, view.pins.size]).toEqual([0, 0]);
  });

  test('without their number are none: they would have no place', () => {
    expect(views.applyLive(start(), [{ at: 0, ...sent('nowhere') }]).messages).toEqual([]);
  });

  test('that are private change by private events', () => {
    const told = { prev: 0, last: 1, events: [{ at: 0, seq: 12, ...sent('psst', { to: ADA.id }) }] };
    const view = views.applyNumbered(start(), 'private', told);
    const next =
      view &&
      views.applyNumbered(view, 'private', {
        prev: 1,
        last: 2,
        events: [{ at: 0, seq: 13, ...edited(12, 'hush') }],
      });
    expect(next?.messages).toMatchObject([{ to: ADA.id, body: body('hush') }]);
  });
});

describe('reactions', () => {
  test('are kept by message and emoji, in the order of reacting', () => {
    const view = follow(
      start(),
      sent('one'),
      reacted(11, BEN.id),
      reacted(11, ADA.id),
      reacted(11, ADA.id),
      reacted(11, ADA.id, '🎉'),
    );
    expect(view.reactions.get(11)).toEqual({ '👍': [BEN.id, ADA.id], '🎉': [ADA.id] });
    const fewer = follow(view, reacted(11, BEN.id, '👍', false), reacted(11, ADA.id, '🎉', false));
    expect(fewer.reactions.get(11)).toEqual({ '👍': [ADA.id] });
    expect(follow(fewer, reacted(11, ADA.id, '👍', false)).reactions.size).toBe(0);
  });

  test('to what is not known wait for its page, which brings them whole', () => {
    const view = follow(start({ earlier: 9, snapshot: snapshot() }), reacted(5, ADA.id));
    expect(view.reactions.size).toBe(0);
    const page = {
      events: [{ t: 'chat.sent', at: 0, seq: 5, by: BEN.id, body: body('old') }],
      next: null,
      names: {},
      reactions: { 5: { '👍': [BEN.id, ADA.id] } },
    };
    expect(views.mergeHistory(view, 9, page).reactions.get(5)).toEqual({ '👍': [BEN.id, ADA.id] });
  });

  test('come with the snapshot, private ones beside it, and go with their picture', () => {
    const view = start({
      reactions: { 4: { '🎉': [ADA.id] } },
      snapshot: snapshot({ reactions: { 3: { '👍': [BEN.id] } } }),
    });
    expect(Array.from(view.reactions)).toEqual([
      [3, { '👍': [BEN.id] }],
      [4, { '🎉': [ADA.id] }],
    ]);
    const image = imageId('a');
    const seen = follow(start(), shared(image), reacted(11, ADA.id), { t: 'image.removed', image });
    expect(seen.reactions.size).toBe(0);
  });
});

describe('pins', () => {
  const pin = { seq: 4, t: 'chat.sent', at: 0, by: BEN.id, body: body('pinned') };

  test('come in their order with the snapshot, and follow edits', () => {
    const other = { ...pin, seq: 2 };
    const view = start({ snapshot: snapshot({ pins: [pin, other], slowSeconds: 10 }) });
    expect(Array.from(view.pins.keys())).toEqual([4, 2]);
    expect(view.slowSeconds).toBe(10);
    const next = follow(view, edited(4, 'newer'), { t: 'chat.unpinned', message: 2 });
    expect(Array.from(next.pins.values())).toMatchObject([{ seq: 4, body: body('newer') }]);
  });

  test('hold the message where it is known, and are filled when it comes', () => {
    const view = follow(
      start({ earlier: 9, snapshot: snapshot() }),
      sent('one'),
      { t: 'chat.pinned', message: 11 },
      { t: 'chat.pinned', message: 4 },
    );
    expect(Array.from(view.pins)).toMatchObject([
      [11, { body: body('one') }],
      [4, null],
    ]);
    expect(views.fillPin(view, [pin]).pins.get(4)).toEqual(pin);
    expect(views.fillPin(view, [{ ...pin, seq: 3 }]).pins.get(4)).toBeNull();
    const page = { events: [pin], next: null, names: {} };
    expect(views.mergeHistory(view, 9, page).pins.get(4)).toEqual(pin);
  });
});

test('slow mode is followed', () => {
  expect(start().slowSeconds).toBe(0);
  expect(follow(start(), { t: 'chat.slowed', seconds: 30 }).slowSeconds).toBe(30);
});

// --- Replay of a log that is rewritten gives the same view as having been there ---

const member = fc.constantFrom(ADA.id, BEN.id);
const emoji = fc.constantFrom('👍', '🎉');
const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), text: fc.string(), mentions: fc.boolean() }),
  fc.record({ do: fc.constant('edit' as const), which: fc.nat(), text: fc.string(), mentions: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('react' as const), which: fc.nat(), member, emoji, on: fc.boolean() }),
  fc.record({ do: fc.constant('pin' as const), which: fc.nat(), on: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Event = views.Envelope & { readonly seq: number; readonly [field: string]: unknown };

/** A room's log: every step appends events and rewrites earlier ones, as the room does. */
class Log {
  readonly events: Event[] = [];
  readonly #edits = new Map<number, number>();

  #append(t: string, fields: object): Event {
    const event = { t, at: 0, seq: 11 + this.events.length, by: BEN.id, ...fields };
    this.events.push(event);
    return event;
  }
  #rewrite(seq: number, to: (event: Event) => Event): void {
    const event = this.events[seq - 11];
    if (event !== undefined) this.events[seq - 11] = to(event);
  }
  #emptyEdit(message: number): void {
    const edit = this.#edits.get(message);
    if (edit !== undefined) this.#rewrite(edit, ({ body: _, mentions: __, ...rest }) => ({ ...rest }));
  }

  /** Answers what is told. */
  take(one: Step): Event[] {
    if (one.do === 'send') {
      const mentions = one.mentions ? { mentions: [ADA.id] } : {};
      return [this.#append('chat.sent', { body: body(one.text), ...mentions })];
    }
    const alive = this.events.filter(({ t, deletedBy }) => t === 'chat.sent' && deletedBy === undefined);
    const message = alive[one.which % Math.max(1, alive.length)]?.seq;
    if (message === undefined) return [];
    if (one.do === 'react') {
      const { member, emoji, on } = one;
      return [this.#append('chat.reacted', { message, member, emoji, on })];
    }
    if (one.do === 'pin') return [this.#append(one.on ? 'chat.pinned' : 'chat.unpinned', { message })];
    this.#emptyEdit(message);
    if (one.do === 'delete') {
      this.#rewrite(message, ({ t, at, seq, by }) => ({
        t,
        at,
        seq,
        by,
        body: { kind: 'deleted' },
        deletedBy: BEN.id,
      }));
      return [
        this.#append('chat.deleted', { message, deletedBy: BEN.id }),
        this.#append('chat.unpinned', { message }),
      ];
    }
    const change = {
      body: body(one.text),
      ...(one.mentions ? { mentions: [BEN.id] } : {}),
      editedAt: this.events.length,
    };
    this.#rewrite(message, ({ mentions: _, ...rest }) => ({ ...rest, ...change }));
    const told = this.#append('chat.edited', { message, ...change });
    this.#edits.set(message, told.seq);
    return [told];
  }
}

test('replay of a rewritten log gives the same view as having been there, wherever the cut was', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 30 }), (steps, cut) => {
      const log = new Log();
      let live = start();
      let away = start();
      for (const [index, one] of steps.entries()) {
        const told = structuredClone(log.take(one));
        if (told.length === 0) continue;
        live = follow(live, ...told);
        if (index < cut) away = follow(away, ...told);
      }
      const missed = log.events.filter(({ seq }) => seq > away.seq);
      const back = views.resumed(away, resumed(0, 0));
      expect(missed.length === 0 ? back : follow(back, ...missed)).toEqual(live);
    }),
    { numRuns: 500 },
  );
});
