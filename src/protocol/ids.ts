import * as v from 'valibot';

/** A member of one room: `m_` and 22 base64url characters (128 random bits). */
export const MemberIdSchema = v.pipe(v.string(), v.regex(/^m_[\w-]{22}$/, 'must be a member id'));
/** A picture of one room: `i_` and 22 base64url characters. */
export const ImageIdSchema = v.pipe(v.string(), v.regex(/^i_[\w-]{22}$/, 'must be an image id'));
/** A file of one room: `f_` and 22 base64url characters. */
export const FileIdSchema = v.pipe(v.string(), v.regex(/^f_[\w-]{22}$/, 'must be a file id'));
/** An upload to one room: `u_` and 22 base64url characters. */
export const UploadIdSchema = v.pipe(v.string(), v.regex(/^u_[\w-]{22}$/, 'must be an upload id'));
/** A picture of a direct message: its author's account, a dot, and `i_` with 22 base64url characters. */
export const DirectImageIdSchema = v.pipe(
  v.string(),
  v.regex(/^[ax]_[\w-]{22}\.i_[\w-]{22}$/, 'must be the id of a picture in a direct message'),
);
/** An invitation of one room: `v_` and 22 base64url characters. */
export const InviteIdSchema = v.pipe(v.string(), v.regex(/^v_[\w-]{22}$/, 'must be an invitation id'));

/** Jurisdictions a room can be bound to; the code then begins with it, because it is part of the room's address. */
export const JURISDICTIONS = ['eu', 'us', 'fedramp'] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

const CODE = new RegExp(`^(?:(${JURISDICTIONS.join('|')})-)?([a-z]{3})-?([a-z]{4})-?([a-z]{3})$`);

/** A room code in its one spelling. */
export const RoomCodeSchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?:(?:${JURISDICTIONS.join('|')})-)?[a-z]{3}-[a-z]{4}-[a-z]{3}$`),
    'must be a room code, for example abc-defg-hij',
  ),
);

/**
 * Reads a room code as a person may write it (capitals, blanks, missing dashes) into its one spelling
 * `abc-defg-hij`: 26^10, about 47 bits. Null when it can't be one.
 */
export function normalizeCode(text: string): string | null {
  if (text.length > 40) return null;
  const found = CODE.exec(
    text
      .toLowerCase()
      .replace(/[\s_.–—-]+/gu, '-')
      .replace(/^-+|-+$/g, ''),
  );
  if (found === null) return null;
  const [, jurisdiction, a, b, c] = found;
  return `${jurisdiction === undefined ? '' : `${jurisdiction}-`}${a}-${b}-${c}`;
}

/** The jurisdiction a normalized code names, or null. */
export const jurisdictionOf = (code: string): Jurisdiction | null =>
  JURISDICTIONS.find((jurisdiction) => code.startsWith(`${jurisdiction}-`) && code.length > 12) ?? null;
