import type { RoomConnection } from '../../../../../src/client/index.ts';
import { saveBlob } from '../../../ui/save-file.ts';
import { recordingsOf } from '../../storage.ts';
import { fileName } from './file-name.ts';
import { holdPage } from './hold-page.ts';
import { heldLocks, holdLock } from './lock.ts';
import { keyOf, Tape, type TapeOf } from './tape.ts';
import { seekable } from './webm.ts';

/** The part of a room's uploads that is used. */
export interface Shelf {
  add(files: Iterable<File>): void;
  resume(id: number): void;
  cancel(id: number): void;
  hasShared(file: File): boolean;
  readonly list: readonly {
    readonly id: number;
    readonly name: string;
    readonly size: number;
    readonly state: { readonly is: string; readonly error?: unknown };
  }[];
  subscribe(listener: () => void): () => void;
}

/** A meeting that one is in, and what puts files into it. */
export interface Home {
  readonly room: Pick<RoomConnection, 'state' | 'subscribe'>;
  readonly shelf: Shelf;
}

/**
 * recording: it is being made. saving: it is being put together. sharing: it is on its way into the files of its meeting. here: this
 * browser alone has it.
 */
export type RecordingState = 'recording' | 'saving' | 'sharing' | 'here';

/** A recording that this browser has, and its meeting has not. */
export interface Recording {
  readonly key: string;
  /** Who alone is to see it. */
  readonly owner: string;
  /** The code of the meeting, and its name. */
  readonly meeting: string;
  readonly name: string;
  /** ms since 1970. */
  readonly since: number;
  /** Bytes so far. */
  readonly size: number;
  readonly state: RecordingState;
  /** This page has made it. */
  readonly isOwn: boolean;
  /** Whether it outlives the page. */
  readonly isOnDisk: boolean;
  /** The browser ended it by itself. */
  readonly isCut: boolean;
  /** It was handed to the browser's downloads. Whether it came there only the person can see. */
  readonly isSaved: boolean;
  /** Why it could not be shared; null: nothing is known against it. */
  readonly error: unknown;
}

interface Entry {
  readonly tape: Tape;
  readonly isOwn: boolean;
  state: RecordingState;
  isCut: boolean;
  isSaved: boolean;
  error: unknown;
  /** Lets other tabs look after it; null: none is kept from it. */
  free: (() => void) | null;
  /** The same each time: by it the room's uploads know it again. */
  file: Promise<File> | null;
  /** Where it was put to be shared. */
  shelf: Shelf | null;
  /** Ends the look at the room's uploads. */
  unfollow: () => void;
}

/**
 * The recordings that this browser has: those of this page, and those that earlier ones have left. One is forgotten when it is in
 * its meeting's files, or when a person deletes it here; whatever else happens to it, its owner can save it.
 */
export class Archive {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #list: readonly Recording[] = [];

  /** Oldest first. */
  get list(): readonly Recording[] {
    return this.#list;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A tape for a recording that begins now. Throws where another tab has it. */
  async begin(owner: string, meeting: string, name: string): Promise<Tape> {
    const of = { owner, meeting, since: Date.now() };
    // First, so that no other tab takes it for one that was left.
    const free = await holdLock(keyOf(of));
    if (free === null) throw new Error('unable to record; another tab writes on the same tape');
    const tape = await Tape.begin(of, () => this.#tell());
    recordingsOf(owner).set(meeting, name);
    this.#put(tape, 'recording', free);
    return tape;
  }

  /** What was recorded is whole; where its meeting is open, it goes there. */
  async finish(key: string, home: Home, isCut: boolean): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.isCut = isCut;
    await this.share(key, home);
  }

  /** Puts one into the files of its meeting. */
  async share(key: string, home: Home): Promise<void> {
    const entry = await this.#take(key);
    if (entry === null) return;
    const file = await this.#fileOf(entry);
    // Where nothing is in it, whoever waits for it is told so.
    if (file.size === 0 || !isOpen(home)) return this.#show(entry, 'here');
    entry.unfollow();
    entry.shelf = home.shelf;
    const row = rowOf(home.shelf, file);
    if (row?.state.is === 'failed') home.shelf.resume(row.id);
    else if (row === undefined || row.state.is === 'left') home.shelf.add([file]);
    this.#follow(entry, file, home);
  }

  /** Hands one to the browser's downloads, if it is not on its way elsewhere. It stays until it is deleted: nobody tells the page whether it came there. */
  async save(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry?.state !== 'here') return;
    const file = await this.#fileOf(entry);
    saveBlob(file, file.name);
    entry.isSaved = true;
    entry.state = 'here';
    this.#tell();
  }

  /** Deletes one for good. Rejects where the browser can't; then it is still here. */
  async forget(key: string): Promise<void> {
    const entry = await this.#take(key);
    if (entry === null) return;
    entry.unfollow();
    await entry.tape.remove();
    this.#entries.delete(key);
    entry.free?.();
    await takeBack(entry);
    await this.look(entry.tape.owner);
  }

  /** Those of an owner that nothing else has, and that nobody is busy with. */
  async left(owner: string): Promise<readonly Recording[]> {
    await this.look(owner);
    return this.#list.filter((one) => one.owner === owner && one.state === 'here' && one.size > 0);
  }

