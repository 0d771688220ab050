import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { FILE_PART_BYTES } from '../../../src/protocol/index.ts';
import { fileTable, sharedFiles, uploadTable } from '../../../src/room-object/file-rows.ts';
import { Files } from '../../../src/room-object/files.ts';
import { MemoryPartStore } from '../../support/memory-part-store.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

// Whatever people, their hosts, the store and the clock do, in any order: in the end the store holds exactly the bytes of
// the files that are shared, and the room keeps to its quota all the time.

const PART = FILE_PART_BYTES;
const ROOM_BYTES = 6 * PART;
const MEMBER_BYTES = 4 * PART;
const PEOPLE = ['ada', 'ben'];
const SIZES = [0, 10, PART, PART + 5];
/** Stands for any bytes: what is stored for a part says only which content it is of. */
const CONTENTS = ['A', 'B'];

/** A store without bytes to copy: parts are kept by what they say they are. */
class LightStore extends MemoryPartStore {
  failing = false;

  override async putPart(
    place: { readonly key: string; readonly multipart: string; readonly number: number },
    size: number,
  ): Promise<string> {
    if (this.uploads.get(place.multipart) == null) throw new Error('there is no such upload');
    const bytes = { byteLength: size } as Uint8Array;
    const etag = `e${this.tries}`;
    this.tries += 1;
    this.uploads.get(place.multipart)?.parts.set(place.number, { bytes, etag });
    return etag;
  }
  tries = 0;

  override async completeParts(...args: Parameters<MemoryPartStore['completeParts']>) {
    const [key, multipart, wanted] = args;
    const upload = this.uploads.get(multipart);
    if (upload == null) return this.objects.has(key) ? ('done' as const) : ('gone' as const);
    if (this.failing) throw new Error('no way to the store');
    if (wanted.some(({ number, etag }) => upload.parts.get(number)?.etag !== etag))
      return 'mismatch' as const;
    await this.put(key, new Uint8Array(1), 1, upload.type);
    this.uploads.set(multipart, null);
    return 'done' as const;
  }
}

class World {
  readonly room = new Room(
    {},
    { FILE_ROOM_BYTES: String(ROOM_BYTES), FILE_MEMBER_BYTES: String(MEMBER_BYTES) },
  );
  readonly store = new LightStore();
  /** Places that were given out for parts, and are yet to be used. */
  readonly places: {
    by: string;
    upload: string;
    n: number;
    size: number;
    place: Parameters<LightStore['putPart']>[0];
  }[] = [];
  files = this.wake();

  constructor() {
    this.room.enter('host', { hostKey: HOST_KEY });
    for (const name of PEOPLE) this.room.enter(name);
  }

  wake(): Files {
    return new Files({
      engine: () => ({
        state: this.room.state,
        perform: (command, fields, actor) => this.room.perform(command, fields, actor),
        settled: async () => {},
        consistent: (compute, answer) => answer(compute()),
      }),
      store: () => this.store,
      limit: () => null,
      patience: 0,
    });
  }

  /** Carries out effects once, as the outbox would; those that reject stay. */
  async carryOut(): Promise<void> {
    const table = this.room.state.table(effectTable);
    for (const [id, effect] of Array.from(table.entries())) {
      const execute =
        this.files.executors[effect.kind] ??
        ((data: unknown) => this.store.delete((data as { keys: string[] }).keys));
      try {
        await execute(effect.data, id, 0);
        if (table.get(id) === effect) table.delete(id);
      } catch {
        // Tried again.
      }
    }
  }

  pick<T>(list: readonly T[], dice: number): T | undefined {
    return list[dice % Math.max(1, list.length)];
  }

