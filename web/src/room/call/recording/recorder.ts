import type { Call } from '../../../../../src/client/call/index.ts';
import { ParleyError, type RoomConnection } from '../../../../../src/client/index.ts';
import type { CallSession } from '../call-session.ts';
import type { Shelf } from './archive.ts';
import { ownerNow } from './owner.ts';
import type { Scene } from './painter.ts';
import type { Take } from './take.ts';
import type { Tape } from './tape.ts';

/** off: you don't record. starting, on: you do. saving: the last of it is being written. */
export type RecorderState = 'off' | 'starting' | 'on' | 'saving';

/** This browser can't record. */
export class RecordError extends Error {
  constructor() {
    super('unable to record; this browser has no MediaRecorder for it');
    this.name = 'RecordError';
  }
}

const loadStudio = () => import('./studio.ts');
type Studio = Pick<Awaited<ReturnType<typeof loadStudio>>, 'archive' | 'Take' | 'typeHere'>;

export interface RecorderParts {
  readonly room: RoomConnection;
  readonly session: CallSession;
  readonly shelf: Shelf;
  readonly studio?: () => Promise<Studio>;
}

/** A recording under way. */
interface Making {
  readonly archive: Studio['archive'];
  readonly tape: Tape;
  readonly take: Take;
}

/**
 * Records the call in this browser: announced to all by the room before the first picture is taken, and kept as a file of the room. It
 * ends when anybody ends it by the room's word, when you leave the call, when the browser can't go on, or with the page. What then
 * becomes of it is the matter of the archive.
 */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #listeners = new Set<() => void>();
  #state: RecorderState = 'off';
  #making: Making | null = null;
  #telling: Promise<unknown> | null = null;
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

  begin(): void {
    const { room, session } = this.#parts;
    window.addEventListener('beforeunload', this.#ask);
    this.#stops = [
      room.subscribe(() => this.#follow()),
      session.subscribe(() => this.#follow()),
      () => window.removeEventListener('beforeunload', this.#ask),
    ];
    this.#follow();
  }

  /** Rejects with what the room says, with a DeviceError, or with a RecordError. */
  async start(): Promise<void> {
    if (this.#state !== 'off') return;
    this.#show('starting');
    try {
      this.#making = await this.#make();
      this.#show('on');
    } catch (error) {
      this.#show('off');
      throw error;
    } finally {
      // Of what has happened meanwhile.
      this.#follow();
    }
  }

  /** Ends it. Yours ends here at once, whenever the room can be told; whoever else records ends theirs when they are told. */
  async stop(): Promise<void> {
    await Promise.all([this.#finish(), this.#tell()]);
  }

  /** The page goes on without this meeting. */
  end(): void {
    for (const stop of this.#stops) stop();
    if (this.#state === 'on') this.#end();
  }

  /** Asks before the page is closed: what is recorded would end with it. */
  readonly #ask = (event: BeforeUnloadEvent): void => {
    if (this.#state !== 'off') event.preventDefault();
  };

  async #make(): Promise<Making> {
    const { room, session, studio = loadStudio } = this.#parts;
    const [{ archive, Take, typeHere }] = await Promise.all([studio(), session.listen()]);
    const type = typeHere();
    if (type === null || session.phase.at !== 'on') throw new RecordError();
    const { call } = session.phase;
    const { code, name } = room.state.room;
    const tape = await archive.begin(ownerNow(), code, name);
    try {
      await room.calling.startRecording();
      const take = new Take(
        call,
        () => this.#scene(call),
        tape,
        type,
        () => this.#end(true),
      );
      return { archive, tape, take };
    } catch (error) {
      // What matters is why it did not begin.
      await archive.forget(tape.key).catch(() => undefined);
      // Where it is this browser's fault, the room is told that nobody records as soon as the state says so.
      throw error instanceof ParleyError ? error : new RecordError();
    }
  }

  /** Of a call that was left meanwhile, too: then nobody is in it any more. */
  #scene(call: Call): Scene {
    const { self, spotlight, names } = this.#parts.room.state;
    const nameOf = (member: string): string => names.get(member) ?? '';
    return { view: call.state, self: self.id, spotlight, nameOf };
  }

  #follow(): void {
    const { room, session } = this.#parts;
    const { call, self, connection } = room.state;
    const isOnline = connection.status === 'online';
    const isAnnounced = call.recording?.by === self.id;
    // By an earlier page, or by this one while it was offline: nobody is to believe that it still records.
    if (this.#state === 'off' && isOnline && isAnnounced) this.#tell().catch(() => undefined);
    if (this.#state !== 'on') return;
    if (isOnline && !isAnnounced) void this.#finish();
    else if (session.phase.at !== 'on' || connection.status === 'closed') this.#end();
  }

  /** Not by the room's word. */
  #end(isCut = false): void {
    // First, so that what the room says to the next line finds nothing to end.
    void this.#finish(isCut);
    this.#tell().catch(() => undefined);
  }

  /** Tells the room that nobody records any more; once it can be told. */
  #tell(): Promise<unknown> {
    const { calling } = this.#parts.room;
    // Not before this is known to be under way: what is asked for changes the state, which is followed.
    this.#telling ??= Promise.resolve()
      .then(() => calling.stopRecording())
      .finally(() => {
        this.#telling = null;
      });
    return this.#telling;
  }

  async #finish(isCut = false): Promise<void> {
    const making = this.#making;
    if (making === null) return;
    this.#making = null;
    this.#show('saving');
    const { archive, tape, take } = making;
    await take.end();
    this.#show('off');
    const { room, shelf } = this.#parts;
    await archive.finish(tape.key, { room, shelf }, isCut);
  }

  #show(state: RecorderState): void {
    this.#state = state;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
