import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { COMMAND_TEXTS, EVENT_TEXTS } from '../../src/protocol/descriptions/index.ts';
import * as protocol from '../../src/protocol/index.ts';

export type Json = { readonly [key: string]: unknown };

const { LIMITS } = protocol;

/** What several schemas share stands once, under its name. */
const SHARED = {
  MemberId: protocol.MemberIdSchema,
  ImageId: protocol.ImageIdSchema,
  Time: protocol.TimeSchema,
  Count: protocol.CountSchema,
  CommandNumber: protocol.NumberSchema,
  Name: protocol.NameSchema,
  UserName: protocol.UserNameSchema,
  RoomName: protocol.RoomNameSchema,
  Caption: protocol.CaptionSchema,
  Text: protocol.BodySchema.options[0].entries.text,
  Body: protocol.BodySchema,
  Role: protocol.RoleSchema,
  Presence: protocol.PresenceSchema,
  Policy: protocol.PolicySchema,
  PolicyChange: protocol.PolicyChangeSchema,
  Rights: protocol.RightsSchema,
  RightsChange: protocol.RightsChangeSchema,
  WhenEmpty: protocol.WhenEmptySchema,
  Room: protocol.RoomSchema,
  Member: protocol.MemberSchema,
  RosterPage: protocol.RosterPageSchema,
  Hand: protocol.HandSchema,
  MediaRequest: protocol.MediaRequestSchema,
  Histogram: protocol.HistogramSchema,
  Snapshot: protocol.SnapshotSchema,
  Account: protocol.AccountSchema,
  Event: protocol.EnvelopeSchema,
  ErrorCode: protocol.ErrorCodeSchema,
} satisfies Record<string, v.GenericSchema>;

/** Bodies of requests and answers over HTTP. */
const HTTP = {
  'http.Problem': protocol.ProblemSchema,
  'http.CreateRequest': protocol.CreateRequestSchema,
  'http.CreateResponse': protocol.CreateResponseSchema,
  'http.StatusResponse': protocol.StatusResponseSchema,
  'http.UpdateRequest': protocol.UpdateRequestSchema,
  'http.UpdateResponse': protocol.UpdateResponseSchema,
  'http.JoinRequest': protocol.JoinRequestSchema,
  'http.JoinResponse': protocol.JoinResponseSchema,
  'http.TokenResponse': protocol.TokenResponseSchema,
  'http.CommandResponse': protocol.CommandResponseSchema,
  'http.AttendanceResponse': protocol.AttendanceResponseSchema,
  'http.StatsResponse': protocol.StatsResponseSchema,
  'http.TranscriptEntry': protocol.TranscriptEntrySchema,
  'http.PollResultEntry': protocol.PollResultEntrySchema,
  'http.PollVoteEntry': protocol.PollVoteEntrySchema,
  'http.AuditEntry': protocol.AuditEntrySchema,
  'http.ImageResponse': protocol.ImageResponseSchema,
  'http.LinkResponse': protocol.LinkResponseSchema,
  'http.UploadResponse': protocol.UploadResponseSchema,
  'http.UploadsResponse': protocol.UploadsResponseSchema,
  'http.CreateGroup': protocol.CreateGroupSchema,
  'http.GroupResponse': protocol.GroupResponseSchema,
  'http.LookResponse': protocol.LookResponseSchema,
  'http.EnrolRequestBody': protocol.EnrolRequestBodySchema,
  'http.EnrolResponse': protocol.EnrolResponseSchema,
  'http.MyGroupsResponse': protocol.MyGroupsResponseSchema,
  'http.AccountsOffer': protocol.AccountsOfferSchema,
  'http.RegisterRequest': protocol.RegisterRequestSchema,
  'http.LogInRequest': protocol.LogInRequestSchema,
  'http.LogInResponse': protocol.LogInResponseSchema,
  'http.AccountResponse': protocol.AccountResponseSchema,
  'http.AccountChange': protocol.AccountChangeSchema,
  'http.PasswordChange': protocol.PasswordChangeSchema,
  'http.DeleteAccount': protocol.DeleteAccountSchema,
  'http.LoginsResponse': protocol.LoginsResponseSchema,
  'http.ConnectRequest': protocol.ConnectRequestSchema,
  'http.ConnectResponse': protocol.ConnectResponseSchema,
  'http.DeviceCommand': protocol.DeviceCommandSchema,
} satisfies Record<string, v.GenericSchema>;

const characters = (limit: number): string =>
  `${limit.toLocaleString('en')} characters (Unicode code points)`;

