import { type Call, type CallOptions, openCall } from '../../../../src/client/call/index.ts';
import type { CallRoom } from '../../../../src/client/call/transport.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import type { RoomView } from '../../../../src/client/room-view.ts';
import * as views from '../../../../src/client/view.ts';
import type { Member } from '../../../../src/protocol/index.ts';
import type { Air } from './fake-air.ts';
import type { SimClock } from './sim-clock.ts';

/** What a seat has of its room. */
export interface RoomSide {
  readonly clock: SimClock;
  readonly air: Air;
  readonly members: ReadonlyMap<string, Member>;
  snapshot(self: Member): views.View;
  stopsAfter(seq: number): readonly { readonly t: string }[];
  opened(member: string): void;
  noticeAway(member: string): void;
  run(member: string, t: string, fields: Record<string, unknown>): ParleyError | null;
  /** A request over HTTP. */
  ask(seat: Seat, path: string, body: unknown): Promise<unknown>;
}

type Settle = { done: (value: unknown) => void; failed: (error: ParleyError) => void };

/** Somebody with a page, a line to the room and a machine somewhere. */
export class Seat {
  readonly id: string;
  readonly member: Member;
  readonly place = { ways: 1 };
  readonly taken: string[] = [];
  readonly commands: { readonly t: string; readonly [field: string]: unknown }[] = [];
  call: Call | null = null;
  /** ms to the room, and back. */
  latency = 20;
  /** ms by which answers come later: a room answers when it has told all that it did in one go. */
  answersLate = 0;
  /** Refuses commands of a type, for as long as it answers with an error. */
  refuse: (t: string) => ParleyError | null = () => null;
  /** The room's log does not reach back to where this one stands. */
  resyncs = false;
  /** How loud the microphone is. */
  level = 0;
  readonly #meeting: RoomSide;
  readonly #options: CallOptions;
  readonly #listeners = new Map<string, Set<(value: never) => void>>();
  readonly #waiting = new Set<Settle>();
  readonly #network = new EventTarget();
  /** Number of the line; what was sent over an older one does not arrive. */
  #line = 0;
  #isUp = false;
  /** The line has come to the room, which tells by it what happens from then. */
  #isKnown = false;
  #view: views.View;
  #state: RoomView;

  constructor(meeting: RoomSide, member: Member, options: CallOptions) {
    this.#meeting = meeting;
    this.#options = options;
    this.member = member;
    this.id = member.id;
    this.#view = meeting.snapshot(member);
    this.#state = { ...this.#view, connection: { status: 'connecting' }, pending: [] };
  }

  get room(): CallRoom {
    return {
      state: this.#state,
      subscribe: (listener: () => void) => this.#on('change', listener),
      on: (name: string, listener: (value: never) => void) => this.#on(name, listener),
      roster: () => Promise.reject(new ParleyError('not_found', { message: 'no pages here' })),
      setMedia: (fields: object) => this.#send('media.set', { ...fields }),
      calling: {
        enter: (call: string) => this.#send('call.enter', { call }),
        exit: () => this.#send('call.exit', {}),
        caughtUp: () => this.#send('roster.page', {}),
        signal: (signal: object) => this.#send('signal.send', { ...signal }),
        request: (call: { readonly path: string; readonly json?: unknown }) =>
          call.path === '/ice'
            ? Promise.resolve({ iceServers: [], expiresAt: 0 })
            : this.#meeting.ask(this, call.path, call.json),
      },
    } as unknown as CallRoom;
  }

