import * as v from 'valibot';
import { type Refusal, refuse } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type CommandType, commandSpec, isCommandType } from './registry.ts';
import { TOO_LONG } from './text.ts';

/** A command that has been read and validated. `n` is absent where the client doesn't count. */
export interface Command {
  readonly t: CommandType;
  readonly n?: number;
  /** Validated fields of this command; features know their shape. */
  readonly fields: object;
}

export type Decoded =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly error: Refusal; readonly n?: number };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** UTF-16 units of the detail that says which field is wrong. */
const DETAIL_LENGTH = 200;
/** A path and a message repeat what was sent, which may be a whole frame: nobody is sent that back. */
const shortened = (detail: string): string =>
  detail.length <= DETAIL_LENGTH ? detail : `${detail.slice(0, DETAIL_LENGTH - 1).toWellFormed()}…`;

/** Turns valibot's issues into one refusal that names the field. */
export function refuseIssues(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): Refusal {
  const [issue] = issues;
  const path = v.getDotPath(issue) ?? '(whole)';
  if (issue.message === TOO_LONG) return refuse('text_too_long', { detail: shortened(path) });
  return refuse('invalid', { detail: shortened(`${path}: ${issue.message}`) });
}

/** Validates a parsed command: looked up by `t`, then one schema. */
export function readCommand(value: unknown): Decoded {
  if (!isObject(value) || typeof value.t !== 'string') return { ok: false, error: refuse('bad_frame') };
  const { t, n } = value;
  const counted = typeof n === 'number' && Number.isSafeInteger(n) && n >= 1;
  if (n !== undefined && !counted) {
    return { ok: false, error: refuse('invalid', { detail: 'n: must be a whole number from 1' }) };
  }
  const number = counted ? { n } : {};
  if (!isCommandType(t))
    return { ok: false, error: refuse('unknown_command', { detail: t.slice(0, 64) }), ...number };
  const parsed = v.safeParse(commandSpec(t).schema, value, { abortEarly: true });
  if (!parsed.success) return { ok: false, error: refuseIssues(parsed.issues), ...number };
  return { ok: true, command: { t, ...number, fields: parsed.output } };
}

/** Reads a text frame: length, JSON, `t`, schema, in this order, so that the cheapest check comes first. */
export function decodeText(text: string): Decoded {
  if (text.length > LIMITS.frameLength) {
    return { ok: false, error: refuse('frame_too_large', { detail: `${LIMITS.frameLength} characters` }) };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, error: refuse('bad_json') };
  }
  return readCommand(value);
}

export type DecodedBinary =
  | { readonly ok: true; readonly command: Command; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: Refusal; readonly n?: number };

/** Reads a binary frame: header length (4 bytes, big-endian), the command as JSON, the bytes of the picture. */
export function decodeBinary(frame: ArrayBuffer): DecodedBinary {
  if (frame.byteLength > 4 + LIMITS.binaryHeaderBytes + LIMITS.binaryImageBytes) {
    return {
      ok: false,
      error: refuse('frame_too_large', { detail: `${LIMITS.binaryImageBytes} bytes of picture` }),
    };
  }
  if (frame.byteLength < 4) return { ok: false, error: refuse('binary_unexpected') };
  const length = new DataView(frame).getUint32(0);
  if (length > LIMITS.binaryHeaderBytes || 4 + length > frame.byteLength) {
    return { ok: false, error: refuse('binary_unexpected', { detail: 'header length' }) };
  }
  let header: string;
  try {
    header = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(
      new Uint8Array(frame, 4, length),
    );
  } catch {
    return { ok: false, error: refuse('bad_json') };
  }
  const decoded = decodeText(header);
  if (!decoded.ok) return decoded;
  const number = decoded.command.n === undefined ? {} : { n: decoded.command.n };
  if (decoded.command.t !== 'image.upload')
    return { ok: false, error: refuse('binary_unexpected'), ...number };
  const bytes = new Uint8Array(frame, 4 + length);
  if (bytes.byteLength > LIMITS.binaryImageBytes) {
    return {
      ok: false,
      error: refuse('frame_too_large', { detail: `${LIMITS.binaryImageBytes} bytes of picture` }),
      ...number,
    };
  }
  return { ok: true, command: decoded.command, bytes };
}

/** Builds a binary frame for `image.upload`. */
export function encodeBinary(
  command: { readonly n?: number; readonly caption?: string },
  bytes: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify({ t: 'image.upload', ...command }));
  const frame = new Uint8Array(4 + header.byteLength + bytes.byteLength);
  new DataView(frame.buffer).setUint32(0, header.byteLength);
  frame.set(header, 4);
  frame.set(bytes, 4 + header.byteLength);
  return frame;
}
