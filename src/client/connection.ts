import { CLOSE, type CloseName, shouldComeBack } from '../protocol/close-codes.ts';
import { PING, PONG } from '../protocol/constants.ts';
import type { Place } from '../protocol/door.ts';
import { SUBPROTOCOL, ticketSubprotocol } from '../protocol/version.ts';
import { type FirstFrame, type FrameShapes, isFirst, type LaterFrame, readFrame } from './frames.ts';
import { ParleyError, unref, waitingHelps } from './http.ts';

/*
 * Why not a ready-made reconnecting socket: partysocket's turns an `error` event into a close with code 1000 and so
 * hides the code that says whether to come back; its delay has no jitter; its first-in buffer sends before `ready`
 * has said what was accepted; and its timers can't be told not to keep Node alive. What was left of it would have
 * been the call of `new WebSocket`.
 */

/** Where the socket stands. Times are ms since 1970 by this machine's clock. */
export type SocketState =
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  | { readonly status: 'reconnecting'; readonly attempt: number; readonly retryAt: number }
  | {
      readonly status: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly name: CloseName | null;
      readonly error?: ParleyError;
      /** What the host said with it, where they turned you away. */
      readonly said?: string;
    };

/**
 * Where the connection stands. waiting: it is there, and you are in the lobby until a host lets you in; `online` is
 * said only inside the room.
 */
export type ConnectionState = SocketState | ({ readonly status: 'waiting' } & Readonly<Place>);

/** The part of a WebSocket that is used: the browser's, Node's and ws's have it. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
}
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/** In ms, but for `sendAtOnce`. */
export interface Timing {
  /** The first attempt after a drop comes at random within this time, so that a thousand clients don't come at once. */
  readonly firstWithin: number;
  /** Ceiling of the random wait before the second attempt. Later it is the time waited so far, if that is more. */
  readonly backoff: number;
  readonly backoffMost: number;
  /** A connection that lasted this long makes the backoff start anew. */
  readonly stableAfter: number;
  readonly pingEvery: number;
  /** Without any frame for this long after a ping the connection counts as dead. */
  readonly pongWithin: number;
  /** Without its pong for this long after a ping the connection counts as dead, whatever else comes: nothing gets up. */
  readonly heardWithin: number;
  /** From opening a socket to its first frame. */
  readonly readyWithin: number;
  /** Commands that waited for the connection and are sent as soon as it is there; the others follow, one at a time. */
  readonly sendAtOnce: number;
  readonly sendEvery: number;
}
export const TIMING: Timing = {
  firstWithin: 1_000,
  backoff: 1_000,
  backoffMost: 15_000,
  stableAfter: 10_000,
  pingEvery: 25_000,
  pongWithin: 10_000,
  // A pong waits behind all that is on its way to us, in the system's buffers, too: some megabytes, on a slow line.
  heardWithin: 60_000,
  readyWithin: 15_000,
  // Below what a server takes of one member by default: 40 at once, 10 a second.
  sendAtOnce: 30,
  sendEvery: 125,
};

/** What the socket needs to know of its surroundings. */
export interface ConnectionHooks<F extends FirstFrame> {
  /** Asks for a seat and a fresh one-time ticket. Rejects with a ParleyError. */
  admit(): Promise<{ readonly url: string; readonly ticket: string }>;
  /** The position to resume from; null: none yet, or in the lobby. */
  position(): { readonly epoch: string; readonly seq: number; readonly private: number } | null;
  /** Takes a first frame, of a socket or in the middle. 'gap': it makes no sense, so this socket is of no use. */
  first(frame: F): 'taken' | 'gap';
  /** Takes a later frame. 'gap': something before it is missing, so this socket is no longer of use. */
  frame(frame: LaterFrame): 'taken' | 'gap';
  /** The socket is gone; nothing can be sent until the next first frame. */
  dropped(): void;
  changed(state: SocketState): void;
}

export interface ConnectionOptions<F extends FirstFrame> {
  readonly hooks: ConnectionHooks<F>;
  readonly frames: FrameShapes<F>;
  readonly WebSocket: SocketConstructor;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly timing: Timing;
  /** Attempts that may fail before the very first frame, until it is given up. */
  readonly firstAttempts: number;
}

type TimerName = 'retry' | 'ping' | 'pong' | 'heard' | 'stable' | 'ready';

/** Codes of our own that a client may give when it drops a socket; all of them mean: I come back. */
const DROP = { gap: 3000, silent: 3001, unreadable: 3002 } as const;
/** What a browser reports where a connection broke without a word. */
const ABNORMAL = 1006;

