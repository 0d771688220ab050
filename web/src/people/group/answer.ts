import { ParleyError } from '../../../../src/client/index.ts';

/** What a query brought; one whose answer was lost with the connection is to be asked again. */
export function answerOf<T>(
  receipt: { readonly status: 'done'; readonly result: T } | { readonly status: 'settled' },
): T {
  if (receipt.status === 'done') return receipt.result;
  throw new ParleyError('network', { detail: 'the answer was lost' });
}
