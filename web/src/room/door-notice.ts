import type { AccountsOffer, StatusResponse } from '../../../src/protocol/index.ts';

/** Why there is no way in, as keys of the texts. `final`: looking again does not help. */
export interface DoorNotice {
  readonly title: 'door.notFoundTitle' | 'door.endedTitle' | 'door.fullTitle';
  readonly text:
    | 'door.notFoundText'
    | 'door.endedText'
    | 'door.endedTextUnknown'
    | 'door.fullText'
    | 'door.fullTextUnknown';
  readonly values: { readonly code: string; readonly room: string; readonly count: number };
  readonly final: boolean;
}

/** Null where the room is open, or where what went wrong is not about the room. */
export function doorNotice(
  status: StatusResponse | null,
  refusal: string | null,
  code: string,
): DoorNotice | null {
  const values = { code, room: status?.name ?? '', count: status?.capacity ?? 0 };
  const known = status !== null;
  if (refusal === 'room_not_found')
    return { title: 'door.notFoundTitle', text: 'door.notFoundText', values, final: true };
  if (refusal === 'room_ended' || status?.status === 'ended')
    return {
      title: 'door.endedTitle',
      text: known ? 'door.endedText' : 'door.endedTextUnknown',
      values,
      final: true,
    };
  if (refusal === 'room_full' || status?.status === 'full')
    return {
      title: 'door.fullTitle',
      text: known ? 'door.fullText' : 'door.fullTextUnknown',
      values,
      final: false,
    };
  return null;
}

/** Whether guests are kept out, by what the server offers (null: not known yet) or by what it has refused. */
export const isForAccounts = (offer: AccountsOffer | null, refusal: string | null): boolean =>
  offer?.join === 'account' || refusal === 'account_required';