const closeName = (code: number): CloseName | null => {
  for (const [name, spec] of Object.entries(CLOSE)) if (spec.code === code && isCloseName(name)) return name;
  return null;
};
const isCloseName = (name: string): name is CloseName => Object.hasOwn(CLOSE, name);

/** One socket at a time to one object, for as long as the server lets it come back. Frames only; it knows no room. */
export class Connection<F extends FirstFrame> {
  readonly #options: ConnectionOptions<F>;
  #state: SocketState = { status: 'connecting' };
  #socket: SocketLike | null = null;
  #wasOnline = false;
  /** Attempts since the last stable connection. */
  #attempts = 0;
  /** ms waited between them. */
  #waited = 0;
  /** Where the last immediate resume began: a second one from there would be a loop. */
  #resumedFrom = '';
  /** Each attempt has a number; what an older one still brings is not heard. */
  #generation = 0;
  readonly #timers = new Map<TimerName, ReturnType<typeof setTimeout>>();

  constructor(options: ConnectionOptions<F>) {
    this.#options = options;
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Begins with the first attempt. */
  open(): void {
    if (typeof globalThis.addEventListener === 'function')
      globalThis.addEventListener('online', this.#networkIsBack);
    void this.#attempt();
  }

  /** Sends a text frame; after `dropped` and before `ready` nobody should call it. */
  send(text: string): void {
    try {
      this.#socket?.send(text);
    } catch {
      // The socket is closing; its close event follows, and what was not accepted is sent again after the next ready.
    }
  }

  /** Ends it from this side, for good. */
  close(): void {
    if (this.#state.status === 'closed') return;
    const socket = this.#socket;
    this.#end({ status: 'closed', code: 1000, reason: 'closed by this client', name: null });
    socket?.close(1000);
  }

  /** The room has said that this is the end. Its close may take seconds to arrive, so nobody waits for it. */
  finish(name: CloseName, said?: string): void {
    if (this.#state.status === 'closed') return;
    const socket = this.#socket;
    const { code, reason } = CLOSE[name];
    this.#end({ status: 'closed', code, reason, name, ...(said === undefined ? {} : { said }) });
    socket?.close(1000);
  }

  /** Ends it for a reason that lies outside of the connection. */
  fail(error: ParleyError): void {
    if (this.#state.status === 'closed') return;
    const socket = this.#socket;
    this.#end({ status: 'closed', code: ABNORMAL, reason: error.message, name: null, error });
    socket?.close(1000);
  }

  readonly #networkIsBack = (): void => {
    if (this.#state.status === 'reconnecting' && this.#timers.has('retry')) void this.#attempt();
    else if (this.#state.status === 'online') this.#ping();
  };

  async #attempt(): Promise<void> {
    this.#clear('retry');
    this.#generation += 1;
    const generation = this.#generation;
    try {
      const { url, ticket } = await this.#options.hooks.admit();
      if (generation === this.#generation) this.#connect(url, ticket, generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      if (!(error instanceof ParleyError)) throw error;
      if (this.#wasOnline && waitingHelps(error)) this.#retry(error.retry ?? 0);
      else this.#end({ status: 'closed', code: ABNORMAL, reason: error.message, name: null, error });
    }
  }

  #connect(url: string, ticket: string, generation: number): void {
    const address = new URL(url);
    const position = this.#options.hooks.position();
    if (position !== null) {
      for (const [key, value] of Object.entries(position)) address.searchParams.set(key, String(value));
    }
    const socket = new this.#options.WebSocket(address.href, [SUBPROTOCOL, ticketSubprotocol(ticket)]);
    this.#socket = socket;
    const isCurrent = (): boolean => generation === this.#generation;
    socket.addEventListener('message', ({ data }) => {
      if (isCurrent()) this.#hear(data);
    });
    // A socket over which nothing was ever sent takes the platform seconds to close (measured: 9 s against 25 ms).
    socket.addEventListener('open', () => {
      if (isCurrent()) socket.send(PING);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (isCurrent()) this.#closed(code, reason);
    });
    // A close event follows each error; without a listener some implementations throw.
    socket.addEventListener('error', () => undefined);
    this.#start('ready', this.#options.timing.readyWithin, () => this.#drop(DROP.silent));
  }

  #hear(data: unknown): void {
    this.#clear('pong');
    if (data === PONG) {
      this.#clear('heard');
      return;
    }
    const frame = readFrame(this.#options.frames, data);
    if (frame === 'unknown') return;
    if (frame === 'broken') this.#drop(DROP.unreadable);
    else if (isFirst(frame)) this.#first(frame);
    else if (this.#state.status === 'online' && this.#options.hooks.frame(frame) === 'gap')
      this.#resumeAtOnce();
  }

  /** The first frame of a socket, or a later one that begins anew: after the lobby, or back in it. */
  #first(frame: F): void {
    this.#clear('ready');
    // Online first: taking the frame sends what waited.
    this.#state = { status: 'online' };
    const generation = this.#generation;
    if (this.#options.hooks.first(frame) === 'gap') {
      this.#drop(DROP.gap);
      return;
    }
    // A listener may have closed the connection meanwhile.
    if (generation !== this.#generation) return;
    this.#wasOnline = true;
    this.#start('stable', this.#options.timing.stableAfter, () => {
      this.#attempts = 0;
      this.#waited = 0;
    });
    this.#schedulePing();
    this.#options.hooks.changed(this.#state);
  }

  #schedulePing(): void {
    this.#start('ping', this.#options.timing.pingEvery, () => {
      this.#ping();
      this.#schedulePing();
    });
  }

  #ping(): void {
    this.send(PING);
    const { pongWithin, heardWithin } = this.#options.timing;
    if (!this.#timers.has('pong')) this.#start('pong', pongWithin, () => this.#drop(DROP.silent));
    if (!this.#timers.has('heard')) this.#start('heard', heardWithin, () => this.#drop(DROP.silent));
  }

  /** A gap: everything needed to fill it is on the server, so there is nothing to wait for. */
  #resumeAtOnce(): void {
    const from = JSON.stringify(this.#options.hooks.position());
    if (from === this.#resumedFrom) {
      this.#drop(DROP.gap);
      return;
    }
    this.#resumedFrom = from;
    this.#abandon(DROP.gap);
    this.#attempts += 1;
    this.#change({ status: 'reconnecting', attempt: this.#attempts, retryAt: Date.now() });
    void this.#attempt();
  }

  /** Gives a socket up. A dead one may take minutes to say that it is closed, so nobody waits for it. */
  #drop(code: number): void {
    this.#abandon(code);
    this.#retry(0);
  }

  #abandon(code: number): void {
    const socket = this.#socket;
    this.#forget();
    socket?.close(code);
  }

  #closed(code: number, reason: string): void {
    this.#forget();
    if (shouldComeBack(code)) this.#retry(0);
    else this.#end({ status: 'closed', code, reason, name: closeName(code) });
  }