  /** Opens a call, as a page does when it is loaded. */
  open(options: CallOptions = {}): Call {
    const room = this.room;
    // What is read of the room is how it is now.
    Object.defineProperty(room, 'state', { get: () => this.#state });
    this.call = openCall(room, {
      timers: this.#meeting.clock,
      peerConnection: this.#meeting.air.at(this.place),
      page: null,
      network: this.#network as never,
      openMeter: () => ({ level: () => this.level, close: () => undefined }),
      ...this.#options,
      ...options,
    });
    this.call.onTaken(({ media, reason }) => this.taken.push(`${media} ${reason}`));
    return this.call;
  }

  /** The page is loaded anew: all it had is gone, and it comes with another id. */
  reload(): void {
    this.drop(true);
    this.call?.close();
    this.#listeners.clear();
    this.connect();
  }

  /** A line to the room. */
  connect(): void {
    this.#line += 1;
    this.#isUp = true;
    this.#isKnown = false;
    const line = this.#line;
    this.#meeting.clock.after(this.latency, () => {
      if (line !== this.#line) return;
      this.#meeting.opened(this.id);
      this.#isKnown = true;
      const view = this.#meeting.snapshot(this.#meeting.members.get(this.id) ?? this.member);
      const missed = this.#meeting.stopsAfter(this.#view.seq);
      this.deliver(() => {
        this.#view = view;
        this.#publish(
          { status: 'online' },
          () => this.resyncs && this.#emit('resync', { reason: 'trimmed' }),
        );
      });
      if (!this.resyncs) this.deliver(() => this.#tell(missed));
    });
  }

  /** The line breaks. The room notices now, or only when another one comes. */
  drop(isNoticed: boolean): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#line += 1;
    if (isNoticed)
      this.#meeting.clock.after(this.latency, () => !this.#isUp && this.#meeting.noticeAway(this.id));
    for (const waiting of this.#waiting) waiting.failed(new ParleyError('network'));
    this.#waiting.clear();
    this.#publish({ status: 'reconnecting', attempt: 1, retryAt: 0 });
  }
  get view(): views.View {
    return this.#view;
  }
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The machine comes to another network: ways that were found lead nowhere. */
  move(isTold: boolean): void {
    this.place.ways += 1;
    this.#meeting.air.look();
    if (isTold) this.#network.dispatchEvent(new Event('online'));
  }

  deliver(run: () => void): void {
    const line = this.#line;
    if (!this.#isUp || !this.#isKnown) return;
    this.#meeting.clock.after(this.latency, () => {
      if (line === this.#line) run();
    });
  }

  hearNumbered(events: readonly { readonly t: string; readonly seq: number; readonly at: number }[]): void {
    const last = events.at(-1)?.seq ?? 0;
    // A snapshot may hold what is told once more.
    if (last <= this.#view.seq) return;
    const next = views.applyNumbered(this.#view, 'seq', { prev: this.#view.seq, last, events });
    if (next === null) throw new Error(`a gap at ${this.id}: ${this.#view.seq} to ${events[0]?.seq}`);
    this.#view = next;
    this.#tell(events);
  }
  hear(events: readonly { readonly t: string; readonly at: number }[]): void {
    this.#view = views.applyLive(this.#view, events);
    this.#tell(events);
  }
  #tell(events: readonly { readonly t: string }[]): void {
    this.#publish(this.#state.connection);
    for (const event of events) this.#emit(event.t, event);
  }

  /** `between`: a room tells of a snapshot when all can be read, and before it tells of the connection. */
  #publish(connection: RoomView['connection'], between: () => void = () => undefined): void {
    const before = this.#state.connection;
    this.#state = { ...this.#view, connection, pending: [] };
    this.#emit('change', undefined);
    between();
    if (before !== connection) this.#emit('connection', connection);
  }
  #emit(name: string, value: unknown): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(value as never);
  }
  #on(name: string, listener: (value: never) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const own = (value: never): void => listener(value);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  #send(t: string, fields: Record<string, unknown>): Promise<unknown> {
    this.commands.push({ t, ...fields });
    if (!this.#isUp || this.#state.connection.status !== 'online')
      return Promise.reject(new ParleyError('network'));
    return new Promise((done, failed) => {
      const settle: Settle = { done, failed };
      this.#waiting.add(settle);
      const line = this.#line;
      this.#meeting.clock.after(this.latency, () => {
        if (line !== this.#line) return;
        const error = this.refuse(t) ?? this.#meeting.run(this.id, t, fields);
        const answer = (): void =>
          this.deliver(() => {
            this.#waiting.delete(settle);
            if (error === null) done({ status: 'done', result: undefined });
            else failed(error);
          });
        if (this.answersLate === 0) answer();
        else this.#meeting.clock.after(this.answersLate, () => line === this.#line && answer());
      });
    });
  }
}
