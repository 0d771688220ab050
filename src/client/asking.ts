import type { CommandInput, CommandResult, CommandType } from '../protocol/registry.ts';
import { ParleyError } from './http.ts';
import { type Receipt, readReceipt } from './receipt.ts';
import type { Outcome } from './receipts.ts';

/** What takes commands, and whose view answers may change. */
interface Asked<V> {
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void;
  change(change: (view: V) => V): void;
}

/** Gives a command; resolves on its receipt, rejects with a ParleyError. */
export const command = <T extends CommandType>(
  asked: Pick<Asked<never>, 'give'>,
  t: T,
  fields: CommandInput<T>,
): Promise<Receipt<T>> =>
  new Promise((resolve, reject) => {
    asked.give(t, fields, (outcome) => {
      const receipt = readReceipt<T>(outcome);
      if (receipt instanceof ParleyError) reject(receipt);
      else resolve(receipt);
    });
  });

/**
 * Asks, and merges the answer before any later frame is read: merged afterwards, a page of the roster could bring back
 * somebody who has left meanwhile.
 */
export const query = <T extends CommandType, V>(
  asked: Asked<V>,
  t: T,
  fields: CommandInput<T>,
  merge: (view: V, result: CommandResult<T>) => V,
): Promise<CommandResult<T>> =>
  new Promise((resolve, reject) => {
    asked.give(t, fields, (outcome) => {
      const receipt = readReceipt<T>(outcome);
      if (receipt instanceof ParleyError) return reject(receipt);
      if (receipt.status === 'settled')
        return reject(new ParleyError('network', { detail: 'the answer was lost' }));
      try {
        asked.change((view) => merge(view, receipt.result));
      } catch {
        return reject(new ParleyError('network', { detail: `the answer to ${t} is not of this protocol` }));
      }
      resolve(receipt.result);
    });
  });