  #forget(): void {
    this.#generation += 1;
    this.#socket = null;
    for (const name of ['ready', 'ping', 'pong', 'heard', 'stable'] as const) this.#clear(name);
    this.#options.hooks.dropped();
  }

  /**
   * Waits a random time, and at least `least` ms, then tries again. Nobody waits longer than they have waited already:
   * a ceiling that doubled with each attempt would punish those whose first waits were short, and a room would be whole
   * again only seconds after its server is.
   */
  #retry(least: number): void {
    this.#attempts += 1;
    if (!this.#wasOnline) this.#state = { status: 'connecting' };
    if (!this.#wasOnline && this.#attempts >= this.#options.firstAttempts) {
      const error = new ParleyError('network', { detail: 'the WebSocket could not be opened' });
      this.#end({ status: 'closed', code: ABNORMAL, reason: error.message, name: null, error });
      return;
    }
    const { firstWithin, backoff, backoffMost } = this.#options.timing;
    const most = this.#attempts === 1 ? firstWithin : Math.min(backoffMost, Math.max(backoff, this.#waited));
    const wait = least + this.#options.random() * most;
    this.#waited += wait;
    // This timer keeps Node alive: a program that waits to come back is not done.
    this.#timers.set(
      'retry',
      setTimeout(() => void this.#attempt(), wait),
    );
    if (this.#wasOnline)
      this.#change({ status: 'reconnecting', attempt: this.#attempts, retryAt: Date.now() + wait });
  }

  #end(state: SocketState & { readonly status: 'closed' }): void {
    globalThis.removeEventListener?.('online', this.#networkIsBack);
    this.#clear('retry');
    this.#forget();
    this.#change(state);
  }

  #change(state: SocketState): void {
    this.#state = state;
    this.#options.hooks.changed(state);
  }

  /** Starts a timer that does not keep Node alive. */
  #start(name: Exclude<TimerName, 'retry'>, after: number, run: () => void): void {
    this.#clear(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      run();
    }, after);
    unref(timer);
    this.#timers.set(name, timer);
  }

  #clear(name: TimerName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
