// Pictures in direct messages, in the description of the HTTP API.
import * as protocol from '../../src/protocol/index.ts';
import { ACCOUNT_TOKEN } from './openapi-accounts.ts';
import {
  answer,
  header,
  IDEMPOTENCY,
  type Json,
  json,
  ME,
  operation,
  PICTURE,
  query,
  refTo,
} from './openapi-parts.ts';

export const directImagePaths: Json = {
  '/v1/me/images': {
    post: operation({
      summary: 'Sends a picture as a direct message. The type is told by the bytes.',
      security: ACCOUNT_TOKEN,
      parameters: [
        { ...query('to', 'The account it is for.'), required: true },
        query('caption', 'A line to show with it.', {
          type: 'string',
          maxLength: protocol.LIMITS.captionLength,
        }),
        header('Content-Length', 'Its size in bytes.', true),
        IDEMPOTENCY,
      ],
      body: { content: PICTURE, required: true },
      answers: { '201': answer('The `direct.sent` of it.', json(refTo('ImageResponse'))) },
      errors: [
        'person_unknown',
        'person_self',
        'person_blocked',
        'person_unreachable',
        'not_contact',
        'length_required',
        'image_too_large',
        'image_type',
        'image_broken_off',
        'quota_exceeded',
        'images_off',
        'idempotency_mismatch',
        'image_unknown',
        'invalid',
        'text_too_long',
        ...ME,
      ],
    }),
  },
  '/v1/me/images/{id}': {
    get: operation({
      summary:
        'A picture of a direct message, for either of the two by their token, or by signed link; `id` is `image` in its body. Honours Range and preconditions.',
      security: [...ACCOUNT_TOKEN, {}],
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
        'link_invalid',
        'image_unknown',
        'precondition_failed',
        'range_unsatisfiable',
        'images_off',
        ...ME,
      ],
    }),
  },
  '/v1/me/images/{id}/link': {
    post: operation({
      summary: 'An address of such a picture that works in an <img> for a short time.',
      security: ACCOUNT_TOKEN,
      answers: { '200': answer('The link.', json(refTo('LinkResponse'))) },
      errors: ['image_unknown', ...ME],
    }),
  },
};
