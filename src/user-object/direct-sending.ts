import {
  type Decision,
  type EventDraft,
  happen,
  internalEvent,
  type LogView,
  note,
} from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { DirectBody, DirectRef } from '../protocol/index.ts';
import { type Arriving, type Credentials, DIRECT_ITEMS } from './direct-items.ts';
import { conversationWith, MARK_EVERY } from './direct-rows.ts';
import { sendTo } from './links.ts';
import { knownPerson, theSelf } from './tables.ts';

/** The log begins at this position now: marks of a conversation before it are of no use. */
export const marksForgotten = internalEvent<{ readonly with: string; readonly before: number }>(
  'direct.marks-forgotten',
);

/** Where a message sets a mark: drops the marks that the log has lost. */
export function tidyMarks(state: StateView, log: LogView, account: string): EventDraft[] {
  const isDue = (conversationWith(state, account).count + 1) % MARK_EVERY === 0;
  return isDue ? [note(marksForgotten, { with: account, before: log.begins() })] : [];
}

export interface Sending {
  readonly to: string;
  readonly body: DirectBody;
  readonly replyTo?: DirectRef | undefined;
  /** What shows there that this person may; see `mayReach`. */
  readonly credentials: Credentials;
}

/** What follows when this person sends a message: it stands here, and is carried there. `now` in ms. */
export function sendMessage(
  state: StateView,
  log: LogView,
  { to, body, replyTo, credentials }: Sending,
  now: number,
): Required<Pick<Decision, 'events' | 'effects'>> {
  const { sent, last } = conversationWith(state, to);
  const number = sent + 1;
  const message = { body, ...(replyTo === undefined ? {} : { replyTo }), sentAt: now };
  const person = last === null ? knownPerson(state, to) : undefined;
  const item: Arriving = { message: number, ...message, ...credentials };
  const carried = sendTo(state, to, DIRECT_ITEMS.arrive, item);
  return {
    events: [
      ...tidyMarks(state, log, to),
      happen('direct.sent', {
        with: to,
        from: theSelf(state).id,
        number,
        ...message,
        prev: last,
        ...(person === undefined ? {} : { person }),
      }),
      ...carried.events,
    ],
    effects: carried.effects,
  };
}