  /** Finds what earlier pages have left of an owner. What another tab looks after is its own. */
  async look(owner: string): Promise<void> {
    const marks = recordingsOf(owner);
    // Before the tapes: a mark comes after its tape.
    const marked = marks.codes();
    const wasHeld = await heldLocks();
    const { tapes, isWhole } = await Tape.all(owner);
    // Again: another tab may have begun one meanwhile. It has the lock before the tape.
    const isHeld = await heldLocks();
    for (const tape of tapes) {
      if (marks.get(tape.meeting) === null) marks.set(tape.meeting, tape.meeting);
      if (this.#entries.has(tape.key) || wasHeld(tape.key) || isHeld(tape.key)) continue;
      // It was ended before anything of it was written. Where it can't be deleted, the next look tries it.
      if (tape.size === 0) await tape.remove().catch(() => undefined);
      else this.#put(tape, 'here', null);
    }
    // What is not found is gone only where everything was to be seen.
    if (isWhole) this.#clear(owner, tapes, marked);
    this.#tell();
  }

  #clear(owner: string, tapes: readonly Tape[], marked: readonly string[]): void {
    const there = new Set(tapes.map(({ key }) => key));
    const meetings = new Set(tapes.map(({ meeting }) => meeting));
    for (const [key, { tape, state }] of this.#entries) {
      if (tape.owner !== owner) continue;
      if (state === 'here' && tape.isOnDisk && !there.has(key)) this.#entries.delete(key);
      else meetings.add(tape.meeting);
    }
    for (const code of marked) if (!meetings.has(code)) recordingsOf(owner).set(code, null);
  }

  /** One that is at nobody's disposal else; null: another tab looks after it, or it is gone. */
  async #take(key: string): Promise<Entry | null> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    entry.free ??= await holdLock(key);
    if (entry.free !== null) return entry;
    this.#entries.delete(key);
    this.#tell();
    return null;
  }

  #put(tape: Tape, state: RecordingState, free: (() => void) | null): void {
    const isOwn = state === 'recording';
    const more = { isOwn, isCut: false, isSaved: false, error: null, file: null, shelf: null };
    this.#entries.set(tape.key, { tape, state, free, ...more, unfollow: () => undefined });
    this.#tell();
  }

  /** It is put together once. */
  #fileOf(entry: Entry): Promise<File> {
    entry.file ??= this.#build(entry);
    return entry.file;
  }

  async #build(entry: Entry): Promise<File> {
    const { tape } = entry;
    this.#show(entry, 'saving');
    const whole = await tape.whole();
    // What can't be read as it should is better than nothing.
    const type = await typeOf(whole).catch(() => 'video/webm');
    const parts = await seekable(whole).catch(() => [whole]);
    const name = fileName(nameOf(tape), tape.since, type);
    return new File([...parts], name, { type, lastModified: tape.since });
  }

  #follow(entry: Entry, file: File, { room, shelf }: Home): void {
    const look = (): void => {
      if (shelf.hasShared(file))
        return void this.forget(entry.tape.key).catch(() => this.#show(entry, 'here'));
      const row = rowOf(shelf, file);
      entry.error = row?.state.error ?? null;
      const isOnItsWay = row !== undefined && row.state.is !== 'failed' && isOpen({ room });
      this.#show(entry, isOnItsWay ? 'sharing' : 'here');
      // It was given up.
      if (row === undefined) entry.unfollow();
    };
    const stops = [shelf.subscribe(look), room.subscribe(look)];
    entry.unfollow = () => {
      for (const stop of stops.splice(0)) stop();
    };
    look();
  }

  #show(entry: Entry, state: RecordingState): void {
    if (entry.state === state) return;
    entry.state = state;
    this.#tell();
  }

  #tell(): void {
    this.#list = Array.from(this.#entries.values(), ({ tape, state, isOwn, isCut, isSaved, error }) => {
      const { key, owner, meeting, since, size, isOnDisk } = tape;
      const name = nameOf(tape);
      return { key, owner, meeting, name, since, size, state, isOwn, isOnDisk, isCut, isSaved, error };
    }).toSorted((a, b) => a.since - b.since);
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

const nameOf = ({ owner, meeting }: TapeOf): string => recordingsOf(owner).get(meeting) ?? meeting;

const isOpen = ({ room }: Pick<Home, 'room'>): boolean => room.state.connection.status !== 'closed';

const rowOf = ({ list }: Shelf, file: File) =>
  list.find(({ name, size }) => name === file.name && size === file.size);

/** Out of the room's uploads, which could not read it any more. */
async function takeBack({ shelf, file }: Entry): Promise<void> {
  const row = shelf === null || file === null ? undefined : rowOf(shelf, await file);
  if (row !== undefined) shelf?.cancel(row.id);
}

/** By its first bytes: WebM is EBML (RFC 8794), all else that browsers write is MP4. */
async function typeOf(whole: Blob): Promise<'video/webm' | 'video/mp4'> {
  const head = new Uint8Array(await whole.slice(0, 4).arrayBuffer());
  return head.join() === '26,69,223,163' ? 'video/webm' : 'video/mp4';
}

/** Of this page. */
export const archive = new Archive();
holdPage(archive);
