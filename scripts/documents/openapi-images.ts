// Pictures of a room in the description of the HTTP API.
import * as protocol from '../../src/protocol/index.ts';
import {
  answer,
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
  PICTURE,
  query,
  refTo,
} from './openapi-parts.ts';

export const imagePaths: Json = {
  '/v1/rooms/{code}/images': {
    post: operation({
      summary: 'Shares a picture. The type is told by the bytes.',
      security: MEMBER_TOKEN,
      parameters: [
        query('caption', 'A line to show with it.', {
          type: 'string',
          maxLength: protocol.LIMITS.captionLength,
        }),
        query('n', 'Your own count, as with a command.', { type: 'integer', minimum: 1 }),
        header('Content-Length', 'Its size in bytes.', true),
        IDEMPOTENCY,
      ],
      body: { content: PICTURE, required: true },
      answers: { '201': answer('The event that everybody got.', json(refTo('ImageResponse'))) },
      errors: [
        ...MEMBER,
        'not_allowed',
        'length_required',
        'image_too_large',
        'image_type',
        'image_broken_off',
        'quota_exceeded',
        'images_off',
        'invalid',
        'text_too_long',
        'room_ended',
        ...IN_ROOM,
      ],
    }),
  },
  '/v1/rooms/{code}/images/{id}': {
    get: operation({
      summary: 'The picture, by member token or signed link. Honours Range and preconditions.',
      security: [...MEMBER_TOKEN, {}],
      parameters: [
        query('exp', 'Of a signed link: when it expires, in ms.', { type: 'integer' }),
        query('sig', 'Of a signed link: the signature.'),
      ],
      answers: {
        '200': answer('The bytes.', PICTURE),
        '206': answer('The range asked for.', PICTURE),
        '304': answer('You have it already.'),
      },
      errors: [
        ...MEMBER,
        'link_invalid',
        'image_unknown',
        'precondition_failed',
        'range_unsatisfiable',
        'images_off',
        ...IN_ROOM,
      ],
    }),
    delete: operation({
      summary: "Removes a picture: the sender their own, host and co-host anyone's.",
      security: MEMBER_OR_HOST,
      answers: NOTHING,
      errors: [...HOST, 'not_allowed', 'image_unknown', ...IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/images/{id}/link': {
    post: operation({
      summary: 'An address of the picture that works in an <img> for a short time.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('The link.', json(refTo('LinkResponse'))) },
      errors: [...MEMBER, 'image_unknown', ...IN_ROOM],
    }),
  },
};
