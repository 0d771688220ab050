import { deadlineTable } from '../../engine/deadlines.ts';
import {
  apply,
  applyInternal,
  type Decision,
  deadline,
  decide,
  type EffectDraft,
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
import { deleteObject } from '../../engine/images.ts';
import type { State, StateView } from '../../engine/state.ts';
import { DELETED_NAME, type Person } from '../../protocol/index.ts';
import { findGroup, invitedTable } from '../enrolment-rows.ts';
import { type Erased, erasedEvent } from '../erased-events.ts';
import { sharedFiles } from '../file-rows.ts';
import { groupMeetingTable, MEETING_KEY, meetingIn } from '../group-meeting-rows.ts';
import { type ImageRow, imageTable, type SharedImage } from '../image-rows.ts';
import { messagesErased } from '../internal-events.ts';
import { messageTable, pinsOf } from '../message-rows.ts';
import { memberTable, theRoom } from '../tables.ts';

/** ms until an erasure begins: by then all that was said before it is on disk, where it is looked for. */
const BEGIN_AFTER = 5_000;
/** Events that one step rewrites, and UTF-16 units of events that it reads. */
const REWRITES = 100;
const READ = 1024 * 1024;
/** Pictures that one step removes, and files. */
const PICTURES = 50;
const FILES = 50;

/** All member ids that an account ever had here. */
const membersOf = (state: StateView, account: string): string[] =>
  Array.from(state.table(memberTable).values())
    .filter((row) => row.account === account)
    .map(({ id }) => id);

/** An account that was never in the room is deleted: the log may tell of it all the same. */
const tracesLeft = internalEvent<{ readonly account: string }>('group.traces-left');

/** The deadline of an erasure that is under way. */
const erasureOf = (account: string): string => `group-erasure ${account}`;

/**
 * An account is deleted: what it wrote in this group goes. Doing it twice does nothing more. Who never opened the group has no
 * member to name, and nothing to show as deleted; but the log has their card, since they were enrolled or have asked.
 */
export const eraseAccount: InternalCommand<{ readonly account: string }> = internalCommand(
  'group.erase-account',
  ({ state, fields: { account } }) => {
    if (findGroup(state) === undefined || theRoom(state).endedAt !== null) return decide({});
    const members = membersOf(state, account);
    if (members.length === 0)
      return decide(
        state.table(deadlineTable).has(erasureOf(account)) ? {} : { events: [note(tracesLeft, { account })] },
      );
    const isErased = members.every((id) => state.table(memberTable).get(id)?.erased === true);
    return decide(isErased ? {} : { events: [happen('group.erased', { account, members }, { by: null })] });
  },
);

const nextStep = (account: string, before: number, at: number) =>
  deadline(erasureOf(account), at, eraseStep, { account, before });

/** What a step rewrites of the log, from a position back; where the next goes on; null: the log begins here. */
function emptyLog(log: LogView, whose: Erased, before: number) {
  const rewrite: RewriteDraft[] = [];
  let next = before;
  for (let read = 0; read < READ; ) {
    const events = log.back(next);
    if (events === null) return { rewrite, next: null };
    for (const event of events) {
      if (rewrite.length >= REWRITES) return { rewrite, next };
      const after = erasedEvent(event, whose);
      if (after !== event) rewrite.push({ seq: event.seq, event: after });
      read += JSON.stringify(event).length;
      next = event.seq;
    }
  }
  return { rewrite, next };
}

/** Some of what these members shared, with the bytes that nothing else has. */
function removeShared<Row extends { readonly by: string; readonly key: string | null }>(
  shared: readonly Row[],
  members: ReadonlySet<string>,
  most: number,
  removed: (row: Row) => EventDraft,
) {
  const gone = shared.filter(({ by }) => members.has(by)).slice(0, most);
  const left = new Set(shared.filter((row) => !gone.includes(row)).map(({ key }) => key));
  const keys = new Set(gone.flatMap(({ key }) => (key === null || left.has(key) ? [] : [key])));
  const effects: EffectDraft[] = Array.from(keys, (key) => deleteObject('erased', key));
  return { events: gone.map(removed), effects, isMore: gone.length === most };
}

// Both by the author, whose account it was: no host has done it.

function removePictures(state: StateView, members: ReadonlySet<string>) {
  const shared = Array.from(state.table(imageTable).values()).filter(
    (row: Readonly<ImageRow>): row is Readonly<SharedImage> => row.state === 'shared',
  );
  return removeShared(shared, members, PICTURES, ({ id, by }) =>
    happen('image.removed', { image: id }, { by }),
  );
}

const removeFiles = (state: StateView, members: ReadonlySet<string>) =>
  removeShared(sharedFiles(state), members, FILES, ({ id, size, by }) =>
    happen('file.removed', { file: id, size }, { by }),
  );

/** One step of an erasure: a part of the log, from a position back, and some pictures and files. */
export const eraseStep: InternalCommand<{ readonly account: string; readonly before: number }> =
  internalCommand('group.erase-step', ({ state, fields: { account, before }, log, now }) => {
    const members = new Set(membersOf(state, account));
    const { rewrite, next } = emptyLog(log, { account, members }, before);
    const pictures = removePictures(state, members);
    const files = removeFiles(state, members);
    const messages = rewrite.filter(({ event }) => event.t === 'chat.sent').map(({ seq }) => seq);
    const isMore = next !== null || pictures.isMore || files.isMore;
    return decide({
      events: [
        ...pictures.events,
        ...files.events,
        ...(messages.length === 0 ? [] : [note(messagesErased, { messages })]),
      ],
      rewrite,
      effects: [...pictures.effects, ...files.effects],
      // Where the log is through there may still be pictures and files.
      deadlines: isMore ? [nextStep(account, next ?? 0, now)] : [],
    });
  });

const nameless = (person: Person): Person => ({
  ...person,
  userName: null,
  name: DELETED_NAME,
  avatar: null,
});

/** Takes the name from where it is kept beside the log: devices, invitations, the meeting that is on. */
function forgetName(state: State, account: string): void {
  const members = state.table(memberTable);
  for (const id of membersOf(state, account)) {
    const row = members.get(id);
    if (row === undefined) continue;
    const { avatar: _, ...rest } = row;
    members.set(id, { ...rest, name: DELETED_NAME, address: null, erased: true });
  }
  for (const [key, row] of Array.from(state.table(invitedTable).entries()))
    if (row.by.id === account) state.table(invitedTable).set(key, { ...row, by: nameless(row.by) });
  const meeting = meetingIn(state);
  if (meeting?.from.id === account)
    state.table(groupMeetingTable).set(MEETING_KEY, { ...meeting, from: nameless(meeting.from) });
}

/** What somebody wrote in a group goes with their account, from the log as well: a part at a time. Rooms end by themselves. */
export const erasure: Feature = {
  name: 'erasure',
  tables: [],
  commands: {},
  internalCommands: [eraseAccount, eraseStep],
  internalEvents: [messagesErased, tracesLeft],
  apply: [
    apply('group.erased', (state, { account }) => forgetName(state, account)),
    applyInternal(messagesErased, (state, { messages }) => {
      for (const message of messages) state.table(messageTable).delete(String(message));
    }),
  ],
  on: [
    // An internal event has the position of the newest that is told: it is read as well.
    onInternal(tracesLeft, ({ now }, { account, seq }) => ({
      deadlines: [nextStep(account, seq + 1, now + BEGIN_AFTER)],
    })),
    on('group.erased', ({ state, now }, { account, members, seq }): Decision => {
      const pins = pinsOf(state).filter(({ by }) => typeof by === 'string' && members.includes(by));
      return {
        events: pins.map(({ seq: message }) => happen('chat.unpinned', { message }, { by: null })),
        deadlines: [nextStep(account, seq, now + BEGIN_AFTER)],
      };
    }),
  ],
};
