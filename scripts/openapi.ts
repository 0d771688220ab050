// The description of the HTTP API (OpenAPI 3.1), made from the schemas that the server itself checks with.
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { COMMAND_TEXTS } from '../src/protocol/descriptions/index.ts';
import * as protocol from '../src/protocol/index.ts';
import { ACCOUNT_COMPONENTS, ACCOUNT_TOKEN, accountPaths } from './documents/openapi-accounts.ts';
import { CALL_COMPONENTS, callPaths } from './documents/openapi-call.ts';
import { directImagePaths } from './documents/openapi-direct-images.ts';
import { FILE_COMPONENTS, filePaths } from './documents/openapi-files.ts';
import { GROUP_COMPONENTS, groupPaths } from './documents/openapi-groups.ts';
import { INBOX_COMPONENTS, inboxPaths } from './documents/openapi-inbox.ts';
import {
  ANYWHERE,
  answer,
  BODY,
  header,
  type Json,
  json,
  NOTHING,
  operation,
  query,
  refTo,
} from './documents/openapi-parts.ts';
import { PEOPLE_COMPONENTS, peoplePaths } from './documents/openapi-people.ts';

type ErrorCode = protocol.ErrorCode;

/** What several places share stands once, under its name. */
const COMPONENTS: Readonly<Record<string, v.GenericSchema>> = {
  Problem: protocol.ProblemSchema,
  Policy: protocol.PolicySchema,
  Member: protocol.MemberSchema,
  Room: protocol.RoomSchema,
  Event: protocol.EnvelopeSchema,
  CreateRequest: protocol.CreateRequestSchema,
  CreateResponse: protocol.CreateResponseSchema,
  StatusResponse: protocol.StatusResponseSchema,
  UpdateRequest: protocol.UpdateRequestSchema,
  UpdateResponse: protocol.UpdateResponseSchema,
  JoinRequest: protocol.JoinRequestSchema,
  JoinResponse: protocol.JoinResponseSchema,
  TokenResponse: protocol.TokenResponseSchema,
  CommandResponse: protocol.CommandResponseSchema,
  AttendanceResponse: protocol.AttendanceResponseSchema,
  Histogram: protocol.HistogramSchema,
  StatsResponse: protocol.StatsResponseSchema,
  TranscriptEntry: protocol.TranscriptEntrySchema,
  PollResultEntry: protocol.PollResultEntrySchema,
  PollVoteEntry: protocol.PollVoteEntrySchema,
  AuditEntry: protocol.AuditEntrySchema,
  ImageResponse: protocol.ImageResponseSchema,
  LinkResponse: protocol.LinkResponseSchema,
  ...FILE_COMPONENTS,
  ...CALL_COMPONENTS,
  ...ACCOUNT_COMPONENTS,
  ...GROUP_COMPONENTS,
  ...PEOPLE_COMPONENTS,
  ...INBOX_COMPONENTS,
};

/** Their limits are checked after they have been tidied, which JSON Schema can't say; it gets the bounds. */
const TEXTS: Readonly<Record<string, { readonly schema: v.GenericSchema; readonly most: number }>> = {
  Name: { schema: protocol.NameSchema, most: protocol.LIMITS.nameLength },
  RoomName: { schema: protocol.RoomNameSchema, most: protocol.LIMITS.roomNameLength },
  Text: { schema: protocol.BodySchema.options[0].entries.text, most: protocol.LIMITS.textLength },
};
const TEXT_SCHEMAS = Object.fromEntries(Object.entries(TEXTS).map(([name, { schema }]) => [name, schema]));
const TEXT_COMPONENTS: Json = Object.fromEntries(
  Object.entries(TEXTS).map(([name, { most }]) => [name, { type: 'string', minLength: 1, maxLength: most }]),
);

function describe(schema: v.GenericSchema): Json {
  const {
    $schema: _,
    $defs: _defs,
    ...described
  } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
    definitions: TEXT_SCHEMAS,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideSchema({ valibotSchema }) {
      const name = Object.keys(COMPONENTS).find((key) => COMPONENTS[key] === valibotSchema);
      return name === undefined || valibotSchema === schema ? undefined : refTo(name);
    },
  });
  return described;
}

