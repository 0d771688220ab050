// What the description of the HTTP API is put together from.
import * as protocol from '../../src/protocol/index.ts';

export type Json = Record<string, unknown>;
type ErrorCode = protocol.ErrorCode;

export const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

export const json = (schema: Json): Json => ({ 'application/json': { schema } });
export const query = (name: string, description: string, schema: Json = { type: 'string' }): Json => ({
  name,
  in: 'query',
  description,
  schema,
});
export const header = (name: string, description: string, required = false): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

/** Errors that share a status share a response; it names their codes. */
function errors(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = protocol.ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, same]) => [
        String(status),
        {
          description: same.map((code) => `\`${code}\`: ${protocol.ERRORS[code].message}.`).join(' '),
          content: { 'application/problem+json': { schema: refTo('Problem') } },
        },
      ]),
  );
}

export const ANYWHERE: readonly ErrorCode[] = ['rate_limited', 'overloaded', 'internal'];
export const BODY: readonly ErrorCode[] = ['bad_json', 'body_too_large', 'media_type', 'invalid'];
export const IN_ROOM: readonly ErrorCode[] = ['room_not_found', ...ANYWHERE];
/** Of whoever comes with a member token. */
export const MEMBER: readonly ErrorCode[] = ['token_required', 'token_invalid', 'member_gone'];
export const MEMBER_IN_ROOM: readonly ErrorCode[] = [...MEMBER, ...IN_ROOM];
/** Of whoever acts with authority. */
export const HOST: readonly ErrorCode[] = [...MEMBER, 'host_key_wrong', 'role_required', 'room_ended'];

/** Whoever has an account, here or at the provider, may ask. */
export const ME: readonly ErrorCode[] = ['login_required', 'token_invalid', 'accounts_off', ...ANYWHERE];

export const MEMBER_TOKEN = [{ memberToken: [] }];
export const MEMBER_OR_HOST = [{ memberToken: [] }, { hostKey: [] }];

interface Operation {
  readonly summary: string;
  readonly security?: readonly Json[];
  readonly parameters?: readonly Json[];
  readonly body?: { readonly content: Json; readonly required: boolean };
  readonly answers: Json;
  readonly errors: readonly ErrorCode[];
}

export const operation = ({
  summary,
  security = [],
  parameters = [],
  body,
  answers,
  errors: codes,
}: Operation): Json => ({
  summary,
  security,
  ...(parameters.length === 0 ? {} : { parameters }),
  ...(body === undefined ? {} : { requestBody: body }),
  responses: { ...answers, ...errors(codes) },
});

export const answer = (description: string, content?: Json): Json =>
  content === undefined ? { description } : { description, content };

export const NOTHING = { '204': answer('Done.') };

export const IDEMPOTENCY = header(
  'Idempotency-Key',
  '16 to 200 visible ASCII characters: a repeat answers the same.',
);

/** A picture, as a body. */
export const PICTURE: Json = Object.fromEntries(protocol.IMAGE_TYPES.map((type) => [type, {}]));
