import type { CommandResult, CommandType, RoomEvent } from '../protocol/registry.ts';
import type { ParleyError } from './http.ts';
import type { Outcome } from './receipts.ts';

/**
 * What became of a command. done: its own event, or the answer without one. settled: accepted or refused while the
 * connection was away; the state shows how.
 */
export type Receipt<T extends CommandType = CommandType> =
  | { readonly status: 'done'; readonly event?: RoomEvent; readonly result: CommandResult<T> }
  | { readonly status: 'settled' };

/** What is told of an outcome; an error where it failed. */
export function readReceipt<T extends CommandType>(outcome: Outcome): Receipt<T> | ParleyError {
  if (outcome.status === 'failed') return outcome.error;
  if (outcome.status === 'settled') return outcome;
  // The server's word.
  const result = outcome.result as CommandResult<T>;
  return { status: 'done', result, ...(outcome.event === undefined ? {} : { event: outcome.event }) };
}
