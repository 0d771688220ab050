import type { CloseName } from '../protocol/close-codes.ts';
import type { CommandType } from '../protocol/registry.ts';
import {
  Connection,
  type ConnectionState,
  type SocketConstructor,
  type SocketState,
  TIMING,
  type Timing,
} from './connection.ts';
import { Emitter } from './emitter.ts';
import type { FirstFrame, FrameShapes, LaterFrame } from './frames.ts';
import { closedError, ParleyError, unref } from './http.ts';
import type { Counter, NumberedFrame, Position } from './position.ts';
import { type BarrierQuery, type Outcome, type Pending, Receipts } from './receipts.ts';
import type { Envelope, Vocabulary } from './vocabulary.ts';

/** Sockets that may fail before the first `ready`. */
const FIRST_ATTEMPTS = 3;
/** ms before a refused barrier is asked again, where the server does not say. */
const BARRIER_PAUSE = 1_000;

/** A snapshot replaced what was known: events in between were not told one by one. */
export interface Resync {
  /** restored: the log began anew. trimmed: you were away for longer than it reaches back. */
  readonly reason: 'restored' | 'trimmed';
}

/** What is behind the line: `V` is the view that frames build, `S` what the outside sees of it. */
export interface LineHooks<V extends Position, F extends FirstFrame, S> {
  /** Asks for a fresh one-time ticket. Rejects with a ParleyError. */
  admit(): Promise<{ readonly url: string; readonly ticket: string }>;
  /** The view that a first frame gives; null, or a throw, where it makes no sense to this version. */
  begin(frame: F, before: V | null): V | null;
  /** The view of a first frame stands: says to the book what was accepted. */
  begun(frame: F, before: V | null): void;
  /** Whether a first frame replaced what was known by a snapshot. */
  isResync(frame: F, before: V): boolean;
  /** Applies a numbered frame. null: something before it is missing. The same view: it was known already. */
  numbered(view: V, counter: Counter, frame: NumberedFrame): V | null;
  /** Applies what is told once. */
  live(view: V, events: readonly Envelope[]): V;
  /** The view has taken these events, and listeners have been told. */
  heard(kind: 'numbered' | 'live', events: readonly Envelope[]): void;
  /** Whether a resume may begin from here. */
  mayResume(view: V): boolean;
  /** `by` of our own events. */
  self(view: V): string;
  /** Why a command can't be given now; null: it can. */
  refuses(t: CommandType): ParleyError | null;
  /** The connection is gone; called before the book forgets what was on its way. */
  dropped(): void;
  /** The connection is over for good. Answers with commands whose very purpose that was. */
  closed(state: SocketState & { readonly status: 'closed' }): readonly CommandType[];
  /** How the outside is told where the connection stands. */
  told(state: SocketState): ConnectionState;
  /** What the outside sees. */
  state(view: V, connection: ConnectionState, pending: readonly Pending[]): S;
}

export interface LineOptions<V extends Position, F extends FirstFrame, S> {
  readonly hooks: LineHooks<V, F, S>;
  /** What is spoken there. */
  readonly words: Vocabulary;
  readonly frames: FrameShapes<F>;
  readonly barrier: BarrierQuery;
  readonly WebSocket: SocketConstructor | undefined;
  /** As Math.random. */
  readonly random: (() => number) | undefined;
  readonly timing: Partial<Timing> | undefined;
}

/**
 * What goes on between a client and one object of the server, over as many sockets as it takes: frames, positions,
 * receipts, gaps, and the state that follows. What the frames mean is up to the hooks.
 */
export class Line<V extends Position, F extends FirstFrame, S> {
  readonly emitter = new Emitter();
  readonly receipts: Receipts;
  readonly #hooks: LineHooks<V, F, S>;
  readonly #words: Vocabulary;
  readonly #connection: Connection<F>;
  readonly #opened = Promise.withResolvers<void>();
  #view: V | null = null;
  /** False after a frame that made no sense: without a position the next `ready` brings a snapshot. */
  #mayResume = true;
  #state: S | null = null;

