import type { CommandType, EventType } from '../registry.ts';
import { auditCommandTexts } from './audit.ts';
import { authorityCommandTexts, authorityEventTexts } from './authority.ts';
import { breakoutsCommandTexts, breakoutsEventTexts } from './breakouts.ts';
import { callCommandTexts, callEventTexts } from './call.ts';
import { callsCommandTexts, callsEventTexts } from './calls.ts';
import { chatCommandTexts, chatEventTexts } from './chat.ts';
import { clockCommandTexts } from './clock.ts';
import { directCommandTexts, directEventTexts } from './direct.ts';
import { doorCommandTexts, doorEventTexts } from './door.ts';
import { favouritesCommandTexts, favouritesEventTexts } from './favourites.ts';
import { filesCommandTexts, filesEventTexts } from './files.ts';
import { groupMeetingCommandTexts, groupMeetingEventTexts } from './group-meeting.ts';
import { groupsCommandTexts, groupsEventTexts, standingEventTexts } from './groups.ts';
import { handsCommandTexts, handsEventTexts } from './hands.ts';
import { imagesCommandTexts, imagesEventTexts } from './images.ts';
import { invitesCommandTexts } from './invites.ts';
import { mediaCommandTexts, mediaEventTexts } from './media.ts';
import { meetingsCommandTexts, meetingsEventTexts } from './meetings.ts';
import { mutingCommandTexts, mutingEventTexts } from './muting.ts';
import { passcodeCommandTexts, passcodeEventTexts } from './passcode.ts';
import { peopleCommandTexts, peopleEventTexts } from './people.ts';
import { policyCommandTexts, policyEventTexts } from './policy.ts';
import { pollsCommandTexts, pollsEventTexts } from './polls.ts';
import { presenceCommandTexts, presenceEventTexts } from './presence.ts';
import { reactionsCommandTexts, reactionsEventTexts } from './reactions.ts';
import { recordingCommandTexts, recordingEventTexts } from './recording.ts';
import { removalCommandTexts, removalEventTexts } from './removal.ts';
import { roomCommandTexts, roomEventTexts } from './room.ts';
import { rosterCommandTexts, rosterEventTexts } from './roster.ts';
import { scheduleCommandTexts, scheduleEventTexts } from './schedule.ts';
import { sfuEventTexts } from './sfu.ts';
import { signalCommandTexts, signalEventTexts } from './signal.ts';
import { spotlightCommandTexts, spotlightEventTexts } from './spotlight.ts';
import { typingCommandTexts, typingEventTexts } from './typing.ts';
import { watchCommandTexts, watchEventTexts } from './watch.ts';

/*
 * What the documents say of each command and event. It stands apart from the protocol itself so that neither the server
 * nor a client carries texts that only the documents and the API description show.
 */

export interface CommandText {
  readonly summary: string;
  /** Which permission it needs, in words; left out where it is always the same one, or none. */
  readonly needs?: string;
}

export const COMMAND_TEXTS: { readonly [T in CommandType]: CommandText } = {
  ...auditCommandTexts,
  ...authorityCommandTexts,
  ...breakoutsCommandTexts,
  ...callCommandTexts,
  ...callsCommandTexts,
  ...chatCommandTexts,
  ...clockCommandTexts,
  ...directCommandTexts,
  ...doorCommandTexts,
  ...favouritesCommandTexts,
  ...filesCommandTexts,
  ...groupMeetingCommandTexts,
  ...groupsCommandTexts,
  ...handsCommandTexts,
  ...imagesCommandTexts,
  ...invitesCommandTexts,
  ...mediaCommandTexts,
  ...meetingsCommandTexts,
  ...mutingCommandTexts,
  ...passcodeCommandTexts,
  ...peopleCommandTexts,
  ...policyCommandTexts,
  ...pollsCommandTexts,
  ...presenceCommandTexts,
  ...reactionsCommandTexts,
  ...recordingCommandTexts,
  ...removalCommandTexts,
  ...roomCommandTexts,
  ...rosterCommandTexts,
  ...scheduleCommandTexts,
  ...signalCommandTexts,
  ...spotlightCommandTexts,
  ...typingCommandTexts,
  ...watchCommandTexts,
};

/** What each event says. */
export const EVENT_TEXTS: { readonly [T in EventType]: string } = {
  ...authorityEventTexts,
  ...breakoutsEventTexts,
  ...callEventTexts,
  ...callsEventTexts,
  ...chatEventTexts,
  ...directEventTexts,
  ...doorEventTexts,
  ...favouritesEventTexts,
  ...filesEventTexts,
  ...groupMeetingEventTexts,
  ...groupsEventTexts,
  ...standingEventTexts,
  ...handsEventTexts,
  ...imagesEventTexts,
  ...mediaEventTexts,
  ...meetingsEventTexts,
  ...mutingEventTexts,
  ...passcodeEventTexts,
  ...peopleEventTexts,
  ...policyEventTexts,
  ...pollsEventTexts,
  ...presenceEventTexts,
  ...reactionsEventTexts,
  ...recordingEventTexts,
  ...removalEventTexts,
  ...roomEventTexts,
  ...rosterEventTexts,
  ...scheduleEventTexts,
  ...sfuEventTexts,
  ...signalEventTexts,
  ...spotlightEventTexts,
  ...typingEventTexts,
  ...watchEventTexts,
};
