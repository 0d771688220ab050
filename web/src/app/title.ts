/*
 * The document's title. What is shown says what it is called; what has happened elsewhere stands before that: a call,
 * and how many messages nobody has read.
 */
interface Parts {
  readonly base: string;
  /** Unread in what is shown, a room, while nobody looks. */
  readonly here: number;
  /** Unread in the conversations and groups of whoever is logged in. */
  readonly elsewhere: number;
  /** Who calls just now. */
  readonly call: string | null;
}

/** The title that these parts make. */
export function titleOf({ base, here, elsewhere, call }: Parts): string {
  const unread = here + elsewhere;
  return `${call === null ? '' : `${call} · `}${unread === 0 ? '' : `(${unread}) `}${base}`;
}

let parts: Parts = { base: '', here: 0, elsewhere: 0, call: null };

function change(next: Partial<Parts>): void {
  parts = { ...parts, ...next };
  if (parts.base !== '') document.title = titleOf(parts);
}

/** What is shown is called so; `here`: messages that came into it while nobody looked. */
export const setTitle = (base: string, here = 0): void => change({ base, here });
/** Messages that nobody has read, in all conversations. */
export const setUnread = (elsewhere: number): void => change({ elsewhere });
/** Somebody calls; null: nobody does. */
export const setCallTitle = (call: string | null): void => change({ call });
