import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readViewers, WATCH_CHANGES, type WatchView } from '../../../src/client/view-watch.ts';
import { deadlineTable } from '../../../src/engine/deadlines.ts';
import type { Carried } from '../../../src/engine/dispatcher.ts';
import { type Outcome, positionAt, type RoomEvent } from '../../../src/protocol/index.ts';
import { watch } from '../../../src/room-object/features/watch.ts';
import { fileTable } from '../../../src/room-object/file-rows.ts';
import { playbackOf } from '../../../src/room-object/watch-rows.ts';
import { HOST_KEY, idOf, Room, type Told } from './harness.ts';

// Whatever four people do in whatever order: what clients make of what they are told is what the room has, all that can be
// known of it holds, and of two who decide at once the first one wins.

const PEOPLE = ['host', 'ada', 'ben', 'eve'] as const;
const FILM = `f_${'f'.repeat(22)}`;
const TEXTS = `f_${'t'.repeat(22)}`;
const LENGTHS = [null, 1_000, 30_000] as const;

interface Step {
  readonly by: number;
  readonly what: number;
  readonly a: number;
  readonly b: number;
}

/** Who decided each version, for telling by other means who is late. */
class Book {
  readonly #by: (string | null)[] = [];

  note(version: number, by: string | null): void {
    // What is told again under the same version was decided by nobody.
    if (this.#by[version] === undefined) this.#by[version] = by;
  }
  /** Whether somebody else has decided since `base`. */
  isLate(base: number, who: string): boolean {
    return this.#by.some((by, version) => version > base && by !== who);
  }
}

class Evening {
  readonly room = new Room();
  readonly book = new Book();
  view: WatchView;

  constructor() {
    const { room } = this;
    room.enter('host', { hostKey: HOST_KEY });
    for (const name of PEOPLE.slice(1)) room.enter(name);
    room.command('host', { t: 'policy.set', policy: { watch: true } });
    room.command('host', { t: 'watch.policy', waitForAll: true });
    for (const [id, type] of [
      [FILM, 'video/mp4'],
      [TEXTS, 'text/vtt'],
    ] as const) {
      const content = { key: id, name: id, type, size: 1, hash: id, seq: 1, at: 1 };
      const row = { state: 'shared', id, by: idOf('host'), request: null, ...content } as const;
      room.state.table(fileTable).set(id, row);
    }
    room.take();
    this.view = { ...this.snapshot, viewers: readViewers([]) };
  }

  get snapshot(): Omit<WatchView, 'viewers'> {
    const parts: unknown = watch.snapshot?.(this.room.state);
    return (parts as { readonly watch: Omit<WatchView, 'viewers'> }).watch;
  }

  /** Has the client hear what was told. */
  hear(): void {
    for (const event of this.room.take().told) this.#hear(event);
  }
  #hear(event: Told): void {
    const known = event as unknown as RoomEvent;
    const change = WATCH_CHANGES[known.t] as
      | ((now: WatchView, event: RoomEvent) => object | null)
      | undefined;
    this.view = { ...this.view, ...change?.(this.view, known) };
    if (known.t === 'watch.changed') this.book.note(known.version, known.by ?? null);
  }

