import type { Feature } from '../engine/feature.ts';
import { admission } from './features/admission.ts';
import { attendance } from './features/attendance.ts';
import { audit } from './features/audit.ts';
import { authority } from './features/authority.ts';
import { breakoutRoom } from './features/breakout-room.ts';
import { breakouts } from './features/breakouts.ts';
import { call } from './features/call.ts';
import { chat } from './features/chat.ts';
import { clock } from './features/clock.ts';
import { door } from './features/door.ts';
import { enrolment } from './features/enrolment.ts';
import { erasure } from './features/erasure.ts';
import { files } from './features/files.ts';
import { groupMeeting } from './features/group-meeting.ts';
import { hands } from './features/hands.ts';
import { hints } from './features/hints.ts';
import { images } from './features/images.ts';
import { invites } from './features/invites.ts';
import { lifecycle } from './features/lifecycle.ts';
import { media } from './features/media.ts';
import { meetingRoom } from './features/meeting-room.ts';
import { muting } from './features/muting.ts';
import { passcode } from './features/passcode.ts';
import { policy } from './features/policy.ts';
import { polls } from './features/polls.ts';
import { reactions } from './features/reactions.ts';
import { recording } from './features/recording.ts';
import { removal } from './features/removal.ts';
import { roster } from './features/roster.ts';
import { schedule } from './features/schedule.ts';
import { sfu } from './features/sfu.ts';
import { signal } from './features/signal.ts';
import { spotlight } from './features/spotlight.ts';
import { stays } from './features/stays.ts';
import { typing } from './features/typing.ts';
import { watch } from './features/watch.ts';

/** Everything a room can do. A new capability adds its line here. */
export const features: readonly Feature[] = [
  // First: they look at what was before.
  audit,
  stays,
  lifecycle,
  admission,
  door,
  passcode,
  invites,
  schedule,
  roster,
  authority,
  removal,
  attendance,
  enrolment,
  erasure,
  chat,
  policy,
  media,
  sfu,
  muting,
  hands,
  reactions,
  typing,
  spotlight,
  images,
  files,
  polls,
  breakouts,
  breakoutRoom,
  groupMeeting,
  hints,
  meetingRoom,
  watch,
  call,
  signal,
  recording,
  clock,
];
