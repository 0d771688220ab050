// The call's side of HTTP, in the description of the API.
import * as protocol from '../../src/protocol/index.ts';
import {
  answer,
  BODY,
  type Json,
  json,
  MEMBER_IN_ROOM,
  MEMBER_TOKEN,
  operation,
  refTo,
} from './openapi-parts.ts';

type ErrorCode = protocol.ErrorCode;

const SFU: readonly ErrorCode[] = ['sfu_off', 'sfu_failed', ...BODY, ...MEMBER_IN_ROOM];

export const CALL_COMPONENTS = {
  IceResponse: protocol.IceResponseSchema,
  SfuSessionRequest: protocol.SfuSessionRequestSchema,
  SfuSessionResponse: protocol.SfuSessionResponseSchema,
  SfuPublishRequest: protocol.SfuPublishRequestSchema,
  SfuPublishResponse: protocol.SfuPublishResponseSchema,
  SfuSubscribeRequest: protocol.SfuSubscribeRequestSchema,
  SfuSubscribeResponse: protocol.SfuSubscribeResponseSchema,
  SfuAnswerRequest: protocol.SfuAnswerRequestSchema,
  SfuLayersRequest: protocol.SfuLayersRequestSchema,
  SfuCloseRequest: protocol.SfuCloseRequestSchema,
  SfuCloseResponse: protocol.SfuCloseResponseSchema,
};

const body = (name: keyof typeof CALL_COMPONENTS) => ({ content: json(refTo(name)), required: true });
const DONE = answer('Done.', json({ type: 'object' }));

/** A request about a connection to the SFU. */
const ofSession = (
  summary: string,
  takes: keyof typeof CALL_COMPONENTS,
  answered: Json,
  errors: readonly ErrorCode[] = [],
): Json => ({
  post: operation({
    summary,
    security: MEMBER_TOKEN,
    body: body(takes),
    answers: { '200': answered },
    errors: ['sfu_session_unknown', ...errors, ...SFU],
  }),
});

export const callPaths: Json = {
  '/v1/rooms/{code}/ice': {
    get: operation({
      summary:
        'Servers that help browsers to find a way to each other, and how to get in. None where none is set up.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('They, and until when they are good.', json(refTo('IceResponse'))) },
      errors: ['turn_failed', 'still_waiting', 'room_ended', ...MEMBER_IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/sfu/sessions': {
    post: operation({
      summary:
        'Begins your connection to the SFU, once the call goes over it. An earlier one of yours ends. Five at once, then one in five seconds.',
      security: MEMBER_TOKEN,
      body: body('SfuSessionRequest'),
      answers: { '201': answer('It.', json(refTo('SfuSessionResponse'))) },
      errors: ['peer_gone', 'call_moded', 'room_ended', ...SFU],
    }),
  },
  '/v1/rooms/{code}/sfu/sessions/{id}/publish': ofSession(
    "Sends tracks: your browser's offer, and what each section is. Everybody is told by `sfu.published`.",
    'SfuPublishRequest',
    answer('The answer to the offer, and how the tracks are called.', json(refTo('SfuPublishResponse'))),
    ['not_allowed', 'signal_invalid'],
  ),
  '/v1/rooms/{code}/sfu/sessions/{id}/subscribe': ofSession(
    'Asks for tracks of others. Answer the offer that comes.',
    'SfuSubscribeRequest',
    answer('An offer, and in which section each track comes.', json(refTo('SfuSubscribeResponse'))),
  ),
  '/v1/rooms/{code}/sfu/sessions/{id}/answer': ofSession(
    "Your browser's answer to the offer of `subscribe`. What sends in it is what you have published.",
    'SfuAnswerRequest',
    DONE,
    ['signal_invalid'],
  ),
  '/v1/rooms/{code}/sfu/sessions/{id}/layers': ofSession(
    'Prefers other sizes of tracks that you receive.',
    'SfuLayersRequest',
    DONE,
  ),
  '/v1/rooms/{code}/sfu/sessions/{id}/close': ofSession(
    'Ends tracks that you send or receive.',
    'SfuCloseRequest',
    answer('The answer, where an offer came along.', json(refTo('SfuCloseResponse'))),
    ['signal_invalid'],
  ),
};