  async step([what, a, b]: readonly [string, number, number]): Promise<void> {
    const { room, files, store } = this;
    const by = idOf(this.pick(PEOPLE, a) ?? '');
    const uploads = Array.from(room.state.table(uploadTable).values());
    const upload = this.pick(uploads, b);
    if (what === 'ask') {
      const size = this.pick(SIZES, b) ?? 0;
      const request = b % 5 === 0 ? { request: `r${b % 3}` } : {};
      const hash = b % 7 === 0 ? { hash: 'A'.repeat(43) } : {};
      await files.file('ask', {
        member: by,
        ask: { name: 'a', type: 'x/y', size, announce: a % 2 === 0, ...request, ...hash },
      });
    } else if (what === 'begin' && upload !== undefined) {
      const n = a % 2;
      const begun = await files.file('begin', { member: upload.by, upload: upload.id, n });
      if (begun.ok && begun.value.state === 'send')
        this.places.push({ by: upload.by, upload: upload.id, n, size: begun.value.size, place: begun.value });
    } else if (what === 'put') {
      const at = a % Math.max(1, this.places.length);
      const [part] = this.places.splice(at, 1);
      if (part === undefined) return;
      const etag = await store.putPart(part.place, part.size).catch(() => null);
      if (etag === null || b % 6 === 0) return;
      const hash = (this.pick(CONTENTS, b) ?? 'A').repeat(43);
      const { upload: id, n, size } = part;
      await files.file('record', { member: part.by, upload: id, n, size, etag, hash });
    } else if (what === 'drop' && upload !== undefined) {
      await files.file('drop', { member: upload.by, upload: upload.id });
    } else if (what === 'remove') {
      const file = this.pick(sharedFiles(room.state), b);
      if (file !== undefined) room.command('host', { t: 'file.remove', file: file.id });
    } else if (what === 'policy') {
      room.command('host', { t: 'policy.set', policy: { file: a % 4 !== 0 } });
    } else if (what === 'rights') {
      room.command('host', { t: 'rights.set', member: by, rights: { file: b % 5 === 0 ? 'denied' : null } });
    } else if (what === 'effects') await this.carryOut();
    else if (what === 'fail') store.failing = a % 4 === 0;
    else if (what === 'kill') this.files = this.wake();
    else if (what === 'time') room.pass(b % 8 === 0 ? 90_000 : 200);
  }

  check(): void {
    const held = new Map<string, { size: number; by: Set<string> }>();
    for (const { key, size, by } of [
      ...sharedFiles(this.room.state),
      ...this.room.state.table(uploadTable).values(),
    ]) {
      if (key === null) continue;
      const known = held.get(key) ?? { size, by: new Set<string>() };
      known.by.add(by);
      held.set(key, known);
    }
    const sum = Array.from(held.values()).reduce((all, { size }) => all + size, 0);
    expect(sum).toBeLessThanOrEqual(ROOM_BYTES);
    const names = sharedFiles(this.room.state).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
}

/** How often what is tried. */
const WEIGHTS = {
  ask: 4,
  begin: 6,
  put: 6,
  effects: 4,
  drop: 1,
  remove: 1,
  policy: 1,
  rights: 1,
  fail: 1,
  kill: 1,
  time: 1,
};
const WHAT = Object.entries(WEIGHTS).flatMap(([what, weight]) => Array.from({ length: weight }, () => what));

test('the store holds the bytes of what is shared, and nothing else', async () => {
  let shared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...WHAT), fc.nat(1_000), fc.nat(1_000)), {
        minLength: 10,
        maxLength: 120,
        size: 'max',
      }),
      async (steps) => {
        const world = new World();
        for (const step of steps) {
          await world.step(step);
          world.check();
        }
        shared += sharedFiles(world.room.state).length;
        // Everybody stops; the store can be reached; time passes.
        world.store.failing = false;
        for (let day = 0; day < 4; day += 1) {
          await world.carryOut();
          world.room.pass(90_000);
        }
        await world.carryOut();
        const { state } = world.room;
        expect(state.table(uploadTable).size).toBe(0);
        expect(state.table({ name: 'parts' }).size).toBe(0);
        expect(Array.from(state.table(effectTable).values())).toEqual([]);
        expect(Array.from(state.table(fileTable).values()).filter((row) => row.state === 'stored')).toEqual(
          [],
        );
        const keys = new Set(sharedFiles(state).flatMap(({ key }) => (key === null ? [] : [key])));
        expect(Array.from(world.store.objects.keys()).sort()).toEqual([...keys].sort());
        expect(Array.from(world.store.uploads.values()).filter((upload) => upload !== null)).toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
  // A model that shares nothing would prove nothing.
  expect(shared).toBeGreaterThan(600);
});
