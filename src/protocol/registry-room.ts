import { auditCommands } from './audit.ts';
import { authorityCommands, authorityEvents } from './authority.ts';
import { breakoutsCommands, breakoutsEvents } from './breakouts.ts';
import { callCommands, callEvents } from './call.ts';
import { chatCommands, chatEvents } from './chat.ts';
import { clockCommands } from './clock.ts';
import { doorCommands, doorEvents } from './door.ts';
import { filesCommands, filesEvents } from './files.ts';
import { groupMeetingCommands, groupMeetingEvents } from './group-meeting.ts';
import { groupsCommands, groupsEvents } from './groups.ts';
import { handsCommands, handsEvents } from './hands.ts';
import { imagesCommands, imagesEvents } from './images.ts';
import { invitesCommands } from './invites.ts';
import { mediaCommands, mediaEvents } from './media.ts';
import { mutingCommands, mutingEvents } from './muting.ts';
import { passcodeCommands, passcodeEvents } from './passcode.ts';
import { policyCommands, policyEvents } from './policy.ts';
import { pollsCommands, pollsEvents } from './polls.ts';
import { reactionsCommands, reactionsEvents } from './reactions.ts';
import { recordingCommands, recordingEvents } from './recording.ts';
import { removalCommands, removalEvents } from './removal.ts';
import { roomCommands, roomEvents } from './room.ts';
import { rosterCommands, rosterEvents } from './roster.ts';
import { scheduleCommands, scheduleEvents } from './schedule.ts';
import { sfuEvents } from './sfu.ts';
import { signalCommands, signalEvents } from './signal.ts';
import { spotlightCommands, spotlightEvents } from './spotlight.ts';
import { typingCommands, typingEvents } from './typing.ts';
import { watchCommands, watchEvents } from './watch.ts';

/** The commands that rooms take, by their `t`. A new capability adds one line here and one among the events. */
export const ROOM_COMMANDS = {
  ...roomCommands,
  ...rosterCommands,
  ...authorityCommands,
  ...removalCommands,
  ...auditCommands,
  ...chatCommands,
  ...policyCommands,
  ...mediaCommands,
  ...mutingCommands,
  ...handsCommands,
  ...reactionsCommands,
  ...typingCommands,
  ...spotlightCommands,
  ...imagesCommands,
  ...filesCommands,
  ...pollsCommands,
  ...breakoutsCommands,
  ...doorCommands,
  ...passcodeCommands,
  ...invitesCommands,
  ...scheduleCommands,
  ...groupsCommands,
  ...groupMeetingCommands,
  ...watchCommands,
  ...callCommands,
  ...signalCommands,
  ...recordingCommands,
  ...clockCommands,
};

/** What rooms tell, by its `t`. */
export const ROOM_EVENTS = {
  ...roomEvents,
  ...rosterEvents,
  ...authorityEvents,
  ...removalEvents,
  ...chatEvents,
  ...policyEvents,
  ...mediaEvents,
  ...mutingEvents,
  ...handsEvents,
  ...reactionsEvents,
  ...typingEvents,
  ...spotlightEvents,
  ...imagesEvents,
  ...filesEvents,
  ...pollsEvents,
  ...breakoutsEvents,
  ...doorEvents,
  ...passcodeEvents,
  ...scheduleEvents,
  ...groupsEvents,
  ...groupMeetingEvents,
  ...watchEvents,
  ...callEvents,
  ...signalEvents,
  ...sfuEvents,
  ...recordingEvents,
};
