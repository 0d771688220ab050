import type { ExportFormat, ExportKind } from '../protocol/exports.ts';
import type { AttendanceResponse } from '../protocol/http.ts';
import type {
  CommandInput,
  CommandResult,
  EventType,
  RoomCommandType,
  RoomEvent,
} from '../protocol/registry.ts';
import type { StatsResponse } from '../protocol/stats.ts';
import { command, query } from './asking.ts';
import { Calling } from './calling.ts';
import type { ConnectionState } from './connection.ts';
import { fetchAttendance, fetchExport, fetchLink, fetchStats } from './downloads.ts';
import type { FileInput } from './file-source.ts';
import { type FileUploadOptions, RoomFiles } from './files.ts';
import { ParleyError } from './http.ts';
import type { UploadOptions } from './images.ts';
import { transfers } from './later.ts';
import { Links } from './links.ts';
import { eventsOf, statesOf, type Told } from './loops.ts';
import type { Receipt } from './receipt.ts';
import { RoomCommands } from './room-commands.ts';
import type { JoinOptions, Resync, RoomView } from './room-view.ts';
import { Session } from './session.ts';
import * as views from './view.ts';
import { isEnvelope } from './vocabulary.ts';
import { Watching } from './watch.ts';

/** A stay in a room, over as many sockets as it takes. Made by `joinRoom`. */
export class RoomConnection extends RoomCommands {
  readonly #session: Session;
  readonly #links: Links;
  /** What is watched together. */
  readonly watch: Watching;
  readonly files: RoomFiles;
  readonly calling: Calling;

  /** @internal Use `joinRoom`. */
  constructor(session: Session) {
    super();
    this.#session = session;
    this.#links = new Links((image) => fetchLink(session, image));
    this.watch = new Watching(session);
    this.files = new RoomFiles(session);
    this.calling = new Calling(session);
  }

  /** The room as it is now: the same object until something changes. */
  get state(): RoomView {
    return this.#session.state;
  }

  /** Who you are; keep it to come back as the same person. It changes as it is renewed. */
  get token(): string {
    return this.#session.token;
  }

  /** Called after each change of `state` or `token`. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#session.emitter.on('change', listener);

  /**
   * Listens to all events of the room (`event`), to one type, to `resync` (a snapshot replaced what was known) or to
   * `connection`. Called after the state has changed. Returns a function that ends it.
   */
  on(name: 'event', listener: (event: RoomEvent) => void): () => void;
  on(name: 'resync', listener: (info: Resync) => void): () => void;
  on(name: 'connection', listener: (state: ConnectionState) => void): () => void;
  on<T extends EventType>(name: T, listener: (event: RoomEvent<T>) => void): () => void;
  on(name: string, listener: (value: never) => void): () => void {
    // What is emitted under a name has the type that the overloads give it.
    return this.#session.emitter.on(`on ${name}`, listener as (value: unknown) => void);
  }

