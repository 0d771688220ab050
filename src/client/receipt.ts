import * as v from 'valibot';
import type { CommandSpec } from '../protocol/define.ts';
import type { CommandResult, CommandType, RoomEvent } from '../protocol/registry.ts';
import { ParleyError } from './http.ts';
import type { Outcome } from './receipts.ts';

/**
 * What became of a command. done: its own event, or the answer without one. settled: accepted or refused while the
 * connection was away; the state shows how.
 */
export type Receipt<T extends CommandType = CommandType> =
  | { readonly status: 'done'; readonly event?: RoomEvent; readonly result: CommandResult<T> }
  | { readonly status: 'settled' };

/** What is told of an outcome; an error where it failed, or where the answer is not of this protocol. */
export function readReceipt<T extends CommandType>(
  t: T,
  spec: CommandSpec | undefined,
  outcome: Outcome,
): Receipt<T> | ParleyError {
  if (outcome.status === 'failed') return outcome.error;
  if (outcome.status === 'settled') return outcome;
  const schema = spec?.result ?? v.undefined();
  const parsed = v.safeParse(schema, outcome.result);
  if (!parsed.success)
    return new ParleyError('network', { detail: `the answer to ${t} is not of this protocol` });
  // Just validated; a type that depends on T can't be narrowed to.
  const result = parsed.output as CommandResult<T>;
  return { status: 'done', result, ...(outcome.event === undefined ? {} : { event: outcome.event }) };
}
