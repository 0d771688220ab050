import type { Signal } from '../../protocol/signal.ts';
import { ParleyError } from '../http.ts';
import type { Timers } from '../timers.ts';

/**
 * What became of a signal. sent: it was handed to them, if their line holds. unsent: they or you are not in the call at the moment.
 * denied: something in it may not be sent now. refused: the room does not take it.
 */
export type Sent = 'sent' | 'unsent' | 'denied' | 'refused';

interface Waiting {
  readonly number: number;
  /** The page that it is for. */
  readonly peer: string;
  readonly send: () => Promise<unknown>;
  readonly settle: (sent: Sent) => void;
}

/**
 * Signals on their way at once. What is refused counts against its author (`RATE_ERROR`), so whoever has gone must not be sent
 * everything that waits before it is known.
 */
const WINDOW = 8;
/** ms to wait where the room does not say how long. */
const PAUSE = 1_000;

const RESULTS: Readonly<Record<string, Sent>> = {
  peer_gone: 'unsent',
  member_gone: 'unsent',
  network: 'unsent',
  closed: 'unsent',
  busy: 'unsent',
  still_waiting: 'unsent',
  not_allowed: 'denied',
};

/** Sends signals in order, no faster than the room takes them. */
export class Outbox {
  readonly #timers: Timers;
  readonly #queue: Waiting[] = [];
  #numbers = 0;
  #onTheWay = 0;
  /** How many may be on the way: after a refusal one, until nothing waits any more. */
  #window = WINDOW;
  #resume: (() => void) | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Hands over what `send` gives to the room. `peer`: the id of the page that it is for. Never rejects but on a bug. */
  send(peer: string, send: () => Promise<unknown>): Promise<Sent> {
    return new Promise((settle) => {
      this.#numbers += 1;
      this.#queue.push({ number: this.#numbers, peer, send, settle });
      this.#pump();
    });
  }

  /** What waits for this page is of no use any more. */
  drop(peer: string): void {
    for (const gone of this.#take((one) => one.peer === peer)) gone.settle('unsent');
  }

  close(): void {
    this.#resume?.();
    for (const gone of this.#take(() => true)) gone.settle('unsent');
  }

  #take(which: (waiting: Waiting) => boolean): Waiting[] {
    const taken = this.#queue.filter(which);
    const rest = this.#queue.filter((one) => !which(one));
    this.#queue.splice(0, Infinity, ...rest);
    return taken;
  }

  #pump(): void {
    while (this.#resume === null && this.#onTheWay < this.#window) {
      const next = this.#queue.shift();
      if (next === undefined) {
        if (this.#onTheWay === 0) this.#window = WINDOW;
        return;
      }
      this.#onTheWay += 1;
      void this.#give(next);
    }
  }

  async #give(waiting: Waiting): Promise<void> {
    const error = await waiting.send().then(
      () => null,
      (reason: unknown) => {
        if (reason instanceof ParleyError) return reason;
        throw reason;
      },
    );
    this.#onTheWay -= 1;
    if (error?.code === 'rate_limited') {
      // Each refusal counts against its author: the next ones go one by one, as the room takes them.
      this.#window = 1;
      this.#later(waiting, error.retry ?? PAUSE);
    } else {
      const sent = error === null ? 'sent' : (RESULTS[error.code] ?? 'refused');
      waiting.settle(sent);
      if (sent === 'unsent') this.drop(waiting.peer);
    }
    this.#pump();
  }

  /** Nothing was done with it: it goes again, and before what was given later. */
  #later(waiting: Waiting, ms: number): void {
    const behind = this.#queue.findIndex(({ number }) => number > waiting.number);
    this.#queue.splice(behind === -1 ? this.#queue.length : behind, 0, waiting);
    if (this.#resume !== null) return;
    const cancel = this.#timers.after(ms, () => {
      this.#resume = null;
      this.#pump();
    });
    this.#resume = cancel;
  }
}

/** A candidate as a signal. */
export const candidateSignal = (candidate: RTCIceCandidate): Signal => ({
  kind: 'candidate',
  candidate: candidate.candidate,
  sdpMid: candidate.sdpMid,
  sdpMLineIndex: candidate.sdpMLineIndex,
  usernameFragment: candidate.usernameFragment,
});
