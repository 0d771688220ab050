import { type Applier, apply, applyInternal } from '../engine/feature.ts';
import type { State } from '../engine/state.ts';
import { LIMITS } from '../protocol/index.ts';
import { accountOf, changeRows, devicesOf } from './account-rows.ts';
import { AUTHORITY_KEY, authorityOf, authorityTable } from './authority-rows.ts';
import {
  cardFound,
  enrolAsked,
  enrolInvited,
  enrolSettled,
  farewellTold,
  groupFounded,
  readMoved,
} from './enrolment-moves.ts';
import {
  askedTable,
  type EnrolledRow,
  enrolledOf,
  enrolledTable,
  findGroup,
  GROUP_KEY,
  type GroupRow,
  groupTable,
  invitedTable,
  refusedTable,
  rememberRefused,
  roomRole,
  theGroup,
  wasRemoved,
} from './enrolment-rows.ts';
import { messagesErased, seatHeld } from './internal-events.ts';
import { dropRecent, noteRecent } from './standing.ts';
import { isPresent, memberTable, ROOM_KEY, roomTable, theRoom } from './tables.ts';

/** Changes the group's row, and counts that up. */
function changeGroup(state: State, to: Partial<Omit<GroupRow, 'version'>> = {}): void {
  const group = theGroup(state);
  state.table(groupTable).set(GROUP_KEY, { ...group, ...to, version: group.version + 1 });
}

function change(state: State, account: string, to: Partial<EnrolledRow>): void {
  const row = enrolledOf(state, account);
  if (row !== undefined) state.table(enrolledTable).set(account, { ...row, ...to });
}

/** The group has this owner: the room follows, and nobody stands in for anybody. */
function own(state: State, account: string): void {
  changeGroup(state, { owner: account });
  state.table(roomTable).set(ROOM_KEY, { ...theRoom(state), owner: account });
  const there = devicesOf(state, account, undefined).find(isPresent)?.id ?? null;
  const row = { ...authorityOf(state), host: there, owner: there, former: null, goneAt: null };
  state.table(authorityTable).set(AUTHORITY_KEY, row);
}

/** Those who are mentioned, by account, but for the author. */
function mentioned(state: State, mentions: readonly string[], by: string | undefined): Set<string> {
  const author = accountOf(state, by ?? null);
  const accounts = mentions.map((id) => (id.startsWith('m_') ? accountOf(state, id) : id));
  return new Set(accounts.filter((id) => id !== null && id !== author) as string[]);
}

function forgetMention(state: State, message: number, still: ReadonlySet<string>): void {
  for (const row of Array.from(state.table(enrolledTable).among('mentioned'))) {
    const { person, mentions } = row;
    if (still.has(person.id) || !mentions.includes(message)) continue;
    change(state, person.id, { mentions: mentions.filter((seq) => seq !== message) });
  }
}

/** A new card of somebody who comes in: what they are called now. */
function refreshCard(state: State, member: string, name: string, avatar: string | null): void {
  const row = state.table(memberTable).get(member);
  if (row === undefined) return;
  const { avatar: before, ...rest } = row;
  if (row.name !== name || (before ?? null) !== avatar)
    state.table(memberTable).set(member, { ...rest, name, ...(avatar === null ? {} : { avatar }) });
  const enrolled = enrolledOf(state, row.account);
  if (enrolled === undefined) return;
  const { person } = enrolled;
  if (person.name !== name || person.avatar !== avatar)
    change(state, person.id, { person: { ...person, name, avatar } });
}

/** Somebody whose account was deleted is back, under the same id: what they write from now on is to be erased anew. */
function comeBack(state: State, account: string): void {
  for (const { erased, ...row } of devicesOf(state, account, undefined))
    if (erased === true) state.table(memberTable).set(row.id, row);
}

