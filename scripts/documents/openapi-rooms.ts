// Rooms in the description of the HTTP API: making, entering and running them, and what they can be asked.
import type * as protocol from '../../src/protocol/index.ts';
import { ACCOUNT_TOKEN } from './openapi-accounts.ts';
import {
  ANYWHERE,
  answer,
  BODY,
  HOST,
  header,
  IDEMPOTENCY,
  IN_ROOM,
  type Json,
  json,
  MEMBER,
  MEMBER_OR_HOST,
  MEMBER_TOKEN,
  NOTHING,
  operation,
  query,
  refTo,
} from './openapi-parts.ts';

/** Of whoever comes with an account, or ought to. */
const ACCOUNT: readonly protocol.ErrorCode[] = ['login_required', 'token_invalid', 'account_required'];

/** `commands`: any command of a room, as it stands in a body. */
export const roomPaths = (commands: Json): Json => ({
  '/v1/rooms': {
    post: operation({
      summary: 'Makes a room. The host key is shown once.',
      security: [{}, { apiKey: [] }, ...ACCOUNT_TOKEN],
      parameters: [IDEMPOTENCY],
      body: { content: json(refTo('CreateRequest')), required: true },
      answers: { '201': answer('The room.', json(refTo('CreateResponse'))) },
      errors: ['create_refused', ...ACCOUNT, 'idempotency_mismatch', ...BODY, ...ANYWHERE],
    }),
  },
  '/v1/rooms/{code}': {
    get: operation({
      summary: 'What anybody with the code may know.',
      answers: { '200': answer('The room as it is now.', json(refTo('StatusResponse'))) },
      errors: IN_ROOM,
    }),
    patch: operation({
      summary: 'Changes settings and policy.',
      security: MEMBER_OR_HOST,
      body: { content: json(refTo('UpdateRequest')), required: true },
      answers: { '200': answer('The room after the change.', json(refTo('UpdateResponse'))) },
      errors: [...HOST, ...BODY, ...IN_ROOM],
    }),
    delete: operation({
      summary: 'Ends the meeting for everybody.',
      security: MEMBER_OR_HOST,
      answers: NOTHING,
      errors: [...HOST, ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/reopen': {
    post: operation({
      summary: 'Opens an ended room again, as long as it is kept; for the host, also by their account.',
      security: [...MEMBER_OR_HOST, ...ACCOUNT_TOKEN],
      answers: { '200': answer('The room, which nobody is in yet.', json(refTo('UpdateResponse'))) },
      errors: [
        'token_required',
        'token_invalid',
        'login_required',
        'host_key_wrong',
        'role_required',
        'room_ended',
        ...IN_ROOM,
      ],
    }),
  },
  '/v1/rooms/{code}/calendar.ics': {
    get: operation({
      summary: 'The date of a scheduled room, for a calendar.',
      answers: {
        '200': answer('One event, from the opening to the end.', {
          'text/calendar': { schema: { type: 'string' } },
        }),
      },
      errors: ['not_found', ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/join': {
    post: operation({
      summary: 'Asks to come in, as an account with its token; with a member token, to come back.',
      security: [{}, ...ACCOUNT_TOKEN, ...MEMBER_TOKEN],
      body: { content: json(refTo('JoinRequest')), required: false },
      answers: { '200': answer('A seat, held until the ticket expires.', json(refTo('JoinResponse'))) },
      errors: [
        ...ACCOUNT,
        'member_gone',
        'host_key_wrong',
        'room_ended',
        'room_full',
        'not_open_yet',
        'passcode_required',
        'passcode_wrong',
        'invite_invalid',
        'busy',
        ...BODY,
        ...IN_ROOM,
      ],
    }),
  },
  '/v1/rooms/{code}/token': {
    post: operation({
      summary: 'Renews a member token before it expires.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('The new token.', json(refTo('TokenResponse'))) },
      errors: [...MEMBER, 'room_ended', ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/leave': {
    post: operation({
      summary: 'Leaves the room.',
      security: MEMBER_TOKEN,
      answers: NOTHING,
      errors: [...MEMBER, 'room_ended', ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/connect': {
    get: operation({
      summary:
        'Opens the WebSocket: with a ticket as subprotocol `parley.ticket.<ticket>`, or in one step by name or account.',
      security: [{}, ...ACCOUNT_TOKEN],
      parameters: [
        query('name', 'The one-step form: comes in by this name.'),
        query('epoch', 'To resume: the epoch of your position.'),
        query('seq', 'To resume: your position.', { type: 'integer', minimum: 0 }),
        query('private', 'To resume: your position among your private events.', {
          type: 'integer',
          minimum: 0,
        }),
        header('Sec-WebSocket-Protocol', '`parley.v1` and the ticket.'),
      ],
      answers: { '101': answer('The socket is open; the first frame is `ready`.') },
      errors: [
        'upgrade_required',
        'origin_refused',
        'version_unsupported',
        'ticket_invalid',
        ...ACCOUNT,
        'room_ended',
        'room_full',
        'not_open_yet',
        'passcode_required',
        'invalid',
        ...IN_ROOM,
      ],
    }),
  },
  '/v1/rooms/{code}/commands': {
    post: operation({
      summary: 'Runs a command of the room: the same schema, gate and result as on the socket.',
      security: MEMBER_OR_HOST,
      body: { content: json(commands), required: true },
      answers: { '200': answer('What it caused, as far as you may see it.', json(refTo('CommandResponse'))) },
      errors: [
        ...HOST,
        'not_allowed',
        'unknown_command',
        'bad_frame',
        'binary_unexpected',
        'text_too_long',
        'member_unknown',
        'image_unknown',
        'busy',
        ...BODY,
        ...IN_ROOM,
      ],
    }),
  },
  '/v1/rooms/{code}/stats': {
    get: operation({
      summary: 'How the room is doing: what it did since it woke, and what waits now.',
      security: MEMBER_OR_HOST,
      answers: { '200': answer('The numbers.', json(refTo('StatsResponse'))) },
      errors: ['token_required', 'token_invalid', 'host_key_wrong', 'role_required', ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/attendance': {
    get: operation({
      summary: 'Who was there, and when.',
      security: MEMBER_OR_HOST,
      parameters: [query('format', 'What to answer with.', { enum: ['json', 'csv'], default: 'json' })],
      answers: {
        '200': answer('Everybody, also those who have gone.', {
          ...json(refTo('AttendanceResponse')),
          'text/csv': { schema: { type: 'string' } },
        }),
      },
      errors: [...MEMBER, 'host_key_wrong', 'role_required', 'invalid', ...IN_ROOM],
    }),
  },
});
