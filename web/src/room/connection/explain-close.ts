import type { RoomView } from '../../../../src/client/index.ts';

export type Closed = RoomView['connection'] & { readonly status: 'closed' };

/** What to say of a closed connection, as keys of the texts. `back`: the label of the way back; null: there is none. */
interface Explanation {
  readonly title:
    | 'over.leftTitle'
    | 'over.endedTitle'
    | 'over.replacedTitle'
    | 'over.goneTitle'
    | 'over.refusedTitle'
    | 'over.removedTitle'
    | 'over.bannedTitle'
    | 'over.signedOutTitle'
    | 'over.closedTitle';
  readonly text:
    | 'over.leftText'
    | 'over.endedText'
    | 'over.replacedText'
    | 'over.goneText'
    | 'over.refusedText'
    | 'over.refusedSaid'
    | 'over.removedText'
    | 'over.removedSaid'
    | 'over.bannedText'
    | 'over.bannedSaid'
    | 'over.signedOutText'
    | 'over.closedErrors'
    | 'over.closedFlood'
    | 'over.closedTooLarge'
    | 'over.closedOther';
  readonly back: 'over.comeBack' | 'over.useHere' | 'over.askAgain' | null;
  /** ended: hosts take home what there is, and may open it again. left: they take it home. Left out: there is nothing. */
  readonly after?: 'ended' | 'left';
}

const DELETED: Explanation = { title: 'over.endedTitle', text: 'over.endedText', back: null };
const ENDED: Explanation = { ...DELETED, after: 'ended' };
const GONE: Explanation = { title: 'over.goneTitle', text: 'over.goneText', back: 'over.comeBack' };
const OTHER: Explanation = { title: 'over.closedTitle', text: 'over.closedOther', back: 'over.comeBack' };

const REFUSED: Explanation = { title: 'over.refusedTitle', text: 'over.refusedText', back: 'over.askAgain' };

const REMOVED: Explanation = { title: 'over.removedTitle', text: 'over.removedText', back: 'over.askAgain' };
const BANNED: Explanation = { title: 'over.bannedTitle', text: 'over.bannedText', back: null };

const BY_NAME: Readonly<Partial<Record<NonNullable<Closed['name']>, Explanation>>> = {
  left: { title: 'over.leftTitle', text: 'over.leftText', back: 'over.comeBack', after: 'left' },
  ended: ENDED,
  replaced: { title: 'over.replacedTitle', text: 'over.replacedText', back: 'over.useHere' },
  refused: REFUSED,
  removed: REMOVED,
  banned: BANNED,
  signed_out: { title: 'over.signedOutTitle', text: 'over.signedOutText', back: 'over.comeBack' },
  errors: { ...OTHER, text: 'over.closedErrors' },
  flood: { ...OTHER, text: 'over.closedFlood' },
  too_large: { ...OTHER, text: 'over.closedTooLarge' },
};

/** A close code tells it, or the refusal that a try to come back met. */
export function explainClose(closed: Closed): Explanation {
  const code = closed.error?.code;
  if (code === 'room_ended') return ENDED;
  if (code === 'room_not_found') return DELETED;
  if (code === 'member_gone' || code === 'token_invalid') return GONE;
  if (code === 'banned') return BANNED;
  if ((closed.said ?? '') !== '') {
    if (closed.name === 'refused') return { ...REFUSED, text: 'over.refusedSaid' };
    if (closed.name === 'removed') return { ...REMOVED, text: 'over.removedSaid' };
    if (closed.name === 'banned') return { ...BANNED, text: 'over.bannedSaid' };
  }
  return (closed.name === null ? undefined : BY_NAME[closed.name]) ?? OTHER;
}
