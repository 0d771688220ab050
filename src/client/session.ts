import * as v from 'valibot';
import { LobbySchema } from '../protocol/door.ts';
import type { ReadyFrame, ServerFrame, WaitingFrame } from '../protocol/frames.ts';
import { type CommandType, commandSpec } from '../protocol/registry.ts';
import { admit } from './admission.ts';
import { Connection, type ConnectionState, type SocketState, TIMING } from './connection.ts';
import { Emitter } from './emitter.ts';
import { closedError, Http, ParleyError, unref } from './http.ts';
import { allowedMedia, type Wanted, wantedMedia } from './media.ts';
import { type Outcome, Receipts } from './receipts.ts';
import type { JoinOptions, Resync, RoomView } from './room-view.ts';
import { MemberToken } from './token.ts';
import { TypingTimers } from './typing.ts';
import * as views from './view.ts';
import { endTyping } from './view-meeting.ts';

/** Sockets that may fail before the first `ready`. */
const FIRST_ATTEMPTS = 3;
/** ms before a refused barrier is asked again, where the server does not say. */
const BARRIER_PAUSE = 1_000;

/** What goes on between one person and one room: admission, frames, receipts, and the view that follows from them. */
export class Session {
  readonly http: Http;
  /** The room's path below `/v1`. */
  readonly path: string;
  readonly emitter = new Emitter();
  readonly #options: JoinOptions;
  readonly #connection: Connection;
  readonly #receipts: Receipts;
  readonly #opened = Promise.withResolvers<void>();
  readonly #token: MemberToken;
  #view: views.View | null = null;
  readonly #typing = new TypingTimers((member, since) =>
    this.change((view) => endTyping(view, member, since)),
  );
  /** False after a `ready` that made no sense: without a position the next one brings a snapshot. */
  #mayResume = true;
  #state: RoomView | null = null;
  /** When this stay began, by the server's clock. */
  #joinedAt = 0;
  /** What was on when the connection dropped; null while it is there. */
  #mediaBefore: Wanted | null = null;

  constructor(options: JoinOptions) {
    this.#options = options;
    this.http = new Http(options.server, options.fetch);
    this.path = `/rooms/${encodeURIComponent(options.code)}`;
    this.#token = new MemberToken({
      http: this.http,
      path: this.path,
      text: options.token,
      changed: () => this.emitter.emit('change'),
    });
    const timing = { ...TIMING, ...options.timing };
    this.#connection = new Connection({
      hooks: {
        admit: () => this.#admit(),
        position: () => this.#position,
        frame: (frame) => this.#take(frame),
        dropped: () => this.#dropped(),
        changed: (state) => this.#connectionChanged(state),
      },
      WebSocket: options.WebSocket ?? WebSocket,
      random: options.random ?? Math.random,
      timing,
      firstAttempts: FIRST_ATTEMPTS,
    });
    this.#receipts = new Receipts((frame) => this.#connection.send(frame), {
      atOnce: timing.sendAtOnce,
      every: timing.sendEvery,
    });
  }

  /** Resolves after the first `ready`, or in the lobby. */
  open(): Promise<void> {
    this.#connection.open();
    return this.#opened.promise;
  }

  close(): void {
    this.#connection.close();
  }

  get state(): RoomView {
    if (this.#state === null) throw new Error('the room is not there before joinRoom has resolved');
    return this.#state;
  }

  get token(): string {
    return this.#token.text ?? '';
  }

  /** Takes a command; `settle` is called once. */
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void {
    const state = this.#connection.state;
    if (state.status === 'closed') {
      settle({ status: 'failed', error: errorOf(state) });
      return;
    }
    const spec = commandSpec(t);
    if (this.#isWaiting && !spec.whileWaiting) {
      settle({ status: 'failed', error: new ParleyError('still_waiting') });
      return;
    }
    this.#receipts.give(t, fields, settle);
    if (spec.kind === 'durable') this.#publish();
  }

  /** In the lobby, also while the connection is away. */
  get #isWaiting(): boolean {
    return this.#view !== null && this.#view.waiting !== null;
  }

  /** Changes the view by what an answer brought. */
  change(change: (view: views.View) => views.View): void {
    if (this.#view === null) return;
    this.#view = change(this.#view);
    this.#publish();
  }

  async #admit(): Promise<{ readonly url: string; readonly ticket: string }> {
    const joined = await admit({
      http: this.http,
      path: this.path,
      token: this.#token.text,
      // Coming back: the token says who you are; a name would be asked for again, a key checked again.
      credentials: this.#view === null ? this.#options : null,
    });
    this.#token.keep(joined);
    return joined;
  }

  get #position(): { readonly epoch: string; readonly seq: number; readonly private: number } | null {
    // In the lobby there is nothing to resume.
    if (this.#view === null || this.#isWaiting || !this.#mayResume) return null;
    return { epoch: this.#view.epoch, seq: this.#view.seq, private: this.#view.private };
  }

  #take(frame: ServerFrame): 'taken' | 'gap' {
    switch (frame.t) {
      case 'ready':
        return this.#ready(frame);
      case 'waiting':
        return this.#wait(frame);
      case 'events':
        return this.#takeNumbered('seq', frame);
      case 'private':
        return this.#takeNumbered('private', frame);
      case 'live':
        return this.#takeLive(frame);
      case 'ok':
        if (frame.n !== undefined) this.#receipts.ok(frame.n, frame.result, frame.repeated === true);
        this.#publish();
        return 'taken';
      case 'error':
        this.#refused(frame);
        return 'taken';
      case 'position':
        return this.#woke(frame);
      default:
        return frame satisfies never;
    }
  }

  #ready(frame: ReadyFrame): 'taken' | 'gap' {
    const before = this.#view;
    const after = this.#made(() =>
      frame.recovered && before !== null
        ? resumedFrom(before, frame)
        : views.fromSnapshot(frame, before?.names),
    );
    if (after === null) {
      this.#mayResume = false;
      return 'gap';
    }
    this.#mayResume = true;
    this.#view = after;
    this.#joinedAt = frame.self.joinedAt;
    if (frame.token !== undefined) this.#token.replace(frame.token);
    const undone = this.#leftBefore(frame);
    this.#receipts.ready(frame.acked, frame.recovered && before !== null);
    if (undone) this.#receipts.give('member.leave', {}, () => undefined);
    this.#announceAgain(frame);
    this.#publish();
    if (before !== null && before.waiting === null && !frame.recovered) {
      this.emitter.emit('on resync', {
        reason: before.epoch === frame.epoch ? 'trimmed' : 'restored',
      } satisfies Resync);
    }
    this.#opened.resolve();
    return 'taken';
  }

  /** In the lobby: at the first coming, after a drop, or because a host has sent us back there. */
  #wait(frame: WaitingFrame): 'taken' {
    this.#mayResume = true;
    this.#view = views.fromLobby(frame);
    this.#mediaBefore = null;
    if (frame.token !== undefined) this.#token.replace(frame.token);
    const undone = this.#leftBefore(frame);
    this.#receipts.lobby(frame.acked);
    if (undone) this.#receipts.give('member.leave', {}, () => undefined);
    this.#publish();
    this.#opened.resolve();
    return 'taken';
  }

  /** Whether a `member.leave` of this client was accepted and its echo lost with the connection: coming back undid it. */
  #leftBefore({ acked }: { readonly acked: number }): boolean {
    return this.#receipts.pending.some(({ n, command }) => command.t === 'member.leave' && n <= acked);
  }

  #dropped(): void {
    // Before the book forgets what was on its way. An attempt that fails knows nothing newer.
    if (this.#view !== null) this.#mediaBefore ??= this.#wanted(this.#view.media.get(this.#view.self.id));
    this.#receipts.dropped();
  }

  #wanted(known: Wanted | undefined): Wanted {
    return wantedMedia(known, this.#receipts.unanswered('media.set'));
  }

  #announceAgain({ self, policy }: ReadyFrame): void {
    const before = this.#mediaBefore;
    this.#mediaBefore = null;
    if (this.#options.keepMedia !== true || before === null) return;
    const media = allowedMedia(this.#wanted(before), self, policy);
    // Nobody asked for this command, so nobody waits for its answer; where it is refused the state shows all off.
    if (media !== null) this.#receipts.give('media.set', media, () => undefined);
  }

  /**
   * What a view becomes by the server's word; null where that makes no sense to this version. Asked for again it would
   * make none either: how things are now comes with a snapshot.
   */
  #made(make: () => views.View | null): views.View | null {
    try {
      return make();
    } catch {
      this.#mayResume = false;
      return null;
    }
  }

  #takeLive({ events }: ServerFrame & { readonly t: 'live' }): 'taken' | 'gap' {
    const before = this.#view;
    if (before === null) return 'gap';
    const after = this.#made(() => views.applyLive(before, events));
    if (after === null) return 'gap';
    this.change(() => after);
    this.#tell(events);
    for (const event of events) this.#seeRefusal(event);
    return 'taken';
  }

  #takeNumbered(
    counter: 'seq' | 'private',
    frame: ServerFrame & { readonly t: 'events' | 'private' },
  ): 'taken' | 'gap' {
    const before = this.#view;
    if (before === null) return 'gap';
    const after = this.#made(() => views.applyNumbered(before, counter, frame));
    if (after === null) return 'gap';
    if (after === before) return 'taken';
    this.#view = after;
    for (const event of frame.events) this.#echo(event);
    this.#publish();
    this.#tell(frame.events);
    for (const event of frame.events) this.#seeEnd(event);
    if (frame.events.some((event) => views.becameHost(after, event))) this.#askLobby();
    return 'taken';
  }

  /** Who is made co-host was not told before who waits. */
  #askLobby(): void {
    this.#receipts.give('lobby.list', {}, (outcome) => {
      if (outcome.status !== 'done') return;
      const parsed = v.safeParse(LobbySchema, outcome.result);
      if (parsed.success) this.change((view) => views.mergeLobby(view, parsed.output));
    });
  }

  /** The host turns us away, or puts us out. The close may take seconds to arrive, and does not say why. */
  #seeRefusal(event: views.Envelope): void {
    if (!views.isKnown(event)) return;
    if (event.t === 'lobby.refused') this.#connection.finish('refused', event.reason);
    if (event.t === 'member.dismissed')
      this.#connection.finish(event.banned ? 'banned' : 'removed', event.reason);
  }

  /** A replay may tell of the end of an earlier stay: that one is over, this one is not. */
  #seeEnd(event: views.Envelope): void {
    if (!views.isKnown(event)) return;
    if (event.t === 'room.ended' && event.at > this.#joinedAt) this.#connection.finish('ended');
    const left =
      event.t === 'member.left' && event.member === this.#view?.self.id && !ELSEWHERE.includes(event.reason);
    if (left && event.at > this.#joinedAt) this.#connection.finish('left');
  }

  /** The room woke and says where it stands. */
  #woke({ seq, private: own }: ServerFrame & { readonly t: 'position' }): 'taken' | 'gap' {
    if (this.#view?.seq !== seq || this.#view.private !== own) return 'gap';
    this.#receipts.woke();
    return 'taken';
  }

  #echo(event: views.Envelope): void {
    if (event.n === undefined || event.by !== this.#view?.self.id || !views.isKnown(event)) return;
    this.#receipts.echo(event.n, event);
  }

  #refused(frame: ServerFrame & { readonly t: 'error' }): void {
    if (frame.n === undefined) return;
    const taken = this.#receipts.error(frame.n, new ParleyError(frame.code, frame));
    if (taken === 'barrier') {
      unref(setTimeout(() => this.#receipts.repeatBarrier(frame.n), frame.retry ?? BARRIER_PAUSE));
    }
    this.#publish();
  }

  #tell(events: readonly views.Envelope[]): void {
    for (const event of events) {
      if (!views.isKnown(event)) continue;
      this.emitter.emit('on event', event);
      this.emitter.emit(`on ${event.t}`, event);
    }
  }

  #publish(): void {
    if (this.#view === null) return;
    this.#typing.follow(this.#view.typing);
    this.#state = {
      ...this.#view,
      connection: this.#told(this.#connection.state),
      pending: this.#receipts.pending,
    };
    this.emitter.emit('change');
  }

  /** To those in the room a socket that stands is `online`; in the lobby it tells where one stands. */
  #told(state: SocketState): ConnectionState {
    const waiting = this.#view?.waiting ?? null;
    return state.status === 'online' && waiting !== null ? { status: 'waiting', ...waiting } : state;
  }

  #connectionChanged(state: SocketState): void {
    if (state.status === 'closed') {
      this.#token.end();
      const error = errorOf(state);
      this.#receipts.closed(
        error,
        state.name === 'left' ? ['member.leave'] : state.name === 'ended' ? ['room.end'] : [],
      );
      this.#opened.reject(error);
    }
    this.#publish();
    this.emitter.emit('on connection', this.#told(state));
  }
}

/** A resume is proven only where the server speaks of the very position that was asked for. */
const resumedFrom = (view: views.View, ready: ReadyFrame): views.View | null =>
  ready.epoch === view.epoch && ready.seq === view.seq && ready.private === view.private
    ? views.resumed(view, ready)
    : null;

/** Reasons for being out of the room that say more in another way. */
const ELSEWHERE: readonly string[] = ['lobby', 'removed'];

/** Why nothing can be done any more. */
const errorOf = (state: SocketState & { readonly status: 'closed' }): ParleyError =>
  state.error ?? closedError(state.code, state.reason, state.name);
