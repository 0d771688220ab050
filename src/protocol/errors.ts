import * as v from 'valibot';
import { type ErrorSpec, error, SHARED_ERRORS } from './shared-errors.ts';

/** Every error the server gives. `code` is stable; `message` is for people and may get more exact. */
export const ERRORS = {
  // Frames
  bad_json: error(400, 'unable to read the frame; send one JSON object as text'),
  bad_frame: error(400, 'unable to read the frame; it needs a string "t" that names the command'),
  frame_too_large: error(413, 'unable to take the frame; send less than the limit in one frame'),
  binary_unexpected: error(
    400,
    'unable to read the binary frame; only image.upload with its header is sent as binary',
  ),
  unknown_command: error(
    404,
    'unable to run the command; this version does not know it, see docs/protocol.md',
  ),
  invalid: error(422, 'unable to take the request; a field has a wrong type or value'),
  text_too_long: error(422, 'unable to take the text; shorten it to the limit'),
  // Acting in a room
  not_allowed: error(403, 'unable to do this; the host has not given you the right to'),
  role_required: error(403, 'unable to do this; only the host or a co-host may'),
  member_unknown: error(404, 'unable to find the member; take an id from the roster'),
  request_unknown: error(404, 'unable to find the request; it was answered already or has run out'),
  message_unknown: error(404, 'unable to find the message; it was deleted, is too old, or is not for you'),
  image_unknown: error(404, 'unable to find the picture; it was removed or never shared here'),
  poll_unknown: error(404, 'unable to find the poll; it was removed or never opened here'),
  poll_closed: error(409, 'unable to change the poll; it is closed'),
  watch_unknown: error(
    404,
    'unable to find what is to be watched; it was removed from the list or never on it, or nothing is chosen',
  ),
  watch_stale: error(
    409,
    'unable to do this; somebody else has changed what is playing meanwhile, look at it and decide anew',
  ),
  position_invalid: error(422, 'unable to go there; the position is behind the end'),
  not_media: error(
    415,
    'unable to watch this file; it is neither video nor audio, or what is given as subtitles is not WebVTT',
  ),
  addresses_off: error(
    403,
    'unable to take addresses of other servers; on this one only files of the room are watched',
  ),
  address_refused: error(
    422,
    'unable to take the address; it must be https, of a public host, on the usual port, without user name',
  ),
  call_full: error(
    409,
    'unable to take one more into the call; switch a camera or screen off first, or have whoever runs the server set up the SFU',
  ),
  call_moded: error(
    409,
    'unable to connect members directly; the call goes through the SFU now, publish there instead',
  ),
  peer_gone: error(
    409,
    'unable to reach the other one; one of you is not in the call under this id, see call.changed',
  ),
  signal_invalid: error(
    422,
    'unable to pass the description on; it can not be read, or what it sends is not declared; the detail says where',
  ),
  recording_taken: error(409, 'unable to record; somebody else does already, stop that recording first'),
  breakout_unknown: error(404, 'unable to find the breakout room; it was closed or never made here'),
  breakouts_open: error(409, 'unable to make breakout rooms; close those that are open first'),
  rate_limited: SHARED_ERRORS.rate_limited,
  busy: SHARED_ERRORS.busy,
  // Getting in
  version_unsupported: error(
    400,
    'unable to speak this protocol version; offer one of those the server names',
  ),
  upgrade_required: error(426, 'unable to connect; open this address as a WebSocket'),
  origin_refused: error(403, 'unable to accept this origin; ask the operator to add it to ALLOWED_ORIGINS'),
  room_not_found: error(404, 'unable to find the room; check the code'),
  room_ended: error(410, 'unable to join; the meeting has ended'),
  room_locked: error(403, 'unable to join; the host has locked the room', true),
  room_full: error(409, 'unable to join; every seat is taken, try again when somebody has left', true),
  not_open_yet: error(403, 'unable to join yet; the room opens at a later time', true),
  passcode_required: error(403, 'unable to join without the passcode; ask whoever invited you for it'),
  passcode_wrong: error(403, 'unable to join with this passcode; check it and try again', true),
  invite_invalid: error(
    403,
    'unable to use the invitation; it is unknown, was revoked, has expired or is used up, ask for a new one',
  ),
  ticket_invalid: error(
    401,
    'unable to use the ticket; it was used, has expired or is not of this room, join again for a new one',
  ),
  token_required: error(401, 'unable to tell who you are; send the member token as Authorization: Bearer'),
  token_invalid: error(401, 'unable to accept the token; it has expired or is not of this room, join again'),
  host_key_wrong: error(403, 'unable to accept the host key; check it, or join without it'),
  still_waiting: SHARED_ERRORS.still_waiting,
  member_gone: error(403, 'unable to do this; you have left the room, join again'),
  create_refused: error(
    401,
    'unable to create a room; send an API key of this server as Authorization: Bearer',
  ),
  idempotency_mismatch: error(
    422,
    'unable to repeat the request; its Idempotency-Key was used with another body',
  ),
  banned: error(403, 'unable to join; the host has put you out for good'),
  // Accounts
  registration_closed: error(403, 'unable to register; this server takes no new accounts, ask its operator'),
  accounts_off: error(501, 'unable to use accounts; this server has none'),
  login_required: SHARED_ERRORS.login_required,
  login_wrong: error(401, 'unable to log in; user name or password is wrong'),
  password_wrong: error(403, 'unable to do this; the password is wrong'),
  password_weak: error(422, 'unable to take the password; choose one that is longer or harder to guess'),
  user_name_taken: error(409, 'unable to take the user name; somebody has it, choose another one'),
  login_unknown: error(404, 'unable to find the login; it has ended already'),
  avatar_unknown: error(404, 'unable to find the picture; it was changed or removed'),
  account_required: error(401, 'unable to do this as a guest; log in first'),
  // People
  person_unknown: error(
    404,
    'unable to find the person; look them up by their user name first, or they have no account any more',
  ),
  person_blocked: error(409, 'unable to do this; you have blocked this person, unblock them first'),
  not_contact: error(
    403,
    'unable to write to this person; they take messages of contacts and of people of their groups, ask them to be a contact first',
  ),
  person_self: error(409, 'unable to do this with yourself; name somebody else'),
  device_unknown: error(403, 'unable to do this; this device is known no longer, connect again'),
  devices_full: error(409, 'unable to connect one more device; close one of those that are open', true),
  person_unreachable: error(
    503,
    'unable to send more to this person; too much waits for them already, try again later',
    true,
  ),
  // Groups
  not_a_group: error(409, 'unable to do this here; the room is no group'),
  group_differs: error(409, 'unable to do this in a group; the detail says what to do instead'),
  group_fixed: error(
    403,
    "unable to change this; the group is everybody's on this server and follows its settings",
  ),
  not_enrolled: error(403, 'unable to come in; you do not belong to the group, ask to join it first'),
  enrolled_unknown: error(404, 'unable to find the person; they do not belong to the group'),
  group_removed: error(
    403,
    'unable to come in; you were taken out of the group, only an invitation of its owner or an admin brings you back',
  ),
  group_declined: error(
    403,
    'unable to ask once more yet; the group has turned you away, ask again later or be invited',
    true,
  ),
  owner_stays: error(
    409,
    'unable to leave as the owner; make somebody else the owner first, or delete the group',
  ),
  // Calls
  call_unknown: error(404, 'unable to find the call; it rings no more'),
  call_placed: error(
    409,
    'unable to call somebody whom you are calling already; cancel that call, or wait until it is over',
  ),
  // Pictures
  length_required: error(411, 'unable to take the picture; send its size as Content-Length'),
  image_too_large: error(413, 'unable to take the picture; it is larger than is allowed here'),
  image_type: error(
    415,
    'unable to take the file; its bytes are not the JPEG, PNG, WebP, GIF or AVIF it claims to be',
  ),
  image_broken_off: error(
    400,
    'unable to take the picture; fewer or more bytes came than announced, send it again',
    true,
  ),
  // Files
  file_unknown: error(404, 'unable to find the file; it was removed or never shared here'),
  upload_unknown: error(404, 'unable to find the upload; it was finished, given up or never begun here'),
  file_too_large: error(413, 'unable to take the file; it is larger than is allowed here'),
  file_broken_off: error(
    400,
    'unable to take this part of the file; fewer or more bytes came than it has, send it again',
    true,
  ),
  file_checksum: error(
    460,
    'unable to take this part of the file; its bytes do not match its hash, send it again',
  ),
  file_hash: SHARED_ERRORS.file_hash,
  file_part_unknown: error(422, 'unable to take this part; the file has no part of that number'),
  file_part_differs: error(
    409,
    'unable to take this part; another one came in its place, so neither is kept: send the right one again',
  ),
  file_incomplete: SHARED_ERRORS.file_incomplete,
  file_offset: error(409, 'unable to go on at this offset; ask for the right one with HEAD'),
  file_chunk_small: error(
    422,
    'unable to take so little; send whole parts of 8388608 bytes, or up to the end of the file',
  ),
  tus_version: error(412, 'unable to speak this version of tus; send Tus-Resumable: 1.0.0'),
  tus_unsupported: error(400, 'unable to do this part of tus; see Tus-Extension for what is there'),
  files_off: error(501, 'unable to take files; this server has no object store'),
  quota_exceeded: error(413, 'unable to take more; there is no space left, remove something first'),
  range_unsatisfiable: error(416, 'unable to send this range; it begins behind the end of the picture'),
  precondition_failed: error(412, 'unable to send the picture; it is not the one that If-Match names'),
  sfu_off: error(
    501,
    'unable to carry the call over a server; none is set up here, and smaller calls go without',
  ),
  sfu_session_unknown: error(
    404,
    'unable to find this connection of the call; it was ended or is not yours, begin a new one',
  ),
  sfu_failed: error(502, 'unable to carry the call on; the service behind it refused, try again', true),
  turn_failed: error(
    502,
    'unable to get help for finding a way; try again, or go on without where the line allows it',
    true,
  ),
  images_off: error(501, 'unable to take pictures; this server has no object store'),
  link_invalid: error(403, 'unable to use the link; it has expired or was changed, ask for a new one'),
  // Requests as such
  not_found: SHARED_ERRORS.not_found,
  method_not_allowed: error(405, 'unable to use this method here; see the Allow header'),
  media_type: error(415, 'unable to read the body; send application/json'),
  body_too_large: error(413, 'unable to take the body; it is over the limit'),
  overloaded: SHARED_ERRORS.overloaded,
  internal: error(500, 'unable to do this; the server made a mistake, try again', true),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** An error as a value. `retry` is milliseconds to wait where waiting helps; `detail` says what exactly is wrong. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry?: number;
  readonly detail?: string;
}

/** Builds a refusal; `retry` in ms (1,000 where the table says that waiting helps and none is given). */
export function refuse(
  code: ErrorCode,
  more: { readonly retry?: number; readonly detail?: string } = {},
): Refusal {
  const spec: ErrorSpec = ERRORS[code];
  const retry = more.retry ?? (spec.retry ? 1_000 : undefined);
  return {
    code,
    message: spec.message,
    ...(retry === undefined ? {} : { retry: Math.ceil(retry) }),
    ...(more.detail === undefined ? {} : { detail: more.detail }),
  };
}

/** Either a value or a refusal: errors are values at the protocol's border. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Refusal };
export const succeed = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const fail = (
  code: ErrorCode,
  more: { readonly retry?: number; readonly detail?: string } = {},
): Outcome<never> => ({
  ok: false,
  error: refuse(code, more),
});

export const ErrorCodeSchema = v.picklist(ERROR_CODES);
/** RFC 9457 problem details, with our stable `code`. `retry` in ms; `Retry-After` carries it in seconds, too. */
export const ProblemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: ErrorCodeSchema,
  detail: v.optional(v.string()),
  retry: v.optional(v.number()),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
