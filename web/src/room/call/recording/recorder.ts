import type { Call } from '../../../../../src/client/call/index.ts';
import type { RoomConnection } from '../../../../../src/client/index.ts';
import { saveBlob } from '../../../ui/save-file.ts';
import { recordings } from '../../storage.ts';
import type { CallSession } from '../call-session.ts';
import { fileName } from './file-name.ts';
import { holdLock } from './lock.ts';
import type { Scene } from './painter.ts';
import type { Take } from './take.ts';
import type { Tape } from './tape.ts';

/** off: you don't record. starting, on: you do. saving: what was recorded is being put together. */
export type RecorderState = 'off' | 'starting' | 'on' | 'saving';

/** The part of a room's uploads that is used. */
export interface Shelf {
  add(files: Iterable<File>): void;
  readonly list: readonly { readonly name: string; readonly size: number }[];
  subscribe(listener: () => void): () => void;
}

/** This browser can't record. */
export class RecordError extends Error {
  constructor() {
    super('unable to record; this browser has no MediaRecorder for it');
    this.name = 'RecordError';
  }
}

export interface RecorderParts {
  readonly room: RoomConnection;
  readonly session: CallSession;
  readonly shelf: Shelf;
}

const loadStudio = () => import('./studio.ts');
/** One tab at a time looks after the recordings of a meeting. */
const LOCK = 'parley.recording';

/**
 * Records the call in this browser: announced to all by the room before the first picture is taken, and kept as a file of the room. It
 * ends when anybody may end it by the room's word, when you leave the call, or with the page; then the rest is shared when this
 * browser comes back.
 */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #listeners = new Set<() => void>();
  #state: RecorderState = 'off';
  #take: Take | null = null;
  #tape: Tape | null = null;
  #free: () => void = () => undefined;
  #stops: (() => void)[] = [];

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  get state(): RecorderState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Looks after what an earlier page has left. */
  begin(): void {
    const { room, session } = this.#parts;
    window.addEventListener('beforeunload', this.#ask);
    this.#stops = [
      room.subscribe(() => this.#follow()),
      session.subscribe(() => this.#follow()),
      () => window.removeEventListener('beforeunload', this.#ask),
    ];
    const { call, self } = room.state;
    // The page that recorded is gone, and nobody else is to believe that it still does.
    if (call.recording?.by === self.id) room.calling.stopRecording().catch(() => undefined);
    if (recordings.get(room.state.room.code) !== null) void this.#shareLeft();
  }

  /** Rejects with what the room says, with a DeviceError, or with a RecordError. */
  async start(): Promise<void> {
    if (this.#state !== 'off') return;
    this.#show('starting');
    try {
      await this.#start();
      this.#show('on');
      this.#follow();
    } catch (error) {
      this.#show('off');
      throw error;
    }
  }

  /** Ends it, and hands the file to the room's uploads. Whoever else records ends theirs when they are told. */
  async stop(): Promise<void> {
    await this.#parts.room.calling.stopRecording();
    await this.#finish();
  }

  /** The page goes on without this meeting. */
  end(): void {
    for (const stop of this.#stops) stop();
    if (this.#state === 'on') {
      this.#parts.room.calling.stopRecording().catch(() => undefined);
      void this.#finish();
    }
  }

  /** Asks before the page is closed: what is recorded would end with it. */
  readonly #ask = (event: BeforeUnloadEvent): void => {
    if (this.#state !== 'off') event.preventDefault();
  };

  async #start(): Promise<void> {
    const { room, session } = this.#parts;
    const [{ Take, Tape, typeHere }] = await Promise.all([loadStudio(), session.listen()]);
    const types = typeHere();
    if (types === null || session.phase.at !== 'on') throw new RecordError();
    await room.calling.startRecording();
    const { call } = session.phase;
    const { code } = room.state.room;
    try {
      this.#free = (await holdLock(LOCK + code)) ?? (() => undefined);
      recordings.set(code, 'left');
      this.#tape = await Tape.begin(code, Date.now());
      this.#take = new Take(call, () => this.#scene(call), this.#tape, types.wanted);
    } catch {
      this.#free();
      await this.#tape?.remove();
      await room.calling.stopRecording();
      throw new RecordError();
    }
  }

  /** Of a call that was left meanwhile, too: then nobody is in it any more. */
  #scene(call: Call): Scene {
    const { self, spotlight, names } = this.#parts.room.state;
    const nameOf = (member: string): string => names.get(member) ?? '';
    return { view: call.state, self: self.id, spotlight, nameOf };
  }

  #follow(): void {
    if (this.#state !== 'on') return;
    const { room, session } = this.#parts;
    const { call, self, connection } = room.state;
    const isOver = connection.status === 'online' && call.recording?.by !== self.id;
    const isLeft = session.phase.at !== 'on';
    if (!isOver && !isLeft && connection.status !== 'closed') return;
    // First, so that what the room says to the next line finds nothing to end.
    void this.#finish();
    if (isLeft && !isOver) room.calling.stopRecording().catch(() => undefined);
  }

  async #finish(): Promise<void> {
    const [take, tape] = [this.#take, this.#tape];
    if (this.#state !== 'on' || take === null || tape === null) return;
    this.#show('saving');
    [this.#take, this.#tape] = [null, null];
    await take.end();
    await this.#share(tape);
    this.#free();
    this.#show('off');
  }

  async #share(tape: Tape): Promise<void> {
    const { room, shelf } = this.#parts;
    const { typeHere } = await loadStudio();
    const type = typeHere()?.type ?? 'video/webm';
    const file = await tape.file(fileName(room.state.room.name, tape.since, type), type);
    if (file === null) return this.#forget(tape);
    // The room is over, and takes no more files: it is the host's to keep.
    if (room.state.connection.status === 'closed') return saveBlob(file, file.name);
    shelf.add([file]);
    const stop = shelf.subscribe(() => {
      if (shelf.list.some(({ name, size }) => name === file.name && size === file.size)) return;
      stop();
      void this.#forget(tape);
    });
  }

  async #shareLeft(): Promise<void> {
    const { code } = this.#parts.room.state.room;
    const free = await holdLock(LOCK + code);
    // Another tab records, or shares it already.
    if (free === null) return;
    const { Tape } = await loadStudio();
    const tapes = await Tape.left(code);
    if (tapes.length === 0) recordings.set(code, null);
    for (const tape of tapes) await this.#share(tape);
    free();
  }

  async #forget(tape: Tape): Promise<void> {
    await tape.remove();
    const { Tape } = await loadStudio();
    const { code } = this.#parts.room.state.room;
    if ((await Tape.left(code)).length === 0) recordings.set(code, null);
  }

  #show(state: RecorderState): void {
    this.#state = state;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
