// The description of the HTTP API (OpenAPI 3.1), made from the schemas that the server itself checks with.
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { COMMAND_TEXTS } from '../src/protocol/descriptions/index.ts';
import * as protocol from '../src/protocol/index.ts';
import { ACCOUNT_COMPONENTS, accountPaths } from './documents/openapi-accounts.ts';
import { CALL_COMPONENTS, callPaths } from './documents/openapi-call.ts';
import { directImagePaths } from './documents/openapi-direct-images.ts';
import { exportPaths } from './documents/openapi-exports.ts';
import { FILE_COMPONENTS, filePaths } from './documents/openapi-files.ts';
import { GROUP_COMPONENTS, groupPaths } from './documents/openapi-groups.ts';
import { imagePaths } from './documents/openapi-images.ts';
import { INBOX_COMPONENTS, inboxPaths } from './documents/openapi-inbox.ts';
import { answer, type Json, json, operation, refTo } from './documents/openapi-parts.ts';
import { PEOPLE_COMPONENTS, peoplePaths } from './documents/openapi-people.ts';
import { roomPaths } from './documents/openapi-rooms.ts';

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
        ...roomPaths(anyCommand),
        ...exportPaths,
        ...imagePaths,
        ...filePaths,
        ...callPaths,
        ...accountPaths,
        ...groupPaths,
        ...peoplePaths,
        ...inboxPaths(anyCommand),
        ...directImagePaths,
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
