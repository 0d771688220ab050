// Files, in the description of the HTTP API.
import * as protocol from '../../src/protocol/index.ts';
import {
  answer,
  header,
  IDEMPOTENCY,
  type Json,
  json,
  MEMBER_IN_ROOM,
  MEMBER_OR_HOST,
  MEMBER_TOKEN,
  NOTHING,
  operation,
  query,
  refTo,
} from './openapi-parts.ts';

type ErrorCode = protocol.ErrorCode;

const TUS: readonly ErrorCode[] = ['tus_version', 'files_off', 'invalid', ...MEMBER_IN_ROOM];
/** What may be wrong with bytes that come. */
const BYTES: readonly ErrorCode[] = [
  'not_allowed',
  'room_ended',
  'tus_unsupported',
  'file_broken_off',
  'file_checksum',
  'file_hash',
  'file_incomplete',
  'file_part_differs',
  'upload_unknown',
];

const VERSION = header('Tus-Resumable', 'The version of tus: 1.0.0.', true);
const CHECKSUM = header('Upload-Checksum', 'A hash of the body: `sha1` or `sha256`, a blank, and base64.');
const OFFSET = header('Upload-Offset', 'Where the body begins, in bytes: as HEAD answers it.', true);
const STREAM: Json = { 'application/offset+octet-stream': {} };
const ANY: Json = { '*/*': {} };

export const FILE_COMPONENTS = {
  FileInfo: protocol.FileInfoSchema,
  UploadState: protocol.UploadStateSchema,
  UploadResponse: protocol.UploadResponseSchema,
  UploadsResponse: protocol.UploadsResponseSchema,
};

const patch = {
  security: MEMBER_TOKEN,
  body: { content: STREAM, required: true },
  answers: { '204': answer('Taken up to the Upload-Offset of the answer.') },
  errors: ['file_offset', 'file_chunk_small', 'media_type', ...BYTES, ...TUS] as const,
};

export const filePaths: Json = {
  '/v1/rooms/{code}/files': {
    post: operation({
      summary:
        'Begins an upload (tus 1.0.0, creation and creation-with-upload). A small file may come along whole; what the room has already is shared at once.',
      security: MEMBER_TOKEN,
      parameters: [
        VERSION,
        header('Upload-Length', 'Its size in bytes.', true),
        header(
          'Upload-Metadata',
          'Pairs of a name and a text in base64: `filename`, `filetype`; `sha256`, its hash; `announce`, "1" to let the others see how far it is.',
        ),
        CHECKSUM,
        IDEMPOTENCY,
      ],
      body: { content: STREAM, required: false },
      answers: {
        '201': answer(
          'The upload, under Location; or the event, where all is there.',
          json(refTo('UploadResponse')),
        ),
      },
      errors: ['file_too_large', 'quota_exceeded', 'idempotency_mismatch', 'file_unknown', ...BYTES, ...TUS],
    }),
  },
  '/v1/rooms/{code}/uploads': {
    get: operation({
      summary: 'Your own uploads that are not finished.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('They.', json(refTo('UploadsResponse'))) },
      errors: ['files_off', ...MEMBER_IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/uploads/{id}': {
    get: operation({
      summary: 'How an upload stands. HEAD says the same in the headers of tus.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('Its state, or the event it ended in.', json(refTo('UploadResponse'))) },
      errors: ['upload_unknown', ...TUS],
    }),
    patch: operation({
      summary: 'Goes on at an offset. Whole parts are kept; what follows the last whole one is not.',
      ...patch,
      parameters: [VERSION, OFFSET, CHECKSUM],
    }),
    post: operation({
      summary: 'PATCH or DELETE, where no such request gets through.',
      ...patch,
      parameters: [VERSION, header('X-HTTP-Method-Override', '`PATCH` or `DELETE`.', true), OFFSET, CHECKSUM],
    }),
    delete: operation({
      summary: 'Gives the upload up.',
      security: MEMBER_TOKEN,
      parameters: [VERSION],
      answers: NOTHING,
      errors: ['upload_unknown', ...TUS],
    }),
  },
  '/v1/rooms/{code}/uploads/{id}/parts/{n}': {
    put: operation({
      summary:
        'Brings one part, in any order and several at once. The last one that is missing answers with the event.',
      security: MEMBER_TOKEN,
      parameters: [header('Content-Length', 'Its size in bytes.'), CHECKSUM],
      body: { content: ANY, required: true },
      answers: { '200': answer('How the upload stands, or the event.', json(refTo('UploadResponse'))) },
      errors: ['file_part_unknown', ...BYTES, 'files_off', 'invalid', ...MEMBER_IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/files/{file}': {
    get: operation({
      summary:
        'The file, by member token or signed link. Members while they are in the room; host and co-hosts also after they have left and after the end, until the retention ends. Honours Range, If-Range and preconditions.',
      security: [...MEMBER_TOKEN, {}],
      parameters: [
        query('exp', 'Of a signed link: when it expires, in ms.', { type: 'integer' }),
        query('sig', 'Of a signed link: the signature.'),
        query('inline', '"1", with a signed link: to be played in a page, where the type is one that is.'),
      ],
      answers: {
        '200': answer('The bytes.', ANY),
        '206': answer('The range asked for.', ANY),
        '304': answer('You have it already.'),
      },
      errors: [
        'link_invalid',
        'file_unknown',
        'precondition_failed',
        'range_unsatisfiable',
        'files_off',
        ...MEMBER_IN_ROOM,
      ],
    }),
    delete: operation({
      summary: "Removes a file: the sender their own, host and co-host anyone's.",
      security: MEMBER_OR_HOST,
      answers: NOTHING,
      errors: ['host_key_wrong', 'role_required', 'room_ended', 'file_unknown', ...MEMBER_IN_ROOM],
    }),
  },
  '/v1/rooms/{code}/files/{file}/link': {
    post: operation({
      summary:
        'An address of the file that works without a token: for hours where it is played, else for minutes.',
      security: MEMBER_TOKEN,
      answers: { '200': answer('The link.', json(refTo('LinkResponse'))) },
      errors: ['file_unknown', 'files_off', ...MEMBER_IN_ROOM],
    }),
  },
};
