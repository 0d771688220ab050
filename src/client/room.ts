import * as v from 'valibot';
import { type AttendanceResponse, AttendanceResponseSchema, LinkResponseSchema } from '../protocol/http.ts';
import type { PolicyChange } from '../protocol/policy.ts';
import {
  type CommandInput,
  type CommandResult,
  type CommandType,
  commandSpec,
  type EventType,
  type RoomEvent,
} from '../protocol/registry.ts';
import type { ConnectionState } from './connection.ts';
import { type Call, ParleyError } from './http.ts';
import { ImageLinks, type UploadOptions, uploadImage } from './images.ts';
import type { Outcome } from './receipts.ts';
import { type JoinOptions, type Resync, type RoomView, Session } from './session.ts';
import * as views from './view.ts';

/**
 * What became of a command. done: its own event, or the answer without one. settled: accepted or refused while the
 * connection was away; the state shows how.
 */
export type Receipt<T extends CommandType = CommandType> =
  | { readonly status: 'done'; readonly event?: RoomEvent; readonly result: CommandResult<T> }
  | { readonly status: 'settled' };

/** A stay in a room, over as many sockets as it takes. Made by `joinRoom`. */
export class RoomConnection {
  readonly #session: Session;
  readonly #links: ImageLinks;

  /** @internal Use `joinRoom`. */
  constructor(session: Session) {
    this.#session = session;
    this.#links = new ImageLinks((image) => this.#askLink(image));
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
   * Sends a command. Resolves on its receipt; rejects with a ParleyError when it was refused, and with `busy` when
   * too many wait for the connection. Durable commands and queries survive drops; ephemeral ones fail with `network`.
   *
   * What waited for the connection is sent at a pace that a server takes by default, and what is given meanwhile goes
   * behind it. What you send faster than the server takes is refused with `rate_limited`: nothing was done, nothing is
   * sent again by itself, and `retry` says in how many ms it may be.
   */
  send<T extends CommandType>(t: T, fields: CommandInput<T>): Promise<Receipt<T>> {
    return new Promise((resolve, reject) => {
      this.#session.give(t, fields, (outcome) => {
        const receipt = readReceipt(t, outcome);
        if (receipt instanceof ParleyError) reject(receipt);
        else resolve(receipt);
      });
    });
  }

  /** Sends a text to all, or to one member (`to`); `mentions` are member ids. */
  chat(
    text: string,
    more: { readonly to?: string; readonly mentions?: string[] } = {},
  ): Promise<Receipt<'chat.send'>> {
    return this.send('chat.send', { body: { kind: 'text', text }, ...more });
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

  rename(name: string): Promise<Receipt<'member.rename'>> {
    return this.send('member.rename', { name });
  }
  /** Leaves the room; to only drop the connection, `close`. */
  leave(): Promise<Receipt<'member.leave'>> {
    return this.send('member.leave', {});
  }
  setPolicy(policy: PolicyChange): Promise<Receipt<'policy.set'>> {
    return this.send('policy.set', { policy });
  }
  setRights(member: string, rights: CommandInput<'rights.set'>['rights']): Promise<Receipt<'rights.set'>> {
    return this.send('rights.set', { member, rights });
  }
  /** Makes a member co-host, member or viewer; for the host. */
  setRole(member: string, role: CommandInput<'role.set'>['role']): Promise<Receipt<'role.set'>> {
    return this.send('role.set', { member, role });
  }
  /** Announces what you have switched on or off; what is left out stays. */
  setMedia(media: CommandInput<'media.set'>): Promise<Receipt<'media.set'>> {
    return this.send('media.set', media);
  }
  update(settings: CommandInput<'room.update'>): Promise<Receipt<'room.update'>> {
    return this.send('room.update', settings);
  }
  /** Ends the meeting for everybody, for good. */
  end(): Promise<Receipt<'room.end'>> {
    return this.send('room.end', {});
  }
  removeImage(image: string): Promise<Receipt<'image.remove'>> {
    return this.send('image.remove', { image });
  }

  /** Shares a picture; resolves with its event. Passing faults are tried again without sharing it twice. */
  upload(file: Blob | Uint8Array, options: UploadOptions = {}): Promise<RoomEvent<'image.shared'>> {
    return uploadImage(this.#session.http, {
      ...options,
      path: `${this.#session.path}/images`,
      token: () => this.token,
      file,
    });
  }

  /** An address for an <img>; good for a while, so ask when you show it. */
  imageUrl(image: string): Promise<string> {
    return this.#links.url(image);
  }

  /** Who was there and when; for the host. */
  attendance(format?: 'json'): Promise<AttendanceResponse>;
  attendance(format: 'csv'): Promise<string>;
  attendance(format?: 'json' | 'csv'): Promise<AttendanceResponse | string>;
  attendance(format: 'json' | 'csv' = 'json'): Promise<AttendanceResponse | string> {
    const call: Call = {
      method: 'GET',
      path: `${this.#session.path}/attendance?format=${format}`,
      bearer: this.token,
    };
    return format === 'csv'
      ? this.#session.http.text(call)
      : this.#session.http.json(call, AttendanceResponseSchema);
  }

  /** Drops the connection without leaving: to the others you are away, and `token` lets you come back. */
  close(): void {
    this.#session.close();
  }

  /**
   * Asks, and merges the answer before any later frame is read: merged afterwards, a page of the roster could bring
   * back somebody who has left meanwhile.
   */
  #query<T extends 'chat.history' | 'roster.page'>(
    t: T,
    fields: CommandInput<T>,
    merge: (view: views.View, result: CommandResult<T>) => views.View,
  ): Promise<CommandResult<T>> {
    return new Promise((resolve, reject) => {
      this.#session.give(t, fields, (outcome) => {
        const receipt = readReceipt(t, outcome);
        if (receipt instanceof ParleyError) return reject(receipt);
        if (receipt.status === 'settled')
          return reject(new ParleyError('network', { detail: 'the answer was lost' }));
        this.#session.change((view) => merge(view, receipt.result));
        resolve(receipt.result);
      });
    });
  }

  async #askLink(image: string) {
    const path = `${this.#session.path}/images/${encodeURIComponent(image)}/link`;
    const { url, expiresAt } = await this.#session.http.json(
      { path, bearer: this.token },
      LinkResponseSchema,
    );
    return { url: this.#session.http.absolute(url), expiresAt };
  }
}

function isEnvelope<E extends object>(event: E): event is E & views.Envelope {
  return 'at' in event && typeof event.at === 'number' && 't' in event && typeof event.t === 'string';
}

function readReceipt<T extends CommandType>(t: T, outcome: Outcome): Receipt<T> | ParleyError {
  if (outcome.status === 'failed') return outcome.error;
  if (outcome.status === 'settled') return outcome;
  const schema = commandSpec(t).result ?? v.undefined();
  const parsed = v.safeParse(schema, outcome.result);
  if (!parsed.success)
    return new ParleyError('network', { detail: `the answer to ${t} is not of this protocol` });
  // Just validated; a type that depends on T can't be narrowed to.
  const result = parsed.output as CommandResult<T>;
  return { status: 'done', result, ...(outcome.event === undefined ? {} : { event: outcome.event }) };
}

/**
 * Joins a room, or comes back to it with `token`. Resolves after the first `ready`; rejects with a ParleyError:
 * the server's refusal, `network`, or `closed`.
 */
export async function joinRoom(options: JoinOptions): Promise<RoomConnection> {
  const session = new Session(options);
  await session.open();
  return new RoomConnection(session);
}
