import type { Target } from './wire.ts';

/**
 * - commands: a member who says valid things too fast. Somebody deaf goes on over the socket that was closed;
 *   somebody stubborn comes back as soon as it is.
 * - invalid: frames that mean nothing, as fast as they can be written, by one who is deaf and one who is stubborn.
 * - idle: connections that stop half-way, or that are there and never speak.
 * - guesses: wrong tokens, codes and tickets at a rate, until told to stop.
 */
export type Flood =
  | { readonly kind: 'commands'; readonly perSecond: number; readonly manner: 'deaf' | 'stubborn' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'idle'; readonly each: number }
  | { readonly kind: 'guesses'; readonly perSecond: number };

export interface FloodJob {
  readonly target: Target;
  readonly flood: Flood;
}

/** What became of it. Counts only. */
export interface FloodResult {
  /** Frames, connections or requests that the kernel took. */
  readonly sent: number;
  readonly seconds: number;
  /** What came back: frames by type, errors by code, `closed 4103`, HTTP answers by status. */
  readonly answers: Readonly<Record<string, number>>;
}

/** From a process of load to who started it. */
export type FloodReport =
  | { readonly tell: 'listening'; readonly port: number }
  | { readonly tell: 'flowing' }
  | { readonly tell: 'result'; readonly result: FloodResult }
  | { readonly tell: 'failed'; readonly message: string };
