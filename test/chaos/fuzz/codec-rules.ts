import { isDeepStrictEqual } from 'node:util';
import {
  type Command,
  commandSpec,
  type Decoded,
  type DecodedBinary,
  decodeBinary,
  decodeText,
  ERRORS,
  encodeBinary,
  isCommandType,
} from '../../../src/protocol/index.ts';
import type { Tally } from './campaign.ts';

/** UTF-16 units of an error frame: what a client sent wrong must not come back at it in full. */
const ERROR_LENGTH = 2_000;
/** ms; what takes longer three times in a row takes long because of the frame. */
const SLOW = 50;

/** What is wrong with an answer of the decoder; null: nothing. */
function faultOf(decoded: Decoded | DecodedBinary): string | null {
  const n = decoded.ok ? decoded.command.n : decoded.n;
  if (n !== undefined && !(Number.isSafeInteger(n) && n >= 1)) return `the number ${n}`;
  if (decoded.ok) {
    const { t, fields } = decoded.command;
    if (!isCommandType(t)) return `a command that no table has: ${String(t)}`;
    return Object.getPrototypeOf(fields) === Object.prototype ? null : 'fields with a prototype of their own';
  }
  const { code, message, detail } = decoded.error;
  if (!Object.hasOwn(ERRORS, code)) return `an error that no table has: ${code}`;
  if (message !== ERRORS[code].message) return `${code} with another message`;
  const length = JSON.stringify({ t: 'error', ...decoded.error }).length;
  if (length > ERROR_LENGTH) return `${code} with a detail of ${detail?.length} characters`;
  return null;
}

/** As it travels: JSON knows no zero below zero. */
const asJson = (command: Command): unknown => JSON.parse(JSON.stringify(command));

/** What was read, written and read again is the same. */
function roundTrip(decoded: Decoded | DecodedBinary): string | null {
  if (!decoded.ok) return null;
  const { t, n, fields } = decoded.command;
  const again = decodeText(JSON.stringify({ ...fields, t, ...(n === undefined ? {} : { n }) }));
  if (again.ok && isDeepStrictEqual(again.command, asJson(decoded.command))) {
    if (!('bytes' in decoded)) return null;
    const binary = decodeBinary(
      encodeBinary({ ...fields, ...(n === undefined ? {} : { n }) }, decoded.bytes).buffer,
    );
    return binary.ok && isDeepStrictEqual(binary, decoded)
      ? null
      : 'another picture when written and read again';
  }
  return `another command when written and read again: ${JSON.stringify(again).slice(0, 1_000)}`;
}

/** What everything inherits from, as it was before any frame. */
const clean = [Object.prototype, Array.prototype, Function.prototype].map(
  (one) => Reflect.ownKeys(one).length,
);
const isClean = (): boolean =>
  [Object.prototype, Array.prototype, Function.prototype].every(
    (one, index) => Reflect.ownKeys(one).length === clean[index],
  );

const tookOf = (run: () => unknown): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

/** What is wrong with how the decoder reads this frame; null: nothing. Counts what it answered. */
function faultIn(decode: () => Decoded | DecodedBinary, tally: Tally): string | null {
  let decoded: Decoded | DecodedBinary | undefined;
  try {
    const took = tookOf(() => {
      decoded = decode();
    });
    if (took > SLOW && tookOf(decode) > SLOW && tookOf(decode) > SLOW) return `read in ${took.toFixed(0)} ms`;
  } catch (error) {
    return `the decoder threw ${error instanceof Error ? error.stack : String(error)}`;
  }
  if (decoded === undefined) return 'nothing was answered';
  tally.add(decoded.ok ? 'read' : decoded.error.code);
  if (!isClean()) return 'the prototype of all objects has changed';
  return faultOf(decoded) ?? roundTrip(decoded);
}

export const textFault = (text: string, tally: Tally): string | null =>
  faultIn(() => decodeText(text), tally);
export const binaryFault = (frame: Uint8Array<ArrayBuffer>, tally: Tally): string | null =>
  faultIn(() => decodeBinary(frame.buffer), tally);

/** Whether the room owes an answer that can be told from others: a refusal, a receipt, or what was asked for. */
export function owesAnswer(frame: string | Uint8Array<ArrayBuffer>, binary: boolean): boolean {
  const decoded = binary
    ? decodeBinary(typeof frame === 'string' ? new TextEncoder().encode(frame).buffer : frame.buffer)
    : decodeText(
        typeof frame === 'string' ? frame : new TextDecoder('utf-8', { ignoreBOM: true }).decode(frame),
      );
  if (!decoded.ok) return true;
  const { t, n } = decoded.command;
  // A picture is answered when it has been stored, in its own time.
  return !binary && (n !== undefined || commandSpec(t).kind === 'query');
}
