import type { RoomEvent } from '../protocol/registry.ts';
import { authorityChanged, hostChanged, hostJoined } from './view-authority.ts';
import { CALL_CHANGES } from './view-call.ts';
import { deletedMessage, editedMessage } from './view-chat.ts';
import { lobbyJoined, lobbyLeft } from './view-door.ts';
import type { Draft } from './view-draft.ts';
import { FILE_CHANGES } from './view-files.ts';
import { GROUP_CHANGES } from './view-group.ts';
import { MEETING_CHANGES } from './view-meeting.ts';
import { pollClosed, pollCounted, pollOpened, pollRemoved, pollVoted } from './view-polls.ts';
import { type Envelope, isKnown } from './view-state.ts';
import { WATCH_CHANGES } from './view-watch.ts';

/** What each event does to a view. Events that are not here change nothing that is kept. */
const CHANGES: { readonly [T in RoomEvent['t']]?: (draft: Draft, event: RoomEvent<T>) => void } = {
  'member.joined': (draft, { member }) => {
    draft.join(member);
    draft.changeAuthority((authority) => hostJoined(authority, member));
  },
  'member.away': (draft, { member, at }) => {
    draft.changeMember(member, { presence: 'away' });
    draft.dropMedia(member, at);
  },
  'member.returned': (draft, { member }) => draft.changeMember(member, { presence: 'online' }),
  'member.left': (draft, { member, at }) => {
    draft.leave(member);
    draft.dropMedia(member, at);
  },
  'member.renamed': (draft, { member, name }) => draft.rename(member, name),
  'member.pictured': (draft, { member, avatar }) => draft.picture(member, avatar),
  'role.changed': (draft, { member, role, seq }) => draft.changeRole(member, role, seq),
  'host.changed': (draft, event) => draft.changeAuthority((authority) => hostChanged(authority, event)),
  'authority.changed': (draft, event) =>
    draft.changeAuthority((authority) => authorityChanged(authority, event)),
  'rights.changed': (draft, { member, rights }) => draft.changeMember(member, { rights }),
  'policy.changed': (draft, { policy }) => draft.setPolicy(policy),
  'room.updated': (draft, event) => draft.updateRoom(event),
  'chat.sent': (draft, event) => draft.addMessage(event),
  'chat.edited': (draft, { message, body, mentions, editedAt }) => {
    // Without a body it was edited or deleted once more, and what came of that comes later.
    if (body !== undefined)
      draft.rewrite(message, (before) => editedMessage(before, { body, mentions, editedAt }));
  },
  'chat.deleted': (draft, { message, deletedBy }) => {
    draft.rewrite(message, (before) => deletedMessage(before, deletedBy));
    draft.setReactions(message, {});
  },
  'group.erased': (draft, { members }) => draft.erase(members),
  'chat.reacted': (draft, event) => draft.react(event),
  'chat.pinned': (draft, { message }) => draft.pin(message),
  'chat.unpinned': (draft, { message }) => draft.unpin(message),
  'chat.slowed': (draft, { seconds }) => draft.set({ slowSeconds: seconds }),
  'image.shared': (draft, event) => draft.addMessage(event),
  'image.removed': (draft, { image }) => draft.removeImage(image),
  'file.shared': (draft, event) => draft.addMessage(event),
  'file.removed': (draft, { file }) => draft.removeFile(file),
  'media.changed': (draft, event) => draft.setMedia(event),
  'passcode.changed': (draft, { passcode }) => draft.set({ passcode }),
  'schedule.changed': (draft, { opensAt, expiresAt, maxMinutes, title }) =>
    draft.set({ schedule: { opensAt, expiresAt, maxMinutes, title }, ending: null }),
  'room.ending': (draft, { time }) => draft.set({ ending: time }),
  'room.reopened': (draft, { at }) => draft.empty(at),
  'door.changed': (draft, { door }) => draft.set({ door }),
  'lobby.joined': (draft, { waiting }) => draft.changeLobby((lobby) => lobbyJoined(lobby, waiting)),
  'lobby.left': (draft, { member }) => draft.changeLobby((lobby) => lobbyLeft(lobby, member)),
  'lobby.placed': (draft, event) => draft.setPlace(event),
  'poll.opened': (draft, event) => draft.changePolls((polls) => pollOpened(polls, event)),
  'poll.voted': (draft, event) => draft.changePolls((polls) => pollVoted(polls, event)),
  'poll.counted': (draft, event) => draft.changePolls((polls) => pollCounted(polls, event)),
  'poll.closed': (draft, event) => draft.changePolls((polls) => pollClosed(polls, event)),
  'poll.removed': (draft, event) => draft.changePolls((polls) => pollRemoved(polls, event)),
  'breakout.opened': (draft, event) => draft.changeBreakouts(event),
  'breakout.changed': (draft, event) => draft.changeBreakouts(event),
  'breakout.assigned': (draft, event) => draft.changeBreakouts(event),
  'breakout.closing': (draft, event) => draft.changeBreakouts(event),
  'breakout.closed': (draft, event) => draft.changeBreakouts(event),
};

function change<T extends RoomEvent['t']>(draft: Draft, event: RoomEvent<T> & { readonly t: T }): void {
  CHANGES[event.t]?.(draft, event);
  const meeting = MEETING_CHANGES[event.t];
  if (meeting !== undefined) draft.changeMeeting((now, self) => meeting(now, event, self));
  const files = FILE_CHANGES[event.t];
  if (files !== undefined) draft.changeFiles((now) => files(now, event));
  const watch = WATCH_CHANGES[event.t];
  if (watch !== undefined) draft.changeWatch((now) => watch(now, event));
  const call = CALL_CHANGES[event.t];
  if (call !== undefined) draft.changeCall((now) => call(now, event));
  const group = GROUP_CHANGES[event.t];
  if (group !== undefined) draft.changeGroup((now, around) => group(now, event, around));
}

/** Applies all events that this version knows. */
export function applyAll(draft: Draft, events: readonly Envelope[]): void {
  for (const event of events) if (isKnown(event)) change(draft, event);
}
