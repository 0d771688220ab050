import { LIMITS } from '../../../../src/protocol/index.ts';

/** Somebody who can be mentioned. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly account?: string | null;
  readonly avatar?: string | undefined;
}

/** What stands between an `@` and the caret. `start` is the place of the `@`. */
export interface MentionQuery {
  readonly start: number;
  readonly text: string;
}

/** Longest text after an `@` that still counts as the beginning of a name. */
const QUERY_MOST = 32;
/** People offered at once. */
const OFFERED_MOST = 6;

/** The beginning of a mention at the caret; null where nobody is being mentioned. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const start = text.lastIndexOf('@', caret - 1);
  if (start === -1 || caret - start - 1 > QUERY_MOST) return null;
  // An @ inside a word is an address, not a mention.
  if (start > 0 && !/[\s\p{P}]/u.test(text.charAt(start - 1))) return null;
  const query = text.slice(start + 1, caret);
  return /^\s|\n/.test(query) ? null : { start, text: query };
}

/** People whose name begins with the query, or has a word that does; the former first. */
export function matchPeople(people: Iterable<Person>, query: string): Person[] {
  const wanted = query.toLocaleLowerCase();
  const first: Person[] = [];
  const second: Person[] = [];
  for (const person of people) {
    const name = person.name.toLocaleLowerCase();
    if (name.startsWith(wanted)) first.push(person);
    else if (name.includes(` ${wanted}`)) second.push(person);
    if (first.length === OFFERED_MOST) break;
  }
  return [...first, ...second].slice(0, OFFERED_MOST);
}

/** Puts the name in place of what was typed. */
export function insertMention(
  text: string,
  query: MentionQuery,
  name: string,
): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, query.start)}@${name} `;
  const after = text.slice(query.start + 1 + query.text.length).replace(/^ /, '');
  return { text: before + after, caret: before.length };
}

/** The ids of those who were inserted and whose name still stands in the text. */
export function mentionsIn(text: string, inserted: readonly Person[]): string[] {
  const ids = inserted.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
  return [...new Set(ids)].slice(0, LIMITS.mentions);
}

export type Piece = { readonly text: string; readonly member: string | null };

/** Cuts a text into what is a mention of one of these people and what is not. Longer names go first. */
export function cutMentions(text: string, mentioned: readonly Person[]): Piece[] {
  const people = [...mentioned].sort((a, b) => b.name.length - a.name.length);
  const pieces: Piece[] = [];
  let plain = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const person = people.find(({ name }) => text.startsWith(name, at + 1));
    if (person === undefined) continue;
    if (at > plain) pieces.push({ text: text.slice(plain, at), member: null });
    pieces.push({ text: `@${person.name}`, member: person.id });
    plain = at + 1 + person.name.length;
    at = plain - 1;
  }
  if (plain < text.length) pieces.push({ text: text.slice(plain), member: null });
  return pieces;
}