/** What JSON Schema can't say of a definition, or what the conversion leaves out. */
const NOTES: Readonly<Record<string, Json>> = {
  MemberId: { description: 'A member of one room.' },
  ImageId: { description: 'A picture of one room.' },
  Time: { description: 'Milliseconds since 1970-01-01 UTC, by the server’s clock.' },
  Count: { description: 'A count, or a position in the log.' },
  CommandNumber: { description: 'A client’s own command number: counted up from 1 for its member.' },
  Name: {
    description: `1 to ${characters(LIMITS.nameLength)} after trimming and NFC, at least one of them visible; no control, direction or invalid characters.`,
  },
  UserName: {
    description: `${LIMITS.userNameLeast} to ${LIMITS.userNameLength} letters, digits, dots, dashes and underscores, a letter or digit first. Capitals make no difference.`,
  },
  RoomName: {
    description: `1 to ${characters(LIMITS.roomNameLength)} after trimming and NFC, at least one of them visible; no control, direction or invalid characters.`,
  },
  Caption: {
    maxLength: LIMITS.captionLength,
    description: `Up to ${characters(LIMITS.captionLength)}; no control characters but tab and line breaks.`,
  },
  Text: {
    minLength: 1,
    maxLength: LIMITS.textLength,
    description: `1 to ${characters(LIMITS.textLength)}, not only blanks; no control characters but tab and line breaks.`,
  },
  Body: { description: 'What a message says.' },
  Histogram: {
    description:
      'How often values came, by size: a class holds what is at most upTo, the last one whatever is larger.',
  },
  PolicyChange: { description: 'Flags that are left out stay as they are.' },
  Rights: { description: 'One member’s own rights; a flag that is absent follows role and room.' },
  RightsChange: { description: 'null takes the member’s own right back; flags that are left out stay.' },
  Event: { description: 'Any event with its envelope; what else it holds depends on t.' },
};

const keyed = <T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A definition as an object schema with its properties. */
export function propertiesOf(schema: Json): {
  readonly properties: Json;
  readonly required: readonly string[];
} {
  const { properties, required } = schema;
  return {
    properties: isObject(properties) ? properties : {},
    required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
  };
}

/** Puts an envelope around the fields of a command or an event. */
function wrap(schema: Json, envelope: Json, needed: readonly string[], description: string): Json {
  const { properties, required } = propertiesOf(schema);
  return {
    description,
    type: 'object',
    properties: { ...envelope, ...properties },
    required: [...needed, ...required],
  };
}

const refTo = (name: string): Json => ({ $ref: `#/$defs/${name}` });

/** Every schema of the protocol by its name, without envelopes; they refer to each other by `#/$defs/`. */
export function definitions(): Record<string, Json> {
  const results: Record<string, v.GenericSchema> = {};
  const sharedResults: Record<string, Json> = {};
  for (const t of commandTypes) {
    const { result } = protocol.commandSpec(t);
    // One schema can have one name only.
    const name = Object.entries(SHARED).find(([, schema]) => schema === result)?.[0];
    if (name !== undefined) sharedResults[`result.${t}`] = refTo(name);
    else if (result !== undefined) results[t] = result;
  }
  const made: Record<string, unknown> = toJsonSchemaDefs(
    {
      ...SHARED,
      ...keyed('command', Object.fromEntries(commandTypes.map((t) => [t, protocol.commandSpec(t).schema]))),
      ...keyed('result', results),
      ...keyed('event', Object.fromEntries(eventTypes.map((t) => [t, protocol.eventSpec(t).schema]))),
      ...keyed('frame', { ...protocol.SERVER_FRAMES, 'inbox-ready': protocol.InboxReadyFrameSchema }),
      ...HTTP,
    },
    // Checks on tidied text have no word in JSON Schema; NOTES says them in words.
    { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' },
  );
  const defs: Record<string, Json> = { ...sharedResults };
  for (const [name, schema] of Object.entries(made)) {
    if (isObject(schema)) defs[name] = { ...schema, ...NOTES[name] };
  }
  return defs;
}

export const commandTypes = Object.keys(protocol.COMMANDS).filter(protocol.isCommandType);
export const eventTypes = Object.keys(protocol.EVENTS).filter(protocol.isEventType);

/** The whole protocol as one JSON Schema: commands and events with their envelopes, frames, HTTP bodies. */
export function protocolSchema(): Json {
  const plain = definitions();
  const defs: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(plain)) {
    const [group = '', ...rest] = name.split('.');
    const t = rest.join('.');
    if (group === 'command' && protocol.isCommandType(t)) {
      const envelope = { t: { const: t }, n: refTo('CommandNumber') };
      defs[name] = wrap(schema, envelope, ['t'], COMMAND_TEXTS[t].summary);
    } else if (group === 'event' && protocol.isEventType(t)) {
      const { class: kind } = protocol.eventSpec(t);
      const isDurable = kind === 'durable';
      const envelope = {
        t: { const: t },
        at: refTo('Time'),
        ...(isDurable ? { seq: refTo('Count'), n: refTo('CommandNumber') } : {}),
        by: refTo('MemberId'),
      };
      const needed = isDurable ? ['t', 'at', 'seq'] : ['t', 'at'];
      defs[name] = wrap(schema, envelope, needed, `${kind}. ${EVENT_TEXTS[t]}`);
    } else defs[name] = schema;
  }
  const union = (group: string): Json => ({
    oneOf: Object.keys(defs).flatMap((name) => (name.startsWith(`${group}.`) ? [refTo(name)] : [])),
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Parley protocol, version ${protocol.PROTOCOL_VERSION}`,
    description:
      'What a client sends (AnyCommand) and receives (AnyFrame, and in it AnyEvent), and the bodies of HTTP requests and answers (http.*). Within a version fields are only added: ignore those you do not know. Made by `npm run generate`.',
    anyOf: [refTo('AnyCommand'), refTo('AnyFrame')],
    $defs: { AnyCommand: union('command'), AnyEvent: union('event'), AnyFrame: union('frame'), ...defs },
  };
}
