import { type Decision, type InternalCommand, internalEvent } from '../engine/feature.ts';
import type { State, StateView } from '../engine/state.ts';
import { type DirectBody, type DirectRef, fail, type Outcome, succeed } from '../protocol/index.ts';
import { conversationWith } from './direct-rows.ts';
import { groupTable } from './group-rows.ts';
import { type FromPeer, linkFull, outgoingTable, sendTo } from './links.ts';
import { isBlocked, isContact, knownPerson, settingsOf, theSelf } from './tables.ts';

/** Names of the internal commands that take what one side tells the other of their conversation. */
export const DIRECT_ITEMS = {
  arrive: 'direct.arrive',
  rewrite: 'direct.rewrite',
  withdraw: 'direct.withdraw',
  refuse: 'direct.refuse',
  tick: 'direct.tick',
  erase: 'direct.erase',
} as const;

/** Codes of the sender's groups; absent: they are sure that they may write. */
export interface Credentials {
  readonly groups?: readonly string[];
}

/** A message of the sender's; `message` is its number among theirs. */
export interface Arriving extends Credentials {
  readonly message: number;
  readonly body: DirectBody;
  readonly replyTo?: DirectRef;
  /** ms. */
  readonly sentAt: number;
}

/** Another text of a message of the sender's; without a body it was edited or deleted once more since. */
export interface Rewriting extends Credentials {
  readonly message: number;
  readonly body?: DirectBody;
  /** ms. */
  readonly editedAt: number;
}

/** Carries something to the other person's object, where `command` takes it. */
export const carry = <Data extends object>(
  state: StateView,
  to: string,
  command: InternalCommand<FromPeer<Data>>,
  data: Data,
): Required<Pick<Decision, 'events' | 'effects'>> => sendTo(state, to, command.name, data);

/**
 * Whether this person may send something new to somebody, and what shows it there: codes of groups, where those decide.
 * The other's object decides by them with `mayWriteHere`.
 */
export function mayReach(state: StateView, to: string): Outcome<Credentials> {
  if (to === theSelf(state).id) return fail('person_self');
  if (knownPerson(state, to) === undefined || conversationWith(state, to).isErased)
    return fail('person_unknown', { detail: to });
  if (isBlocked(state, to)) return fail('person_blocked');
  const full = linkFull(state, to);
  if (full !== null) return { ok: false, error: full };
  if (settingsOf(state).peopleAccess === 'everybody' || isContact(state, to)) return succeed({});
  const groups = Array.from(state.table(groupTable).values()).flatMap((row) =>
    row.everybody ? [] : [row.code],
  );
  return groups.length === 0 ? fail('not_contact') : succeed({ groups });
}

/** Whether somebody may write to this person: so it stands in their own object, which decides. */
export function mayWriteHere(state: StateView, from: string, { groups = [] }: Credentials): boolean {
  if (settingsOf(state).peopleAccess === 'everybody' || isContact(state, from)) return true;
  // The group of everybody makes nobody anybody's acquaintance.
  return groups.some((code) => state.table(groupTable).get(code)?.everybody === false);
}

/** A message that waits to be carried was edited (`body`: what it reads now) or deleted: the old text goes from there, too. */
export const scrubbed = internalEvent<{
  readonly to: string;
  readonly message: number;
  readonly body: DirectBody;
}>('direct.scrubbed');

/** What is under way already is not caught any more; what is carried behind it mends it there. */
export function scrub(state: State, to: string, message: number, body: DirectBody): void {
  const outgoing = state.table(outgoingTable);
  for (const [key, row] of Array.from(outgoing.entries())) {
    if (row.to !== to) continue;
    const { kind, data } = row;
    if (!('message' in data) || data.message !== message) continue;
    if (kind === DIRECT_ITEMS.arrive) outgoing.set(key, { ...row, data: { ...data, body } });
    if (kind === DIRECT_ITEMS.rewrite) outgoing.set(key, { ...row, data: { ...data, body: undefined } });
  }
}
