import type { CommandInput, WatchItem } from '../../../src/protocol/index.ts';
import { watch } from '../../../src/room-object/features/watch.ts';
import { fileTable } from '../../../src/room-object/file-rows.ts';
import { type RoomVars, readRoomSettings } from '../../../src/room-object/settings.ts';
import { SETTINGS_KEY, settingsTable } from '../../../src/room-object/tables.ts';
import { playbackOf } from '../../../src/room-object/watch-rows.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

export const fileId = (name: string): string => `f_${name.padEnd(22, '_')}`;

type Adding = Partial<CommandInput<'watch.add'>>;

/** What is told of watching in a snapshot. */
interface Shown {
  readonly items: readonly WatchItem[];
  readonly playback: Readonly<Record<string, unknown>>;
}

/** A room with files, in which Ben was given the right to steer and Ada was not. */
export class Cinema {
  readonly room: Room;

  constructor(vars: ConstructorParameters<typeof Room>[1] = {}) {
    this.room = new Room({}, vars);
    const { room } = this;
    room.enter('host', { hostKey: HOST_KEY });
    for (const name of ['co', 'ada', 'ben', 'eve']) room.enter(name);
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
    room.command('host', { t: 'role.set', member: idOf('eve'), role: 'viewer' });
    room.command('host', { t: 'rights.set', member: idOf('ben'), rights: { watch: 'granted' } });
    this.share('film', 'video/mp4');
    this.share('song', 'audio/mpeg');
    this.share('texts', 'text/vtt');
    this.share('paper', 'application/pdf');
    room.take();
  }

  share(name: string, type: string): void {
    const content = { key: name, name: `${name}.x`, type, size: 1, hash: name, seq: 1, at: 1 };
    const row = { state: 'shared', id: fileId(name), by: idOf('ada'), request: null, ...content } as const;
    this.room.state.table(fileTable).set(row.id, row);
  }

  /** Has the room wake under these variables of the deployer. */
  setting(vars: RoomVars): void {
    this.room.state.table(settingsTable).restore(SETTINGS_KEY, readRoomSettings(vars, false));
  }

  /** Asks for a film of a minute to be put on the list, or for something else. */
  add(by: Parameters<Room['command']>[0], more: Adding = {}): ReturnType<Room['command']> {
    const film = { kind: 'file', file: fileId('film') } as const;
    return this.room.command(by, { t: 'watch.add', source: film, duration: 60_000, ...more });
  }

  /** Adds items and answers their ids. */
  added(count: number, more: Adding = {}): number[] {
    for (let one = 0; one < count; one += 1) {
      const done = this.add('host', more);
      if (!done.ok) throw new Error(done.error.code);
    }
    return this.room.take().told.flatMap(({ t, seq }) => (t === 'watch.added' ? [Number(seq)] : []));
  }

  get snapshot(): Shown {
    const parts: unknown = watch.snapshot?.(this.room.state);
    return (parts as { readonly watch: Shown }).watch;
  }
  get order(): number[] {
    return this.snapshot.items.map(({ id }) => id);
  }
  /** What plays, as it is told. */
  get now(): Shown['playback'] {
    return this.snapshot.playback;
  }
  get version(): number {
    return playbackOf(this.room.state).version;
  }
  /** Everything that must be as it was after a refusal. */
  get everything(): string {
    return JSON.stringify([this.snapshot, this.room.deadlines()]);
  }
}

export let cinema: Cinema;
export let room: Room;

/** A new cinema, under these variables of the deployer. */
export function open(vars: ConstructorParameters<typeof Cinema>[0] = {}): void {
  cinema = new Cinema(vars);
  room = cinema.room;
}

export const add = (...what: Parameters<Cinema['add']>) => cinema.add(...what);
export const added = (...what: Parameters<Cinema['added']>) => cinema.added(...what);
export const pass = (ms: number) => room.pass(ms / 1_000);