  /**
   * The events from the first turn of the loop on: `for await (const event of room.events()) …`, all of them or those of the
   * types that are named. The loop ends when the connection is over. A loop that is slow has 1,000 waiting for it at most;
   * beyond that they are let go, and it gets a `resync` in their place: `room.state` shows what came of them.
   */
  events<T extends EventType = EventType>(...types: readonly T[]): AsyncGenerator<Told<T>, void, undefined> {
    return eventsOf(this.#source, types);
  }

  /** The state as it is and after each change: `for await (const state of room.changes()) …`. A slow loop gets the newest only. */
  changes(): AsyncGenerator<RoomView, void, undefined> {
    return statesOf(this.#source, () => this.state);
  }

  /**
   * Sends a command. Resolves on its receipt; rejects with a ParleyError when it was refused, and with `busy` when
   * too many wait for the connection. Durable commands and queries survive drops; ephemeral ones fail with `network`.
   *
   * What waited for the connection is sent at a pace that a server takes by default, and what is given meanwhile goes
   * behind it. What you send faster than the server takes is refused with `rate_limited`: nothing was done, nothing is
   * sent again by itself, and `retry` says in how many ms it may be.
   */
  override send<T extends RoomCommandType>(t: T, fields: CommandInput<T>): Promise<Receipt<T>> {
    return command(this.#session, t, fields);
  }

  /** Fetches one message or picture that may stand before what is known, and puts it into `state.pins`; null: it is gone. */
  async message(message: number): Promise<views.Message | null> {
    const page = await this.#query('chat.history', { before: message + 1, limit: 1 }, (view, { events }) =>
      views.fillPin(view, events.filter(isEnvelope)),
    );
    const [found] = views.readMessages(page.events.filter(isEnvelope));
    return found?.seq === message ? found : null;
  }

  /** Loads messages before a position, by default before what is known, into `state.messages`. */
  async history(before: number | null = this.state.earlier): Promise<CommandResult<'chat.history'>> {
    if (before === null) return { events: [], next: null, names: {} };
    return this.#query('chat.history', { before }, (view, { events, ...page }) =>
      views.mergeHistory(view, before, { ...page, events: events.filter(isEnvelope) }),
    );
  }

  /** Loads a page of the roster into `state.members`; hand `next` back as `after` for the one behind it. */
  roster(after?: string): Promise<CommandResult<'roster.page'>> {
    return this.#query('roster.page', after === undefined ? {} : { after }, views.mergeRoster);
  }
  /** Loads who waits into `state.lobby`. It is kept up to date there, so only a list in doubt needs this. */
  lobby(): Promise<CommandResult<'lobby.list'>> {
    return this.#query('lobby.list', {}, views.mergeLobby);
  }
  /** A page of who chose what in a poll with names; hand `next` back as `after` for the one behind it. */
  async pollVotes(poll: number, after?: string): Promise<CommandResult<'poll.votes'>> {
    const receipt = await this.send('poll.votes', { poll, ...(after === undefined ? {} : { after }) });
    if (receipt.status === 'done') return receipt.result;
    throw new ParleyError('network', { detail: 'the answer was lost' });
  }

  /** Shares a picture; resolves with its event. Passing faults are tried again without sharing it twice. */
  async upload(file: Blob | Uint8Array, options: UploadOptions = {}): Promise<RoomEvent<'image.shared'>> {
    const { uploadImage } = await transfers();
    return uploadImage(
      this.#session.http,
      { ...options, path: `${this.#session.path}/images`, token: () => this.token, file },
      'image.shared',
    );
  }

  /** An address for an <img>; good for a while, so ask when you show it. */
  imageUrl(image: string): Promise<string> {
    return this.#links.url(image);
  }
  /** An address for a player: of a video, audio or subtitles among the files. Good for hours; ask when it is to play. */
  mediaUrl(file: string): Promise<string> {
    return this.files.url(file, { inline: true });
  }
  /** Shares a file of any size; resolves with its event. Called again with the same file it goes on; see `RoomFiles`. */
  uploadFile(file: FileInput, options: FileUploadOptions = {}): Promise<RoomEvent<'file.shared'>> {
    return this.files.upload(file, options);
  }

  /** Who was there and when; for the host. */
  attendance(format?: 'json'): Promise<AttendanceResponse>;
  attendance(format: 'csv'): Promise<string>;
  attendance(format?: 'json' | 'csv'): Promise<AttendanceResponse | string>;
  attendance(format: 'json' | 'csv' = 'json'): Promise<AttendanceResponse | string> {
    return fetchAttendance(this.#session, format);
  }

  /** How the room is doing, counted since it woke; for hosts, also after the end. */
  stats(): Promise<StatsResponse> {
    return fetchStats(this.#session);
  }

  /**
   * What was said (`transcript`), asked (`polls`) or done by hosts (`audit`), whole; for hosts, also after the end.
   * JSON where no format is given; the transcript also comes as plain text (`txt`).
   */
  export<K extends ExportKind>(what: K, format: ExportFormat<K> = 'json'): Promise<Blob> {
    return fetchExport(this.#session, what, format);
  }

  /** Drops the connection without leaving: to the others you are away, and `token` lets you come back. */
  close(): void {
    this.#session.close();
  }

  get #source() {
    return { emitter: this.#session.emitter, isOver: () => this.state.connection.status === 'closed' };
  }

  #query<T extends 'chat.history' | 'roster.page' | 'lobby.list'>(
    t: T,
    fields: CommandInput<T>,
    merge: (view: views.View, result: CommandResult<T>) => views.View,
  ): Promise<CommandResult<T>> {
    return query(this.#session, t, fields, merge);
  }
}

/**
 * Joins a room, or comes back to it with `token`. Resolves when you are in, or in the lobby: then `state.waiting` says
 * where you stand, and all but `leave` is refused with `still_waiting` until a host lets you in. Rejects with a
 * ParleyError: the server's refusal, `network`, or `closed`.
 */
export async function joinRoom(options: JoinOptions): Promise<RoomConnection> {
  const session = new Session(options);
  await session.open();
  return new RoomConnection(session);
}
