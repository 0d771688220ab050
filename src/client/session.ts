import type { ReadyFrame, WaitingFrame } from '../protocol/frames.ts';
import type { CommandType } from '../protocol/registry.ts';
import { admit } from './admission.ts';
import { query } from './asking.ts';
import type { ConnectionState, SocketState } from './connection.ts';
import type { Emitter } from './emitter.ts';
import { ROOM_FRAMES } from './frames.ts';
import { Http, ParleyError } from './http.ts';
import { Line } from './line.ts';
import { allowedMedia, type Wanted, wantedMedia } from './media.ts';
import { patiently } from './patience.ts';
import type { Outcome } from './receipts.ts';
import type { JoinOptions, RoomView } from './room-view.ts';
import { isKnown, ROOM_WORDS } from './room-words.ts';
import { TIMERS } from './timers.ts';
import { MemberToken } from './token.ts';
import { TypingTimers } from './typing.ts';
import * as views from './view.ts';
import { groupRead } from './view-group.ts';
import { endTyping } from './view-meeting.ts';
import type { Envelope } from './vocabulary.ts';

/** What goes on between one person and one room: admission, and what frames mean for the view and the stay. */
export class Session {
  readonly http: Http;
  /** The room's path below `/v1`. */
  readonly path: string;
  readonly #options: JoinOptions;
  readonly #line: Line<views.View, ReadyFrame | WaitingFrame, RoomView>;
  readonly #token: MemberToken;
  readonly #typing = new TypingTimers((member, since) =>
    this.change((view) => endTyping(view, member, since)),
  );
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
    this.#line = new Line<views.View, ReadyFrame | WaitingFrame, RoomView>({
      hooks: {
        admit: () => this.#admit(),
        begin: (frame, before) => (frame.t === 'waiting' ? views.fromLobby(frame) : viewOf(frame, before)),
        begun: (frame, before) => this.#begun(frame, before),
        isResync: (frame, before) => frame.t === 'ready' && !frame.recovered && before.waiting === null,
        numbered: views.applyNumbered,
        live: views.applyLive,
        heard: (kind, events) => (kind === 'live' ? this.#heardLive(events) : this.#heardNumbered(events)),
        // In the lobby there is nothing to resume.
        mayResume: ({ waiting }) => waiting === null,
        self: ({ self }) => self.id,
        refuses: (t) =>
          this.#isWaiting && !ROOM_WORDS.whileWaiting(t) ? new ParleyError('still_waiting') : null,
        dropped: () => this.#dropped(),
        closed: ({ name }) => {
          this.#token.end();
          return name === 'left' ? ['member.leave'] : name === 'ended' ? ['room.end'] : [];
        },
        told: (state) => this.#told(state),
        state: (view, connection, pending) => {
          this.#typing.follow(view.typing);
          return { ...view, connection, pending };
        },
      },
      words: ROOM_WORDS,
      frames: ROOM_FRAMES,
      barrier: { t: 'roster.page', limit: 1 },
      WebSocket: options.WebSocket,
      random: options.random,
      timing: options.timing,
    });
  }

  get emitter(): Emitter {
    return this.#line.emitter;
  }

  /** Resolves after the first `ready`, or in the lobby. */
  open(): Promise<void> {
    return this.#line.open();
  }

  close(): void {
    this.#line.close();
  }

  get state(): RoomView {
    const { state } = this.#line;
    if (state === null) throw new Error('the room is not there before joinRoom has resolved');
    return state;
  }

  get token(): string {
    return this.#token.text ?? '';
  }

  /** Takes a command; `settle` is called once. */
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void {
    // It is what is wanted from now on, whatever was before the drop.
    if (t === 'media.set' && this.#mediaBefore !== null)
      this.#mediaBefore = wantedMedia(this.#mediaBefore, [{ ...fields }]);
    this.#line.give(t, fields, t === 'group.read' ? this.#afterReading(fields, settle) : settle);
  }

  /** No event tells how far this client has read; what it said is so once it was taken. */
  #afterReading(fields: { readonly upTo?: unknown }, settle: (outcome: Outcome) => void) {
    return (outcome: Outcome): void => {
      const { upTo } = fields;
      if (outcome.status === 'done' && typeof upTo === 'number') this.change((view) => groupRead(view, upTo));
      settle(outcome);
    };
  }

  /** Changes the view by what an answer brought. */
  change(change: (view: views.View) => views.View): void {
    this.#line.change(change);
  }

  get #view(): views.View | null {
    return this.#line.view;
  }

  /** In the lobby, also while the connection is away. */
  get #isWaiting(): boolean {
    return this.#view !== null && this.#view.waiting !== null;
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

  #begun(frame: ReadyFrame | WaitingFrame, before: views.View | null): void {
    const { receipts } = this.#line;
    if (frame.token !== undefined) this.#token.replace(frame.token);
    const undone = this.#leftBefore(frame);
    if (frame.t === 'ready') {
      this.#joinedAt = frame.self.joinedAt;
      receipts.ready(frame.acked, frame.recovered && before !== null);
    } else {
      // At the first coming, after a drop, or because a host has sent us back there.
      this.#mediaBefore = null;
      receipts.lobby(frame.acked);
    }
    if (undone) receipts.give('member.leave', {}, () => undefined);
    if (frame.t === 'ready') void this.#announceAgain(frame);
  }

  /** Whether a `member.leave` of this client was accepted and its echo lost with the connection: coming back undid it. */
  #leftBefore({ acked }: { readonly acked: number }): boolean {
    return this.#line.receipts.pending.some(({ n, command }) => command.t === 'member.leave' && n <= acked);
  }

  #dropped(): void {
    // Before the book forgets what was on its way. An attempt that fails knows nothing newer.
    const view = this.#view;
    if (view === null) return;
    this.#mediaBefore ??= wantedMedia(
      view.media.get(view.self.id),
      this.#line.receipts.unanswered('media.set'),
    );
  }

  /** Resolves when all that was missed while the connection was away has been told: its answer comes behind the replay. */
  caughtUp(): Promise<unknown> {
    return query(this, 'roster.page', { limit: 1 }, (view) => view);
  }

  async #announceAgain({ self, policy, recovered }: ReadyFrame): Promise<void> {
    const before = this.#mediaBefore;
    this.#mediaBefore = null;
    // Without a replay nobody knows what a host has switched off since.
    if (this.#options.keepMedia !== true || !recovered || before === null) return;
    const allowed = allowedMedia(before, self, policy);
    if (allowed === null) return;
    this.#mediaBefore = wantedMedia(undefined, [allowed]);
    const refusal = await patiently(
      TIMERS,
      () => this.caughtUp(),
      () => this.#mediaBefore !== null,
    );
    const [kept, view] = [this.#mediaBefore, this.#view];
    // Another of these was told at the same time, or you are back in the lobby.
    if (kept === null || view === null) return;
    this.#mediaBefore = null;
    const media = allowedMedia(kept, view.self, view.policy);
    // Nobody asked for this command, so nobody waits for its answer; where it is refused the state shows all off.
    if (refusal === null && media !== null) this.#line.receipts.give('media.set', media, () => undefined);
  }

  /** What a host has switched off is not announced again. */
  #seeStop(event: Envelope): void {
    const kept = this.#mediaBefore;
    if (kept === null || !isKnown(event) || event.t !== 'media.stopped') return;
    if (!event.members.includes(this.#view?.self.id ?? '')) return;
    this.#mediaBefore = { ...kept, ...Object.fromEntries(event.media.map((one) => [one, false])) };
  }

  #heardLive(events: readonly Envelope[]): void {
    for (const event of events) this.#seeRefusal(event);
  }

  #heardNumbered(events: readonly Envelope[]): void {
    const view = this.#view;
    for (const event of events) {
      this.#seeEnd(event);
      this.#seeStop(event);
    }
    if (view !== null && events.some((event) => views.becameHost(view, event))) this.#askLobby();
  }

  /** Who is made co-host was not told before who waits. */
  #askLobby(): void {
    // Nobody waits for the answer; where it is lost the next first frame has it whole.
    query(this, 'lobby.list', {}, views.mergeLobby).catch(() => undefined);
  }

  /** The host turns us away, or puts us out. The close may take seconds to arrive, and does not say why. */
  #seeRefusal(event: Envelope): void {
    if (!isKnown(event)) return;
    if (event.t === 'lobby.refused') this.#line.finish('refused', event.reason);
    if (event.t === 'member.dismissed') this.#line.finish(event.banned ? 'banned' : 'removed', event.reason);
  }

  /** A replay may tell of the end of an earlier stay: that one is over, this one is not. */
  #seeEnd(event: Envelope): void {
    if (!isKnown(event)) return;
    const isEnd = event.t === 'room.ended' || event.t === 'group.deleted';
    if (isEnd && event.at > this.#joinedAt) this.#line.finish('ended');
    const left =
      event.t === 'member.left' && event.member === this.#view?.self.id && !ELSEWHERE.includes(event.reason);
    if (left && event.at > this.#joinedAt) this.#line.finish('left');
  }

  /** To those in the room a socket that stands is `online`; in the lobby it tells where one stands. */
  #told(state: SocketState): ConnectionState {
    const waiting = this.#view?.waiting ?? null;
    return state.status === 'online' && waiting !== null ? { status: 'waiting', ...waiting } : state;
  }
}

const viewOf = (ready: ReadyFrame, before: views.View | null): views.View | null =>
  ready.recovered && before !== null ? resumedFrom(before, ready) : views.fromSnapshot(ready, before?.names);

/** A resume is proven only where the server speaks of the very position that was asked for. */
const resumedFrom = (view: views.View, ready: ReadyFrame): views.View | null =>
  ready.epoch === view.epoch && ready.seq === view.seq && ready.private === view.private
    ? views.resumed(view, ready)
    : null;

/** Reasons for being out of the room that say more in another way. */
const ELSEWHERE: readonly string[] = ['lobby', 'removed'];
