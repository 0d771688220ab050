import { deadlineTable, type EffectRow, effectTable } from '../../../src/engine/deadlines.ts';
import { type Carried, Dispatcher } from '../../../src/engine/dispatcher.ts';
import { type Actor, asMember, type InternalCommand, type LogView } from '../../../src/engine/feature.ts';
import { DELETE_OBJECTS } from '../../../src/engine/images.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { State } from '../../../src/engine/state.ts';
import type { ImageAsked, ImageMeta, RoomRpc } from '../../../src/platform/room-rpc.ts';
import {
  DEFAULT_POLICY,
  type Outcome,
  type Role,
  type RoomEvent,
  succeed,
} from '../../../src/protocol/index.ts';
import {
  type AskImage,
  askImage,
  cancelImage,
  images,
  shareImage,
} from '../../../src/room-object/features/images.ts';
import { gate } from '../../../src/room-object/gate.ts';
import {
  findShared,
  imageTable,
  locateImage,
  objectKey,
  toSharedEvent,
} from '../../../src/room-object/image-rows.ts';
import {
  type MemberRow,
  memberTable,
  ROOM_KEY,
  type RoomRow,
  roomTable,
} from '../../../src/room-object/tables.ts';

export const LIMITS = { imageBytes: 1_000, roomBytes: 5_000 };
const idOf = (letter: string) => letter.repeat(22);
export const HOST = `m_${idOf('h')}`;
export const ADA = `m_${idOf('a')}`;
export const BEN = `m_${idOf('b')}`;
const ROOM_ID = 'r_1';

const roomRow: RoomRow = {
  id: ROOM_ID,
  code: 'abc-defg-hij',
  name: 'Physics',
  createdAt: 0,
  capacity: 10,
  retentionSeconds: 0,
  whenEmpty: 'end',
  policy: DEFAULT_POLICY,
  hostKeyHash: '',
  fingerprint: null,
  endedAt: null,
};

const memberRow = (id: string, role: Role): MemberRow => ({
  id,
  name: 'Somebody',
  role,
  account: null,
  presence: 'online',
  rights: {},
  joinedAt: 0,
  session: 1,
  awayAt: null,
  ticket: null,
  address: null,
});

const noHistory: LogView = {
  note: () => {},
  history: () => ({ events: [], next: null }),
  find: () => null,
  read: () => null,
  back: () => null,
  begins: () => 0,
  rewritten: () => {},
};

/** A room that knows pictures and nothing else: the engine's own dispatcher, without a disk and without sockets. */
export class PictureRoom {
  readonly state = new State();
  readonly time = { now: 1_000_000 };
  /** Of the pictures that are asked for. */
  limits = LIMITS;
  #count = 0;
  readonly #dispatcher: Dispatcher;

  constructor() {
    this.state.table(roomTable).set(ROOM_KEY, roomRow);
    for (const member of [memberRow(HOST, 'host'), memberRow(ADA, 'member'), memberRow(BEN, 'member')]) {
      this.state.table(memberTable).set(member.id, member);
    }
    this.#dispatcher = new Dispatcher({
      state: this.state,
      journal: new Journal({
        ...{ epoch: 'e', last: 0, head: 0, lastAt: 0, marks: new Map(), rows: [], count: 0, size: 0 },
        ...{ alarm: null, sinceCheckpoint: 0 },
      }),
      clock: { now: () => this.time.now },
      log: (_level, _event, fields) => {
        throw new Error('the room logged a fault', { cause: fields });
      },
      view: noHistory,
      features: [images],
      gate,
      isHistory: () => false,
      latestChanged: () => {},
      close: () => {},
      rewelcome: () => {},
    });
  }

  perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
    actor: Actor,
  ): Outcome<Carried> {
    return this.#dispatcher.perform(command, fields, actor);
  }

  changeRoom(change: Partial<RoomRow>): void {
    const table = this.state.table(roomTable);
    table.set(ROOM_KEY, { ...(table.get(ROOM_KEY) ?? roomRow), ...change });
  }

  changeMember(id: string, change: Partial<MemberRow>): void {
    const table = this.state.table(memberTable);
    table.set(id, { ...(table.get(id) ?? memberRow(id, 'member')), ...change });
  }

  /** Asks for a picture under the next key: `rooms/r_1/1`, `rooms/r_1/2`, … */
  ask(by: string, size: number, more: Partial<AskImage> = {}): Outcome<ImageAsked> {
    this.#count += 1;
    const image = `i_${String(this.#count).padStart(22, '0')}`;
    const key = objectKey({ id: ROOM_ID }, String(this.#count));
    const asked = this.perform(
      askImage,
      { image, key, size, caption: '', limits: this.limits, ...more },
      asMember(by),
    );
    return asked.ok ? succeed(asked.value.result as ImageAsked) : asked;
  }

  share(by: string, image: string, meta: ImageMeta): Outcome<Carried> {
    return this.perform(shareImage, { image, meta }, asMember(by));
  }

  cancel(by: string, image: string): Outcome<Carried> {
    return this.perform(cancelImage, { image }, asMember(by));
  }

  remove(actor: Actor, image: string): Outcome<Carried> {
    return this.#dispatcher.command(actor, { t: 'image.remove', fields: { image } });
  }

  upload(actor: Actor): Outcome<Carried> {
    return this.#dispatcher.command(actor, { t: 'image.upload', fields: {} });
  }

  rows() {
    return Array.from(this.state.table(imageTable).values());
  }

  deadlines() {
    return Array.from(this.state.table(deadlineTable).values());
  }

  /** Runs the deadlines that are due. */
  wake(): void {
    for (const [id, { at, command, data }] of Array.from(this.state.table(deadlineTable).entries())) {
      if (at > this.time.now) continue;
      this.state.table(deadlineTable).delete(id);
      this.#dispatcher.performNamed(command, data, { kind: 'system' });
    }
  }

  /** Keys that the room wants deleted, since the last call. */
  takeDeleted(): string[] {
    const table = this.state.table(effectTable);
    const effects: [string, Readonly<EffectRow>][] = Array.from(table.entries());
    return effects.flatMap(([id, { kind, data }]) => {
      table.delete(id);
      if (kind !== DELETE_OBJECTS) throw new Error(`an effect ${kind} that is not of pictures`);
      return (data as { keys: string[] }).keys;
    });
  }

  /** The calls that the Worker makes for pictures. Effects are carried out by `after`. */
  rpc(after: (deleted: readonly string[]) => Promise<void>): Partial<RoomRpc> {
    const settled = async <T>(outcome: Outcome<T>): Promise<Outcome<T>> => {
      await after(this.takeDeleted());
      return outcome;
    };
    const sharedEvent = (image: string): RoomEvent<'image.shared'> => {
      const row = findShared(this.state, image);
      if (row === undefined) throw new Error('the picture was not shared');
      return toSharedEvent(row);
    };
    return {
      askImage: async (member, { size, caption, request, n }) =>
        settled(
          this.ask(member, size, {
            caption,
            ...(request === undefined ? {} : { request }),
            ...(n === undefined ? {} : { n }),
          }),
        ),
      shareImage: async (member, image, meta) => {
        const shared = await settled(this.share(member, image, meta));
        return shared.ok ? succeed(sharedEvent(image)) : shared;
      },
      cancelImage: async (member, image) => {
        await settled(this.cancel(member, image));
      },
      readImage: async (member, image) => locateImage(this.state, member, image),
      run: async (caller, command) =>
        settled(
          this.#dispatcher.command(
            'member' in caller ? asMember(caller.member) : { kind: 'host-key' },
            command,
          ),
        ),
    };
  }
}