  take({ by, what, a, b }: Step): Outcome<Carried> | null {
    const { room } = this;
    const name = PEOPLE[by % PEOPLE.length] ?? 'host';
    const { items } = this.snapshot;
    const item = items[a % Math.max(1, items.length)]?.id ?? 1;
    const { version } = playbackOf(room.state);
    const base = Math.max(0, version - (b % 4));
    const steers: readonly (() => Outcome<Carried>)[] = [
      () => room.command(name, { t: 'watch.select', item, play: b % 3 > 0, base }),
      () => room.command(name, { t: 'watch.play', base }),
      () => room.command(name, { t: 'watch.pause', base }),
      () => room.command(name, { t: 'watch.seek', position: (a * 997) % 40_000, base }),
      () => room.command(name, { t: 'watch.rate', rate: [0.5, 1, 2][a % 3] ?? 1, base }),
      () => room.command(name, { t: 'watch.next', base }),
    ];
    const steer = steers[what];
    if (steer !== undefined) {
      const done = steer();
      const isLate = this.book.isLate(base, idOf(name));
      const isThere = done.ok || done.error.code !== 'member_gone';
      if (isThere && (what > 0 || items.length > 0))
        expect(!done.ok && done.error.code === 'watch_stale', `${name} ${what} from ${base}`).toBe(isLate);
      return done;
    }
    switch (what - steers.length) {
      case 0:
        return room.command('host', {
          t: 'watch.add',
          source: { kind: 'file', file: FILM },
          duration: LENGTHS[a % LENGTHS.length] ?? null,
        });
      case 1:
        return room.command('host', { t: 'watch.remove', item });
      case 2: {
        const before = items[b % Math.max(1, items.length)]?.id ?? null;
        return room.command('host', { t: 'watch.move', item, before: b % 3 === 0 ? null : before });
      }
      case 3:
        return room.command(name, { t: 'watch.end', item, version: base });
      case 4:
        return room.command(name, {
          t: 'watch.view',
          viewing: ([null, 'ready', 'ready', 'buffering', 'blocked'] as const)[a % 5] ?? null,
          version: base,
        });
      case 5:
        return room.command('host', { t: 'watch.policy', waitForAll: a % 3 > 0, autoplay: b % 3 > 0 });
      case 6:
        room.pass((a % 300) / 10);
        return null;
      case 7:
        return room.drop(name);
      case 8:
        if (room.member(name)?.presence !== 'online') room.enter(name, { returning: true });
        return null;
      case 9:
        return room.command(name, { t: 'watch.fail', item, reason: 'broken' });
      default: {
        const subtitles = a % 2 === 0 ? [] : [{ file: TEXTS, label: 'x', language: 'en' }];
        return room.command(name, { t: 'watch.subtitles', item, subtitles });
      }
    }
  }

  check(): void {
    const { room, view } = this;
    const row = playbackOf(room.state);
    expect(JSON.parse(JSON.stringify({ ...view, viewers: null }))).toEqual(
      JSON.parse(JSON.stringify({ ...this.snapshot, viewers: null })),
    );
    for (const name of PEOPLE) {
      const known = room.state.latest('watch.viewing', idOf(name))?.fields;
      expect(view.viewers.get(idOf(name))?.viewing).toBe(known?.viewing);
    }
    const duration = this.snapshot.items.find(({ id }) => id === row.item)?.duration ?? null;
    for (const later of [0, 1, 7_919, 10_000_000]) {
      const position = positionAt(row, room.now + later, duration);
      expect(position).toBeGreaterThanOrEqual(0);
      if (duration !== null) expect(position).toBeLessThanOrEqual(duration);
    }
    // There is one deadline where it holds, and nothing to do at any other time.
    const until = room.state.table(deadlineTable).get('watch hold')?.at;
    expect(until).toBe(row.status === 'holding' ? row.until : undefined);
    expect(row.item === null && row.status !== 'paused').toBe(false);
    if (row.item !== null) expect(this.snapshot.items.map(({ id }) => id)).toContain(row.item);
  }
}

const stepOf = fc.record({
  by: fc.nat({ max: 3 }),
  what: fc.nat({ max: 16 }),
  a: fc.nat({ max: 10_000 }),
  b: fc.nat({ max: 10_000 }),
});

test('what clients make of what they are told is what the room has, whatever happens', () => {
  let held = 0;
  fc.assert(
    fc.property(fc.array(stepOf, { minLength: 20, maxLength: 80 }), (steps) => {
      const evening = new Evening();
      evening.take({ by: 0, what: 6, a: 1, b: 0 });
      evening.take({ by: 0, what: 6, a: 2, b: 0 });
      evening.hear();
      for (const step of steps) {
        const before = JSON.stringify(evening.snapshot);
        const { version } = playbackOf(evening.room.state);
        const done = evening.take(step);
        if (done?.ok === false) expect(JSON.stringify(evening.snapshot)).toBe(before);
        expect(playbackOf(evening.room.state).version).toBeGreaterThanOrEqual(version);
        evening.hear();
        evening.check();
        if (playbackOf(evening.room.state).status === 'holding') held += 1;
      }
    }),
    { numRuns: 100 },
  );
  // It would prove little if nobody had ever been waited for.
  expect(held).toBeGreaterThan(20);
}, 30_000);
