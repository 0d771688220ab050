// Exports of a room in the description of the HTTP API.
import * as protocol from '../../src/protocol/index.ts';
import {
  answer,
  IN_ROOM,
  type Json,
  json,
  MEMBER_OR_HOST,
  operation,
  query,
  refTo,
} from './openapi-parts.ts';

/** One export of the room, as a list of these entries or in its other formats. */
const exported = (what: protocol.ExportKind, summary: string, entry: Json): Json => {
  const formats: readonly string[] = protocol.EXPORT_FORMATS[what];
  return operation({
    summary,
    security: MEMBER_OR_HOST,
    parameters: [query('format', 'What to answer with.', { enum: formats, default: 'json' })],
    answers: {
      '200': answer('A download, sent page by page as the room is read.', {
        ...json({ type: 'array', items: entry }),
        'text/csv': { schema: { type: 'string' } },
        ...(formats.includes('txt') ? { 'text/plain': { schema: { type: 'string' } } } : {}),
      }),
    },
    errors: ['token_required', 'token_invalid', 'host_key_wrong', 'role_required', 'invalid', ...IN_ROOM],
  });
};

export const exportPaths: Json = {
  '/v1/rooms/{code}/export/transcript': {
    get: exported(
      'transcript',
      'What was said to everybody, as it now stands; for hosts, also after the end.',
      refTo('TranscriptEntry'),
    ),
  },
  '/v1/rooms/{code}/export/polls': {
    get: exported('polls', 'Polls with their results; for hosts, also after the end.', {
      oneOf: [refTo('PollResultEntry'), refTo('PollVoteEntry')],
    }),
  },
  '/v1/rooms/{code}/export/audit': {
    get: exported(
      'audit',
      'What was done with authority; for hosts, also after the end.',
      refTo('AuditEntry'),
    ),
  },
};
