import {
  apply,
  applyInternal,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  type LogView,
  note,
  on,
  onInternal,
  type RewriteDraft,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { DirectMessage } from '../../protocol/index.ts';
import { isSpokenOf } from '../contact-rows.ts';
import { DIRECT_ITEMS } from '../direct-items.ts';
import {
  backFrom,
  changeConversation,
  conversationTable,
  conversationWith,
  deletedMessage,
  directEditTable,
  editKey,
  emptiedEdit,
} from '../direct-rows.ts';
import { personErased, personGone, selfRemoved } from '../internal-events.ts';
import { type FromPeer, linkTable, sendInSteps } from '../links.ts';
import { peopleTable } from '../tables.ts';

/** Messages, and edits, that one step of an erasure looks at. */
const STEP = 200;

const editsErased = internalEvent<{ readonly keys: readonly string[] }>('direct.edits-erased');

/** Their account is deleted: where there is a conversation with them, what they wrote in it goes. */
const erasure = (state: StateView, account: string): EventDraft[] => {
  const row = state.table(conversationTable).get(account);
  return row === undefined || row.isErased ? [] : [happen('direct.erased', { with: account })];
};

/** The sender's account is deleted. */
export const eraseMessages: InternalCommand<FromPeer<object>> = internalCommand(
  DIRECT_ITEMS.erase,
  ({ state, fields: { from } }) =>
    decide({ events: [...erasure(state, from), note(personErased, { account: from })] }),
);

/** What stays of a message whose author has no account any more. */
function erasedMessage(event: DirectMessage): DirectMessage {
  const { person: _, ...rest } = deletedMessage(event);
  return rest;
}

/** Empties the next few of the events that told of edits, and forgets where they are. */
function eraseEdits(state: StateView, log: LogView, account: string) {
  const beginning = editKey(account, { from: account, number: 0 }).slice(0, -1);
  const keys: string[] = [];
  const rewrite: RewriteDraft[] = [];
  for (const [key, { seq }] of state.table(directEditTable).entries()) {
    if (!key.startsWith(beginning)) continue;
    const told = log.read(seq);
    if (told?.event.t === 'direct.edited') rewrite.push({ seq, event: emptiedEdit(told.event) });
    if (keys.push(key) === STEP) break;
  }
  return { keys, rewrite };
}

/** One step of an erasure, from a position back; null: all messages have been seen. */
export const eraseStep: InternalCommand<{ readonly with: string; readonly from: number | null }> =
  internalCommand('direct.erase-step', ({ state, fields: { with: account, from }, log, now }) => {
    const { keys, rewrite } = eraseEdits(state, log, account);
    let next: number | null = null;
    let looked = 0;
    for (const { event } of backFrom(log, from)) {
      if (looked === STEP) {
        next = event.seq;
        break;
      }
      looked += 1;
      if (event.from === account && event.body.kind !== 'deleted')
        rewrite.push({ seq: event.seq, event: erasedMessage(event) });
    }
    const isMore = next !== null || keys.length === STEP;
    return decide({
      events: keys.length === 0 ? [] : [note(editsErased, { keys })],
      rewrite,
      deadlines: isMore ? [nextStep(account, next, now)] : [],
    });
  });

/** The deadline of the next part of those who are told to erase. */
export const ERASURE_TELLING = 'direct-erasure telling';

/** Those with whom there are messages, or with whom anything else was exchanged; a part of them at a time. */
const tellToErase = (state: StateView, after: string | null, now: number): Decision => {
  const talking = Array.from(state.table(conversationTable).values()).filter(({ isErased }) => !isErased);
  const others = new Set([...talking.map((row) => row.with), ...state.table(linkTable).keys()]);
  const step = sendInSteps(state, others, after, eraseMessages.name);
  return {
    events: step.events,
    effects: step.effects,
    deadlines: step.next === null ? [] : [deadline(ERASURE_TELLING, now, tellOn, { after: step.next })],
  };
};

const tellOn: InternalCommand<{ readonly after: string }> = internalCommand(
  'direct.tell-to-erase',
  ({ state, fields: { after }, now }) => decide(tellToErase(state, after, now)),
);

const nextStep = (account: string, from: number | null, now: number) =>
  deadline(`direct-erasure ${account}`, now, eraseStep, { with: account, from });

/** What somebody wrote goes with their account, from the logs of others as well: a part at a time. */
export const directErasure: Feature = {
  name: 'direct-erasure',
  tables: [],
  commands: {},
  internalCommands: [eraseMessages, eraseStep, tellOn],
  internalEvents: [editsErased, personErased],
  apply: [
    apply('direct.erased', (state, { with: account }) =>
      changeConversation(state, account, ({ received }) => ({
        isErased: true,
        unread: 0,
        read: received,
        got: received,
        told: { got: received, read: received },
        isTelling: false,
      })),
    ),
    applyInternal(personErased, (state, { account }) => {
      if (!isSpokenOf(state, account)) state.table(peopleTable).delete(account);
    }),
    applyInternal(editsErased, (state, { keys }) => {
      for (const key of keys) state.table(directEditTable).delete(key);
    }),
  ],
  on: [
    on('direct.erased', ({ state, now }, { with: account }) => ({
      deadlines: [nextStep(account, conversationWith(state, account).last, now)],
    })),
    onInternal(personGone, ({ state }, { account }) => ({ events: erasure(state, account) })),
    onInternal(selfRemoved, ({ state, now }) => tellToErase(state, null, now)),
  ],
};