  constructor({
    hooks,
    words,
    frames,
    barrier,
    WebSocket: Socket,
    random,
    timing: own,
  }: LineOptions<V, F, S>) {
    this.#hooks = hooks;
    this.#words = words;
    const timing = { ...TIMING, ...own };
    this.#connection = new Connection<F>({
      hooks: {
        admit: () => hooks.admit(),
        position: () => this.#position,
        first: (frame) => this.#first(frame),
        frame: (frame) => this.#take(frame),
        dropped: () => {
          hooks.dropped();
          this.receipts.dropped();
        },
        changed: (state) => this.#connectionChanged(state),
      },
      frames,
      WebSocket: Socket ?? WebSocket,
      random: random ?? Math.random,
      timing,
      firstAttempts: FIRST_ATTEMPTS,
    });
    this.receipts = new Receipts(
      (frame) => this.#connection.send(frame),
      { atOnce: timing.sendAtOnce, every: timing.sendEvery },
      { words, barrier },
    );
  }

  /** Resolves after the first frame. */
  open(): Promise<void> {
    this.#connection.open();
    return this.#opened.promise;
  }

  close(): void {
    this.#connection.close();
  }

  /** The server has said that this is the end. */
  finish(name: CloseName, said?: string): void {
    this.#connection.finish(name, said);
  }

  /** Ends it for a reason that lies outside of the connection. */
  fail(error: ParleyError): void {
    this.#connection.fail(error);
  }

  get view(): V | null {
    return this.#view;
  }

  /** null before the first frame. */
  get state(): S | null {
    return this.#state;
  }

  /** Takes a command; `settle` is called once. */
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void {
    const state = this.#connection.state;
    const error = state.status === 'closed' ? errorOf(state) : this.#hooks.refuses(t);
    if (error !== null) {
      settle({ status: 'failed', error });
      return;
    }
    this.receipts.give(t, fields, settle);
    if (this.#words.kind(t) === 'durable') this.publish();
  }

  /** Changes the view by what an answer brought. */
  change(change: (view: V) => V): void {
    if (this.#view === null) return;
    this.#view = change(this.#view);
    this.publish();
  }

  publish(): void {
    if (this.#view === null) return;
    const connection = this.#hooks.told(this.#connection.state);
    this.#state = this.#hooks.state(this.#view, connection, this.receipts.pending);
    this.emitter.emit('change');
  }

  get #position(): Position | null {
    const view = this.#view;
    if (view === null || !this.#mayResume || !this.#hooks.mayResume(view)) return null;
    return { epoch: view.epoch, seq: view.seq, private: view.private };
  }

  #first(frame: F): 'taken' | 'gap' {
    const before = this.#view;
    const after = this.#made(() => this.#hooks.begin(frame, before));
    if (after === null) {
      this.#mayResume = false;
      return 'gap';
    }
    this.#mayResume = true;
    this.#view = after;
    this.#hooks.begun(frame, before);
    this.publish();
    if (before !== null && this.#hooks.isResync(frame, before)) {
      this.emitter.emit('on resync', {
        reason: before.epoch === frame.epoch ? 'trimmed' : 'restored',
      } satisfies Resync);
    }
    this.#opened.resolve();
    return 'taken';
  }

  #take(frame: LaterFrame): 'taken' | 'gap' {
    switch (frame.t) {
      case 'events':
        return this.#takeNumbered('seq', frame);
      case 'private':
        return this.#takeNumbered('private', frame);
      case 'live':
        return this.#takeLive(frame.events);
      case 'ok':
        if (frame.n !== undefined) this.receipts.ok(frame.n, frame.result, frame.repeated === true);
        this.publish();
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

  /**
   * What a view becomes by the server's word; null where that makes no sense to this version. Asked for again it would
   * make none either: how things are now comes with a snapshot.
   */
  #made(make: () => V | null): V | null {
    try {
      return make();
    } catch {
      this.#mayResume = false;
      return null;
    }
  }

  #takeLive(events: readonly Envelope[]): 'taken' | 'gap' {
    const before = this.#view;
    if (before === null) return 'gap';
    const after = this.#made(() => this.#hooks.live(before, events));
    if (after === null) return 'gap';
    this.change(() => after);
    this.#tell(events);
    this.#hooks.heard('live', events);
    return 'taken';
  }

  #takeNumbered(counter: Counter, frame: NumberedFrame): 'taken' | 'gap' {
    const before = this.#view;
    if (before === null) return 'gap';
    const after = this.#made(() => this.#hooks.numbered(before, counter, frame));
    if (after === null) return 'gap';
    if (after === before) return 'taken';
    this.#view = after;
    for (const event of frame.events) this.#echo(event);
    this.publish();
    this.#tell(frame.events);
    this.#hooks.heard('numbered', frame.events);
    return 'taken';
  }

  /** The server's object woke and says where it stands. */
  #woke({ seq, private: own }: LaterFrame & { readonly t: 'position' }): 'taken' | 'gap' {
    if (this.#view?.seq !== seq || this.#view.private !== own) return 'gap';
    this.receipts.woke();
    return 'taken';
  }

  #echo(event: Envelope): void {
    if (this.#view === null || event.n === undefined || !this.#words.knows(event)) return;
    if (event.by === this.#hooks.self(this.#view)) this.receipts.echo(event.n, event);
  }

  #refused(frame: LaterFrame & { readonly t: 'error' }): void {
    if (frame.n === undefined) return;
    const taken = this.receipts.error(frame.n, new ParleyError(frame.code, frame));
    if (taken === 'barrier') {
      unref(setTimeout(() => this.receipts.repeatBarrier(frame.n), frame.retry ?? BARRIER_PAUSE));
    }
    this.publish();
  }

  #tell(events: readonly Envelope[]): void {
    for (const event of events) {
      if (!this.#words.knows(event)) continue;
      this.emitter.emit('on event', event);
      this.emitter.emit(`on ${event.t}`, event);
    }
  }

  #connectionChanged(state: SocketState): void {
    if (state.status === 'closed') {
      const done = this.#hooks.closed(state);
      const error = errorOf(state);
      this.receipts.closed(error, done);
      this.#opened.reject(error);
    }
    this.publish();
    this.emitter.emit('on connection', this.#hooks.told(state));
  }
}

/** Why nothing can be done any more. */
function errorOf(state: SocketState & { readonly status: 'closed' }): ParleyError {
  if (state.name === 'signed_out') return new ParleyError('login_required');
  return state.error ?? closedError(state.code, state.reason, state.name);
}
