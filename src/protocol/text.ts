import * as v from 'valibot';
import { LIMITS } from './limits.ts';

/** Control characters except tab, line feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose.
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const CONTROL = /\p{Cc}/u;
/** Bidi embeddings, overrides and isolates (Unicode TR9), line and paragraph separators: they let a name disguise its neighbours. */
const DISGUISE = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;
/** A lone surrogate can't be encoded as UTF-8. */
const LONE_SURROGATE = /\p{Cs}/u;
/** What a name must have at least one of: anything that is seen. Format characters and blanks alone are not. */
const VISIBLE = /[^\p{C}\p{Z}\u115f\u1160\u3164\uffa0\u2800]/u;

/** Counts Unicode code points; a short string is not walked. */
export const isWithin = (text: string, limit: number): boolean =>
  text.length <= limit || (text.length <= limit * 2 && [...text].length <= limit);

/** A name for people to read: trimmed, NFC, 1 to `limit` characters, nothing that hides or reorders text. */
const nameSchema = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((name) => name.normalize('NFC').trim()),
    v.check((name) => name.length > 0 && VISIBLE.test(name), 'must hold at least one visible character'),
    v.check((name) => isWithin(name, limit), `must be at most ${limit} characters`),
    v.check(
      (name) => !CONTROL.test(name) && !DISGUISE.test(name) && !LONE_SURROGATE.test(name),
      'must not hold control, direction or invalid characters',
    ),
  );

/** A member's name: 1 to 64 characters. Two people may have the same. */
export const NameSchema = nameSchema(LIMITS.nameLength);
/** A room's name: 1 to 120 characters. */
export const RoomNameSchema = nameSchema(LIMITS.roomNameLength);

/** The title of what a room watches: 1 to 200 characters, and the label of its subtitles: 1 to 60. */
export const WatchTitleSchema = nameSchema(LIMITS.watchTitleLength);
export const SubtitleLabelSchema = nameSchema(LIMITS.subtitleLabelLength);

/** Windows keeps these for itself, whatever follows behind a dot (Naming Files, Paths, and Namespaces). */
const RESERVED = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;

/**
 * The name of a file as it can be kept on any disk and shown to people: no path, nothing that hides or reorders text, no name
 * or character that some system keeps for itself, no dot at the end, NFC. What can't stay becomes `_`; '' where nothing is
 * left to be seen.
 */
export function fileName(text: string): string {
  const name = text
    .normalize('NFC')
    .replace(
      new RegExp(`[/\\\\:*?"<>|]|${CONTROL.source}|${DISGUISE.source}|${LONE_SURROGATE.source}`, 'gu'),
      '_',
    )
    .trim()
    .replace(/[.\s]+$/u, '_')
    .replace(RESERVED, (reserved) => `_${reserved}`);
  return VISIBLE.test(name) ? name : '';
}

/** The issue message that turns into the error `text_too_long`. */
export const TOO_LONG = 'text_too_long';

/** Free text: NFC, up to `limit` code points; line breaks and tabs are kept. */
export const textSchema = (limit: number, least: 0 | 1) =>
  v.pipe(
    v.string(),
    v.check((text) => isWithin(text, limit), TOO_LONG),
    v.transform((text) => text.normalize('NFC')),
    v.check((text) => isWithin(text, limit), TOO_LONG),
    v.check((text) => least === 0 || text.trim() !== '', 'must not be empty'),
    v.check(
      (text) => !CONTROL_IN_TEXT.test(text) && !LONE_SURROGATE.test(text),
      'must not hold control or invalid characters',
    ),
  );
