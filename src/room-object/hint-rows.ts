import type { LogView } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { MovedNews } from '../platform/room-news.ts';
import { enrolledOf, enrolledTable } from './enrolment-rows.ts';
import { lastMessageOf, unreadOf } from './standing.ts';
import { present, theRoom } from './tables.ts';

/** How far a group has moved since its object woke: one row, under the key `moved`. In memory only, and never written. */
export interface MovedRow {
  /** Position of the newest message or picture for everybody. */
  readonly message: number;
  /** Position of the newest message that mentions somebody. */
  readonly mention: number;
  /** Accounts that have said how far they have read; the last ones, and how many there were in all. */
  readonly readers: readonly string[];
  readonly reads: number;
}
/** Readers that are remembered until they are told. */
export const READERS = 100;
export const movedTable = defineTable<MovedRow>('moved');
export const MOVED_KEY = 'moved';
const NOT_YET: MovedRow = { message: 0, mention: 0, readers: [], reads: 0 };

export const movedIn = (state: StateView): Readonly<MovedRow> =>
  state.table(movedTable).get(MOVED_KEY) ?? NOT_YET;

/** Accounts that have the group open at this moment: they hear everything as it happens. */
export const hearing = (state: StateView): ReadonlySet<string> =>
  new Set(present(state).flatMap(({ account, presence }) => (presence === 'online' && account) || []));

/** Accounts that were mentioned by a message behind this position. */
export const mentionedSince = (state: StateView, seq: number): string[] =>
  Array.from(state.table(enrolledTable).among('mentioned'))
    .filter(({ mentions }) => (mentions.at(-1) ?? 0) > seq)
    .map(({ person }) => person.id);

/** What one person is told. */
export interface Hint {
  readonly account: string;
  readonly news: MovedNews;
}

/** What these people are to be told of the group, each for themselves; who does not belong to it is left out. */
export function hintsFor(state: StateView, log: LogView, accounts: readonly string[], told: number): Hint[] {
  const { code: group, name } = theRoom(state);
  const lastMessage = lastMessageOf(state, log);
  const head = Math.max(told, lastMessage?.seq ?? 0);
  return accounts.flatMap((account): Hint[] => {
    const row = enrolledOf(state, account);
    if (row === undefined) return [];
    const { read, mentions } = row;
    const unread = unreadOf(state, log, row);
    const standing = { group, name, head, read, unread, mentions: mentions.length, lastMessage };
    return [{ account, news: { kind: 'moved', unread: standing } }];
  });
}
