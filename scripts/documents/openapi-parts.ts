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
