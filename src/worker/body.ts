import * as v from 'valibot';
import { fail, LIMITS, type Outcome, refuseIssues, succeed } from '../protocol/index.ts';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Reads at most `limit` bytes, counted as they come: what Content-Length says is only a claim. Null: there are more. */
async function readBytes(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream: the rest is not read.
    if (size > limit) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Reads a JSON body: type, size, UTF-8, JSON. `undefined` where there is none and `optional` allows it. */
export async function readJson(
  request: Request,
  optional: boolean,
  limit: number = LIMITS.bodyBytes,
): Promise<Outcome<unknown>> {
  const type = request.headers.get('content-type');
  if (type !== null && !JSON_TYPE.test(type)) return fail('media_type', { detail: type.slice(0, 100) });
  const bytes = request.body === null ? new Uint8Array() : await readBytes(request.body, limit);
  if (bytes === null) return fail('body_too_large', { detail: `${limit} bytes` });
  if (bytes.byteLength === 0 && optional) return succeed(undefined);
  if (type === null) return fail('media_type');
  try {
    return succeed(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)));
  } catch {
    return fail('bad_json');
  }
}

/** Reads a JSON body of at most `limit` bytes and validates it. With `optional`, a request without a body is an empty object. */
export async function readBody<S extends v.GenericSchema>(
  request: Request,
  schema: S,
  { optional = false, limit }: { readonly optional?: boolean; readonly limit?: number } = {},
): Promise<Outcome<v.InferOutput<S>>> {
  const read = await readJson(request, optional, limit);
  if (!read.ok) return read;
  // A schema of an object takes a list for an empty one.
  if (Array.isArray(read.value)) return fail('invalid', { detail: '(whole): must be an object' });
  const parsed = v.safeParse(schema, read.value === undefined ? {} : read.value, { abortEarly: true });
  return parsed.success ? succeed(parsed.output) : { ok: false, error: refuseIssues(parsed.issues) };
}
