import {
  type CreateGroup,
  type EnrolResponse,
  EnrolResponseSchema,
  GroupResponseSchema,
  type LookResponse,
  LookResponseSchema,
  type Standing,
} from '../protocol/groups.ts';
import { LIMITS } from '../protocol/limits.ts';
import { IntroduceResponseSchema, PeopleResponseSchema } from '../protocol/people.ts';
import type { Person } from '../protocol/person.ts';
import { type OnlineResponse, OnlineResponseSchema } from '../protocol/presence.ts';
import type { CommandInput, CommandResult, CommandType, EventType, RoomEvent } from '../protocol/registry.ts';
import { command, query } from './asking.ts';
import { conforms } from './conforms.ts';
import type { SocketState } from './connection.ts';
import { type UploadOptions, uploadImage } from './images.ts';
import { InboxSession } from './inbox-session.ts';
import type { CallRoom, MessageRef, Who } from './inbox-state.ts';
import type { InboxOptions, InboxView } from './inbox-view.ts';
import type { Resync } from './line.ts';
import { isLink, Links } from './links.ts';
import { eventsOf, statesOf, type Told } from './loops.ts';
import type { Receipt } from './receipt.ts';
import { joinRoom, type RoomConnection } from './room.ts';
import type { JoinOptions, RoomView } from './room-view.ts';
import { type CreateOptions, createRoom } from './rooms.ts';
import { mergeConversations, mergeHistory, newestOf } from './world-direct.ts';
import { withRoomNews } from './world-groups.ts';
import { withPerson } from './world-people.ts';

/**
 * A person's whole world on one device, over as many sockets as it takes: contacts, presence, direct messages, groups,
 * calls, meetings, favourites. Made by `openInbox`.
 *
 * Everything that asks the server rejects with a ParleyError. Commands, which are what resolves with a Receipt, wait for
 * the connection where it is away, and are carried out once, whatever becomes of it. People whom the server does not
 * know for you yet (`state.people`) are looked up before a command speaks of them; that needs the connection.
 */
export class Inbox {
  readonly #session: InboxSession;
  readonly #links: Links;

