import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as v from 'valibot';
import type { UploadResult } from '../platform/file-rpc.ts';
import { problem } from '../platform/problem.ts';
import {
  FileHashSchema,
  FileNameSchema,
  fail,
  fileType,
  type Outcome,
  refuse,
  refuseIssues,
  succeed,
  type UploadState,
} from '../protocol/index.ts';
import type { AppTypes } from './services.ts';

/** The part of tus that this server speaks (https://tus.io/protocols/resumable-upload). */
export const TUS_VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,termination,checksum,expiration';
/** What the body of a PATCH is. */
export const OFFSET_STREAM = 'application/offset+octet-stream';

/** Every answer names the version, and no request in another one is looked at. */
export const tus = createMiddleware<AppTypes>(async (c, next) => {
  // Our own requests beside it, of single parts and for JSON, need not know of tus.
  const isOurs = c.req.method === 'GET' || c.req.method === 'PUT';
  if (!isOurs && c.req.header('tus-resumable') !== TUS_VERSION)
    return problem(refuse('tus_version'), { 'tus-resumable': TUS_VERSION, 'tus-version': TUS_VERSION });
  await next();
  c.res.headers.set('tus-resumable', TUS_VERSION);
  return undefined;
});

/** OPTIONS: what is there, beside what others say of which pages may ask. A preflight of a browser is theirs alone. */
export const tusOptions = createMiddleware<AppTypes>(async (c, next) => {
  await next();
  const isPreflight = c.req.header('access-control-request-method') !== undefined;
  if (c.req.method !== 'OPTIONS' || isPreflight) return;
  const said = {
    'tus-resumable': TUS_VERSION,
    'tus-version': TUS_VERSION,
    'tus-extension': EXTENSIONS,
    'tus-max-size': String(c.get('services').settings.fileMaxBytes),
    'tus-checksum-algorithm': 'sha1,sha256',
  };
  for (const [name, value] of Object.entries(said)) c.res.headers.set(name, value);
});

/** A hash of what a request brings; `value` in base64url. */
export interface Checksum {
  readonly algorithm: 'SHA-1' | 'SHA-256';
  readonly value: string;
}
const ALGORITHMS: Readonly<
  Record<string, { readonly name: Checksum['algorithm']; readonly length: number }>
> = {
  sha1: { name: 'SHA-1', length: 27 },
  sha256: { name: 'SHA-256', length: 43 },
};

/** Reads Upload-Checksum: "sha256 " and base64; null: there is none. */
export function readChecksum(header: string | undefined): Outcome<Checksum | null> {
  if (header === undefined) return succeed(null);
  const [name = '', base64 = ''] = header.trim().split(/ +/);
  const algorithm = ALGORITHMS[name.toLowerCase()];
  if (algorithm === undefined)
    return fail('tus_unsupported', { detail: 'Upload-Checksum: must be sha1 or sha256' });
  const value = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (!/^[\w-]+$/.test(value) || value.length !== algorithm.length)
    return fail('invalid', { detail: 'Upload-Checksum: must be a hash in base64' });
  return succeed({ algorithm: algorithm.name, value });
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Reads Upload-Metadata: pairs of a name and a text in base64, with commas between; null: it can't be read. */
export function readMetadata(header: string): ReadonlyMap<string, string> | null {
  const pairs = new Map<string, string>();
  for (const pair of header.split(',')) {
    const [name = '', base64 = '', ...rest] = pair.trim().split(/ +/);
    if (name === '' && pair.trim() === '') continue;
    if (rest.length > 0) return null;
    try {
      pairs.set(name, decoder.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))));
    } catch {
      return null;
    }
  }
  return pairs;
}

/** Writes it. */
export function writeMetadata(pairs: Readonly<Record<string, string>>): string {
  const encoded = Object.entries(pairs).map(([name, text]) => {
    const bytes = new TextEncoder().encode(text);
    return `${name} ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
  });
  return encoded.join(',');
}

/** What a creation asks for. */
export interface Creation {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly hash?: string;
  readonly announce: boolean;
  /** Upload-Metadata as it came. */
  readonly metadata?: string;
}

/** Characters of Upload-Metadata: it is kept for as long as the upload is. */
const METADATA_MOST = 8_192;

const NameOrNone = v.optional(FileNameSchema, 'file');
const HashOrNone = v.optional(FileHashSchema);

/** Reads the headers of a creation. */
export function readCreation(c: Context<AppTypes>): Outcome<Creation> {
  if (c.req.header('upload-concat') !== undefined)
    return fail('tus_unsupported', { detail: 'concatenation; send parts of one upload at once instead' });
  const length = c.req.header('upload-length');
  if (length === undefined)
    return fail('tus_unsupported', { detail: 'Upload-Length: must be there, no length is deferred' });
  if (!/^\d{1,15}$/.test(length)) return fail('invalid', { detail: 'Upload-Length: must be a whole number' });
  const given = c.req.header('upload-metadata');
  if ((given ?? '').length > METADATA_MOST)
    return fail('invalid', { detail: `Upload-Metadata: must be at most ${METADATA_MOST} characters` });
  const metadata = readMetadata(given ?? '');
  if (metadata === null) return fail('invalid', { detail: 'Upload-Metadata: must be names and base64' });
  const name = v.safeParse(NameOrNone, metadata.get('filename') ?? metadata.get('name'), {
    abortEarly: true,
  });
  if (!name.success) return { ok: false, error: refuseIssues(name.issues) };
  const hash = v.safeParse(HashOrNone, metadata.get('sha256'), { abortEarly: true });
  if (!hash.success) return { ok: false, error: refuseIssues(hash.issues) };
  return succeed({
    name: name.output,
    type: fileType(metadata.get('filetype') ?? metadata.get('type') ?? ''),
    size: Number(length),
    ...(hash.output === undefined ? {} : { hash: hash.output }),
    announce: metadata.get('announce') === '1',
    ...(given === undefined ? {} : { metadata: given }),
  });
}

const expires = ({ expiresAt }: UploadState): string => new Date(expiresAt).toUTCString();

/** How an upload stands, in the headers of tus. Of one that is finished the file is named. */
export function uploadHeaders(code: string, result: UploadResult): Record<string, string> {
  if (result.state === 'open')
    return { 'upload-offset': String(result.upload.offset), 'upload-expires': expires(result.upload) };
  const { file, size } = result.event;
  return { 'upload-offset': String(size), 'content-location': `/v1/rooms/${code}/files/${file}` };
}