/** A command as it stands in a body: its fields and its envelope. */
function describeCommand(t: protocol.CommandType): Json {
  const { schema } = protocol.commandSpec(t);
  const { properties = {}, required = [] } = describe(schema) as { properties?: Json; required?: string[] };
  return {
    type: 'object',
    description: COMMAND_TEXTS[t].summary,
    properties: {
      t: { const: t },
      n: {
        type: 'integer',
        minimum: 1,
        description: 'Your own count, so that repeating it does nothing twice.',
      },
      ...properties,
    },
    required: ['t', ...required],
  };
}

const commands = (Object.keys(protocol.COMMANDS) as protocol.CommandType[]).filter(
  (t) => t !== 'image.upload',
);

const anyCommand: Json = { oneOf: commands.map((t) => refTo(t)) };

const IN_ROOM: readonly ErrorCode[] = ['room_not_found', ...ANYWHERE];
const MEMBER: readonly ErrorCode[] = ['token_required', 'token_invalid', 'member_gone'];
const HOST: readonly ErrorCode[] = [...MEMBER, 'host_key_wrong', 'role_required', 'room_ended'];

/** Of whoever comes with an account, or ought to. */
const ACCOUNT: readonly ErrorCode[] = ['login_required', 'token_invalid', 'account_required'];

const MEMBER_TOKEN = [{ memberToken: [] }];
const MEMBER_OR_HOST = [{ memberToken: [] }, { hostKey: [] }];

const IDEMPOTENCY = header(
  'Idempotency-Key',
  '16 to 200 visible ASCII characters: a repeat answers the same.',
);

const rooms: Json = {
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
      body: { content: json(anyCommand), required: true },
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
};

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

const exportPaths: Json = {
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

const bytes: Json = Object.fromEntries(protocol.IMAGE_TYPES.map((type) => [type, {}]));

const images: Json = {
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
      body: { content: bytes, required: true },
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
        '200': answer('The bytes.', bytes),
        '206': answer('The range asked for.', bytes),
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

const pathParameter = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});
const PATH_PARAMETERS: Readonly<Record<string, Json>> = {
  code: pathParameter('code', 'The room code, such as `abc-defg-hij`.'),
  id: pathParameter(
    'id',
    'The id of the picture, of the upload, or of the login: `current` is the one that asks.',
  ),
  file: pathParameter('file', 'The id of the file.'),
  n: pathParameter('n', 'The number of the part, from 0.'),
  key: pathParameter('key', "The picture's key, as in an account's `avatar`."),
};

const withParameters = ([path, item]: [string, unknown]): [string, Json] => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  const parameters = names.map((name) => PATH_PARAMETERS[name]);
  return [path, { ...(names.length === 0 ? {} : { parameters }), ...(item as Json) }];
};

const bearer = (description: string): Json => ({ type: 'http', scheme: 'bearer', description });

/** The whole description. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Parley',
    version: String(protocol.PROTOCOL_VERSION),
    description:
      'A meeting backend that lives at the edge. What goes over the WebSocket is in docs/protocol.md.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  paths: {
    ...Object.fromEntries(
      Object.entries({
        ...rooms,
        ...exportPaths,
        ...images,
        ...filePaths(IDEMPOTENCY),
        ...callPaths,
        ...accountPaths,
        ...groupPaths(IDEMPOTENCY),
        ...peoplePaths,
        ...inboxPaths(anyCommand),
        ...directImagePaths(IDEMPOTENCY),
      }).map(withParameters),
    ),
    '/v1/openapi.json': {
      get: operation({
        summary: 'This description.',
        answers: { '200': answer('OpenAPI 3.1.', json({ type: 'object' })) },
        errors: ['not_found', 'internal'],
      }),
    },
  } as Record<string, Json>,
  components: {
    schemas: {
      ...TEXT_COMPONENTS,
      ...Object.fromEntries(Object.entries(COMPONENTS).map(([name, schema]) => [name, describe(schema)])),
      ...Object.fromEntries(commands.map((t) => [t, describeCommand(t)])),
    } as Record<string, Json>,
    securitySchemes: {
      accountToken: bearer(
        'Whose account it is: from logging in, or of the identity provider where only rooms are meant.',
      ),
      memberToken: bearer('Who you are in a room; from join.'),
      hostKey: bearer('The host key, in place of a member token.'),
      apiKey: bearer('Only where the server asks for one to create rooms.'),
    },
  },
});