  /** @internal Use `openInbox`. */
  constructor(session: InboxSession) {
    this.#session = session;
    this.#links = new Links(async (image) => {
      const path = `/me/images/${encodeURIComponent(image)}/link`;
      const { url, expiresAt } = await session.json({ path }, isLink);
      return { url: session.http.absolute(url), expiresAt };
    });
  }

  /** Everything as it is now: the same object until something changes. */
  get state(): InboxView {
    return this.#session.state;
  }

  /** Called after each change of `state`. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#session.emitter.on('change', listener);

  /**
   * Listens to all events (`event`), to one type, to `resync` (a snapshot replaced what was known) or to `connection`.
   * Called after the state has changed. Returns a function that ends it.
   */
  on(name: 'event', listener: (event: RoomEvent) => void): () => void;
  on(name: 'resync', listener: (info: Resync) => void): () => void;
  on(name: 'connection', listener: (state: SocketState) => void): () => void;
  on<T extends EventType>(name: T, listener: (event: RoomEvent<T>) => void): () => void;
  on(name: string, listener: (value: never) => void): () => void {
    // What is emitted under a name has the type that the overloads give it.
    return this.#session.emitter.on(`on ${name}`, listener as (value: unknown) => void);
  }

  /** The events in a loop, as `RoomConnection.events`. */
  events<T extends EventType = EventType>(...types: readonly T[]): AsyncGenerator<Told<T>, void, undefined> {
    return eventsOf(this.#source, types);
  }

  /** The state in a loop, as `RoomConnection.changes`. */
  changes(): AsyncGenerator<InboxView, void, undefined> {
    return statesOf(this.#source, () => this.state);
  }

  get #source() {
    return { emitter: this.#session.emitter, isOver: () => this.state.connection.status === 'closed' };
  }

  /** Any command by its name; see `RoomConnection.send`. */
  command<T extends CommandType>(t: T, fields: CommandInput<T>): Promise<Receipt<T>> {
    return command(this.#session, t, fields);
  }

  /** Looks somebody up by the whole user name; `person_unknown`: there is nobody of that name. */
  find(userName: string): Promise<Person> {
    return this.#lookUp({ userName });
  }

  /** Looks somebody up by account, so that commands may speak of them. */
  introduce(account: string): Promise<Person> {
    return this.#lookUp({ account });
  }

  /**
   * People by what is typed, at most 20. Where everybody may find everybody, those whose name or user name begins so (2
   * characters at least); elsewhere whoever has exactly this user name.
   */
  async search(text: string): Promise<readonly Person[]> {
    const path = `/people?${new URLSearchParams({ q: text })}`;
    return (await this.#session.json({ method: 'GET', path }, conforms(PeopleResponseSchema))).people;
  }

  /** A page of those who are online and whom you may see, by name; hand `next` back as `after`. */
  online(after?: string): Promise<OnlineResponse> {
    const query = after === undefined ? '' : `?${new URLSearchParams({ after })}`;
    return this.#session.json(
      { method: 'GET', path: `/people/online${query}` },
      conforms(OnlineResponseSchema),
    );
  }

  /** Asks somebody to be your contact, or says yes to their question. */
  ask(who: Who, note?: string): Promise<Receipt<'contact.ask'>> {
    return this.#about(who, (account) =>
      this.command('contact.ask', { account, ...(note === undefined ? {} : { note }) }),
    );
  }
  /** Says yes to somebody of `state.asking`. */
  accept(account: string): Promise<Receipt<'contact.accept'>> {
    return this.command('contact.accept', { account });
  }
  decline(account: string): Promise<Receipt<'contact.decline'>> {
    return this.command('contact.decline', { account });
  }
  /** Ends a contact for both, or takes your question back. */
  remove(account: string): Promise<Receipt<'contact.remove'>> {
    return this.command('contact.remove', { account });
  }
  block(who: Who): Promise<Receipt<'person.block'>> {
    return this.#about(who, (account) => this.command('person.block', { account }));
  }
  unblock(account: string): Promise<Receipt<'person.unblock'>> {
    return this.command('person.unblock', { account });
  }

  /** Sends a text; until its receipt it is in `sendingTo(state, to)`. `replyTo`: the message that it answers. */
  send(
    to: string,
    text: string,
    { replyTo }: { readonly replyTo?: MessageRef } = {},
  ): Promise<Receipt<'direct.send'>> {
    const ref = replyTo === undefined ? {} : { replyTo: { from: replyTo.from, number: replyTo.number } };
    return this.#about(to, () => this.command('direct.send', { to, body: { kind: 'text', text }, ...ref }));
  }
  /** Puts another text in the place of your own message to somebody, by its `number`. */
  edit(to: string, message: number, text: string): Promise<Receipt<'direct.edit'>> {
    return this.command('direct.edit', { with: to, message, body: { kind: 'text', text } });
  }
  /** Deletes your own message to somebody, for both. */
  delete(to: string, message: number): Promise<Receipt<'direct.delete'>> {
    return this.command('direct.delete', { with: to, message });
  }

  /**
   * You have read what they wrote, as far as it is known here, or up to the `number` of a message of theirs. Say it as
   * often as you like: the server is told once in two seconds for each conversation, and of nothing it knows.
   */
  read(account: string, upTo?: number): void {
    const { world, reading } = this.#session;
    const newest = upTo ?? newestOf(world, account);
    if (newest > (world.conversations.get(account)?.read ?? 0)) reading.read(account, newest);
  }

  /** Loads a page of messages before those that are known into `state.messages`. */
  history(account: string): Promise<CommandResult<'direct.history'>> {
    const thread = this.#session.world.threads.get(account);
    this.#session.show(account);
    if (thread?.earlier === null && !thread.stale) return Promise.resolve({ events: [], next: null });
    const before = thread?.stale === false ? (thread.earlier ?? undefined) : undefined;
    return query(
      this.#session,
      'direct.history',
      { with: account, ...(before === undefined ? {} : { before }) },
      (world, page) => mergeHistory(world, account, before, page),
    );
  }

  /** Loads older conversations into `state.conversations`; null: all are there. */
  async moreConversations(): Promise<CommandResult<'direct.conversations'> | null> {
    const before = this.#session.world.earlierConversations;
    if (before === null) return null;
    return query(this.#session, 'direct.conversations', { before }, (world, page) =>
      mergeConversations(world, before, page),
    );
  }

  /**
   * Sends a picture; resolves with its event. Passing faults are tried again without sending it twice. It goes when what
   * was written to them before is there, also where that waits for the connection.
   */
  upload(
    to: string,
    file: Blob | Uint8Array,
    options: UploadOptions = {},
  ): Promise<RoomEvent<'direct.sent'>> {
    const { http } = this.#session;
    const send = (bearer: string) =>
      uploadImage(
        http,
        { ...options, path: '/me/images', query: { to }, token: () => bearer, file },
        'direct.sent',
      );
    return this.#about(to, async () => {
      await this.#written(to, options.signal);
      return this.#session.ask(send);
    });
  }

  /** An address for an <img> of a picture (`body.image`); good for a while, so ask when you show it. */
  imageUrl(image: string): Promise<string> {
    return this.#links.url(image);
  }

  /** Nobody sits at this device, or (false) somebody does again. It is said again by itself after each drop. */
  setAway(away: boolean): void {
    this.#session.setAway(away);
  }
  /** Lets others see how you are, or shows you to everybody as offline. */
  showPresence(visible: boolean): Promise<Receipt<'presence.show'>> {
    return this.command('presence.show', { visible });
  }

  /**
   * Calls somebody: makes a room and lets their devices ring. Resolves with the room, which you join with the account;
   * `call.settled` tells what became of the call.
   */
  async call(
    account: string,
    room: Partial<Omit<CreateOptions, 'account' | 'server' | 'fetch'>> = {},
  ): Promise<CallRoom> {
    const { server, fetch, account: own } = this.#session.options;
    const { name: theirs } = this.state.people.get(account) ?? (await this.introduce(account));
    const made = await createRoom({
      name: [...`${this.state.self.name}, ${theirs}`].slice(0, LIMITS.roomNameLength).join(''),
      ...room,
      account: own,
      ...(server === undefined ? {} : { server }),
      ...(fetch === undefined ? {} : { fetch }),
    });
    const { code, hostKey } = made;
    const { name } = made.room;
    const receipt = await this.invite(account, code, name, { ring: true });
    const event = receipt.status === 'done' ? receipt.event : undefined;
    return { code, name, hostKey, call: event?.t === 'call.placed' ? event.call : null };
  }
  /** Answers a call of `state.ringing`: it stops ringing everywhere. `result` is the way in: join that room. */
  answer(call: string): Promise<Receipt<'call.answer'>> {
    return this.command('call.answer', { call });
  }
  declineCall(call: string): Promise<Receipt<'call.decline'>> {
    return this.command('call.decline', { call });
  }
  /** Gives up a call of `state.placed`. */
  cancelCall(call: string): Promise<Receipt<'call.cancel'>> {
    return this.command('call.cancel', { call });
  }

  /** Invites somebody to a room; `ring` lets their devices ring, `invite` is the secret of an invitation to it. */
  invite(
    to: string,
    code: string,
    name: string,
    more: { readonly ring?: boolean; readonly invite?: string } = {},
  ): Promise<Receipt<'meeting.invite'>> {
    return this.#about(to, () => this.command('meeting.invite', { to, code, name, ...more }));
  }
  /** Takes a room off `state.meetings`. */
  forgetMeeting(code: string): Promise<Receipt<'meeting.forget'>> {
    return this.command('meeting.forget', { code });
  }
  addFavourite(favourite: CommandInput<'favourite.add'>): Promise<Receipt<'favourite.add'>> {
    return this.command('favourite.add', favourite);
  }
  removeFavourite(kind: 'room' | 'media', id: string): Promise<Receipt<'favourite.remove'>> {
    return this.command('favourite.remove', { kind, id });
  }

  /** Makes a group that you own. */
  async createGroup(group: CreateGroup): Promise<Standing> {
    return (await this.#session.json({ path: '/groups', json: group }, conforms(GroupResponseSchema)))
      .standing;
  }
  /** How you stand in a group, or what may be known of it from outside. */
  group(code: string): Promise<LookResponse> {
    return this.#session.json({ method: 'GET', path: groupPath(code) }, conforms(LookResponseSchema));
  }
  /** Accepts an invitation, comes in where it is open, or asks to belong (`state` is 'asked' then). */
  joinGroup(code: string, note?: string): Promise<EnrolResponse> {
    const json = note === undefined ? {} : { note };
    return this.#session.json({ path: `${groupPath(code)}/enrol`, json }, conforms(EnrolResponseSchema));
  }
  /** Leaves a group, declines an invitation, or takes your question back. */
  async leaveGroup(code: string): Promise<void> {
    const path = `${groupPath(code)}/enrol`;
    await this.#session.ask((bearer) => this.#session.http.text({ method: 'DELETE', path, bearer }));
  }
  /**
   * Opens a group that you belong to: joins its room with the account. What is new in it follows the room as long as it
   * is open; say what was read with its command `group.read`. Close it when it is no longer shown.
   */
  async openGroup(
    code: string,
    options: Pick<JoinOptions, 'token' | 'keepMedia'> = {},
  ): Promise<RoomConnection> {
    const { device: _, storage: __, ...shared } = this.#session.options;
    const room = await joinRoom({ ...shared, ...options, code });
    this.#follow(room);
    return room;
  }

  /** Ends it for good. To the others you are offline when no other device is left. */
  close(): void {
    this.#session.close();
  }

  /** Who has a group open is told of what is new there by its room alone. */
  #follow(room: RoomConnection): void {
    let known: RoomView | null = null;
    const look = (): void => {
      const { state } = room;
      if (state.messages === known?.messages && state.group === known.group) return;
      known = state;
      this.#session.change((world) => withRoomNews(world, state.room.code, state));
    };
    room.subscribe(look);
    look();
  }

  /** Resolves when nothing waits any more that was written to somebody before now, or the signal says that nobody does. */
  #written(to: string, signal: AbortSignal | undefined): Promise<void> {
    const waiting = () =>
      this.state.pending.filter(({ command }) => command.t === 'direct.send' && command.to === to);
    const last = waiting().at(-1)?.n ?? 0;
    const isOver = () => signal?.aborted === true || waiting().every(({ n }) => n > last);
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!isOver()) return;
        end();
        signal?.removeEventListener('abort', look);
        resolve();
      };
      const end = this.subscribe(look);
      signal?.addEventListener('abort', look);
    });
  }

  async #lookUp(json: { readonly account: string } | { readonly userName: string }): Promise<Person> {
    const { person } = await this.#session.json(
      { path: '/me/people', json },
      conforms(IntroduceResponseSchema),
    );
    this.#session.change((world) => withPerson(world, person));
    return person;
  }

  /** Speaks of somebody: at once where the server knows them for us, otherwise after looking them up. */
  async #about<T>(who: Who, speak: (account: string) => Promise<T>): Promise<T> {
    if (typeof who !== 'string') return speak((await this.find(who.userName)).id);
    if (!this.#session.world.people.has(who)) await this.introduce(who);
    return speak(who);
  }
}

const groupPath = (code: string): string => `/groups/${encodeURIComponent(code)}`;

/**
 * Opens the inbox of whoever is logged in. Resolves when it is there. Rejects with a ParleyError: the server's refusal,
 * `login_required`, `network`, or `closed`. When they log out, or their login is ended on another device, it is closed,
 * what waits fails with `login_required`, and `Accounts` knows them no longer.
 */
export async function openInbox(options: InboxOptions): Promise<Inbox> {
  const session = new InboxSession(options);
  await session.open();
  return new Inbox(session);
}
