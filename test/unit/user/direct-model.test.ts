import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LinkBatch } from '../../../src/platform/user-rpc.ts';
import { conversationWith } from '../../../src/user-object/direct-rows.ts';
import { linkCarried } from '../../../src/user-object/features/links.ts';
import { nextBatch } from '../../../src/user-object/links.ts';
import { accountId, World } from './harness.ts';
import { Talk } from './talk.ts';

type Name = 'ada' | 'bob';
const other = (name: Name): Name => (name === 'ada' ? 'bob' : 'ada');

/** A message as its author means it: its text, or null where it is deleted. */
interface Meant {
  text: string | null;
}

/** Two people who write, change and read, over a way that is slow, and that loses answers. */
class Run {
  readonly world = new World(['ada', 'bob']);
  readonly talk = new Talk(this.world);
  readonly meant = { ada: [] as Meant[], bob: [] as Meant[] };
  /** Texts that must stand nowhere any more. */
  readonly gone = new Set<string>();
  readonly #trips = new Map<Name, LinkBatch>();
  #texts = 0;

  constructor() {
    this.world.befriend('ada', 'bob');
  }
  #text(): string {
    this.#texts += 1;
    return `«${this.#texts}»`;
  }
  /** One of somebody's messages that are not deleted; its number. */
  #pick(by: Name, at: number): number | null {
    const left = this.meant[by].flatMap(({ text }, index) => (text === null ? [] : [index + 1]));
    return left[at % Math.max(left.length, 1)] ?? null;
  }

  /** A text has been replaced: from now on it stands in none of its author's rows, what waits to be carried among them. */
  #isGone(by: Name, text: string | null): void {
    if (text === null) return;
    this.gone.add(text);
    expect(this.world.of(by).everything()).not.toContain(text);
  }

  send(by: Name): void {
    const text = this.#text();
    expect(this.talk.send(by, other(by), text)).toMatchObject({ ok: true });
    this.meant[by].push({ text });
  }
  edit(by: Name, at: number): void {
    const number = this.#pick(by, at);
    const row = number === null ? undefined : this.meant[by][number - 1];
    if (number === null || row === undefined) return;
    const before = row.text;
    row.text = this.#text();
    expect(this.talk.edit(by, other(by), number, row.text)).toMatchObject({ ok: true });
    this.#isGone(by, before);
  }
  remove(by: Name, at: number): void {
    const number = this.#pick(by, at);
    const row = number === null ? undefined : this.meant[by][number - 1];
    if (number === null || row === undefined) return;
    const before = row.text;
    row.text = null;
    expect(this.talk.remove(by, other(by), number)).toMatchObject({ ok: true });
    this.#isGone(by, before);
  }
  read(by: Name, at: number): void {
    const { received } = conversationWith(this.world.of(by).state, accountId(other(by)));
    if (received > 0) expect(this.talk.read(by, other(by), (at % received) + 1)).toMatchObject({ ok: true });
  }
  presence(by: Name): void {
    const inbox = this.world.of(by);
    if (inbox.device(by)?.online) inbox.drop(by);
    else inbox.connect(by);
  }
  commit(by: Name): void {
    this.world.of(by).take();
  }
  /** Something sets out, as it reads now. */
  depart(by: Name): void {
    if (this.#trips.has(by)) return;
    const batch = nextBatch(this.world.of(by).state, `life of ${by}`, accountId(other(by)));
    if (batch.items.length > 0) this.#trips.set(by, batch);
  }
  /** It arrives, and the answer comes back, or is lost. */
  arrive(by: Name, isAnswered: boolean): void {
    const batch = this.#trips.get(by);
    if (batch === undefined) return;
    this.#trips.delete(by);
    const sender = this.world.of(by);
    const taken = this.world.of(other(by)).takeItems(sender.card, batch);
    if (!taken.ok || 'gone' in taken.value) throw new Error('nothing was taken');
    if (isAnswered) sender.perform(linkCarried, { to: accountId(other(by)), upTo: taken.value.upTo });
  }

  /** Everybody is there, everything arrives. */
  end(): void {
    for (const name of ['ada', 'bob'] as const) {
      this.arrive(name, true);
      if (!this.world.of(name).device(name)?.online) this.presence(name);
    }
    // Effects that a lost answer ended are drafted again, as an object that wakes does.
    for (const name of ['ada', 'bob'] as const) {
      this.world.of(name).perform(linkCarried, { to: accountId(other(name)), upTo: 0 });
    }
    this.talk.settle('ada', 'bob');
  }

  check(): void {
    for (const by of ['ada', 'bob'] as const) {
      const expected = this.meant[by].map(({ text }) => text);
      for (const where of ['ada', 'bob'] as const) {
        const own = this.talk.all(where, other(where), 7).filter(({ from }) => from === accountId(by));
        expect(own.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1));
        expect(own.map(({ body }) => (body.kind === 'text' ? body.text : null))).toEqual(expected);
      }
      const reader = other(by);
      const row = conversationWith(this.world.of(reader).state, accountId(by));
      const left = expected.filter((text, index) => text !== null && index + 1 > row.read);
      expect(row.unread).toBe(left.length);
      const { delivered, seen } = conversationWith(this.world.of(by).state, accountId(reader));
      expect([delivered, seen]).toEqual([expected.length, row.read]);
      const kept = this.talk.kept(by);
      for (const text of this.gone) expect(kept).not.toContain(text);
    }
  }
}

const name = fc.constantFrom<Name>('ada', 'bob');
const at = fc.nat(30);
const step = fc.oneof(
  { weight: 4, arbitrary: name.map((by) => (run: Run) => run.send(by)) },
  {
    weight: 2,
    arbitrary: fc.tuple(name, at).map(
      ([by, n]) =>
        (run: Run) =>
          run.edit(by, n),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, at).map(
      ([by, n]) =>
        (run: Run) =>
          run.remove(by, n),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, at).map(
      ([by, n]) =>
        (run: Run) =>
          run.read(by, n),
    ),
  },
  { weight: 1, arbitrary: name.map((by) => (run: Run) => run.presence(by)) },
  { weight: 1, arbitrary: name.map((by) => (run: Run) => run.commit(by)) },
  { weight: 4, arbitrary: name.map((by) => (run: Run) => run.depart(by)) },
  {
    weight: 4,
    arbitrary: fc.tuple(name, fc.boolean()).map(
      ([by, is]) =>
        (run: Run) =>
          run.arrive(by, is),
    ),
  },
);

test('both sides agree in the end, whatever was changed while it was on its way, and nothing that is gone stands anywhere', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 160 }), (steps) => {
      const run = new Run();
      for (const one of steps) one(run);
      run.end();
      run.check();
    }),
    { numRuns: 150 },
  );
});