/** How a group's events change its tables. In a room that is no group nothing here does anything. */
export const enrolmentAppliers: readonly Applier[] = [
  applyInternal(groupFounded, (state, { joining, announcements, membersInvite, everybody, owner }) => {
    const rules = { joining, announcements, membersInvite };
    state.table(groupTable).set(GROUP_KEY, { ...rules, everybody, owner, version: 1 });
    // Whoever is owner stays it: nobody takes over because they are not there.
    state.table(authorityTable).set(AUTHORITY_KEY, { ...authorityOf(state), whenHostGone: 'wait' });
  }),
  apply('group.enrolled', (state, { person, role, at, seq }) => {
    state.table(askedTable).delete(person.id);
    state.table(invitedTable).delete(person.id);
    state.table(refusedTable).delete(person.id);
    state.table(enrolledTable).set(person.id, { person, role, since: at, read: seq, mentions: [] });
    comeBack(state, person.id);
    changeGroup(state);
  }),
  apply('group.left', (state, { account, reason, at }) => {
    state.table(enrolledTable).delete(account);
    if (reason === 'removed') rememberRefused(state, { account, why: 'removed', at });
    changeRows(state, devicesOf(state, account, undefined), { role: 'member' });
    changeGroup(state);
  }),
  apply('group.appointed', (state, { account, role }) => {
    change(state, account, { role });
    if (role === 'owner') own(state, account);
    else changeGroup(state);
    const quiet = devicesOf(state, account, undefined).filter((row) => !isPresent(row));
    // Host is who is in; who comes is what the group says.
    if (role !== 'owner') changeRows(state, quiet, { role: roomRole(role) });
  }),
  apply('group.changed', (state, { joining, announcements, membersInvite }) =>
    changeGroup(state, { joining, announcements, membersInvite }),
  ),
  applyInternal(enrolAsked, (state, { request }) => {
    state.table(askedTable).set(request.person.id, request);
    comeBack(state, request.person.id);
    changeGroup(state);
  }),
  applyInternal(enrolInvited, (state, { invitation }) => {
    state.table(invitedTable).set(invitation.account, invitation);
    changeGroup(state);
  }),
  applyInternal(enrolSettled, (state, { account, declined, at }) => {
    state.table(askedTable).delete(account);
    state.table(invitedTable).delete(account);
    // Who was removed before stays so, and waits anew.
    if (declined === true)
      rememberRefused(state, { account, why: wasRemoved(state, account) ? 'removed' : 'declined', at });
    changeGroup(state);
  }),
  applyInternal(cardFound, (state, { person }) => {
    const invitation = state.table(invitedTable).get(person.id);
    if (invitation !== undefined) state.table(invitedTable).set(person.id, { ...invitation, person });
  }),
  applyInternal(readMoved, (state, { account, upTo }) => {
    const mentions = enrolledOf(state, account)?.mentions ?? [];
    change(state, account, { read: upTo, mentions: mentions.filter((seq) => seq > upTo) });
  }),
  applyInternal(farewellTold, (state, { accounts }) => {
    for (const account of accounts) {
      state.table(enrolledTable).delete(account);
      state.table(askedTable).delete(account);
      state.table(invitedTable).delete(account);
    }
  }),
  applyInternal(seatHeld, (state, { member, name, account }) => {
    if (account !== undefined && findGroup(state) !== undefined)
      refreshCard(state, member, name, account.avatar);
  }),
  apply('member.left', (state, { member, at }) => {
    const row = findGroup(state) === undefined ? undefined : state.table(memberTable).get(member);
    if (row !== undefined) state.table(memberTable).set(member, { ...row, leftAt: at });
  }),
  apply('chat.sent', (state, { seq, by, to, mentions }) => {
    if (to !== undefined || findGroup(state) === undefined) return;
    noteRecent(state, seq, by);
    for (const account of mentioned(state, mentions ?? [], by)) {
      const before = enrolledOf(state, account)?.mentions ?? [];
      change(state, account, { mentions: [...before, seq].slice(-LIMITS.unread) });
    }
  }),
  // Whom an edit mentions for the first time is not called again: the message is old.
  apply('chat.edited', (state, { message, mentions, by }) => {
    if (findGroup(state) !== undefined) forgetMention(state, message, mentioned(state, mentions ?? [], by));
  }),
  apply('chat.deleted', (state, { message }) => {
    if (findGroup(state) === undefined) return;
    forgetMention(state, message, new Set());
    dropRecent(state, message);
  }),
  applyInternal(messagesErased, (state, { messages }) => {
    for (const message of messages) forgetMention(state, message, new Set());
    dropRecent(state, null);
  }),
  apply('image.shared', (state, { seq, by }) => {
    if (findGroup(state) !== undefined) noteRecent(state, seq, by);
  }),
  apply('image.removed', (state) => {
    if (findGroup(state) !== undefined) dropRecent(state, null);
  }),
  apply('file.shared', (state, { seq, by }) => {
    if (findGroup(state) !== undefined) noteRecent(state, seq, by);
  }),
  apply('file.removed', (state) => {
    if (findGroup(state) !== undefined) dropRecent(state, null);
  }),
];
